"""Pairs that the run before compared, and what becomes of them: those that are made again keep their grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.engine import Engine
from pipeline.link.blocking import Pairs
from pipeline.link.codes import UNKNOWN, Codes, Flags, at
from pipeline.link.grade import Graded
from pipeline.link.pairing import Ints, Nodes, chunks, packed, unpacked


@dataclass(frozen=True, slots=True)
class KnownPairs:
    """Pairs that the run before compared.

    Attributes:
        graded: The pairs, as rows of the run before.
        node: For each row of the run before its node tonight, ascending; -1 for a record that changed or is gone.
        row: For each node of tonight its row in the run before, -1 where it is new or changed.
    """

    graded: Graded
    node: Nodes
    row: Codes

    def __len__(self) -> int:
        return len(self.graded.a)

    def is_unchanged(self) -> Flags:
        """Which pairs are of two unchanged records."""
        is_there = self.node != UNKNOWN
        found = np.empty(len(self), dtype=bool)
        for rows in chunks(len(self)):
            np.logical_and(at(is_there, self.graded.a[rows]), at(is_there, self.graded.b[rows]), out=found[rows])
        return found

    def nodes(self, pairs: Ints) -> tuple[Nodes, Nodes]:
        """Tonight's nodes of some of the pairs, all of two unchanged records."""
        return at(self.node, self.graded.a[pairs]), at(self.node, self.graded.b[pairs])

    def places(self, engine: Engine, asked: Sequence[Ints]) -> list[Ints]:
        """Where packed pairs of tonight's nodes stand among these, -1 where they do not.

        Args:
            engine: Works on several chunks at once.
            asked: Arrays of pairs, each ascending.
        """
        some = chunks(len(self))
        # Unchanged records stand in the order in which they stood: a chunk is asked for what lies between its borders.
        begins = np.array([rows.start for rows in some[1:]], dtype=np.int64)
        first = packed(self.graded.a[begins], self.graded.b[begins])
        found = [np.full(len(pairs), UNKNOWN, dtype=np.int64) for pairs in asked]
        parts: list[tuple[Ints, Ints, Ints, Ints]] = []
        for pairs, place in zip(asked, found, strict=True):
            a, b = (at(self.row, nodes) for nodes in unpacked(pairs))
            rows = np.flatnonzero((a >= 0) & (b >= 0))
            keys = packed(a[rows], b[rows])
            parts.append((rows, keys, np.r_[0, np.searchsorted(keys, first), len(keys)], place))

        def look(chunk: int) -> None:
            held_rows = some[chunk]
            held = packed(self.graded.a[held_rows], self.graded.b[held_rows])
            for rows, keys, borders, place in parts:
                part = slice(borders[chunk], borders[chunk + 1])
                near = np.minimum(np.searchsorted(held, keys[part]), len(held) - 1)
                place[rows[part]] = np.where(held[near] == keys[part], near + held_rows.start, UNKNOWN)

        engine.map_each(range(len(some)), look)
        return found


@dataclass(frozen=True, slots=True)
class PairChanges:
    """What becomes of known pairs, and the pairs that are not known.

    Attributes:
        is_kept: Which known pairs are made tonight too, all of two unchanged records.
        is_free: Which of these a rule that does not look at the ID makes tonight.
        others: Tonight's other pairs.
    """

    is_kept: Flags
    is_free: Flags
    others: Pairs


def kept_beside(engine: Engine, known: KnownPairs, changes: PairChanges, others: Graded) -> Graded:
    """The known pairs that are made tonight too, as nodes of tonight, and tonight's others.

    Unchanged records stand tonight in the order in which they stood, and so do their pairs: the others are put in
    between, a chunk of known pairs at a time.

    Args:
        engine: Works on several chunks at once.
        known: The known pairs.
        changes: Which of them are kept.
        others: Tonight's other pairs, graded.
    """
    kept = [rows.start + np.flatnonzero(changes.is_kept[rows]) for rows in chunks(len(known))]
    kept = [rows for rows in kept if len(rows)] or [np.empty(0, dtype=np.int64)]
    keys = packed(others.a, others.b)
    # Each chunk takes the others from its first pair on; the first takes those before it too.
    first = np.array([packed(*known.nodes(rows[:1]))[0] for rows in kept[1:]], dtype=np.int64)
    parts = [slice(*ends) for ends in pairwise([0, *np.searchsorted(keys, first).tolist(), len(keys)])]
    begins = np.cumsum([0, *(len(rows) + part.stop - part.start for rows, part in zip(kept, parts, strict=True))])
    patterns, numbers = _patterns(known.graded, kept, others)
    found = _unfilled(int(begins[-1]), patterns)

    def splice(chunk: int) -> None:
        rows, part, place = kept[chunk], parts[chunk], slice(begins[chunk], begins[chunk + 1])
        a, b = known.nodes(rows)
        before = np.searchsorted(packed(a, b), keys[part])
        pattern = at(numbers[0], known.graded.pattern_at[rows])
        found.a[place] = np.insert(a, before, others.a[part])
        found.b[place] = np.insert(b, before, others.b[part])
        found.is_free[place] = np.insert(changes.is_free[rows], before, others.is_free[part])
        found.pattern_at[place] = np.insert(pattern, before, at(numbers[1], others.pattern_at[part]))

    engine.map_each(range(len(kept)), splice)
    return found


def _unfilled(count: int, patterns: Codes) -> Graded:
    a, b, pattern_at = (np.empty(count, dtype=np.int32) for _ in range(3))
    return Graded(a, b, np.empty(count, dtype=bool), patterns, pattern_at)


def _patterns(known: Graded, kept: list[Ints], others: Graded) -> tuple[Codes, list[npt.NDArray[np.int32]]]:
    """The patterns that some pair has, and the place among them of those of the known pairs and of the others."""
    is_used = np.zeros(len(known.patterns), dtype=bool)
    for rows in kept:
        is_used[known.pattern_at[rows]] = True
    patterns = np.union1d(known.patterns[is_used], others.patterns)
    return patterns, [np.searchsorted(patterns, part.patterns).astype(np.int32) for part in (known, others)]
