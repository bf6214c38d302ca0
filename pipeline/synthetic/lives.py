"""What happened to people: deaths, moves, being registered elsewhere than where they live."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.synthetic.kinds import CENTRAL, DEAD, IN_CENTRAL, IN_TRANSIT, MOVED_OUT, NO_HOME, ORDINARY, SLOT, TODAY
from pipeline.synthetic.randomness import Bools, Ints, Rng, stream

if TYPE_CHECKING:
    from pipeline.synthetic.population import People, Population

# Events lie in the eight years before TODAY, so some precede the survey and some follow it.
_YEARS = 8


def live(population: Population, seed: int) -> People:
    """The people with their deaths, moves and registrations."""
    rng = stream(seed, "lives")
    people, households = population.people, population.households
    size = len(people)
    ordinary = households.kind[people.household] == ORDINARY
    age = (TODAY - people.birth).astype(np.float64) / 365.2425
    event = TODAY - rng.integers(30, _YEARS * 365, size).astype("timedelta64[D]")
    # About 0.9 % of the people die in a year; most are old.
    dies = rng.random(size) < np.clip((age - 35) * 0.0022, 0.003, 0.3)
    leaves = ~dies & ordinary & (age > 8) & (rng.random(size) < 0.02) & (people.slot != SLOT["head"])
    transit = ~dies & ~leaves & ordinary & (rng.random(size) < 0.003)
    event = np.maximum(event, people.birth + np.timedelta64(1, "D"))
    status = np.select([dies, leaves, transit], [DEAD, MOVED_OUT, IN_TRANSIT], 0)
    status = np.where((households.kind[people.household] == CENTRAL) & ~dies, IN_CENTRAL, status)
    dated = status != 0
    return replace(
        people,
        life_status=status.astype(np.int64),
        life_date=np.where(dated, event, np.datetime64("NaT", "D")),
        registered_house=_registered(population, ordinary, age > 17, rng),
        old_house=_old_houses(population, ordinary, rng),
    )


def _registered(population: Population, ordinary: Bools, adult: Bools, rng: Rng) -> Ints:
    """Where people are registered: 6 % of adults in another house of the province, 4 % in another province."""
    people = population.people
    size = len(people)
    chance = rng.random(size)
    house = people.registered_house.copy()
    houses = int(population.households.house[population.households.kind == ORDINARY].max()) + 1
    away = ordinary & adult & (people.slot != SLOT["head"])
    other = away & (chance < 0.06)
    # Half of them at kin nearby (a house or two away in the village's order), half anywhere.
    near = np.clip(house + rng.integers(1, 4, size), 0, houses - 1)
    anywhere = rng.integers(0, houses, size)
    house = np.where(other, np.where(rng.random(size) < 0.5, near, anywhere), house)
    outside = (away & (chance > 0.96)) | (population.households.kind[people.household] == NO_HOME)
    return np.where(outside, -1, house).astype(np.int64)


def _old_houses(population: Population, ordinary: Bools, rng: Rng) -> Ints:
    """Houses of 6 % of households before they moved together, and of 4 % of adults who moved alone (by marriage)."""
    people = population.people
    size, households = len(people), len(population.households.house)
    houses = int(population.households.house[population.households.kind == ORDINARY].max()) + 1
    together = np.where(rng.random(households) < 0.06, rng.integers(0, houses, households), -1)
    alone = np.where(rng.random(size) < 0.04, rng.integers(0, houses, size), -1)
    found = np.where(together[people.household] >= 0, together[people.household], alone)
    return np.where(ordinary, found, -1).astype(np.int64)
