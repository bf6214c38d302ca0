"""The real result of each household in the thirty-one จปฐ indicators of round 2560–64, at the day of the survey."""

from __future__ import annotations

import numpy as np

from pipeline.synthetic.facts import INCOME_LINE, SURVEY_DAY, Facts, ages_at, present_at, vocabulary
from pipeline.synthetic.kinds import ORDINARY
from pipeline.synthetic.population import Population
from pipeline.synthetic.randomness import Bools, Objects, stream

INDICATORS = tuple(f"bmn_{number:02d}" for number in range(1, 32))
# The seventeen that TPMAP uses (domain.md section 3).
TPMAP = tuple(f"bmn_{n:02d}" for n in (1, 4, 5, 7, 8, 9, 10, 11, 15, 16, 17, 19, 20, 21, 22, 27, 28))


def make_indicators(population: Population, facts: Facts, seed: int) -> dict[str, Objects]:
    """State of each household in each indicator: ``pass``, ``fail`` or ``not_applicable``.

    Args:
        population: The province.
        facts: What is true of it.
        seed: The province's seed.

    Returns:
        Indicator code → state of each household; None for households that are not ordinary (they are not surveyed).
    """
    ordinary = population.households.kind == ORDINARY
    eligible = _eligible(population, facts)
    known = _facts_as_states(population, facts)
    poorer = np.exp(np.clip(-1.15 * facts.household.means - 0.35, -3, 3))
    destitute = vocabulary()["destitute"]
    is_destitute = facts.household.means <= np.quantile(facts.household.means, destitute["share"])
    found: dict[str, Objects] = {}
    for code in INDICATORS:
        rule = vocabulary()["indicators"][code]
        rng = stream(seed, f"indicator {code}")
        if "fact" in rule:
            fails = ~known[rule["fact"]]
        else:
            chance = np.where(is_destitute, destitute["chance"], rule["base"] * poorer)
            fails = rng.random(len(ordinary)) < chance
        states = np.where(eligible[rule["who"]], np.where(fails, "fail", "pass"), "not_applicable").astype(object)
        states[~ordinary] = None
        found[code] = states
    return found


def is_poor(indicators: dict[str, Objects]) -> Bools:
    """Whether each household fails at least one of TPMAP's indicators."""
    poor: Bools = np.any([indicators[code] == "fail" for code in TPMAP], axis=0)
    return poor


def _any_member(population: Population, members: Bools) -> Bools:
    count = len(population.households.house)
    return np.bincount(population.people.household[members], minlength=count) > 0


def _eligible(population: Population, facts: Facts) -> dict[str, Bools]:
    here, age, person = present_at(population, SURVEY_DAY), ages_at(population, SURVEY_DAY), facts.person
    bands = {
        "newborn": (0.0, 1.0), "infant": (0.5, 1.0), "age_0_12": (0.0, 13.0), "age_3_5": (3.0, 6.0),
        "age_6_14": (6.0, 15.0),
        "age_15_17": (15.0, 18.0), "age_15_59": (15.0, 60.0), "age_6_up": (6.0, 200.0), "age_35_up": (35.0, 200.0),
        "age_60_up": (60.0, 200.0),
    }  # fmt: skip
    groups = {name: _any_member(population, here & (age >= low) & (age < high)) for name, (low, high) in bands.items()}
    groups["all"] = np.ones(len(population.households.house), dtype=bool)
    groups["disabled"] = _any_member(population, here & (person.disability > 0))
    groups["chronic"] = _any_member(population, here & person.is_chronic)
    groups["idle_youth"] = _any_member(population, here & (age >= 15) & (age < 60) & person.is_unemployed)
    return groups


def _facts_as_states(population: Population, facts: Facts) -> dict[str, Bools]:
    """Facts that decide an indicator; true is pass."""
    here, age = present_at(population, SURVEY_DAY), ages_at(population, SURVEY_DAY)
    person, household = facts.person, facts.household
    pupil = here & (age >= 6) & (age < 15)
    grown = here & (age >= 15) & (age < 60)
    return {
        "is_house_secure": household.is_house_secure,
        "all_in_school": ~_any_member(population, pupil & (person.schooling == "out_of_school")),
        "all_literate": ~_any_member(population, grown & ~person.is_literate),
        "all_at_work": ~_any_member(population, grown & person.is_unemployed),
        "income_above_line": household.income_per_person >= INCOME_LINE,
        "has_savings": household.savings > 0,
    }
