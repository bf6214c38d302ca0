"""What is true of each person and household: means, schooling, work, health, housing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pipeline.synthetic.kinds import NO_HOME, ORDINARY, SLOT, TODAY
from pipeline.synthetic.population import Population
from pipeline.synthetic.randomness import Bools, Floats, Ints, Objects, Rng, choices, draw, stream

# จปฐ round 2560–64: the income line (domain.md section 3).
INCOME_LINE = 38_000
# The day to which the survey counts ages and members; the bmn draws of lists.yaml are dated on it.
SURVEY_DAY = np.datetime64("2021-03-20")
DISABILITIES = ("none", "moving", "hearing", "seeing", "mental", "intellectual", "learning", "autistic")
EDUCATION = ("none", "pre_school", "primary", "lower_secondary", "upper_secondary", "diploma", "bachelor")
WORK = ("farm", "labour", "trade", "wage", "official", "home")


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """Words and shares of facts.yaml."""
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("facts.yaml").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class PersonFacts:
    """One row a person."""

    age: Floats
    work: Ints
    occupation: Objects
    education: Ints
    is_literate: Bools
    schooling: Objects
    disability: Ints
    is_chronic: Bools
    is_bedridden: Bools
    is_cared_for: Bools
    is_unemployed: Bools
    has_section40: Bools
    has_card: Bools
    income_per_month: Ints


@dataclass(frozen=True)
class HouseholdFacts:
    """One row a household; means is a standard score, low for the poor."""

    means: Floats
    income: Ints
    income_per_person: Ints
    expense: Ints
    debt: Ints
    savings: Ints
    land_rai: Floats
    tenure: Objects
    is_house_secure: Bools
    is_farm: Bools
    size: Ints
    capitals: dict[str, Ints]


@dataclass(frozen=True)
class Facts:
    """The real state of the province."""

    person: PersonFacts
    household: HouseholdFacts


def ages_at(population: Population, day: np.datetime64) -> Floats:
    """Ages in years at a day; below zero: not yet born."""
    ages: Floats = (day - population.people.birth).astype(np.float64) / 365.2425
    return ages


def present_at(population: Population, day: np.datetime64) -> Bools:
    """Who lives in their household on a day: born, not dead, not moved out."""
    people = population.people
    gone = np.isin(people.life_status, (1, 2)) & (people.life_date <= day)
    here: Bools = (people.birth <= day) & ~gone
    return here


def make_facts(population: Population, seed: int) -> Facts:
    """Draw the facts of everyone."""
    rng = stream(seed, "facts")
    household = population.people.household
    count = len(population.households.house)
    tambon_means = rng.normal(0, 0.25, 400)
    means = rng.normal(0, 1, count) + tambon_means[population.houses.tambon[population.households.house]]
    ordinary = population.households.kind == ORDINARY
    means = np.where(ordinary, means, means - 0.8)
    is_farm = ordinary & (rng.random(count) < 0.48)
    person = _person_facts(population, means[household], is_farm[household], rng)
    return Facts(person, _household_facts(population, person, means, is_farm, rng))


def _person_facts(population: Population, means: Floats, on_farm: Bools, rng: Rng) -> PersonFacts:
    size = len(means)
    age = ages_at(population, TODAY)
    work = _work(age, means, on_farm, rng)
    education = _education(age, means, rng)
    disability = np.where(
        rng.random(size) < 0.025 + 0.0009 * np.clip(age - 40, 0, 40),
        1 + draw(rng, np.array([0.5, 0.18, 0.1, 0.1, 0.07, 0.03, 0.02]), size),
        0,
    )
    chronic = rng.random(size) < np.clip((age - 30) * 0.011, 0.01, 0.6)
    bedridden = (age > 65) & (rng.random(size) < 0.025)
    words = vocabulary()["occupations"]
    occupation = np.empty(size, dtype=object)
    for number, kind in enumerate(WORK):
        here = work == number
        occupation[here] = choices(rng, words[kind], int(here.sum()))
    working = (age >= 15) & (age < 70) & (work != WORK.index("home"))
    unemployed = (age >= 18) & (age < 60) & (rng.random(size) < 0.008 * np.exp(np.clip(-0.9 * means, -3, 3)))
    wage = np.exp(rng.normal(8.9, 0.35, size) + 0.25 * means)
    return PersonFacts(
        age=age,
        work=work,
        occupation=occupation,
        education=education,
        is_literate=~((age >= 15) & (rng.random(size) < 0.0018 * np.exp(np.clip(-1.1 * means, -3, 3)))),
        schooling=_schooling(age, means, rng),
        disability=disability,
        is_chronic=chronic,
        is_bedridden=bedridden,
        is_cared_for=rng.random(size) < 0.93,
        is_unemployed=unemployed,
        has_section40=working & (work < 3) & (rng.random(size) < 0.22),
        has_card=(age >= 18) & (rng.random(size) < 1 / (1 + np.exp(1.9 * means + 1.4))),
        income_per_month=np.where(working & ~unemployed, wage // 100 * 100, 0).astype(np.int64),
    )


def _work(age: Floats, means: Floats, on_farm: Bools, rng: Rng) -> Ints:
    size = len(age)
    off_farm = draw(rng, np.array([0.03, 0.32, 0.2, 0.27, 0.08, 0.1]), size)
    farm = draw(rng, np.array([0.66, 0.14, 0.06, 0.08, 0.01, 0.05]), size)
    work = np.where(on_farm, farm, off_farm)
    poor_official = (work == WORK.index("official")) & (means < -0.5)
    work = np.where(poor_official, WORK.index("labour"), work)
    final: Ints = np.where((age < 15) | (age > 78), WORK.index("home"), work).astype(np.int64)
    return final


def _education(age: Floats, means: Floats, rng: Rng) -> Ints:
    score = rng.normal(0, 1, len(age)) + 0.5 * means - 0.035 * np.clip(age - 30, 0, 60)
    level = 2 + np.searchsorted(np.array([-0.9, 0.0, 0.8, 1.2]), score)
    return np.minimum(level, highest_education(age)).astype(np.int64)


def highest_education(age: Floats) -> Ints:
    """The highest level of education that can be reached at an age."""
    reached = np.select([age < 3, age < 6, age < 12, age < 15, age < 18, age < 20], [0, 1, 2, 3, 4, 5], 6)
    return reached.astype(np.int64)


def _schooling(age: Floats, means: Floats, rng: Rng) -> Objects:
    size = len(age)
    out = rng.random(size) < np.where(age < 15, 0.006, 0.05) * np.exp(np.clip(-1.0 * means, -3, 2.5))
    risk = rng.random(size) < 0.03 * np.exp(np.clip(-0.7 * means, -3, 2))
    pupil = np.select([out, risk], ["out_of_school", "at_risk"], "in_school")
    return np.where(age >= 18.5, "completed", pupil).astype(object)


def _household_facts(
    population: Population, person: PersonFacts, means: Floats, is_farm: Bools, rng: Rng
) -> HouseholdFacts:
    count = len(means)
    household = population.people.household
    size = np.bincount(household[present_at(population, SURVEY_DAY)], minlength=count)
    per_person = np.exp(11.27 + 0.35 * means + rng.normal(0, 0.12, count)) // 100 * 100
    income = (per_person * np.maximum(size, 1)).astype(np.int64)
    in_debt = rng.random(count) < 0.55
    saves = rng.random(count) > 0.02 * np.exp(np.clip(-1.1 * means, -2, 2.5))
    land = np.where(is_farm, np.round(rng.gamma(2.0, 5.0, count) * 4) / 4 + 0.5, 0.0)
    landless = ~is_farm | (rng.random(count) < 0.1)
    tenure = np.where(
        landless, np.where(is_farm, "rented", "none"), np.where(rng.random(count) < 0.1, "public", "owned")
    )
    offsets = {"human": 4, "physical": 8, "financial": -6, "natural": -2, "social": 6}
    capitals = {
        name: np.clip(np.round(50 + offset + 13 * means + rng.normal(0, 9, count)), 3, 99).astype(np.int64)
        for name, offset in offsets.items()
    }
    return HouseholdFacts(
        means=means,
        income=income,
        income_per_person=per_person.astype(np.int64),
        expense=(income * rng.uniform(0.6, 1.05, count) // 100 * 100).astype(np.int64),
        debt=np.where(in_debt, np.exp(rng.normal(11.2, 1.0, count)) // 1000 * 1000, 0).astype(np.int64),
        savings=np.where(saves, np.exp(rng.normal(8.8, 1.0, count) + 0.5 * means) // 100 * 100 + 100, 0).astype(
            np.int64
        ),
        land_rai=land,
        tenure=tenure.astype(object),
        is_house_secure=rng.random(count) > 0.007 * np.exp(np.clip(-1.2 * means, -3, 3)),
        is_farm=is_farm,
        size=size,
        capitals=capitals,
    )


def heads_at(population: Population, day: np.datetime64) -> Ints:
    """Who heads each household on a day: the head, else the next adult in the form's order; −1: nobody is left."""
    people, count = population.people, len(population.households.house)
    here = np.flatnonzero(present_at(population, day))
    minor = ages_at(population, day)[here] < 18
    order = np.lexsort((here, people.slot[here], minor, people.household[here]))
    here = here[order]
    found = np.full(count, -1, dtype=np.int64)
    households, first = np.unique(people.household[here], return_index=True)
    found[households] = here[first]
    return found


def partners_at(population: Population, day: np.datetime64, heads: Ints) -> Ints:
    """The spouse of each household's head; −1: none or gone."""
    people, count = population.people, len(population.households.house)
    spouse = np.flatnonzero(present_at(population, day) & (people.slot == SLOT["spouse"]))
    found = np.full(count, -1, dtype=np.int64)
    found[people.household[spouse]] = spouse
    head_leads = (heads >= 0) & (people.slot[np.maximum(heads, 0)] == SLOT["head"])
    return np.where(head_leads, found, -1)


def is_homeless(population: Population) -> Bools:
    """Whether each person has no fixed home."""
    homeless: Bools = population.households.kind[population.people.household] == NO_HOME
    return homeless
