"""Which rows of which deliveries are in use tonight: a pure function of the ledger and the files as they were read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from pipeline.extract.continuity import KnownRow, same_rows
from pipeline.extract.ledger import Arrival, LedgerState
from pipeline.extract.parsed import ListSummary, ParsedStore, Summary
from pipeline.extract.requests import same_requests
from pipeline.privacy import keyed_hash

TRAITS = ("key", "national_id", "first_name", "last_name", "birth", "place", "house", "occasion")
# Three rows of nine gone is a third, and nothing to wake an officer for.
SMALLEST_LOSS = 3


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivered file, read.

    Attributes:
        arrival: When it came.
        summary: What it holds.
        name: Where the store keeps it.
        trouble: Code that keeps it from being read under the contract as it is now, while it stands in as it was read
            under an earlier one; empty: none.
        failed_name: Where the store keeps that failed reading.
    """

    arrival: Arrival
    summary: Summary
    name: str
    trouble: str = ""
    failed_name: str = ""

    @property
    def period_date(self) -> date:
        """The date the file speaks of."""
        return self.summary.period_date(self.arrival.received)

    @property
    def order(self) -> tuple[int, date, str, str]:
        """The order in which deliveries replace each other: as they came; of one night, by what they speak of."""
        return (self.arrival.batch, self.period_date, self.arrival.file_name, self.arrival.sha256)

    def span(self, code: str, part: str) -> tuple[date, date] | None:
        """First and last day that a list, or a part of it, speaks of; None: the day of delivery."""
        for entry in self.summary.lists:
            if entry.list_code == code and part in entry.spans:
                first, last = entry.spans[part]
                return date.fromisoformat(first), date.fromisoformat(last)
        return None

    @property
    def is_usable(self) -> bool:
        """Whether it may be in use: readable, compared with what was there, and not held."""
        return not self.summary.code and self.arrival.is_judged and not self.arrival.is_held


@dataclass(slots=True)
class Owner:
    """Who says a row tonight: the delivery, the row's part and its position among the delivery's rows."""

    delivery: Delivery
    part: str
    position: int


def is_older(delivery: Delivery, than: Delivery, code: str, part: str) -> bool:
    """Whether a delivery brings an older edition of a list, or of a part of it, than one that came before it.

    That its newest date falls does not make it older: the newest row may have been corrected or taken out. It is when
    it ends before what the other one speaks of begins, or when its content was seen before and ends earlier. Where
    one of them gives no date, or one that lay ahead when it came, the later one is right.

    Args:
        delivery: The delivery that came later.
        than: The one before.
        code: The list.
        part: The part; empty: the whole list.
    """
    mine, other = delivery.span(code, part), than.span(code, part)
    if mine is None or other is None or other[0] > than.arrival.received:
        return False
    return mine[1] < (other[1] if delivery.arrival.is_old_content else other[0])


Columns = dict[str, list[str]]


class Rows:
    """The accepted rows of deliveries, read once a night."""

    def __init__(self, store: ParsedStore) -> None:
        """Read from a store."""
        self._store = store
        self._known: dict[str, Columns] = {}

    def of(self, name: str) -> Columns:
        """The columns of ``READ_ROW`` of one delivery, by its name in the store."""
        if name not in self._known:
            table: pa.Table = self._store.rows(name)
            self._known[name] = table.drop_columns(["evidence_date"]).to_pydict()
        return self._known[name]


@dataclass(slots=True)
class Current:
    """What is in use.

    Attributes:
        rows: (list, identity) → who says it.
        speakers: (list, part) → the delivery that was the last to say it, with or without a row.
        rejected: Names of files that add to a list and of which no row was accepted, as long as they are delivered.
        older: Names of deliveries that came later with an older edition of a list in use.
    """

    rows: dict[tuple[str, str], Owner] = field(default_factory=dict)
    speakers: dict[tuple[str, str], Delivery] = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)
    older: set[str] = field(default_factory=set)

    @property
    def used(self) -> set[str]:
        """Names of the deliveries whose rows, counts and issues are tonight's."""
        owners = {owner.delivery.name for owner in self.rows.values()}
        return owners | {delivery.name for delivery in self.speakers.values()} | self.rejected

    def fresh_parts(self, delivery: Delivery, entry: ListSummary) -> set[str]:
        """The parts of a list that a delivery says anew: none that a later delivery or a newer edition has said.

        Args:
            delivery: The delivery.
            entry: The list in it.
        """
        known = {part: self.speakers.get((entry.list_code, part)) for part in entry.parts}
        return {
            part
            for part, other in known.items()
            if other is None or (other.order < delivery.order and not is_older(delivery, other, entry.list_code, part))
        }

    def withdraw(self, delivery: Delivery, entry: ListSummary) -> set[str]:
        """Take out what a delivery says anew; returns the parts."""
        fresh = self.fresh_parts(delivery, entry)
        is_whole = entry.delivery_mode == "full" and bool(fresh)
        for key in [k for k in self.rows if k[0] == entry.list_code]:
            if is_whole or self.rows[key].part in fresh:
                del self.rows[key]
        if is_whole:
            self.speakers = {key: said for key, said in self.speakers.items() if key[0] != entry.list_code}
        self.speakers |= {(entry.list_code, part): delivery for part in fresh}
        if len(fresh) < len(entry.parts):
            self.older.add(delivery.name)
        return fresh

    def add(self, code: str, record: str, owner: Owner) -> None:
        """Let a delivery say a row of a list that rows are added to, unless what it says is older."""
        known = self.rows.get((code, record))
        if known is None or known.delivery is owner.delivery or not is_older(owner.delivery, known.delivery, code, ""):
            self.rows[(code, record)] = owner


def current_rows(deliveries: Iterable[Delivery], state: LedgerState, rows: Rows) -> Current:
    """The rows in use.

    Args:
        deliveries: Every delivery; those that cannot be used are left out.
        state: The ledger.
        rows: Their rows.
    """
    current = Current()
    for delivery in sorted((d for d in deliveries if d.is_usable), key=lambda d: d.order):
        fresh: dict[str, set[str]] = {}
        for entry in delivery.summary.lists:
            if entry.delivery_mode != "append":
                fresh[entry.list_code] = current.withdraw(delivery, entry)
            elif not entry.rows and delivery.arrival.is_present:
                current.rejected.add(delivery.name)
        columns = rows.of(delivery.name)
        said = zip(columns["list_code"], columns["base"], columns["part"], strict=True)
        for position, (code, base, part) in enumerate(said):
            record = state.same_record.get((code, base), base)
            if code not in fresh:
                current.add(code, record, Owner(delivery, part, position))
            elif part in fresh[code]:
                current.rows[(code, record)] = Owner(delivery, part, position)
    return current


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
