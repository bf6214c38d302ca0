"""Identifiers that last: opaque numbers from a counter, following the records of the run before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.link.codes import Codes, Flags, at, coded_column, combined, plain_texts, present

PREFIX = {"person": "P", "household": "H"}
EVENT_CODES = ("created", "split", "merged", "retired")
STATE_FILE, COUNTERS_FILE = "identity.parquet", "counters.json"
_NONE = -1


@dataclass(frozen=True, slots=True)
class IdentityState:
    """What the run before left: who each record was, and the counters.

    Attributes:
        record_id: The records, ascending.
        number: Kind → for each record the number of its identifier, -1 for none.
        next_number: Kind → next number never used.
    """

    record_id: pa.Array
    number: dict[str, Codes]
    next_number: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PREFIX, 1))

    def beginning_at(self, first: Mapping[str, int]) -> IdentityState:
        """The same state, giving out no number below ``first`` of its kind."""
        return replace(self, next_number={kind: max(n, first.get(kind, n)) for kind, n in self.next_number.items()})


@dataclass(frozen=True, slots=True)
class Events:
    """What happened to identifiers, one entry an event.

    Attributes:
        code: Place in ``EVENT_CODES``.
        old: The number before, -1 for none.
        new: The number that answers for it now, -1 for none.
    """

    code: Codes
    old: Codes
    new: Codes

    def rows(self) -> list[tuple[str, int | None, int | None]]:
        """One tuple an event."""
        old, new = ([None if n == _NONE else n for n in numbers.tolist()] for numbers in (self.old, self.new))
        return list(zip([EVENT_CODES[code] for code in self.code], old, new, strict=True))


@dataclass(frozen=True, slots=True)
class Assignment:
    """Identifiers of one kind.

    Attributes:
        number: For each node the number of its identifier, -1 for none.
        events: What happened to identifiers.
        next_number: Next number never used.
    """

    number: Codes
    events: Events
    next_number: int


def empty_state() -> IdentityState:
    """The state before the first run."""
    return IdentityState(pa.array([], pa.string()), {kind: np.empty(0, dtype=np.int64) for kind in PREFIX})


def load_state(folder: Path) -> IdentityState:
    """Read ``identity.parquet`` and ``counters.json`` of an earlier run's state folder.

    Raises:
        ValueError: The counters are none, or would give a number out again.
    """
    counters: dict[str, int] = json.loads((folder / COUNTERS_FILE).read_text(encoding="utf-8"))
    if not isinstance(counters, dict) or any(type(counters.get(kind)) is not int for kind in PREFIX):
        raise ValueError("counters")
    table = pq.read_table(folder / STATE_FILE).combine_chunks()
    numbers = {kind: _numbers(table, kind) for kind in PREFIX}
    if any(counters[kind] <= int(found.max(initial=_NONE)) for kind, found in numbers.items()):
        raise ValueError("counters")
    return IdentityState(plain_texts(table["record_id"]), numbers, counters)


def _numbers(table: pa.Table, kind: str) -> Codes:
    if f"{kind}_id" in table.column_names:
        # States used to name identifiers in full: P000000001.
        column = pc.cast(pc.utf8_slice_codeunits(table[f"{kind}_id"].cast(pa.string()), 1), pa.int64())
    else:
        column = table[f"{kind}_number"]
    return np.asarray(column.fill_null(_NONE).to_numpy(), dtype=np.int64)


def save_state(state: IdentityState, folder: Path) -> None:
    """Write the state for the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {f"{kind}_number": pa.array(number, mask=number < 0) for kind, number in state.number.items()}
    table = pa.table({"record_id": state.record_id, **numbers})
    pq.write_table(
        table,
        folder / STATE_FILE,
        compression="zstd",
        use_dictionary=False,
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        write_statistics=False,
    )
    (folder / COUNTERS_FILE).write_text(json.dumps(state.next_number, sort_keys=True) + "\n", encoding="utf-8")


def previous_numbers(kind: str, places: Codes, state: IdentityState) -> tuple[Codes, Codes]:
    """The number each record had, by node (-1: new), and all numbers that were in use.

    Args:
        kind: Person or household.
        places: Where each record stands in the state, -1 for a new one.
        state: What the run before left.
    """
    numbers = state.number[kind]
    return at(np.append(numbers, _NONE), places), present(numbers)


