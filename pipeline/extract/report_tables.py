"""Tonight's tables of an agency: what became of each delivered file, and what the files in use say."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.contracts import Contract
from pipeline.extract.in_use import Current, Delivery
from pipeline.extract.inbox import Inbox
from pipeline.extract.ledger import LedgerState
from pipeline.extract.outcome import OUTPUTS, Outcome, file_issue
from pipeline.extract.parsed import ParsedStore
from pipeline.extract.tonight import Tables, concat, delivery_tables, stamped
from pipeline.settings import Settings
from pipeline.tables import DELIVERY, ISSUE, RECORD


@dataclass(frozen=True, slots=True)
class _Status:
    """What became of a file: ``tables.DELIVERY``'s status and the code that explains it."""

    status: str
    code: str = ""


def _statuses(deliveries: Sequence[Delivery], current: Current, settings: Settings) -> dict[str, _Status]:
    used = current.used
    troubled = {d.name: _trouble(d) for d in deliveries if _trouble(d) and not _is_outdated(d, deliveries)}
    found: dict[str, _Status] = {}
    for delivery in deliveries:
        if delivery.name in troubled:
            code = troubled[delivery.name]
            found[delivery.name] = _Status("held" if delivery.arrival.is_held else "quarantined", code)
        elif delivery.name not in used:
            found[delivery.name] = _Status("superseded", _trouble(delivery))
        else:
            code = delivery.trouble or _stands_in_for(delivery, deliveries, troubled)
            is_new = delivery.arrival.received == settings.run_date
            found[delivery.name] = _Status("stand_in", code) if code else _Status("accepted" if is_new else "in_use")
    return found


def _trouble(delivery: Delivery) -> str:
    """Why a delivery is not in use; empty: it may be."""
    if delivery.summary.code:
        return delivery.summary.code
    return "full_delivery_lost_rows" if delivery.arrival.is_held else ""


def _lists(delivery: Delivery) -> set[str]:
    return {entry.list_code for entry in delivery.summary.lists}


def _is_outdated(delivery: Delivery, deliveries: Sequence[Delivery]) -> bool:
    """A file that could not be used matters no more once it was taken away or good ones for all its lists came."""
    if not delivery.arrival.is_present:
        return True
    later = [d for d in deliveries if d.is_usable and d.arrival.batch > delivery.arrival.batch]
    covered = {code for d in later for code in _lists(d)}
    return bool(covered) and _lists(delivery) <= covered


def _stands_in_for(delivery: Delivery, deliveries: Sequence[Delivery], troubled: dict[str, str]) -> str:
    """Code of the newer file that this one stands in for; empty when there is none."""
    replaced = {e.list_code for e in delivery.summary.lists if e.delivery_mode != "append"}
    for other in sorted(deliveries, key=lambda d: d.arrival.batch, reverse=True):
        if other.name in troubled and other.arrival.batch > delivery.arrival.batch and _lists(other) & replaced:
            return troubled[other.name]
    return ""


def agency_tables(
    contract: Contract,
    deliveries: Sequence[Delivery],
    current: Current,
    state: LedgerState,
    store: ParsedStore,
    inbox: Inbox,
    settings: Settings,
) -> Tables:
    """Tonight's tables of an agency that was read.

    Args:
        contract: Its contract.
        deliveries: Every file it ever delivered.
        current: The rows in use.
        state: Its ledger.
        store: The files as they were read.
        inbox: Its folder tonight.
        settings: The night's date.
    """
    statuses = _statuses(deliveries, current, settings)
    used = sorted(current.used)
    by_name = {delivery.name: delivery for delivery in deliveries}
    tables = concat([delivery_tables(by_name[name], current, state, store) for name in used])
    shown = [d for d in deliveries if d.name in used or d.arrival.is_present]
    rows = [_delivery_row(contract, d, statuses[d.name], settings) for d in shown]
    tables[DELIVERY.name] = DELIVERY.from_rows(rows)
    issues = [tables[ISSUE.name]]
    for delivery in shown:
        status = statuses[delivery.name]
        if delivery.failed_name and status.status != "superseded":
            failed = _without_records(store.table(delivery.failed_name, ISSUE))
            issues.append(stamped(failed, ISSUE, delivery))
        elif status.status in ("quarantined", "held"):
            issues.append(stamped(_without_records(store.table(delivery.name, ISSUE)), ISSUE, delivery))
        if delivery.name in current.older and delivery.arrival.is_present:
            entry = file_issue(contract.agency, "list_older", delivery.arrival.file_name, delivery.arrival.delivery_id)
            issues.append(ISSUE.from_rows([entry]))
        if status.status == "held":
            entry = file_issue(contract.agency, status.code, delivery.arrival.file_name, delivery.arrival.delivery_id)
            issues.append(ISSUE.from_rows([entry]))
    issues.append(ISSUE.from_rows(_agency_issues(contract, deliveries, shown, inbox, settings)))
    tables[ISSUE.name] = pa.concat_tables(issues)
    return tables


