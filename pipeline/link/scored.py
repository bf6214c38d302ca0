"""Pairs worth keeping: links, pairs for review, and pairs that only two valid IDs keep apart."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from pipeline.engine import Engine
from pipeline.link.cluster import Edges
from pipeline.link.codes import Codes, at
from pipeline.link.decisions import Decisions
from pipeline.link.grade import Graded
from pipeline.link.ladder import NONE, D, Verdicts, X
from pipeline.link.pairing import chunks, packed

_SAME, _DIFFERENT, _UNSURE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs worth keeping, ordered by (a, b)."""

    a: Codes
    b: Codes
    pattern: Codes
    weight: Codes
    evidence: Codes
    is_link: npt.NDArray[np.bool_]
    is_review: npt.NDArray[np.bool_]
    is_refused: npt.NDArray[np.bool_]

    def edges(self, rows: Codes | None = None) -> Edges:
        """The pairs of these rows as edges; the links when left out."""
        rows = np.flatnonzero(self.is_link) if rows is None else rows
        return Edges(self.a[rows], self.b[rows], self.evidence[rows], self.weight[rows])

    def take(self, rows: Codes) -> Scored:
        """Some of the pairs."""
        return Scored(*(getattr(self, field.name)[rows] for field in fields(self)))

    def with_residual(self, rows: Codes) -> Scored:
        """The same pairs with some of those for review made links by the household."""
        evidence, is_link, is_review = self.evidence.copy(), self.is_link.copy(), self.is_review.copy()
        evidence[rows], is_link[rows], is_review[rows] = D, True, False
        return replace(self, evidence=evidence, is_link=is_link, is_review=is_review)


def scored_pairs(engine: Engine, graded: Graded, verdicts: Verdicts, decisions: Decisions) -> Scored:
    """Look every pair's pattern up among the verdicts; what a clerk decided overrules it."""
    decision = _decisions(graded, decisions)
    is_kept = (verdicts.evidence >= 0) | verdicts.is_link | verdicts.is_refused

    def found(some: slice) -> Codes:
        return np.flatnonzero(at(is_kept, graded.pattern_at[some]) | (decision[some] > 0)) + np.int64(some.start)

    rows = np.concatenate([np.empty(0, dtype=np.int64), *engine.map_each(chunks(len(graded.a)), found)])
    pattern_at, decided = graded.pattern_at[rows], decision[rows]
    is_decided, is_same = decided > 0, decided == _SAME
    evidence = at(verdicts.evidence.astype(np.int8), pattern_at)
    return Scored(
        graded.a[rows],
        graded.b[rows],
        at(graded.patterns, pattern_at),
        at(verdicts.weight.astype(np.int32), pattern_at),
        np.where(is_same | (is_decided & (evidence == NONE)), X, evidence),
        is_same | (at(verdicts.is_link, pattern_at) & ~is_decided),
        (decided == _UNSURE) | (at(verdicts.is_review, pattern_at) & ~is_decided),
        at(verdicts.is_refused, pattern_at) & ~is_decided,
    )


def _decisions(graded: Graded, decisions: Decisions) -> npt.NDArray[np.int8]:
    """What a clerk said of each pair; 0 where nobody did. Decided pairs are always among those compared."""
    found = np.zeros(len(graded.a), dtype=np.int8)
    compared = packed(graded.a, graded.b) if len(decisions.all_pairs()) else np.empty(0, dtype=np.int64)
    for pairs, code in ((decisions.same, _SAME), (decisions.different, _DIFFERENT), (decisions.unsure, _UNSURE)):
        found[np.searchsorted(compared, packed(pairs[:, 0], pairs[:, 1]))] = code
    return found
