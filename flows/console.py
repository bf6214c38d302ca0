"""What the console says of the files and agencies that were set aside: one fault, one line, Thai and English.

A scheduler keeps what the console shows as a log, so the person in the name of a file or folder is masked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.contracts import ContractFault
from pipeline.issues import issue_code
from pipeline.link.decision_lines import decision_lines
from pipeline.privacy import mask_label

FAULTY_CONTRACT = "contract_faulty"
# Columns wanted are told beside the headers that stand in the file: one is often the other under a new name.
_HEADER_CODES = ("header_not_found", "required_column_missing")
_SHOWN = 15


def stop_lines(issues: Iterable[Mapping[str, Any]], name_of: Callable[[str], str]) -> tuple[str, ...]:
    """Why files and agencies were set aside, and the way out.

    Args:
        issues: Rows of ``tables.ISSUE``; those that stop a file are told, with the headers they name.
        name_of: What the officer calls the agency of a code: its name, or the folder's; empty where the code says all.
    """
    stops: dict[tuple[str, str, str], list[str]] = {}
    unknown: dict[tuple[str, str], list[str]] = {}
    for row in issues:
        agency, file_name, header = row["agency"], row["file_name"] or "", row["header"] or ""
        if row["severity"] == "stop":
            stops.setdefault((agency, file_name, row["code"]), []).append(header)
        elif row["code"] == "column_unknown":
            unknown.setdefault((agency, file_name), []).append(header)
    lines = []
    for (agency, file_name, code), headers in sorted(stops.items()):
        place = " ".join(part for part in (name_of(agency), f"[{agency}]", file_name) if part)
        found = unknown.get((agency, file_name), []) if code in _HEADER_CODES else []
        lines.append(_stop_line(place, code, headers, found))
    return tuple(lines)


def _stop_line(place: str, code: str, headers: Sequence[str], found: Sequence[str]) -> str:
    issue = issue_code(code)
    thai, english = (
        " ".join(part for part in (text, _listed(headers), f"({word} {_listed(found)})" if found else "") if part)
        for text, word in ((issue.thai, "ในไฟล์มี"), (issue.english, "the file has"))
    )
    if code == FAULTY_CONTRACT:
        # The way out stands below the faults themselves, with the folder that this night read.
        return f"{mask_label(place)}: {thai} · {english} [{code}]"
    return f"{mask_label(place)}: {thai} → {issue.way_out} · {english} → {issue.way_out_english} [{code}]"


def _listed(headers: Sequence[str]) -> str:
    shown = [f"“{mask_label(header)}”" for header in dict.fromkeys(headers) if header]
    return ", ".join([*shown[:_SHOWN], *(["…"] if len(shown) > _SHOWN else [])])


def clerk_lines(link_folder: Path, run_id: str) -> tuple[str, ...]:
    """Decisions that somebody should look at, as the linkage of a run reported them.

    Args:
        link_folder: Working tables of that run's linkage; they may have been removed since.
        run_id: The run.
    """
    path = link_folder / "report.json"
    if not path.is_file():
        return ()
    report = json.loads(path.read_text("utf-8"))
    # A run of an earlier version counted fewer kinds.
    lines = report.get("decision_lines", {})
    return decision_lines(report["counts"], lines, "review/decisions.csv", f"review/{run_id}.csv")


def contract_lines(faults: Sequence[ContractFault], folder: Path) -> tuple[str, ...]:
    """Every fault of the contracts with its file and line, and how to check them again.

    Args:
        faults: Of the contracts folder.
        folder: The contracts folder of the night.
    """
    if not faults:
        return ()
    check = f'khrua contract check "{folder}"'
    return (
        *(fault.text for fault in faults),
        f"แก้ตามบรรทัดข้างบน แล้วตรวจอีกครั้งด้วย {check} · mend the lines above, then check again with {check}",
    )
