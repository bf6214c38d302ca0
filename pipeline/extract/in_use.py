"""Which rows of which deliveries are in use tonight: a pure function of the ledger and the files as they were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from pipeline.extract.ledger import Arrival, LedgerState
from pipeline.extract.parsed import ListSummary, ParsedStore, Summary


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
