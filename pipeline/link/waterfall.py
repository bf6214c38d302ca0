"""The waterfall of two records: from the prior through every comparison to the weight and its probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import UserError
from pipeline.link.comparison import Comparisons
from pipeline.link.explain import level_words
from pipeline.link.model import Model, fits


@dataclass(frozen=True, slots=True)
class Step:
    """One comparison of the waterfall.

    Attributes:
        comparison: Its code.
        level: Code of the level found.
        thai: The level in words of levels.yaml; no value stands in them.
        is_known: False where the comparison says nothing (level 0, weight 0).
        weight: Weight of the level, 1/1000 bit.
        total: Prior and weights up to here, 1/1000 bit.
    """

    comparison: str
    level: str
    thai: str
    is_known: bool
    weight: int
    total: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How a model comes to the weight of two records. Weights are 1/1000 bit.

    Attributes:
        model_source: Where the weights come from: learnt, state, em, seeded or prior.
        prior_weight: Weight before anything is compared.
        steps: Every comparison, in the order of levels.yaml.
        weight: Prior and all weights together.
        probability: Calibrated probability at that weight.
        link_weight: From here on a pair is a link by its weight; review_weight: from here on a clerk may look.
        link_probability: Probability at ``link_weight``; review_probability: at ``review_weight``.
    """

    model_source: str
    prior_weight: int
    steps: tuple[Step, ...]
    weight: int
    probability: float
    link_weight: int
    review_weight: int
    link_probability: float
    review_probability: float


def waterfall(comparisons: Comparisons, model: Model, levels: npt.NDArray[np.int64]) -> Waterfall:
    """The waterfall of one comparison pattern.

    Args:
        comparisons: All comparisons.
        model: The model of the run.
        levels: The number of the level of each comparison.

    Raises:
        UserError: The model knows other levels than this version.
    """
    if not fits(model, comparisons):
        raise of_another_version()
    total, steps = model.prior_weight, []
    for comparison, number in zip(comparisons.items, levels.tolist(), strict=True):
        weight = model.weights[comparison.code][number]
        total += weight
        words = level_words(comparison, number)
        steps.append(Step(comparison.code, comparison.levels[number].code, words, number > 0, weight, total))
    weights = np.array([total, model.link_weight, model.review_weight], dtype=np.int64)
    probability, link, review = model.probability(weights).tolist()
    return Waterfall(
        model.source,
        model.prior_weight,
        tuple(steps),
        total,
        probability,
        model.link_weight,
        model.review_weight,
        link,
        review,
    )


def levels_of(comparisons: Comparisons, text: str) -> npt.NDArray[np.int64]:
    """Levels from the text of PAIR (``comparison=level``); a comparison that it does not name is unknown.

    Raises:
        UserError: The text names a level that this version does not know.
    """
    named = dict(part.split("=", 1) for part in text.split())
    codes = {c.code for c in comparisons.items}
    try:
        found = [c.level(named[c.code]) if c.code in named else 0 for c in comparisons.items]
    except ValueError as error:
        raise of_another_version() from error
    if not named.keys() <= codes:
        raise of_another_version()
    return np.array(found, dtype=np.int64)


def of_another_version() -> UserError:
    """The run was linked by a version with other comparisons, or what it kept is not as it was."""
    return UserError(
        "This run was linked by another version of Khrua, or a file of its state is damaged; link again and ask about "
        "that run.",
        "รอบนี้เชื่อมโยงด้วยครัวรุ่นอื่น หรือไฟล์สถานะของรอบนี้เสียหาย โปรดเชื่อมโยงใหม่แล้วถามจากรอบนั้น",
    )
