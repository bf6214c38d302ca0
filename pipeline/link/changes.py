"""What changed since the run before, record by record and pair by pair."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pipeline.columns import whole
from pipeline.link.codes import UNKNOWN, Codes, Flags, at, narrow
from pipeline.link.encode import Coded, add_keys
from pipeline.link.known_pairs import KnownPairs
from pipeline.link.memory import FOUND, Memory
from pipeline.link.pairing import Nodes
from pipeline.link.reblock import TwoNights
from pipeline.link.record_ids import places_among
from pipeline.link.records import RECORD_ID, Night, Rows
from pipeline.link.twins import revise_twins

# Published limits (docs/linkage.md): past one of them the model and its frequencies are learnt anew.
DRIFT_SHARE = 0.25
DRIFT_RECORDS = 100


@dataclass(frozen=True, slots=True)
class Changes:
    """Tonight beside the run before.

    Attributes:
        is_changed: For each node whether its record is new, or differs in anything that is compared.
        row_before: For each node its row in the run before, -1 where it was not there.
        ids_before: The record_ids of that run.
        node: For each row of the run before its node tonight, -1 where it changed or is gone.
        old_rows: Rows of the run before that changed or are gone, ascending.
        columns_before: Code columns of those.
    """

    is_changed: Flags
    row_before: Rows
    ids_before: pa.Array
    node: Nodes
    old_rows: Rows
    columns_before: dict[str, Codes]

    @property
    def count(self) -> int:
        """Records that came, changed or went."""
        came = int((self.is_changed & (self.row_before == UNKNOWN)).sum())
        return came + len(self.old_rows)

    def places_among(self, ids: pa.Array, known: pa.Array) -> Rows:
        """Where tonight's record_ids stand among known ones, which are nearly always those of the run before."""
        return self.row_before if self.ids_before.equals(known) else places_among(ids, known)

    def nights(self, coded: Coded) -> TwoNights:
        """Tonight's records and the old versions of those that changed."""
        is_changed = np.append(self.is_changed, np.ones(len(self.old_rows), dtype=bool))
        return TwoNights(coded.columns, self.columns_before, coded.count, is_changed)

    def known_pairs(self, memory: Memory) -> KnownPairs | None:
        """The pairs of the run before; None where they cannot be read."""
        graded = memory.graded()
        if graded is None:
            return None
        return KnownPairs(graded, self.node, np.where(self.is_changed, UNKNOWN, self.row_before))


def find_changes(night: Night, coded: Coded, memory: Memory) -> tuple[Coded, Changes]:
    """Compare tonight's records with those of the run before, by their codes.

    Args:
        night: Tonight's records.
        coded: The same as codes, but for who is a twin.
        memory: What the run before left.

    Returns:
        The records with their twins, and what changed.
    """
    is_changed = _differs(night, coded, memory)
    was_twin = _as_before(night, memory, "is_twin")
    changed, old_rows = np.flatnonzero(is_changed), np.flatnonzero(_nodes(night, memory, is_changed) == UNKNOWN)
    twins = narrow(revise_twins(was_twin, coded.columns, changed, _columns_of(memory, coded, old_rows)))
    coded = replace(coded, columns={**coded.columns, "is_twin": twins})
    # Whose twin came or went is compared anew too.
    is_changed |= twins != was_twin
    node = _nodes(night, memory, is_changed)
    old_rows = np.flatnonzero(node == UNKNOWN)
    return coded, Changes(
        is_changed,
        night.row_before,
        whole(memory.records[RECORD_ID]),
        node,
        old_rows,
        _columns_of(memory, coded, old_rows),
    )


def _differs(night: Night, coded: Coded, memory: Memory) -> Flags:
    """Which records are new, or differ in anything but their twins."""
    is_there = night.row_before != UNKNOWN
    is_changed: Flags = ~is_there
    for name in FOUND:
        if name != "is_twin":
            is_changed |= coded.columns[name] != _as_before(night, memory, name)
    # The other columns say what the record says, which differs only where it was read again.
    read = np.flatnonzero(is_there & night.is_read)
    for name, codes in memory.plain(night.row_before[read]).items():
        is_changed[read] |= coded.columns[name][read] != codes
    return np.asarray(is_changed)


def _as_before(night: Night, memory: Memory, name: str) -> Codes:
    """A column of tonight's records as it was; the unknown, -1, in a new one."""
    codes = memory.found[name]
    return at(np.append(codes, codes.dtype.type(UNKNOWN)), night.row_before)


def _nodes(night: Night, memory: Memory, is_changed: Flags) -> Nodes:
    """For each row of the run before its node tonight, -1 where it changed or is gone."""
    node = np.full(memory.count, UNKNOWN, dtype=np.int32)
    unchanged = np.flatnonzero(~is_changed).astype(np.int32)
    node[night.row_before[unchanged]] = unchanged
    return node


def _columns_of(memory: Memory, coded: Coded, rows: Rows) -> dict[str, Codes]:
    columns = memory.columns(rows)
    add_keys(columns, coded.names)
    return columns


def has_drifted(changed: int, records_at_training: int) -> bool:
    """Whether so many records came, changed or went since the model was learnt that it is learnt anew."""
    return changed >= max(DRIFT_RECORDS, DRIFT_SHARE * records_at_training)