def _without_records(issues: pa.Table) -> pa.Table:
    index = ISSUE.column_names.index("record_id")
    return issues.set_column(index, "record_id", pa.nulls(issues.num_rows, pa.string()))


def _delivery_row(contract: Contract, delivery: Delivery, status: _Status, settings: Settings) -> dict[str, object]:
    return {
        "agency": contract.agency,
        "delivery_id": delivery.arrival.delivery_id,
        "sha256": delivery.arrival.sha256,
        "file_name": delivery.arrival.file_name,
        "received_date": delivery.arrival.first_seen,
        "period_date": delivery.period_date,
        "status_code": status.status,
        "code": status.code or None,
        "is_new": delivery.arrival.first_seen == settings.run_date,
        "rows_delivered": delivery.summary.rows_delivered,
        "rows_accepted": delivery.summary.rows_accepted,
        "rows_rejected": delivery.summary.rows_rejected,
        "contract_version": delivery.summary.contract_version,
        "survey_round": delivery.summary.survey_round or None,
    }


def _agency_issues(
    contract: Contract, deliveries: Sequence[Delivery], shown: Sequence[Delivery], inbox: Inbox, settings: Settings
) -> list[dict[str, object]]:
    agency = contract.agency
    issues = [file_issue(agency, "file_ignored", name) for name in inbox.ignored]
    issues += [file_issue(agency, "file_unreadable", name) for name in inbox.unreadable]
    issues += [file_issue(agency, "file_repeated", entry.name, entry.sha256[:16]) for entry in inbox.repeats]
    if not shown:
        issues.append(file_issue(agency, "nothing_delivered"))
    usable = [d.arrival.received for d in deliveries if d.is_usable]
    if contract.freshness_days is not None and usable:
        age = (settings.run_date - max(usable)).days
        if age > contract.freshness_days:
            issues.append(file_issue(agency, "delivery_late"))
    return issues


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """Counts of an agency's night."""

    records: int
    new_files: int
    has_gap: bool
    codes: tuple[str, ...]


def write_outcome(outcome: Outcome, last_good: Path, out: Path) -> OutcomeCounts:
    """Write an agency's tables; what was read is kept to stand in on a night when it cannot be.

    Args:
        outcome: The tables.
        last_good: Where the agency's last good night is kept.
        out: Folder of the run.
    """
    for table in OUTPUTS:
        table.write(outcome.tables[table.name], out)
    if outcome.is_last_good and outcome.tables[RECORD.name].num_rows:
        _keep(outcome, out, last_good)
    deliveries = outcome.tables[DELIVERY.name].select(["status_code", "code", "is_new"]).to_pylist()
    counted = Counter(row["status_code"] for row in deliveries)
    codes = {row["code"] for row in deliveries if row["code"] and row["status_code"] != "superseded"}
    issues = outcome.tables[ISSUE.name].select(["code", "severity", "row_number"]).to_pylist()
    codes |= {
        row["code"]
        for row in issues
        if row["row_number"] is None and (row["severity"] == "stop" or row["code"] == "all_rows_rejected")
    }
    return OutcomeCounts(
        records=outcome.tables[RECORD.name].num_rows,
        new_files=sum(bool(row["is_new"]) for row in deliveries),
        has_gap=bool(codes) or any(counted[status] for status in ("quarantined", "held", "stand_in", "not_read")),
        codes=tuple(sorted(codes)),
    )


def _keep(outcome: Outcome, out: Path, last_good: Path) -> None:
    stamp = last_good / "fingerprint"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == outcome.fingerprint:
        return
    scratch = last_good.with_name("last_good.new")
    shutil.rmtree(scratch, ignore_errors=True)
    for table in OUTPUTS:
        target = table.path(scratch)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(table.path(out), target)
    (scratch / "fingerprint").write_text(outcome.fingerprint, encoding="utf-8")
    shutil.rmtree(last_good, ignore_errors=True)
    scratch.rename(last_good)
