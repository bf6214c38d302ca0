"""What changed since the run before, record by record and pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.link.codes import UNKNOWN, Codes, Flags
from pipeline.link.encode import Coded, add_keys
from pipeline.link.known_pairs import KnownPairs
from pipeline.link.memory import FOUND, Memory
from pipeline.link.pairing import Nodes
from pipeline.link.reblock import TwoNights
from pipeline.link.records import Night, Rows

# Published limits (docs/linkage.md): past one of them the model and its frequencies are learnt anew.
DRIFT_SHARE = 0.25
DRIFT_RECORDS = 100


@dataclass(frozen=True, slots=True)
class Changes:
    """Tonight beside the run before.

    Attributes:
        is_changed: For each node whether its record is new, or differs in anything that is compared.
        row_before: For each node its row in the run before, -1 where it was not there.
        node: For each row of the run before its node tonight, -1 where it changed or is gone.
        old_rows: Rows of the run before that changed or are gone, ascending.
        columns_before: Code columns of those.
    """

    is_changed: Flags
    row_before: Rows
    node: Nodes
    old_rows: Rows
    columns_before: dict[str, Codes]

    @property
    def count(self) -> int:
        """Records that came, changed or went."""
        came = int((self.is_changed & (self.row_before == UNKNOWN)).sum())
        return came + len(self.old_rows)

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


def find_changes(night: Night, coded: Coded, memory: Memory) -> Changes:
    """Compare tonight's records with those of the run before, by their codes."""
    is_there = night.row_before != UNKNOWN
    rows = np.maximum(night.row_before, 0)
    is_changed = ~is_there
    if is_there.any():
        for name in FOUND:
            is_changed |= is_there & (coded.columns[name] != np.take(memory.found[name], rows))
    # The other columns say what the record says, which differs only where it was read again.
    read = np.flatnonzero(is_there & night.is_read)
    for name, codes in memory.plain(night.row_before[read]).items():
        is_changed[read] |= coded.columns[name][read] != codes
    node = np.full(memory.count, UNKNOWN, dtype=np.int32)
    unchanged = np.flatnonzero(~is_changed).astype(np.int32)
    node[night.row_before[unchanged]] = unchanged
    old_rows = np.flatnonzero(node == UNKNOWN)
    columns = memory.columns(old_rows)
    add_keys(columns, coded.names)
    return Changes(is_changed, night.row_before, node, old_rows, columns)


def has_drifted(changed: int, records_at_training: int) -> bool:
    """Whether so many records came, changed or went since the model was learnt that it is learnt anew."""
    return changed >= max(DRIFT_RECORDS, DRIFT_SHARE * records_at_training)
