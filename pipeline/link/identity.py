"""Identifiers that last: opaque numbers from a counter, following the records of the run before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.link.codes import combined

Codes = npt.NDArray[np.int64]
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
class Assignment:
    """Identifiers of one kind.

    Attributes:
        number: For each node the number of its identifier, -1 for none.
        events: (event_code, old number or None, new number or None).
        next_number: Next number never used.
    """

    number: Codes
    events: list[tuple[str, int | None, int | None]]
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
    pq.write_table(state.assigned.sort_by("record_id"), folder / "identity.parquet", compression="zstd")
    (folder / "counters.json").write_text(json.dumps(state.next_number, sort_keys=True) + "\n", encoding="utf-8")


def previous_numbers(kind: str, record_ids: pa.Array, state: IdentityState) -> tuple[Codes, Codes]:
    """The number each record had, by node (-1: new), and all numbers that were in use."""
    column = state.assigned[f"{kind}_id"]
    numbers = pc.cast(pc.utf8_slice_codeunits(column, 1), pa.int64()).fill_null(_NONE).to_numpy().astype(np.int64)
    at = pc.index_in(record_ids, value_set=state.assigned["record_id"].combine_chunks()).fill_null(_NONE)
    positions = np.asarray(at.to_numpy(zero_copy_only=False), dtype=np.int64)
    of_node = np.where(positions >= 0, numbers[np.maximum(positions, 0)] if len(numbers) else _NONE, _NONE)
    return of_node, np.unique(numbers[numbers >= 0])


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
    taken: dict[int, int] = {}
    used: set[int] = set()
    # Most shared records first; then the older identifier, then the cluster that comes first.
    for row in np.lexsort((cells[:, 0], cells[:, 1], -shared)).tolist():
        cluster, old = int(cells[row, 0]), int(cells[row, 1])
        if cluster not in taken and old not in used:
            taken[cluster] = old
            used.add(old)
    clusters = np.unique(label[label >= 0])
    numbers = np.array([taken.get(c, _NONE) for c in clusters.tolist()], dtype=np.int64)
    fresh = np.flatnonzero(numbers == _NONE)
    numbers[fresh] = next_number + np.arange(len(fresh))
    of_cluster = np.full(len(label) + 1, _NONE, dtype=np.int64)
    of_cluster[clusters] = numbers
    number = np.where(label >= 0, of_cluster[np.maximum(label, 0)], _NONE)
    events = _events(cells, shared, of_cluster, used, clusters[fresh], in_use)
    return Assignment(number, events, next_number + len(fresh))


def _events(
    cells: Codes, shared: Codes, of_cluster: Codes, used: set[int], fresh_clusters: Codes, in_use: Codes
) -> list[tuple[str, int | None, int | None]]:
    events: list[tuple[str, int | None, int | None]] = []
    fresh = set(fresh_clusters.tolist())
    heirs: dict[int, tuple[int, int]] = {}
    from_old: set[int] = set()
    for (cluster, old), count in zip(cells.tolist(), shared.tolist(), strict=True):
        heir = int(of_cluster[cluster])
        if cluster in fresh:
            events.append(("split", old, heir))
            from_old.add(cluster)
        if old not in used:
            heirs[old] = min(heirs.get(old, (0, 0)), (-count, heir))
    events.extend(("created", None, int(of_cluster[c])) for c in sorted(fresh - from_old))
    for old in sorted(set(in_use.tolist()) - used):
        if old in heirs:
            events.append(("merged", old, heirs[old][1]))
        else:
            events.append(("retired", old, None))
    return events


def as_text(kind: str, number: Codes) -> pa.Array:
    """Identifiers such as P000000001; null where there is none."""
    digits = pc.utf8_lpad(pc.cast(pa.array(number), pa.string()), 9, "0")
    named = pc.binary_join_element_wise(pa.scalar(PREFIX[kind]), digits, "")
    return pc.if_else(pa.array(number >= 0), named, pa.scalar(None, pa.string()))


def event_rows(kind: str, assignment: Assignment) -> list[dict[str, object]]:
    """Rows of IDENTITY_EVENT."""

    def name(number: int | None) -> str | None:
        return None if number is None else f"{PREFIX[kind]}{number:09d}"

    return [
        {"kind": kind, "event_code": code, "old_id": name(old), "new_id": name(new)}
        for code, old, new in assignment.events
    ]
