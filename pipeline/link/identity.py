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

from pipeline.link.codes import Codes, Flags, combined, present

PREFIX = {"person": "P", "household": "H"}
_NONE = -1


@dataclass(frozen=True, slots=True)
class IdentityState:
    """What the run before left: who each record was, and the counters.

    Attributes:
        assigned: Columns record_id, person_id, household_id.
        next_number: Kind → next number never used.
    """

    assigned: pa.Table
    next_number: dict[str, int] = field(default_factory=lambda: {"person": 1, "household": 1})

    def beginning_at(self, first: Mapping[str, int]) -> IdentityState:
        """The same state, giving out no number below ``first`` of its kind."""
        return replace(self, next_number={kind: max(n, first.get(kind, n)) for kind, n in self.next_number.items()})


@dataclass(frozen=True, slots=True)
class Events:
    """What happened to identifiers: for each event its code, the old number and the new one, -1 for none."""

    code: list[str]
    old: Codes
    new: Codes

    def rows(self) -> list[tuple[str, int | None, int | None]]:
        """One tuple an event."""
        old, new = ([None if n == _NONE else n for n in numbers.tolist()] for numbers in (self.old, self.new))
        return list(zip(self.code, old, new, strict=True))


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


_STATE_SCHEMA = pa.schema([("record_id", pa.string()), ("person_id", pa.string()), ("household_id", pa.string())])


def empty_state() -> IdentityState:
    """The state before the first run."""
    return IdentityState(_STATE_SCHEMA.empty_table())


def load_state(folder: Path) -> IdentityState:
    """Read ``identity.parquet`` and ``counters.json`` of an earlier run's state folder."""
    counters: dict[str, int] = json.loads((folder / "counters.json").read_text(encoding="utf-8"))
    return IdentityState(pq.read_table(folder / "identity.parquet", schema=_STATE_SCHEMA), counters)


def save_state(state: IdentityState, folder: Path) -> None:
    """Write the state for the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(state.assigned, folder / "identity.parquet", compression="zstd")
    (folder / "counters.json").write_text(json.dumps(state.next_number, sort_keys=True) + "\n", encoding="utf-8")


def previous_numbers(kind: str, record_ids: pa.Array, state: IdentityState) -> tuple[Codes, Codes]:
    """The number each record had, by node (-1: new), and all numbers that were in use."""
    column = state.assigned[f"{kind}_id"]
    numbers = pc.cast(pc.utf8_slice_codeunits(column, 1), pa.int64()).fill_null(_NONE).to_numpy().astype(np.int64)
    at = pc.index_in(record_ids, value_set=state.assigned["record_id"].combine_chunks()).fill_null(_NONE)
    positions = np.asarray(at.to_numpy(zero_copy_only=False), dtype=np.int64)
    of_node = np.where(positions >= 0, numbers[np.maximum(positions, 0)] if len(numbers) else _NONE, _NONE)
    return of_node, present(numbers)


def assign(label: Codes, old_number: Codes, in_use: Codes, next_number: int) -> Assignment:
    """Give each cluster the identifier of the old cluster with which it shares most records, else a new one.

    Args:
        label: Smallest node of each node's cluster; -1 for a node without one.
        old_number: Number each node had; -1 for a new record.
        in_use: Numbers in use in the run before, also of records that are gone.
        next_number: Next number never used.
    """
    known = (label >= 0) & (old_number >= 0)
    pairs = combined([label[known], old_number[known]])
    _, first, shared = np.unique(pairs, return_index=True, return_counts=True)
    cells = np.stack([label[known][first], old_number[known][first]], axis=1)
    cluster, old = cells[:, 0], cells[:, 1]
    clusters = present(label)
    of_cluster = np.full(len(label) + 1, _NONE, dtype=np.int64)
    # Most clusters hold the records of one old identifier, and it stands nowhere else: nothing to weigh there.
    is_plain = _stands_once(cluster) & _stands_once(old)
    of_cluster[cluster[is_plain]] = old[is_plain]
    for winner, kept in _contested(cells[~is_plain], shared[~is_plain]):
        of_cluster[winner] = kept
    fresh = clusters[of_cluster[clusters] == _NONE]
    of_cluster[fresh] = next_number + np.arange(len(fresh))
    number = np.where(label >= 0, of_cluster[np.maximum(label, 0)], _NONE)
    events = _events(cells, shared, of_cluster, fresh, in_use)
    return Assignment(number, events, next_number + len(fresh))


def _stands_once(values: Codes) -> Flags:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] == 1)


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
    cluster, old = cells[:, 0], cells[:, 1]
    heir = of_cluster[cluster]
    is_fresh = np.zeros(len(of_cluster), dtype=bool)
    is_fresh[fresh] = True
    split = is_fresh[cluster]
    is_fresh[cluster[split]] = False
    created = of_cluster[np.flatnonzero(is_fresh)]
    gone = np.setdiff1d(in_use, of_cluster) if len(in_use) else in_use
    # Of the clusters that hold records of a number that is gone, the one with most of them answers for it.
    left = np.flatnonzero(np.isin(old, gone))
    left = left[np.lexsort((heir[left], -shared[left], old[left]))]
    merged, first = np.unique(old[left], return_index=True)
    retired = np.setdiff1d(gone, merged)
    none = np.full(max(len(created), len(retired)), _NONE, dtype=np.int64)
    parts = (
        ("split", old[split], heir[split]),
        ("created", none[: len(created)], created),
        ("merged", merged, heir[left][first]),
        ("retired", retired, none[: len(retired)]),
    )
    return Events(
        [code for code, numbers, _ in parts for _ in range(len(numbers))],
        np.concatenate([old for _, old, _ in parts]).astype(np.int64),
        np.concatenate([new for _, _, new in parts]).astype(np.int64),
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
    at = place[number]
    return pa.DictionaryArray.from_arrays(pa.array(at, mask=at < 0), texts)


def event_table(kind: str, assignment: Assignment) -> pa.Table:
    """IDENTITY_EVENT of one kind."""
    events = assignment.events
    return pa.table(
        {
            "kind": pa.array([kind] * len(events.code), pa.string()),
            "event_code": pa.array(events.code, pa.string()),
            "old_id": as_text(kind, events.old).cast(pa.string()),
            "new_id": as_text(kind, events.new).cast(pa.string()),
        }
    )
