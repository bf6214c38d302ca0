"""The match model: integer weights for each level of each comparison, and a calibrated probability."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes
from pipeline.link.comparison import Comparison, Comparisons

MILLIBIT = 1000
# A pair that is a match with this probability is a link.
LINK_PROBABILITY = 0.80
# Where the shipped prior links. The more records, the more often two people agree by chance. In generated provinces of
# 20,000 to a million records, of labelled pairs just above this weight about nine in ten or more are matches.
_PRIOR_RECORDS = 100_000
_PRIOR_LINK_WEIGHT, _PRIOR_LINK_WEIGHT_A_DOUBLING = -500, 300
Source = Literal["learnt", "state", "em", "seeded", "prior"]
Note = Literal[
    "", "too_few_labels", "refused_not_monotone", "refused_not_precise", "refused_seeds", "learnt_anew_after_fall"
]


@dataclass(frozen=True, slots=True)
class Measure:
    """Held-out quality on ID-labelled pairs with the ID hidden."""

    matches: int = 0
    non_matches: int = 0
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in 1/1000 bit.

    Attributes:
        source: Where the weights come from: learnt from labels tonight, the state of the run before,
            expectation–maximisation, the shipped prior eased by safe seeds, or the shipped prior as it is.
        prior_weight: Weight of a pair before anything is compared.
        weights: Comparison code → one weight a level, unknown first (always 0).
        slope, intercept: Calibration: natural log odds = slope × bits + intercept.
        link_weight: A pair at or above it is a link; review_weight: at or above it a clerk may look.
        held_out: Quality on held-out pairs.
        learnt_f1: F1 on held-out pairs when it was learnt; None where it was not learnt or could not be measured.
        note: Why the model is not the one that was to be had first; empty otherwise.
        seeds: Seeds that eased the prior, by kind; empty where none did.
        origin: Where the weights came from on the night they were chosen, once they are those of a state.
    """

    source: Source
    prior_weight: int
    weights: dict[str, list[int]]
    slope: float = float(np.log(2))
    intercept: float = 0.0
    link_weight: int = 0
    review_weight: int = 0
    held_out: Measure = field(default_factory=Measure)
    learnt_f1: float | None = None
    note: Note = ""
    seeds: dict[str, int] = field(default_factory=dict)
    origin: Source | None = None

    def score(self, comparisons: Comparisons, levels: npt.NDArray[np.int64], *, hide_id: bool = False) -> Codes:
        """Weight of each row of levels (one column a comparison)."""
        total = np.full(len(levels), self.prior_weight, dtype=np.int64)
        for i, comparison in enumerate(comparisons.items):
            if hide_id and not comparison.is_learnt:
                continue
            total += np.array(self.weights[comparison.code], dtype=np.int64)[levels[:, i]]
        return total

    def probability(self, weight: Codes) -> npt.NDArray[np.float64]:
        """Calibrated probability, rounded to six places so that it reads the same everywhere."""
        low, high = int(weight.min(initial=0)), int(weight.max(initial=0))
        if high - low < len(weight):
            # More weights than there are different ones: each of these is worked out once.
            return np.take(self._probability(np.arange(low, high + 1)), weight - low)
        return self._probability(weight)

    def _probability(self, weight: Codes) -> npt.NDArray[np.float64]:
        odds = np.clip(self.slope * weight / MILLIBIT + self.intercept, -40, 40)
        return np.round(1 / (1 + np.exp(-odds)), 6)

    def with_thresholds(self, link_weight: int, review_weight: int) -> Model:
        """The same model with other thresholds."""
        return replace(self, link_weight=link_weight, review_weight=review_weight)

    def to_json(self) -> str:
        """The model as JSON; holds no personal value."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    def save(self, path: Path) -> None:
        """Write the model."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.to_json() + "\n", encoding="utf-8")


def weight_at(model: Model, probability: float) -> int:
    """The smallest weight with at least this calibrated probability."""
    return int(np.ceil((np.log(probability / (1 - probability)) - model.intercept) / model.slope * MILLIBIT))


def load_model(path: Path) -> Model:
    """Read a model of an earlier run."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data["held_out"] = Measure(**data["held_out"])
    return Model(**data)


def is_monotone(comparison: Comparison, weights: list[int]) -> bool:
    """Whether a higher level never weighs less (level 0, unknown, aside)."""
    return not comparison.is_monotone or all(a <= b for a, b in pairwise(weights[1:]))


def fits(model: Model, comparisons: Comparisons) -> bool:
    """Whether a model has a weight for each level and is monotone where it must be."""
    return all(
        len(model.weights.get(c.code, ())) == len(c.levels) and is_monotone(c, model.weights[c.code])
        for c in comparisons.items
    )


def prior_model(comparisons: Comparisons, records: int = _PRIOR_RECORDS) -> Model:
    """The shipped prior of levels.yaml, with thresholds for lists of so many records."""
    weights = {c.code: [level.prior_weight for level in c.levels] for c in comparisons.items}
    doublings = max(0.0, float(np.log2(max(1, records) / _PRIOR_RECORDS)))
    link = _PRIOR_LINK_WEIGHT + round(_PRIOR_LINK_WEIGHT_A_DOUBLING * doublings)
    prior = Model("prior", comparisons.prior_weight, weights, link_weight=link, review_weight=-4 * MILLIBIT)
    intercept = float(np.log(LINK_PROBABILITY / (1 - LINK_PROBABILITY))) - prior.slope * link / MILLIBIT
    return replace(prior, intercept=round(intercept, 6))
