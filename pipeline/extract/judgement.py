"""How a new delivery compares with what is in use: which rows it says anew, and whether it loses too many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.continuity import KnownRow, same_rows
from pipeline.extract.in_use import Columns, Current, Delivery, Owner, Rows
from pipeline.extract.ledger import LedgerState
from pipeline.extract.requests import same_requests
from pipeline.privacy import keyed_hash

TRAITS = ("key", "national_id", "first_name", "last_name", "birth", "place", "house", "occasion")
# Three rows of nine gone is a third, and nothing to wake an officer for.
SMALLEST_LOSS = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a new delivery compares with what is in use.

    Attributes:
        same_record: (list, identity by its own values, identity it keeps).
        is_held: It would lose more rows than allowed.
    """

    same_record: tuple[tuple[str, str, str], ...]
    is_held: bool


def judge(delivery: Delivery, current: Current, state: LedgerState, rows: Rows, loss_limit: float) -> Judgement:
    """Compare a delivery with the rows in use when it came.

    Args:
        delivery: A readable delivery that was not judged before.
        current: The rows in use.
        state: The ledger.
        rows: Rows of deliveries.
        loss_limit: Largest share of rows that a full delivery may lose, as a whole and in each of its parts.
    """
    kept: list[tuple[str, str, str]] = []
    is_held = False
    columns = rows.of(delivery.name)
    by_list: defaultdict[str, list[int]] = defaultdict(list)
    for position, code in enumerate(columns["list_code"]):
        by_list[code].append(position)
    for entry in delivery.summary.lists:
        code, mine = entry.list_code, by_list[entry.list_code]
        fresh = current.fresh_parts(delivery, entry)
        if not fresh:
            continue
        scope = {
            record: owner
            for (list_code, record), owner in current.rows.items()
            if list_code == code and (entry.delivery_mode != "full_per_part" or owner.part in fresh)
        }
        keep = _keep_requests if entry.delivery_mode == "append" else _keep
        found = keep(code, mine, columns, scope, state, rows)
        kept += [(code, base, record) for base, record in sorted(found.items())]
        if entry.delivery_mode == "append":
            continue
        records = set(_records(code, mine, columns, state, found).values())
        is_held |= _loses_too_much(scope, records, {columns["part"][position] for position in mine}, loss_limit)
    return Judgement(tuple(kept), is_held)


def _loses_too_much(scope: dict[str, Owner], records: set[str], parts: set[str], loss_limit: float) -> bool:
    """Whether a list, or a part of it, loses more rows than it may, or all it had without another one in their place.

    Args:
        scope: Rows in use that the delivery says anew.
        records: Identities in the delivery.
        parts: Parts of which the delivery has a row.
        loss_limit: Largest share.
    """
    had: Counter[str] = Counter(owner.part for owner in scope.values())
    lost: Counter[str] = Counter(owner.part for record, owner in scope.items() if record not in records)
    if any(lost[part] for part in had if part not in parts):
        return True
    counts = [(lost[part], had[part]) for part in had] + [(lost.total(), had.total())]
    return any(gone >= SMALLEST_LOSS and gone > loss_limit * before for gone, before in counts)


def carried(before: Columns, now: Columns, state: LedgerState) -> list[tuple[str, str, str]]:
    """The identities of a file that is read anew, under another contract or by another reader: row by row the same.

    Args:
        before: Columns of ``READ_ROW`` as the file was read before.
        now: The same as it is read now.
        state: The ledger.

    Returns:
        (list, identity by its own values, identity it keeps) where they differ.
    """
    places = ("list_code", "sheet", "row_number", "base")
    known = {
        (code, sheet, number): state.same_record.get((code, base), base)
        for code, sheet, number, base in zip(*(before[name] for name in places), strict=True)
    }
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for code, sheet, number, base in zip(*(now[name] for name in places), strict=True):
        found[code][base] = known.get((code, sheet, number)) or state.same_record.get((code, base), base)
    kept = []
    for code, records in sorted(found.items()):
        for base, record in sorted((records | _apart(records)).items()):
            if record != state.same_record.get((code, base), base):
                kept.append((code, base, record))
    return kept


def _records(
    code: str, positions: Sequence[int], columns: Columns, state: LedgerState, found: dict[str, str]
) -> dict[str, str]:
    bases = (columns["base"][position] for position in positions)
    return {base: found.get(base) or state.same_record.get((code, base), base) for base in bases}


def _keep(
    code: str,
    positions: Sequence[int],
    columns: Columns,
    scope: dict[str, Owner],
    state: LedgerState,
    rows: Rows,
) -> dict[str, str]:
    """Identity by own values → identity kept, for the rows of one list that are not in use under their own."""
    records = _records(code, positions, columns, state, {})
    taken = set(records.values())
    bases = columns["base"]
    new = [_known(bases[at], columns, at) for at in positions if records[bases[at]] not in scope]
    old = [
        _known(record, rows.of(owner.delivery.name), owner.position)
        for record, owner in sorted(scope.items())
        if record not in taken
    ]
    found = same_rows(new, old)
    return found | _apart(_records(code, positions, columns, state, found))


def _known(record: str, columns: Columns, position: int) -> KnownRow:
    return KnownRow(record, {name: columns[name][position] for name in TRAITS}, columns["facts"][position] or "")


def _keep_requests(
    code: str,
    positions: Sequence[int],
    columns: Columns,
    scope: dict[str, Owner],
    state: LedgerState,
    rows: Rows,
) -> dict[str, str]:
    """The same for a list that rows are added to, where most of what is in use is not said again.

    A file of which half the rows stand in the new one was sent again, so that a row left over is a correction; of any
    other file every row is missing. A row with a key needs no comparison: its key says which row it is.
    """
    unkeyed = [position for position in positions if not columns["key"][position]]
    records = _records(code, unkeyed, columns, state, {})
    taken = {record for record in records.values() if record in scope}
    had = Counter(owner.delivery.name for owner in scope.values())
    repeated = Counter(scope[record].delivery.name for record in taken)
    bases = columns["base"]
    new = [_known(bases[at], columns, at) for at in unkeyed if records[bases[at]] not in scope]
    if not new:
        return {}
    old: list[KnownRow] = []
    sent_again: set[str] = set()
    for record, owner in sorted(scope.items()):
        theirs, name = rows.of(owner.delivery.name), owner.delivery.name
        if record in taken or theirs["key"][owner.position]:
            continue
        old.append(_known(record, theirs, owner.position))
        if repeated[name] and 2 * repeated[name] >= had[name]:
            sent_again.add(record)
    found = same_requests(new, old, sent_again)
    return found | _apart(_records(code, unkeyed, columns, state, found))


def _apart(records: dict[str, str]) -> dict[str, str]:
    """Two rows must not share an identity: a row whose own identity is kept by another one gets a new one."""
    kept = {record for base, record in records.items() if base != record}
    clashing = [base for base, record in sorted(records.items()) if base == record and record in kept]
    return {base: keyed_hash(b"apart", base) for base in clashing}
