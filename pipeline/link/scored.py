"""Pairs worth keeping: links, pairs for review, and pairs that only two valid IDs keep apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine import Engine, Frame
from pipeline.link.cluster import Edges
from pipeline.link.decisions import Decisions
from pipeline.link.ladder import NONE, D, X

Codes = npt.NDArray[np.int64]
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

    def with_residual(self, rows: Codes) -> Scored:
        """The same pairs with some of those for review made links by the household."""
        evidence, is_link, is_review = self.evidence.copy(), self.is_link.copy(), self.is_review.copy()
        evidence[rows], is_link[rows], is_review[rows] = D, True, False
        return replace(self, evidence=evidence, is_link=is_link, is_review=is_review)


def scored_pairs(engine: Engine, graded: Frame, verdict: Frame, decisions: Decisions) -> Scored:
    """Look every pair's pattern up among the verdicts; what a clerk decided overrules it."""
    codes = ((decisions.same, _SAME), (decisions.different, _DIFFERENT), (decisions.unsure, _UNSURE))
    decision = engine.frame(
        pa.table(
            {
                "a": pa.array(decisions.all_pairs()[:, 0], pa.int32()),
                "b": pa.array(decisions.all_pairs()[:, 1], pa.int32()),
                "decision": pa.array(np.concatenate([np.full(len(p), code) for p, code in codes]), pa.int8()),
            }
        )
    )
    rows = engine.arrow(
        engine.sql("link/sql/scored", tables={"graded": graded, "verdict": verdict, "decision": decision})
    )
    engine.drop(decision)
    column = {
        name: np.asarray(rows[name].to_numpy(zero_copy_only=False)) for name in rows.column_names if name != "decision"
    }
    decided = rows["decision"].fill_null(0).to_numpy()
    order = np.lexsort((column["b"], column["a"]))
    is_same, is_decided = decided == _SAME, decided > 0
    evidence = np.where(is_same, X, np.where(is_decided & (column["evidence"] == NONE), X, column["evidence"]))
    return Scored(
        column["a"].astype(np.int64)[order],
        column["b"].astype(np.int64)[order],
        column["pattern"][order],
        column["weight"][order],
        evidence.astype(np.int64)[order],
        (is_same | (column["is_link"].astype(bool) & ~is_decided))[order],
        ((decided == _UNSURE) | (column["is_review"].astype(bool) & ~is_decided))[order],
        (column["is_refused"].astype(bool) & ~is_decided)[order],
    )
