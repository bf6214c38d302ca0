"""Labelled patterns, and what they say of a model: its calibration, its thresholds, its quality at them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes
from pipeline.link.comparison import Comparisons
from pipeline.link.model import LINK_PROBABILITY, MILLIBIT, Measure, Model, weight_at

Floats = npt.NDArray[np.float64]
_MIN_HELD_OUT = 50
_MIN_HELD_OUT_PRECISION = 0.97
_MIN_HELD_OUT_RECALL = 0.5
REVIEW_PROBABILITY = 0.10


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled patterns: levels (a row a pattern, a column a comparison), label and number of pairs."""

    levels: npt.NDArray[np.int64]
    is_match: npt.NDArray[np.bool_]
    pairs: Codes

    def count(self, is_match: bool) -> int:
        """Pairs with this label."""
        return int(self.pairs[self.is_match == is_match].sum())


def all_labels(first: Labelled, second: Labelled) -> Labelled:
    """The labels of both."""
    return Labelled(
        np.concatenate([first.levels, second.levels]),
        np.concatenate([first.is_match, second.is_match]),
        np.concatenate([first.pairs, second.pairs]),
    )


def calibrated(model: Model, comparisons: Comparisons, held_out: Labelled) -> Model:
    """Platt scaling on held-out pairs (Platt 1999, with his smoothed targets), thresholds, and held-out quality."""
    positives, negatives = held_out.count(True), held_out.count(False)
    if min(positives, negatives) >= _MIN_HELD_OUT:
        weight = model.score(comparisons, held_out.levels, hide_id=True) / MILLIBIT
        target = np.where(held_out.is_match, (positives + 1) / (positives + 2), 1 / (negatives + 2))
        slope, intercept = _platt(weight, target, held_out.pairs.astype(np.float64), model.slope)
        model = replace(model, slope=round(slope, 6), intercept=round(intercept, 6))
    model = model.with_thresholds(weight_at(model, LINK_PROBABILITY), weight_at(model, REVIEW_PROBABILITY))
    model = measured(model, comparisons, held_out)
    return replace(model, learnt_f1=model.held_out.f1)


def _platt(weight: Floats, target: Floats, count: Floats, start: float) -> tuple[float, float]:
    slope, intercept = start, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(slope * weight + intercept, -40, 40)))
        error, spread = count * (p - target), count * p * (1 - p) + 1e-12
        gradient = np.array([np.sum(error * weight), np.sum(error)])
        hessian = np.array(
            [
                [np.sum(spread * weight**2) + 1e-6, np.sum(spread * weight)],
                [np.sum(spread * weight), np.sum(spread) + 1e-6],
            ]
        )
        step = np.linalg.solve(hessian, gradient)
        step = step / max(1.0, float(np.abs(step).max()))
        slope, intercept = slope - float(step[0]), intercept - float(step[1])
        if np.abs(step).max() < 1e-9:
            break
    return max(slope, 0.05), intercept


def measured(model: Model, comparisons: Comparisons, held_out: Labelled) -> Model:
    """The model with its quality at its own threshold on held-out pairs."""
    positives, negatives = held_out.count(True), held_out.count(False)
    if positives == 0 or negatives == 0:
        return replace(model, held_out=Measure(positives, negatives))
    linked = model.score(comparisons, held_out.levels, hide_id=True) >= model.link_weight
    true = int(held_out.pairs[linked & held_out.is_match].sum())
    false = int(held_out.pairs[linked & ~held_out.is_match].sum())
    precision = true / (true + false) if true + false else None
    recall = true / positives
    f1 = 2 * true / (true + false + positives)
    return replace(model, held_out=Measure(positives, negatives, _rounded(precision), _rounded(recall), _rounded(f1)))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def is_measured(measure: Measure) -> bool:
    """Whether enough pairs are held out to say how well a model does."""
    return min(measure.matches, measure.non_matches) >= _MIN_HELD_OUT


def is_good(measure: Measure) -> bool:
    """Whether a model did well enough on held-out pairs to be used; too few of them tell nothing against it."""
    if not is_measured(measure):
        return True
    precision, recall = measure.precision or 0.0, measure.recall or 0.0
    return precision >= _MIN_HELD_OUT_PRECISION and recall >= _MIN_HELD_OUT_RECALL