def assign(label: Codes, old_number: Codes, in_use: Codes, next_number: int) -> Assignment:
    """Give each cluster the identifier of the old cluster with which it shares most records, else a new one.

    Args:
        label: Smallest node of each node's cluster; -1 for a node without one.
        old_number: Number each node had; -1 for a new record.
        in_use: Numbers in use in the run before, also of records that are gone.
        next_number: Next number never used.
    """
    known = (label >= 0) & (old_number >= 0)
    cluster, old = label[known], old_number[known]
    of_cluster = np.full(len(label) + 1, _NONE, dtype=np.int64)
    # Most clusters hold the records of one old identifier, and it stands nowhere else: nothing to weigh there.
    is_plain = _has_one(cluster, old) & _has_one(old, cluster)
    of_cluster[cluster[is_plain]] = old[is_plain]
    cells, shared = _cells(cluster[~is_plain], old[~is_plain])
    for winner, kept in _contested(cells, shared):
        of_cluster[winner] = kept
    clusters = present(label)
    fresh = clusters[of_cluster[clusters] == _NONE]
    of_cluster[fresh] = next_number + np.arange(len(fresh))
    events = _events(cells, shared, of_cluster, fresh, in_use)
    # A node without a cluster, -1, takes the last entry, which is of no cluster.
    return Assignment(at(of_cluster, label), events, next_number + len(fresh))


def _has_one(groups: Codes, values: Codes) -> Flags:
    """For each entry whether its group has one value only."""
    value = np.empty(int(groups.max(initial=_NONE)) + 1, dtype=np.int64)
    value[groups] = values
    has_more = np.zeros(len(value), dtype=bool)
    has_more[groups[at(value, groups) != values]] = True
    return ~at(has_more, groups)


def _cells(cluster: Codes, old: Codes) -> tuple[Codes, Codes]:
    """The distinct pairs of a cluster and an old number, and how many records each has."""
    _, first, shared = np.unique(combined([cluster, old]), return_index=True, return_counts=True)
    return np.stack([cluster[first], old[first]], axis=1), shared


def _contested(cells: Codes, shared: Codes) -> list[tuple[int, int]]:
    """Clusters and the old numbers they keep: most shared records, then the older number, then the first cluster."""
    taken: dict[int, int] = {}
    used: set[int] = set()
    for row in np.lexsort((cells[:, 0], cells[:, 1], -shared)).tolist():
        cluster, old = int(cells[row, 0]), int(cells[row, 1])
        if cluster not in taken and old not in used:
            taken[cluster] = old
            used.add(old)
    return list(taken.items())


def _events(cells: Codes, shared: Codes, of_cluster: Codes, fresh: Codes, in_use: Codes) -> Events:
    """What happened, given the cells of clusters that do not simply go on."""
    cluster, old = cells[:, 0], cells[:, 1]
    heir = of_cluster[cluster]
    is_fresh = np.zeros(len(of_cluster), dtype=bool)
    is_fresh[fresh] = True
    is_split = is_fresh[cluster]
    is_fresh[cluster] = False
    created = of_cluster[is_fresh]
    # No number, -1, marks the last entry, which stands for no number.
    is_living = np.zeros(max(int(of_cluster.max()), int(in_use.max(initial=_NONE))) + 2, dtype=bool)
    is_living[of_cluster] = True
    gone = in_use[~is_living[in_use]]
    # Of the clusters that hold records of a number that is gone, the one with most of them answers for it.
    left = np.flatnonzero(~is_living[old])
    left = left[np.lexsort((heir[left], -shared[left], old[left]))]
    merged, first = np.unique(old[left], return_index=True)
    retired = gone[~np.isin(gone, merged)]
    parts = (
        (np.full(len(created), _NONE), created),
        (old[is_split], heir[is_split]),
        (merged, heir[left][first]),
        (retired, np.full(len(retired), _NONE)),
    )
    return Events(
        np.repeat(np.arange(len(EVENT_CODES), dtype=np.int32), [len(old) for old, _ in parts]),
        np.concatenate([old for old, _ in parts]).astype(np.int64),
        np.concatenate([new for _, new in parts]).astype(np.int64),
    )


def as_text(kind: str, number: Codes) -> pa.DictionaryArray:
    """Identifiers such as P000000001, as codes into the distinct ones; null where there is none."""
    largest = int(number.max(initial=_NONE))
    place = np.full(largest + 2, _NONE, dtype=np.int32)
    place[number[number >= 0]] = 0
    distinct = np.flatnonzero(place[:-1] == 0)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    digits = pc.utf8_lpad(pc.cast(pa.array(distinct), pa.string()), 9, "0")
    texts = pc.binary_join_element_wise(pa.scalar(PREFIX[kind]), digits, "")
    return coded_column(at(place, number), texts)


def event_table(kind: str, assignment: Assignment) -> pa.Table:
    """IDENTITY_EVENT of one kind."""
    events = assignment.events
    of_kind = pa.array(np.zeros(len(events.code), dtype=np.int32))
    return pa.table(
        {
            "kind": pa.DictionaryArray.from_arrays(of_kind, pa.array([kind])),
            "event_code": pa.DictionaryArray.from_arrays(pa.array(events.code), pa.array(EVENT_CODES)),
            "old_id": as_text(kind, events.old),
            "new_id": as_text(kind, events.new),
        }
    )
