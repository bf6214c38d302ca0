"""The made-up people: numbers of nobody, families, special households, lives."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.synthetic.facts import SURVEY_DAY, heads_at, make_facts, present_at
from pipeline.synthetic.indicators import INDICATORS, TPMAP, make_indicators
from pipeline.synthetic.kinds import (
    CENTRAL,
    DEAD,
    INSTITUTION,
    MOVED_OUT,
    NO_HOME,
    ORDINARY,
    SLOT,
    TEMPLE,
    TITLE,
    TODAY,
)
from pipeline.synthetic.names import name_pools, surname_texts
from pipeline.synthetic.numbers import digits
from pipeline.synthetic.population import Population, make_population
from pipeline.values import house_code, national_id


@pytest.fixture(scope="module")
def province() -> Population:
    return make_population(3500, 1)


def test_every_id_is_of_registrar_99_unique_and_passes_the_checksum(province: Population) -> None:
    ids = digits(province.people.national_id, 13).tolist()
    assert len(set(ids)) == len(ids)
    assert all(i[1:3] == "99" for i in ids)
    assert all(national_id.is_valid(i) for i in ids)


def test_every_house_code_begins_with_99_is_unique_and_passes_the_checksum(province: Population) -> None:
    codes = digits(province.houses.house_code, 11).tolist()
    assert len(set(codes)) == len(codes)
    assert all(c.startswith("99") and house_code.is_valid(c) for c in codes)


def test_first_digits_of_ids_have_the_shares_of_real_lists() -> None:
    first = make_population(20_000, 2).people.national_id // 10**12
    share = np.bincount(first, minlength=10) / len(first)
    assert share[1] == pytest.approx(0.49, abs=0.06)
    assert share[3] == pytest.approx(0.47, abs=0.06)
    assert share[5] == pytest.approx(0.03, abs=0.012)
    assert share[0] + share[6] + share[7] + share[8] > 0
    assert share[9] == 0


def test_about_a_quarter_of_house_codes_were_issued_by_another_amphoe() -> None:
    houses = make_population(20_000, 2).houses
    from pipeline.synthetic.areas import province_areas

    prefix = houses.house_code // 10**7 % 100
    assert np.mean(prefix != province_areas().amphoe_number[houses.tambon]) == pytest.approx(0.26, abs=0.02)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_kind_of_household_and_relation_stands_in_a_small_province(seed: int) -> None:
    province = make_population(3500, seed)
    kinds = set(province.households.kind.tolist())
    assert kinds == {ORDINARY, INSTITUTION, TEMPLE, CENTRAL, NO_HOME}
    assert set(province.people.slot.tolist()) == set(SLOT.values())
    assert {DEAD, MOVED_OUT} <= set(province.people.life_status.tolist())
    assert {TITLE["พระ"], TITLE["เด็กชาย"], TITLE["เด็กหญิง"], TITLE["นาง"]} <= set(province.people.title.tolist())


def test_twins_share_household_and_birth_date(province: Population) -> None:
    people = province.people
    twins = np.flatnonzero(people.is_twin)
    assert len(twins) >= 2
    assert len(twins) % 2 == 0
    for first, second in twins.reshape(-1, 2):
        assert people.household[first] == people.household[second]
        assert people.birth[first] == people.birth[second]


def test_two_families_live_in_one_house_under_different_surnames(province: Population) -> None:
    second = np.flatnonzero(province.households.number_in_house > 1)
    assert len(second) > 0
    houses = province.households.house
    assert (houses[second] == houses[second - 1]).all()
    assert (province.households.family[second] != province.households.family[second - 1]).all()


def test_namesakes_of_different_households_exist(province: Population) -> None:
    people = province.people
    names = np.stack([people.first, people.last], axis=1)
    _, back, count = np.unique(names, axis=0, return_inverse=True, return_counts=True)
    shared = count[np.ravel(back)] > 1
    assert len(np.unique(people.household[shared])) > 2


def test_surnames_are_nearly_unique_to_a_family() -> None:
    province = make_population(20_000, 4)
    heads = province.people.slot == SLOT["head"]
    surname = province.people.last[heads]
    # A third of the households are kin of their neighbours; few others share a surname.
    assert len(np.unique(surname)) > 0.6 * len(surname)
    assert all(text for text in surname_texts(name_pools(), surname[:200]))


def test_parents_are_older_than_their_children(province: Population) -> None:
    people = province.people
    for child in np.flatnonzero(people.slot == SLOT["child_1"]):
        head = np.flatnonzero((people.household == people.household[child]) & (people.slot == SLOT["head"]))
        assert people.birth[head[0]] < people.birth[child]


def test_nobody_dies_or_moves_before_birth_or_after_today(province: Population) -> None:
    people = province.people
    dated = ~np.isnat(people.life_date)
    assert (people.life_date[dated] > people.birth[dated]).all()
    assert (people.life_date[dated] <= TODAY).all()


def test_some_people_are_registered_elsewhere_and_some_in_another_province(province: Population) -> None:
    people = province.people
    home = province.households.house[people.household]
    elsewhere = (people.registered_house >= 0) & (people.registered_house != home)
    assert 0.01 < elsewhere.mean() < 0.12
    assert 0 < (people.registered_house < 0).mean() < 0.08


def test_a_widow_heads_the_household_of_a_dead_head(province: Population) -> None:
    people = province.people
    heads = heads_at(province, TODAY)
    dead = (people.slot == SLOT["head"]) & (people.life_status == DEAD)
    spouses = (people.slot == SLOT["spouse"]) & present_at(province, TODAY)
    left = np.intersect1d(people.household[dead], people.household[spouses])
    assert len(left) > 0
    assert all(people.slot[heads[h]] == SLOT["spouse"] for h in left)


def test_indicators_apply_only_where_somebody_of_the_age_lived_at_the_survey(province: Population) -> None:
    facts = make_facts(province, 1)
    found = make_indicators(province, facts, 1)
    ordinary = province.households.kind == ORDINARY
    assert all((found[code][~ordinary] == None).all() for code in INDICATORS)  # noqa: E711
    here = present_at(province, SURVEY_DAY)
    age = (SURVEY_DAY - province.people.birth).astype(float) / 365.2425
    pupils = np.unique(province.people.household[here & (age >= 6) & (age < 15)])
    with_pupils = np.isin(np.arange(len(ordinary)), pupils) & ordinary
    assert set(found["bmn_16"][with_pupils].tolist()) <= {"pass", "fail"}
    assert set(found["bmn_16"][ordinary & ~with_pupils].tolist()) == {"not_applicable"}
    failing = found["bmn_22"] == "fail"
    assert (facts.household.income_per_person[failing & ordinary] < 38_000).all()


@pytest.mark.parametrize("seed", [1, 5])
def test_poverty_is_low_but_every_depth_of_it_occurs(seed: int) -> None:
    province = make_population(12_000, seed)
    found = make_indicators(province, make_facts(province, seed), seed)
    failing = sum((found[code] == "fail").astype(int) for code in TPMAP)[province.households.kind == ORDINARY]
    share = np.bincount(failing, minlength=4) / len(failing)
    assert 0.04 < 1 - share[0] < 0.2
    assert 0.005 < share[2:].sum() < 0.06
    assert share[3:].sum() > 0


def test_no_birth_date_is_shared_by_more_people_than_chance_gives() -> None:
    population = make_population(20_000, seed=4)
    _, counts = np.unique(population.people.birth, return_counts=True)
    # 20,000 people over some 30,000 days: a handful share a day; a bound on ages would pile hundreds on one.
    assert counts.max() < 15
