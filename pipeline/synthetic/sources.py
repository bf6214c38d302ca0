"""What a list says under each canonical name: one value a row, text or day, None where nothing is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from pipeline.synthetic.areas import PROVINCE_NAME
from pipeline.synthetic.cells import Day
from pipeline.synthetic.facts import (
    DISABILITIES,
    EDUCATION,
    ages_at,
    highest_education,
    is_homeless,
    present_at,
    vocabulary,
)
from pipeline.synthetic.formats import day_of
from pipeline.synthetic.frame import BIT
from pipeline.synthetic.kinds import DEAD, HOUSEHOLD_TYPES, LIFE_STATUSES, RELATIONSHIP_THAI, SLOT
from pipeline.synthetic.layout import LayoutColumn
from pipeline.synthetic.randomness import Bools, Ints, Objects, choices
from pipeline.synthetic.rows import ListRows, RoleFrame

Values = list[str | Day | None]
Source = Callable[[ListRows, RoleFrame], Objects]

_FRAME_COLUMNS = frozenset({
    "national_id", "title", "first_name", "last_name", "sex", "house_no", "moo", "village", "tambon", "amphoe",
    "tambon_code", "house_code",
})  # fmt: skip


def column_values(rows: ListRows, column: LayoutColumn) -> Values:
    """The values of one column.

    Args:
        rows: The list.
        column: Its layout; ``source`` must be set.
    """
    role = rows.role(column.role)
    if column.source in _FRAME_COLUMNS:
        found = role.column(column.source)
    elif column.source.startswith("bmn_"):
        found = rows.world.indicators[column.source][rows.household]
    elif column.source.startswith("capital_"):
        found = _texts(rows.world.facts.household.capitals[column.source.split("_")[1]][rows.household])
    elif column.role == "registered":
        found = _REGISTERED[column.source](rows, role)
    else:
        found = _SOURCES[column.source](rows, role)
    if column.homeless:
        found = np.where(is_homeless(rows.world.population)[role.person()], column.homeless, found)
    nobody = (role.at < 0).tolist()
    return [
        None if gone or value is None or value == "" else value
        for value, gone in zip(found.tolist(), nobody, strict=True)
    ]


def _texts(numbers: Ints | Objects) -> Objects:
    return np.array([str(n) for n in numbers.tolist()], dtype=object)


def _flags(values: Bools) -> Objects:
    return np.where(values, "true", "false").astype(object)


def _births(rows: ListRows, role: RoleFrame) -> Objects:
    frame = role.frame
    wrong = (frame.errors & BIT["birth_wrong_era"]) != 0
    parts = zip(frame.year.tolist(), frame.month.tolist(), frame.day.tolist(), wrong.tolist(), strict=True)
    days = np.empty(len(frame), dtype=object)
    days[:] = [Day(y, m, d, w) if y else None for y, m, d, w in parts]
    found = np.full(len(rows), None, dtype=object)
    found[role.at >= 0] = days[role.at[role.at >= 0]]
    return found


def _ages(rows: ListRows, role: RoleFrame) -> Objects:
    age = ages_at(rows.world.population, rows.draw.day)[role.person()]
    # Ages are counted in years reached; now and then by the year alone.
    by_year = rows.rng.random(len(age)) < 0.1
    return _texts(np.maximum(np.where(by_year, np.round(age), np.floor(age)), 0).astype(np.int64))


def _met(rows: ListRows, role: RoleFrame) -> Objects:
    return _days(rows.met.astype(object))


def _days(values: Objects) -> Objects:
    found = np.empty(len(values), dtype=object)
    found[:] = [day_of(value) if isinstance(value, date) else None for value in values.tolist()]
    return found


def _deaths(rows: ListRows, role: RoleFrame) -> Objects:
    people = rows.world.population.people
    person = role.person()
    dead = (people.life_status[person] == DEAD) & (people.life_date[person] <= rows.draw.day)
    return _days(np.where(dead, people.life_date[person], np.datetime64("NaT", "D")).astype(object))


def _life(rows: ListRows, role: RoleFrame) -> Objects:
    """Status on the list's day: who dies later is still alive in it."""
    people = rows.world.population.people
    person = role.person()
    later = ~np.isnat(people.life_date[person]) & (people.life_date[person] > rows.draw.day)
    return np.array(LIFE_STATUSES, dtype=object)[np.where(later, 0, people.life_status[person])]


