"""Who lives in an ordinary household: which places are filled, sex and age of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.synthetic.kinds import CHILDREN, GRANDCHILDREN, SLOT, SLOTS
from pipeline.synthetic.randomness import Bools, Floats, Ints, Rng, draw

# Shapes of household and their shares; the mean is about 3.3 persons, near the National Statistical Office's 3.1–3.4.
SHAPES = (
    "alone",
    "couple",
    "nuclear",
    "one_parent",
    "three_generations_middle",
    "three_generations_old",
    "skipped",
    "siblings",
)
_SHARES = np.array([0.09, 0.14, 0.33, 0.08, 0.12, 0.13, 0.08, 0.03])
_HEAD_AGE = ((28, 90), (24, 85), (25, 60), (24, 58), (32, 56), (54, 86), (52, 80), (30, 72))
_HEAD_MALE = np.array([0.45, 0.72, 0.72, 0.22, 0.66, 0.55, 0.5, 0.5])
_SPOUSE = np.array([0.0, 1.0, 1.0, 0.0, 0.88, 0.62, 0.55, 0.0])
_TWINS = 0.025
_SPREAD_YEARS = 3.0


@dataclass(frozen=True)
class Slots:
    """Households × places.

    Attributes:
        present: Whether the place is filled.
        is_male: Sex.
        age: Years at ``kinds.TODAY``; below zero is not yet born.
        shape: Shape of each household.
        has_twins: Whether child 1 and child 2 are twins.
    """

    present: NDArray[np.bool_]
    is_male: NDArray[np.bool_]
    age: NDArray[np.float32]
    shape: Ints
    has_twins: Bools


def fill_households(count: int, rng: Rng) -> Slots:
    """Draw the members of ``count`` ordinary households."""
    shape = draw(rng, _SHARES / _SHARES.sum(), count)
    size = (count, len(SLOTS))
    slots = Slots(
        present=np.zeros(size, dtype=bool),
        is_male=rng.random(size) < 0.5,
        age=np.zeros(size, dtype=np.float32),
        shape=shape,
        has_twins=rng.random(count) < _TWINS,
    )
    _adults(slots, rng)
    _elders(slots, rng)
    _children(slots, rng)
    _grandchildren(slots, rng)
    _others(slots, rng)
    return slots


def _at_least(age: Floats, bound: float, rng: Rng) -> Floats:
    """Ages below a bound spread over the three years above it: at the bound itself all would share one birth date."""
    return np.where(age < bound, bound + rng.uniform(0, _SPREAD_YEARS, len(age)), age)


def _at_most(age: Floats, bound: float, rng: Rng) -> Floats:
    """Ages above a bound spread over the three years below it."""
    return np.where(age > bound, bound - rng.uniform(0, _SPREAD_YEARS, len(age)), age)


def _adults(slots: Slots, rng: Rng) -> None:
    count = len(slots.shape)
    low, high = np.array(_HEAD_AGE, dtype=np.float64).T
    head, spouse = SLOT["head"], SLOT["spouse"]
    span = rng.beta(1.6, 1.6, count)
    slots.age[:, head] = low[slots.shape] + span * (high - low)[slots.shape]
    slots.present[:, head] = True
    slots.is_male[:, head] = rng.random(count) < _HEAD_MALE[slots.shape]
    slots.present[:, spouse] = rng.random(count) < _SPOUSE[slots.shape]
    slots.is_male[:, spouse] = ~slots.is_male[:, head]
    # Husbands are three years older on average.
    gap = np.where(slots.is_male[:, head], -1.0, 1.0) * rng.normal(3.0, 4.0, count)
    slots.age[:, spouse] = _at_least(slots.age[:, head] + gap, 19, rng)


def _elders(slots: Slots, rng: Rng) -> None:
    count = len(slots.shape)
    middle = slots.shape == SHAPES.index("three_generations_middle")
    draws = rng.random((count, 3))
    for place, share, number in (("father", 0.4, 0), ("mother", 0.7, 1), ("mother_in_law", 0.15, 2)):
        slot = SLOT[place]
        slots.present[:, slot] = middle & (draws[:, number] < share)
        slots.is_male[:, slot] = place == "father"
        slots.age[:, slot] = _at_most(slots.age[:, 0] + rng.uniform(19, 34, count), 97, rng)
    nobody = middle & ~slots.present[:, [SLOT["father"], SLOT["mother"], SLOT["mother_in_law"]]].any(axis=1)
    slots.present[nobody, SLOT["mother"]] = True


def _first_child_age(slots: Slots, rng: Rng) -> Floats:
    youngest = np.where(slots.present[:, 1], np.minimum(slots.age[:, 0], slots.age[:, 1]), slots.age[:, 0])
    return youngest - rng.triangular(18, 23, 38, len(youngest))


def _children(slots: Slots, rng: Rng) -> None:
    count = len(slots.shape)
    with_children = np.isin(
        slots.shape, [SHAPES.index(s) for s in ("nuclear", "one_parent", "three_generations_middle")]
    )
    wanted = 1 + draw(rng, np.array([0.42, 0.4, 0.14, 0.04]), count)
    age = _first_child_age(slots, rng)
    for number, slot in enumerate(CHILDREN):
        # Grown children leave home; those who stay are the ones we see.
        stays = (age < 19) | (rng.random(count) < np.where(age < 30, 0.55, 0.3))
        slots.present[:, slot] = with_children & (number < wanted) & (age > 0) & stays
        slots.age[:, slot] = age
        twin = slots.has_twins & (number == 0)
        age = np.where(twin, age, age - rng.uniform(1.2, 6.0, count))
    twins = slots.has_twins & slots.present[:, CHILDREN[0]]
    slots.present[twins, CHILDREN[1]] = True
    old = slots.shape == SHAPES.index("three_generations_old")
    slots.present[old, CHILDREN[0]] = True
    grown = slots.age[old, 0] - rng.uniform(19, 34, int(old.sum()))
    slots.age[old, CHILDREN[0]] = _at_most(_at_least(grown, 21, rng), 60, rng)
    slots.has_twins[:] &= slots.present[:, CHILDREN[0]] & slots.present[:, CHILDREN[1]] & ~old


def _grandchildren(slots: Slots, rng: Rng) -> None:
    count = len(slots.shape)
    old = slots.shape == SHAPES.index("three_generations_old")
    skipped = slots.shape == SHAPES.index("skipped")
    child, in_law = CHILDREN[0], SLOT["child_in_law"]
    slots.present[:, in_law] = old & (rng.random(count) < 0.7)
    slots.is_male[:, in_law] = ~slots.is_male[:, child]
    slots.age[:, in_law] = _at_least(slots.age[:, child] + rng.normal(0, 3, count), 19, rng)
    wanted = 1 + draw(rng, np.array([0.5, 0.36, 0.14]), count)
    parent_age = np.where(old, slots.age[:, child], slots.age[:, 0] - 22)
    age = _at_most(parent_age - rng.triangular(18, 22, 34, count), 24, rng)
    for number, slot in enumerate(GRANDCHILDREN):
        slots.present[:, slot] = (old | skipped) & (number < wanted) & (age > 0)
        slots.age[:, slot] = age
        age = age - rng.uniform(1.2, 5.0, count)


def _others(slots: Slots, rng: Rng) -> None:
    count = len(slots.shape)
    sibling, lodger = SLOT["sibling"], SLOT["lodger"]
    slots.present[:, sibling] = (slots.shape == SHAPES.index("siblings")) | (rng.random(count) < 0.02)
    slots.age[:, sibling] = _at_least(slots.age[:, 0] + rng.normal(0, 5, count), 18, rng)
    slots.present[:, lodger] = rng.random(count) < 0.02
    slots.age[:, lodger] = rng.uniform(18, 60, count)
