"""States of indicators: who is believed, whom an indicator concerns, what is unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline import tables
from tests.score_province import SURVEY_DAY, TinyProvince


def test_the_survey_answers_first_and_a_list_that_says_otherwise_is_a_conflict(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").survey("h1", _08="pass", _11="fail")
    province.record("a1", "h1", {"is_house_secure": False}, agency="army2", day=date(2021, 1, 1))
    found = province.score(tmp_path)
    housing = found.state("h1", "bmn_08")
    assert (housing["state_code"], housing["rule_code"], housing["has_conflict"]) == ("pass", "survey_result", True)
    assert (housing["source_agency"], housing["source_record_id"]) == ("community_dev", "s-h1")
    assert housing["evidence_date"] == SURVEY_DAY
    tidy = found.state("h1", "bmn_11")
    assert (tidy["state_code"], tidy["eligible_count"], tidy["failing_count"]) == ("fail", 1, 1)
    assert tidy["has_conflict"] is False


def test_without_a_survey_the_newest_word_under_a_rule_decides(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01")
    province.record("a1", "h1", {"is_house_secure": True}, agency="army2", day=date(2020, 1, 1))
    province.record("c1", "h1", {"is_house_secure": False}, agency="codi", day=date(2021, 1, 1))
    found = province.score(tmp_path).state("h1", "bmn_08")
    assert (found["state_code"], found["rule_code"], found["source_agency"]) == ("fail", "house_secure", "codi")
    assert found["has_conflict"] is True


def test_what_an_agency_said_earlier_is_a_change_and_no_conflict(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01")
    province.record("c1", "h1", {"is_house_secure": False}, agency="codi", day=date(2020, 1, 1))
    province.record("c2", "h1", {"is_house_secure": True}, agency="codi", day=date(2021, 1, 1))
    found = province.score(tmp_path).state("h1", "bmn_08")
    assert (found["state_code"], found["source_record_id"], found["has_conflict"]) == ("pass", "c2", False)


def test_one_failing_child_fails_the_household(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "2009-05-05", "2010-05-05", "1980-01-01")
    province.record("e1", "h1", {"schooling_status_code": "in_school"}, person="h1p1", agency="education")
    province.record("e2", "h1", {"schooling_status_code": "out_of_school"}, person="h1p2", agency="education")
    found = province.score(tmp_path).state("h1", "bmn_16")
    assert (found["state_code"], found["eligible_count"], found["failing_count"]) == ("fail", 2, 1)
    assert (found["source_record_id"], found["rule_code"]) == ("e2", "schooling_status")
    assert found["has_conflict"] is False


def test_one_child_of_whom_nothing_is_known_leaves_the_household_unknown(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "2009-05-05", "2010-05-05")
    province.record("e1", "h1", {"schooling_status_code": "in_school"}, person="h1p1", agency="education")
    found = province.score(tmp_path).state("h1", "bmn_16")
    assert (found["state_code"], found["eligible_count"]) == ("unknown", 2)


def test_where_everybody_concerned_passes_the_household_passes(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "2009-05-05", "1980-01-01")
    province.record("e1", "h1", {"schooling_status_code": "at_risk"}, person="h1p1", agency="education")
    found = province.score(tmp_path).state("h1", "bmn_16")
    assert (found["state_code"], found["eligible_count"], found["failing_count"]) == ("pass", 1, 0)


def test_an_indicator_for_children_does_not_apply_where_all_ages_are_known_and_nobody_is_a_child(
    tmp_path: Path,
) -> None:
    found = TinyProvince().household("h1", "1980-01-01", "1975").score(tmp_path).state("h1", "bmn_16")
    assert (found["state_code"], found["rule_code"]) == ("not_applicable", "nobody_eligible")
    assert (found["eligible_count"], found["failing_count"]) == (0, 0)


def test_one_unknown_age_keeps_an_indicator_unknown_instead_of_not_applicable(tmp_path: Path) -> None:
    found = TinyProvince().household("h1", "1980-01-01", None).score(tmp_path).state("h1", "bmn_16")
    assert (found["state_code"], found["eligible_count"]) == ("unknown", None)


@pytest.mark.parametrize(
    ("birth", "state"),
    [
        ("2013-03-01", "fail"),  # six on the very day of the evidence, 1 March 2019
        ("2013-03-02", "not_applicable"),  # six on the day after
        ("2004-03-02", "fail"),  # still fourteen
        ("2004-03-01", "not_applicable"),  # fifteen that day
        ("2013", "unknown"),  # five or six
        ("2012", "fail"),  # six or seven: concerned either way
        ("2013-03", "unknown"),
        ("2013-02", "fail"),
        ("2013-04", "not_applicable"),
    ],
)
def test_age_is_reckoned_on_the_day_of_the_evidence_from_what_is_known_of_the_birth(
    tmp_path: Path, birth: str, state: str
) -> None:
    province = TinyProvince().household("h1", birth)
    province.record("e1", "h1", {"schooling_status_code": "out_of_school"}, person="h1p1", agency="education")
    assert province.score(tmp_path).state("h1", "bmn_16")["state_code"] == state


def test_a_fact_without_a_date_tells_no_age(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "2010-05-05")
    province.record("e1", "h1", {"schooling_status_code": "out_of_school"}, person="h1p1", agency="education", day=None)
    assert province.score(tmp_path).state("h1", "bmn_16")["state_code"] == "unknown"


def test_care_of_the_disabled_concerns_those_of_whom_a_disability_is_known(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").household("h2", "1980-01-01").household("h3", "1980-01-01")
    for household, disability in (("h1", "moving"), ("h2", "none")):
        facts: dict[str, object] = {"disability_code": disability, "is_cared_for": False}
        province.record(f"r-{household}", household, facts, person=f"{household}p1")
    province.record("r-h3", "h3", {"is_cared_for": False}, person="h3p1")
    found = province.score(tmp_path)
    states = [found.state(h, "bmn_28")["state_code"] for h in ("h1", "h2", "h3")]
    assert states == ["fail", "not_applicable", "unknown"]


def test_a_person_no_longer_in_the_household_does_not_speak_for_it(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").member("h1", "gone", "2010-05-05", is_current=False)
    province.record("e1", "h1", {"schooling_status_code": "out_of_school"}, person="gone", agency="education")
    assert province.score(tmp_path).state("h1", "bmn_16")["state_code"] == "not_applicable"


@pytest.mark.parametrize(("income", "state"), [(190_000, "pass"), (189_999, "fail")])
@pytest.mark.parametrize("list_of_members", ["register", "relationships"])
def test_household_income_is_divided_by_the_members_whom_a_list_of_members_counts(
    tmp_path: Path, income: float, state: str, list_of_members: str
) -> None:
    province = TinyProvince().household("h1", *["1980-01-01"] * 5)
    province.record("a1", "h1", {"household_income_baht_per_year": float(income)}, agency="agri_coop")
    if list_of_members == "register":
        province.rows["household_member"][2]["is_registered"] = True
    else:
        province.record("m3", "h1", {}, person="h1p3", agency="community_dev", relationship="บุตร")
        province.rows["household_member"][2]["source"] = "community_dev"
    found = province.score(tmp_path).state("h1", "bmn_22")
    assert (found["state_code"], found["rule_code"]) == (state, "household_income")


@pytest.mark.parametrize(("income", "state"), [(60_000, "fail"), (190_000, "pass"), (189_999, "fail")])
def test_household_income_is_divided_by_the_size_that_its_own_list_states(
    tmp_path: Path, income: float, state: str
) -> None:
    province = TinyProvince().household("h1", "1980-01-01")
    form: dict[str, object] = {"household_income_baht_per_year": float(income), "household_size_stated": 5.0}
    province.record("a1", "h1", form, agency="codi")
    # A newer word on the size of another list is not what that income was shared by.
    province.record("n1", "h1", {"household_size_stated": 1.0}, agency="nrru", day=date(2021, 1, 1))
    province.rows["household_member"][0]["is_registered"] = True
    assert province.score(tmp_path).state("h1", "bmn_22")["state_code"] == state


def test_a_size_that_another_list_states_divides_the_income_the_newest_first(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01")
    province.record("a1", "h1", {"household_income_baht_per_year": 80_000.0}, agency="agri_coop")
    province.record("n1", "h1", {"household_size_stated": 4.0}, agency="nrru")
    province.record("n2", "h1", {"household_size_stated": 2.0}, agency="codi", day=date(2020, 1, 1))
    province.record("n3", "h1", {"household_size_stated": 0.0}, agency="codi", day=date(2021, 1, 1))
    assert province.score(tmp_path).state("h1", "bmn_22")["state_code"] == "pass"


@pytest.mark.parametrize(("income", "state"), [(60_000, "unknown"), (37_999, "fail")])
def test_a_count_of_members_that_no_list_backs_is_the_least_and_can_only_tell_who_fails(
    tmp_path: Path, income: float, state: str
) -> None:
    province = TinyProvince().household("h1", "1980-01-01")
    province.record("a1", "h1", {"household_income_baht_per_year": float(income)}, agency="agri_coop")
    # The register knows the person as somebody's child in the house that was left behind.
    province.record("r1", "h1", {}, person="h1p1", agency="admin", relationship="บุตร")
    assert province.score(tmp_path).state("h1", "bmn_22")["state_code"] == state


def test_a_size_stated_in_another_survey_round_divides_nothing(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").delivery("d65", "bmn_2565")
    province.record("a1", "h1", {"household_income_baht_per_year": 60_000.0}, agency="agri_coop")
    province.record("x1", "h1", {"household_size_stated": 1.0}, agency="community_dev", delivery="d65")
    assert province.score(tmp_path).state("h1", "bmn_22")["state_code"] == "unknown"


def test_an_indicator_of_people_at_work_takes_employment_before_income(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").household("h2", "1980-01-01")
    province.record("w1", "h1", {"employment_status_code": "unemployed"}, person="h1p1", agency="employment")
    province.record("l1", "h1", {"person_income_baht_per_month": 5000.0}, person="h1p1", agency="labour")
    province.record("l2", "h2", {"person_income_baht_per_month": 0.0}, person="h2p1", agency="labour")
    found = province.score(tmp_path)
    first, second = found.state("h1", "bmn_20"), found.state("h2", "bmn_20")
    assert (first["state_code"], first["rule_code"], first["has_conflict"]) == ("fail", "employment_status", True)
    assert (second["state_code"], second["rule_code"], second["has_conflict"]) == ("fail", "person_income", False)


def test_one_member_who_takes_part_speaks_for_the_household_and_one_who_does_not_says_nothing(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01", "1981-01-01").household("h2", "1980-01-01")
    province.record("k1", "h1", {"takes_part_in_community": False}, person="h1p1", agency="culture")
    province.record("k2", "h1", {"takes_part_in_community": True}, person="h1p2", agency="community_net")
    province.record("k3", "h2", {"takes_part_in_community": False}, person="h2p1", agency="culture")
    found = province.score(tmp_path)
    assert found.state("h1", "bmn_30")["source_record_id"] == "k2"
    assert [found.state(h, "bmn_30")["state_code"] for h in ("h1", "h2")] == ["pass", "unknown"]


def test_a_round_without_a_set_is_named_and_never_scored_with_another_set(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").delivery("d65", "bmn_2565")
    facts: dict[str, object] = {"bmn_08": "fail", "income_per_person_baht_per_year": 10_000.0}
    province.record("x1", "h1", facts, agency="community_dev", delivery="d65")
    found = province.score(tmp_path)
    assert found.state("h1", "bmn_08")["state_code"] == "unknown"
    assert found.state("h1", "bmn_22")["state_code"] == "unknown"
    issues = found.rows(tables.ISSUE)
    assert [(i["code"], i["agency"], i["delivery_id"], i["file_name"], i["stage"]) for i in issues] == [
        ("survey_round_without_set", "community_dev", "d65", "d65.xlsx", "score")
    ]


def test_each_list_of_a_workbook_is_scored_with_the_set_of_its_own_round(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").household("h2", "1980-01-01")
    one_file = {"agency": "community_dev", "delivery": "both"}
    province.record("x1", "h1", {"bmn_08": "fail"}, **one_file, survey_round="bmn_2560")
    province.record("x2", "h2", {"bmn_08": "fail"}, **one_file, survey_round="bmn_2565")
    found = province.score(tmp_path)
    assert [found.state(h, "bmn_08")["state_code"] for h in ("h1", "h2")] == ["fail", "unknown"]
    assert [(i["code"], i["delivery_id"]) for i in found.rows(tables.ISSUE)] == [("survey_round_without_set", "both")]


def test_two_agencies_that_deliver_the_same_file_keep_each_its_own_round(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").household("h2", "1980-01-01")
    province.record("x1", "h1", {"bmn_08": "fail"}, agency="nrru", delivery="same", survey_round="bmn_2560")
    province.record("x2", "h2", {"is_house_secure": False}, agency="codi", delivery="same")
    found = province.score(tmp_path)
    assert [found.state(h, "bmn_08")["rule_code"] for h in ("h1", "h2")] == ["survey_result", "house_secure"]
    assert found.rows(tables.ISSUE) == []


def test_survey_results_of_a_list_that_names_no_round_are_not_scored(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01")
    province.record("x1", "h1", {"bmn_08": "fail"}, agency="nrru")
    found = province.score(tmp_path)
    assert found.state("h1", "bmn_08")["state_code"] == "unknown"
    assert [i["code"] for i in found.rows(tables.ISSUE)] == ["survey_round_without_set"]


def test_every_measured_household_has_every_indicator_once(tmp_path: Path) -> None:
    found = TinyProvince().household("h1", "1980-01-01").household("h2", kind="temple").score(tmp_path)
    rows = found.rows(tables.HOUSEHOLD_INDICATOR)
    assert [(r["household_id"], r["indicator_code"]) for r in rows] == [("h1", f"bmn_{n:02d}") for n in range(1, 32)]