def _relationship(rows: ListRows, role: RoleFrame) -> Objects:
    people = rows.world.population.people
    person = role.person()
    words = np.array([m for m, _ in RELATIONSHIP_THAI] + [w for _, w in RELATIONSHIP_THAI], dtype=object)
    return words[np.where(people.is_male[person], people.slot[person], people.slot[person] + len(RELATIONSHIP_THAI))]


def _household_type(rows: ListRows, role: RoleFrame) -> Objects:
    return np.array(HOUSEHOLD_TYPES, dtype=object)[rows.world.population.households.kind[rows.household]]


def _registered_relationship(rows: ListRows, role: RoleFrame) -> Objects:
    population = rows.world.population
    person = role.person()
    home = population.households.house[rows.household]
    first = population.households.number_in_house[rows.household] == 1
    at_home = population.people.registered_house[person] == home
    head = first & at_home & (population.people.slot[person] == SLOT["head"])
    return np.where(head, "head", "other").astype(object)


def _registered_type(rows: ListRows, role: RoleFrame) -> Objects:
    population = rows.world.population
    kind = np.zeros(len(population.houses.tambon), dtype=np.int64)
    kind[population.households.house] = population.households.kind
    return np.array(HOUSEHOLD_TYPES, dtype=object)[kind[role.frame.house]]


def _sizes(rows: ListRows, role: RoleFrame) -> Objects:
    population = rows.world.population
    here = present_at(population, rows.draw.day)
    count = np.bincount(population.people.household[here], minlength=len(population.households.house))
    return _texts(count[rows.household])


def household_references(household: Ints) -> Objects:
    """The survey's own household numbers."""
    return np.array([f"30-{number:07d}" for number in (household * 7 + 3).tolist()], dtype=object)


def _record_numbers(rows: ListRows, role: RoleFrame) -> Objects:
    # By person, so that a list sent again keeps its numbers; a row typed twice gets a number of its own.
    person = role.person()
    doubled = (role.frame.errors & BIT["row_doubled"]) != 0
    return np.array(
        [f"{p + 1:06d}{'-2' if d else ''}" for p, d in zip(person.tolist(), doubled.tolist(), strict=True)],
        dtype=object,
    )


def _needs(rows: ListRows, role: RoleFrame) -> Objects:
    kinds = list(vocabulary()["needs"])
    return np.array(kinds, dtype=object)[rows.household % len(kinds)]


def _need_texts(rows: ListRows, role: RoleFrame) -> Objects:
    words = vocabulary()["needs"]
    which = rows.rng.integers(0, 2, len(rows)).tolist()
    return np.array([words[kind][n] for kind, n in zip(_needs(rows, role).tolist(), which, strict=True)], dtype=object)


def _words(name: str) -> Source:
    return lambda rows, role: choices(rows.rng, vocabulary()[name], len(rows))


def _person_text(name: str) -> Source:
    return lambda rows, role: getattr(rows.world.facts.person, name)[role.person()]


def _person_word(name: str, words: tuple[str, ...]) -> Source:
    return lambda rows, role: np.array(words, dtype=object)[getattr(rows.world.facts.person, name)[role.person()]]


def _person_flag(name: str) -> Source:
    return lambda rows, role: _flags(getattr(rows.world.facts.person, name)[role.person()])


def _household_number(name: str) -> Source:
    return lambda rows, role: _texts(getattr(rows.world.facts.household, name)[rows.household])


def _count(low: int, high: int, chance: float) -> Source:
    def source(rows: ListRows, role: RoleFrame) -> Objects:
        number = rows.rng.integers(low, high, len(rows))
        return _texts(np.where(rows.rng.random(len(rows)) < chance, number, 0))

    return source


def _employment(rows: ListRows, role: RoleFrame) -> Objects:
    person, facts = role.person(), rows.world.facts.person
    idle = (facts.age[person] < 15) | (facts.income_per_month[person] == 0)
    return np.select([facts.is_unemployed[person], idle], ["unemployed", "not_in_workforce"], "employed").astype(object)


def _education(rows: ListRows, role: RoleFrame) -> Objects:
    age = ages_at(rows.world.population, rows.draw.day)[role.person()]
    level = np.minimum(rows.world.facts.person.education[role.person()], highest_education(age))
    return np.array(EDUCATION, dtype=object)[level]


