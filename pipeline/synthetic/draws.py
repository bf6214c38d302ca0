"""Who stands in which list (lists.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pipeline.synthetic.facts import WORK, Facts, ages_at, heads_at, is_homeless, present_at
from pipeline.synthetic.indicators import is_poor
from pipeline.synthetic.kinds import DEAD, ORDINARY, TEMPLE
from pipeline.synthetic.population import Population
from pipeline.synthetic.randomness import Bools, Ints, Objects, stream


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of lists.yaml (see the keys there)."""

    name: str
    unit: str
    day: np.datetime64
    spread: int
    who: str = ""
    share: float = 1.0
    reach: str = "adult"
    others: float = 0.0
    same_as: str = ""
    keep_dead: int = 0
    is_visited: bool = False
    help: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """The province with everything that is true of it."""

    population: Population
    facts: Facts
    indicators: dict[str, Objects]
    seed: int


@lru_cache(maxsize=1)
def all_draws() -> dict[str, Draw]:
    """The draws by name."""
    entries: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("lists.yaml").read_text(encoding="utf-8")
    )["draws"]
    draws = {}
    for name, entry in entries.items():
        day: date = entry.pop("day")
        draws[name] = Draw(name=name, day=np.datetime64(day), same_as=entry.pop("with", ""), **entry)
    return draws


def choose(world: World, name: str) -> Ints:
    """The persons (or, for a draw of households, the households) of a list, in the province's order.

    Args:
        world: The province.
        name: The draw.
    """
    draw = all_draws()[name]
    if draw.unit == "household":
        return _households(world, draw)
    rng = stream(world.seed, f"draw {name}")
    population = world.population
    chance = rng.random(len(population.people))
    reachable = _reachable(world, draw)
    if draw.same_as:
        parent = choose(world, draw.same_as)
        if all_draws()[draw.same_as].unit == "person":
            return parent[chance[parent] < draw.share]
        inside = np.zeros(len(population.households.house), dtype=bool)
        inside[parent] = True
        return np.flatnonzero(inside[population.people.household] & reachable)
    meant = person_group(world, draw.who, draw.day)
    listed = chance < np.where(meant, draw.share, np.where(person_group(world, draw.reach, draw.day), draw.others, 0.0))
    return np.flatnonzero(listed & reachable)


def _households(world: World, draw: Draw) -> Ints:
    rng = stream(world.seed, f"draw {draw.name}")
    households = world.population.households
    inhabited = (heads_at(world.population, draw.day) >= 0) & (households.kind == ORDINARY)
    meant = household_group(world, draw.who)
    listed = rng.random(len(meant)) < np.where(meant, draw.share, draw.others)
    return np.flatnonzero(listed & inhabited)


def _reachable(world: World, draw: Draw) -> Bools:
    people = world.population.people
    if draw.who == "registered":
        return people.birth <= draw.day
    reachable = present_at(world.population, draw.day)
    if draw.keep_dead:
        recently = draw.day - np.timedelta64(365 * draw.keep_dead, "D")
        reachable |= (people.life_status == DEAD) & (people.life_date > recently)
    return reachable


def household_group(world: World, name: str) -> Bools:
    """A group of households by name."""
    if name == "ordinary":
        ordinary: Bools = world.population.households.kind == ORDINARY
        return ordinary
    if name == "insecure_house":
        return ~world.facts.household.is_house_secure
    if name == "poor_household":
        return is_poor(world.indicators)
    raise KeyError(name)


def person_group(world: World, name: str, day: np.datetime64) -> Bools:
    """A group of persons by name, by their age on a day."""
    population, person, household = world.population, world.facts.person, world.facts.household
    age = ages_at(population, day)
    home = population.people.household
    adult = age >= 18
    working = adult & (age < 60)
    groups: dict[str, Any] = {
        "adult": lambda: adult & (age < 92),
        "working_age": lambda: working,
        "old": lambda: age >= 60,
        "pupil": lambda: (age >= 3) & (age < 18.4),
        "registered": lambda: population.people.registered_house >= 0,
        "poor_adult": lambda: adult & is_poor(world.indicators)[home],
        "vulnerable": lambda: (
            (person.disability > 0)
            | ((household.income[home] <= 100_000) & ((age >= 60) | (age < 15)))
            | is_homeless(population)
        ),
        "pupil_at_risk": lambda: (age >= 5) & (age < 18.4) & (person.schooling != "in_school"),
        "farmer": lambda: adult & (person.work == WORK.index("farm")),
        "farm_head": lambda: _farm_heads(world, day),
        "trader": lambda: adult & (person.work == WORK.index("trade")),
        "section40": lambda: adult & person.has_section40,
        "monk": lambda: population.households.kind[home] == TEMPLE,
        "ill": lambda: person.is_bedridden | ((age >= 45) & person.is_chronic),
        "disabled_or_bedridden": lambda: np.isin(person.disability, (1, 2, 3)) | person.is_bedridden,
        "unemployed": lambda: working & person.is_unemployed,
    }
    found: Bools = groups[name]()
    return found


def _farm_heads(world: World, day: np.datetime64) -> Bools:
    heads = heads_at(world.population, day)
    heads = heads[(heads >= 0) & world.facts.household.is_farm]
    found = np.zeros(len(world.population.people), dtype=bool)
    found[heads] = True
    return found
