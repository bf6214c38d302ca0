"""What an agency's night comes to, and what stands in when nothing of the agency may be read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.extract.inbox import STRAY, Inbox
from pipeline.extract.row_tables import STAGE
from pipeline.home import Home
from pipeline.issues import issue_code
from pipeline.settings import Settings
from pipeline.tables import DELIVERED_ROW, DELIVERY, ISSUE, RECORD, RECORD_ATTRIBUTE, SHEET_COUNT, TEXT, Table

OUTPUTS: tuple[Table, ...] = (DELIVERY, SHEET_COUNT, DELIVERED_ROW, RECORD, RECORD_ATTRIBUTE, ISSUE)
IN_USE = ("accepted", "in_use", "stand_in")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An agency's tables of the night.

    Attributes:
        tables: By name.
        fingerprint: Hash of what they were made from.
        is_last_good: The agency was read, so these tables may stand in on a night when it is not.
    """

    tables: Mapping[str, pa.Table]
    fingerprint: str
    is_last_good: bool = False


def file_issue(
    agency: str, code: str, file_name: str | None = None, delivery_id: str | None = None
) -> dict[str, object]:
    """An issue of a whole file or agency."""
    return {
        "agency": agency,
        "delivery_id": delivery_id,
        "file_name": file_name,
        "code": code,
        "severity": issue_code(code).severity,
        "stage": STAGE,
    }


def unread(agency: str, code: str, inbox: Inbox, home: Home, settings: Settings) -> Outcome:
    """The night of an agency of which nothing is read: the last good night stands in.

    Args:
        agency: Code.
        code: Why: no contract, a faulty one, or no agreement in force.
        inbox: Its folder.
        home: The home folder.
        settings: The night's date.
    """
    last_good = home.identity / "deliveries" / agency / "last_good"
    tables = (
        _stand_in(last_good, code) if (last_good / "fingerprint").is_file() else {t.name: t.empty() for t in OUTPUTS}
    )
    known = set(tables[DELIVERY.name]["sha256"].to_pylist())
    new = [entry for entry in inbox.files if entry.sha256 not in known]
    waiting = DELIVERY.from_rows(
        {
            "agency": agency,
            "delivery_id": entry.sha256[:16],
            "sha256": entry.sha256,
            "file_name": entry.name,
            "received_date": settings.run_date,
            "period_date": settings.run_date,
            "status_code": "not_read",
            "code": code,
            "is_new": True,
        }
        for entry in new
    )
    # One cause is one issue, however many files wait for it: their deliveries carry the code. Files beside the folders
    # share nothing but that, and each has to be put elsewhere.
    each = new if agency == STRAY else []
    issues = [file_issue(agency, code, entry.name, entry.sha256[:16]) for entry in each] or [file_issue(agency, code)]
    tables[DELIVERY.name] = pa.concat_tables([tables[DELIVERY.name], waiting])
    tables[ISSUE.name] = pa.concat_tables([tables[ISSUE.name], ISSUE.from_rows(issues)])
    stamp = (last_good / "fingerprint").read_text(encoding="utf-8") if (last_good / "fingerprint").is_file() else ""
    seen = [stamp, code, *(entry.sha256 for entry in new)]
    return Outcome(tables, hashlib.sha256("\n".join(seen).encode()).hexdigest())


def _stand_in(folder: Path, code: str) -> dict[str, pa.Table]:
    tables = {table.name: table.read(folder) for table in OUTPUTS}
    deliveries = tables[DELIVERY.name]
    is_used = [status in IN_USE for status in deliveries["status_code"].to_pylist()]
    kept = deliveries.filter(pa.array(is_used, pa.bool_()))
    count = kept.num_rows
    for name, values in (
        ("status_code", pa.array(["stand_in"] * count, TEXT)),
        ("code", pa.array([code] * count, TEXT)),
        ("is_new", pa.array([False] * count, pa.bool_())),
    ):
        kept = kept.set_column(DELIVERY.column_names.index(name), name, values)
    tables[DELIVERY.name] = kept
    ids = set(kept["delivery_id"].to_pylist())
    issues = tables[ISSUE.name]
    still = [delivery_id in ids for delivery_id in issues["delivery_id"].to_pylist()]
    tables[ISSUE.name] = issues.filter(pa.array(still, pa.bool_()))
    return tables