def _occupation(rows: ListRows, role: RoleFrame) -> Objects:
    age = ages_at(rows.world.population, rows.draw.day)[role.person()]
    words = rows.world.facts.person.occupation[role.person()]
    return np.select([age < 6, age < 15], ["ไม่ได้ประกอบอาชีพ", "นักเรียน"], words).astype(object)


def _training(rows: ListRows, role: RoleFrame) -> Objects:
    return choices(rows.rng, ["passed", "failed", "in_training"], len(rows), [0.85, 0.08, 0.07])


def _communities(rows: ListRows, role: RoleFrame) -> Objects:
    population = rows.world.population
    village = population.houses.village[population.households.house[rows.household]]
    return np.array([v if not v or v.startswith("วัด") else f"ชุมชน{v}" for v in village], dtype=object)


def _schools(rows: ListRows, role: RoleFrame) -> Objects:
    population = rows.world.population
    house = population.households.house[rows.household]
    prefix = vocabulary()["schools"]
    return np.array(
        [prefix[h % len(prefix)] + v for h, v in zip(house.tolist(), population.houses.village[house], strict=True)],
        dtype=object,
    )


def _provinces(rows: ListRows, role: RoleFrame) -> Objects:
    found = np.full(len(rows), PROVINCE_NAME, dtype=object)
    found[is_homeless(rows.world.population)[role.person()]] = None
    return found


_REGISTERED: dict[str, Source] = {"relationship": _registered_relationship, "household_type": _registered_type}

_SOURCES: dict[str, Source] = {
    # Pieces of these are put together when they are typed (assembly.py).
    "full_name": lambda rows, role: role.column("first_name"),
    "address": lambda rows, role: role.column("tambon"),
    "birth_date": _births,
    "age": _ages,
    "last_seen_date": _met,
    "survey_date": _met,
    "care_visit_date": _met,
    "registered_on_date": _met,
    "death_date": _deaths,
    "life_status": _life,
    "relationship": _relationship,
    "household_type": _household_type,
    "household_ref": lambda rows, role: household_references(rows.household),
    "household_size_stated": _sizes,
    "province": _provinces,
    "agency_record_no": _record_numbers,
    "need_code": _needs,
    "need_text": _need_texts,
    "remark": _words("remarks"),
    "household_income_baht_per_year": _household_number("income"),
    "income_per_person_baht_per_year": _household_number("income_per_person"),
    "household_expense_baht_per_year": _household_number("expense"),
    "debt_baht": _household_number("debt"),
    "savings_baht": _household_number("savings"),
    "land_rai": _household_number("land_rai"),
    "land_tenure_code": lambda rows, role: rows.world.facts.household.tenure[rows.household],
    "is_house_secure": lambda rows, role: _flags(rows.world.facts.household.is_house_secure[rows.household]),
    "person_income_baht_per_month": lambda rows, role: _texts(rows.world.facts.person.income_per_month[role.person()]),
    "fund_savings_baht": _count(100, 9000, 1.0),
    "has_state_welfare_card": _person_flag("has_card"),
    "is_listed_target_poor": lambda rows, role: _flags(rows.rng.random(len(rows)) < 0.93),
    "schooling_status_code": _person_text("schooling"),
    "education_level_code": _education,
    "school_name": _schools,
    "occupation_text": _occupation,
    "employment_status_code": _employment,
    "has_section40_insurance": _person_flag("has_section40"),
    "training_course": _words("courses"),
    "training_result_code": _training,
    "crop_text": _words("crops"),
    "plot_count": _count(1, 5, 1.0),
    "pond_rai": _count(1, 6, 1.0),
    "fish_species": _words("fish"),
    "cattle_count": _count(1, 12, 0.5),
    "pig_count": _count(1, 30, 0.15),
    "poultry_count": _count(5, 60, 0.6),
    "market_name": _words("markets"),
    "community_name": _communities,
    "sales_baht_per_month": _count(3000, 30000, 1.0),
    "disability_code": _person_word("disability", DISABILITIES),
    "is_bedridden": _person_flag("is_bedridden"),
    "is_chronically_ill": _person_flag("is_chronic"),
    "is_cared_for": _person_flag("is_cared_for"),
    "takes_part_in_community": lambda rows, role: _flags(rows.rng.random(len(rows)) < 0.85),
    "assistance_kind_code": lambda rows, role: rows.help.kind,
    "assistance_status_code": lambda rows, role: rows.help.status,
    "assistance_date": lambda rows, role: _days(rows.help.day),
    "assistance_amount_baht": lambda rows, role: rows.help.amount,
}  # fmt: skip
