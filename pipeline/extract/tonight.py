"""The rows in use → tonight's tables: deliveries, counts, rows, records, attributes and issues of one agency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.extract.in_use import Current, Delivery
from pipeline.extract.ledger import LedgerState
from pipeline.extract.parsed import ParsedStore
from pipeline.extract.row_tables import STAGE
from pipeline.issues import issue_code
from pipeline.tables import DELIVERED_ROW, INT, ISSUE, RECORD, RECORD_ATTRIBUTE, SHEET_COUNT, TEXT, Table

Tables = dict[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Renaming:
    """The record_ids of one delivery: as the file alone gives them → as they are tonight; None: not in use."""

    by_id: Mapping[str, str | None]

    def of(self, record_ids: Iterable[str | None]) -> list[str | None]:
        """Tonight's identity of each."""
        return [self.by_id.get(r) if r is not None else None for r in record_ids]


def renaming(delivery: Delivery, records: pa.Table, current: Current, state: LedgerState) -> Renaming:
    """Tonight's identities of a delivery's records.

    Args:
        delivery: The delivery.
        records: Its records, as the file alone gives them.
        current: The rows in use.
        state: The ledger.
    """
    by_id: dict[str, str | None] = {}
    for record_id, code in zip(records["record_id"].to_pylist(), records["list_code"].to_pylist(), strict=True):
        agency, _, base, *role = record_id.split("/")
        record = state.same_record.get((code, base), base)
        owner = current.rows.get((code, record))
        is_ours = owner is not None and owner.delivery.name == delivery.name
        by_id[record_id] = "/".join([agency, code, record, *role]) if is_ours else None
    return Renaming(by_id)


def delivery_tables(delivery: Delivery, current: Current, state: LedgerState, store: ParsedStore) -> Tables:
    """Tonight's tables of one delivery in use.

    Rows that a later delivery replaces are left out by rule: kind ``excluded``, with a note.

    Args:
        delivery: A delivery that is in use.
        current: The rows in use.
        state: The ledger.
        store: The files as they were read.
    """
    all_records = store.table(delivery.name, RECORD)
    names = renaming(delivery, all_records, current, state)
    kept = pa.array([name is not None for name in names.of(all_records["record_id"].to_pylist())], pa.bool_())
    records = _renamed(all_records.filter(kept), names)
    evidence = records["evidence_date"]
    by_list = {entry.list_code: entry.period for entry in delivery.summary.lists}
    default = [_date(by_list.get(code), delivery) for code in records["list_code"].to_pylist()]
    received = pa.array([delivery.arrival.received] * len(records), pa.date32())
    evidence = pc.min_element_wise(pc.coalesce(evidence, pa.array(default, pa.date32())), received)
    records = records.set_column(RECORD.column_names.index("evidence_date"), "evidence_date", evidence)
    facts = store.table(delivery.name, RECORD_ATTRIBUTE)
    is_said = pa.array([n is not None for n in names.of(facts["record_id"].to_pylist())], pa.bool_())
    replaced = _replaced(all_records, kept)
    delivered = _excluded(store.table(delivery.name, DELIVERED_ROW), replaced)
    issues = store.table(delivery.name, ISSUE)
    issues = _with(issues, "record_id", pa.array(names.of(issues["record_id"].to_pylist()), TEXT))
    return {
        RECORD.name: stamped(records, RECORD, delivery),
        RECORD_ATTRIBUTE.name: _renamed(facts.filter(is_said), names),
        DELIVERED_ROW.name: stamped(delivered, DELIVERED_ROW, delivery),
        SHEET_COUNT.name: stamped(_recounted(store.table(delivery.name, SHEET_COUNT), replaced), SHEET_COUNT, delivery),
        ISSUE.name: stamped(pa.concat_tables([issues, _notes(delivery, all_records, replaced)]), ISSUE, delivery),
    }


def _date(period: str | None, delivery: Delivery) -> object:
    from datetime import date

    return date.fromisoformat(period) if period else delivery.arrival.received


def _with(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def _renamed(table: pa.Table, names: Renaming) -> pa.Table:
    return _with(table, "record_id", pa.array(names.of(table["record_id"].to_pylist()), TEXT))


def stamped(table: pa.Table, declared: Table, delivery: Delivery) -> pa.Table:
    """Fill in which delivery the rows come from."""
    count = table.num_rows
    for name, value in (("delivery_id", delivery.arrival.delivery_id), ("file_name", delivery.arrival.file_name)):
        if name in declared.column_names:
            table = _with(table, name, pa.array([value] * count, TEXT))
    return table


def _replaced(records: pa.Table, kept: pa.Array) -> set[tuple[str, int]]:
    """Rows of which no record is in use."""
    rows: dict[tuple[str, int], bool] = {}
    places = zip(records["sheet"].to_pylist(), records["row_number"].to_pylist(), kept.to_pylist(), strict=True)
    for sheet, number, is_kept in places:
        rows[(sheet, number)] = rows.get((sheet, number), False) or is_kept
    return {place for place, is_used in rows.items() if not is_used}


def _excluded(delivered: pa.Table, replaced: set[tuple[str, int]]) -> pa.Table:
    if not replaced:
        return delivered
    places = zip(
        delivered["sheet"].to_pylist(),
        delivered["row_number"].to_pylist(),
        delivered["row_kind"].to_pylist(),
        strict=True,
    )
    kinds = ["excluded" if (sheet, number) in replaced else kind for sheet, number, kind in places]
    return _with(delivered, "row_kind", pa.array(kinds, TEXT))


def _recounted(counts: pa.Table, replaced: set[tuple[str, int]]) -> pa.Table:
    moved: defaultdict[str, int] = defaultdict(int)
    for sheet, _ in replaced:
        moved[sheet] += 1
    shift = [moved[sheet] for sheet in counts["sheet"].to_pylist()]
    zero = [c.name for c in SHEET_COUNT.columns if c.type == INT]
    for name in zero:
        counts = _with(counts, name, pc.fill_null(counts[name], 0))
    moved_rows = pa.array(shift, INT)
    counts = _with(counts, "accepted", pc.subtract(counts["accepted"], moved_rows))
    return _with(counts, "excluded", pc.add(counts["excluded"], moved_rows))


def _notes(delivery: Delivery, records: pa.Table, replaced: set[tuple[str, int]]) -> pa.Table:
    agency = records["agency"][0].as_py() if records.num_rows else None
    return ISSUE.from_rows(
        {
            "agency": agency,
            "sheet": sheet,
            "row_number": number,
            "code": "row_replaced",
            "severity": issue_code("row_replaced").severity,
            "stage": STAGE,
        }
        for sheet, number in sorted(replaced)
    )


def concat(tables: Sequence[Tables]) -> Tables:
    """The tables of several deliveries as one."""
    declared = (RECORD, RECORD_ATTRIBUTE, DELIVERED_ROW, SHEET_COUNT, ISSUE)
    return {
        t.name: pa.concat_tables([t.empty(), *(entry[t.name] for entry in tables if t.name in entry)]) for t in declared
    }
