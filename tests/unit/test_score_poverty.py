"""Poverty, target poverty, levels, areas and help, from small provinces worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline import tables
from tests.score_province import RECEIVED, TinyProvince

UNKNOWN_FOUR = {f"_{n:02d}": "absent" for n in (1, 4, 5, 7)}


def _card(province: TinyProvince, person: str, has_card: bool, day: date = date(2021, 1, 1)) -> None:
    number = len(province.rows["record"])
    facts: dict[str, object] = {"has_state_welfare_card": has_card}
    province.record(f"w{number}", person[:2], facts, person=person, agency="province", day=day)


def four_households() -> TinyProvince:
    """h1 (2 people) fails 8 and 22; h2 (3) fails nothing; h3 (1) fails 27; h4 (4) is not assessed."""
    province = TinyProvince()
    province.household("h1", "1980-01-01", "2010-01-01").survey("h1", _08="fail", _22="fail")
    province.household("h2", "1980-01-01", "1981-01-01", "1950-01-01").survey("h2", _15="not_applicable")
    province.household("h3", "1940-01-01", tambon="300201").survey("h3", _27="fail")
    province.household("h4", *[None] * 4, tambon="300201").survey("h4", **UNKNOWN_FOUR, _08="fail")
    return province


def test_poor_is_who_fails_at_least_one_of_seventeen(tmp_path: Path) -> None:
    found = four_households().score(tmp_path)
    first, second = found.poverty("h1"), found.poverty("h2")
    assert (first["is_assessed"], first["is_poor"], first["indicators_known"]) == (True, True, 17)
    assert first["deprivation_score"] == pytest.approx(2 / 17)
    assert first["poor_dimensions"] == "living income"
    assert (second["is_poor"], second["deprivation_score"], second["poor_dimensions"]) == (False, 0.0, "")
    assert second["indicators_known"] == 17  # not applicable is known, and no deprivation


def test_too_little_known_is_not_assessed_and_never_not_poor(tmp_path: Path) -> None:
    found = four_households().score(tmp_path).poverty("h4")
    assert (found["is_assessed"], found["indicators_known"]) == (False, 13)
    assert [found[c] for c in ("is_poor", "deprivation_score", "is_target_poor", "poor_dimensions")] == [None] * 4


def test_fourteen_of_seventeen_known_are_enough(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", None).survey("h1", _01="absent", _04="absent", _05="absent")
    found = province.score(tmp_path).poverty("h1")
    assert (found["is_assessed"], found["indicators_known"], found["is_poor"]) == (True, 14, False)


def test_the_multidimensional_measure_weighs_dimensions_and_has_its_cutoff(tmp_path: Path) -> None:
    found = four_households().score(tmp_path)
    # h1: 8 is a quarter of living, 22 a third of income: (1/4 + 1/3) / 5 = 7/60, below .26.
    assert found.poverty("h1", "mpi_2560")["deprivation_score"] == pytest.approx(7 / 60)
    assert found.poverty("h1", "mpi_2560")["is_poor"] is False


def test_areas_by_household_and_by_person_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    found = four_households().score(tmp_path)
    # Households: h1 and h3 of three are poor, scores 2/17 and 1/17. People: 3 of 6.
    h, a, m0 = (found.area(m)["value"] for m in ("H", "A", "M0"))
    assert (h, a, m0) == (pytest.approx(2 / 3), pytest.approx(1.5 / 17), pytest.approx(1 / 17))
    assert found.area("H", unit="person")["value"] == pytest.approx(0.5)
    assert found.area("A", unit="person")["value"] == pytest.approx((2 * 2 + 1) / 3 / 17)
    counts = ("assessed_count", "not_assessed_count", "poor_count")
    assert [found.area("H")[c] for c in counts] == [3, 1, 2]
    assert [found.area("H", unit="person")[c] for c in counts] == [6, 4, 3]
    assert [found.area("H", level="tambon", code="300201")[c] for c in counts] == [1, 1, 1]
    assert found.area("H", level="amphoe", code="3001")["value"] == pytest.approx(0.5)


def test_an_area_shows_for_each_indicator_who_is_eligible_fails_and_is_poor_and_fails(tmp_path: Path) -> None:
    found = four_households().score(tmp_path)
    counts = ("eligible_count", "failing_count", "poor_failing_count")
    assert [found.area("censored", "bmn_08")[c] for c in counts] == [3, 1, 1]
    assert [found.area("uncensored", "bmn_15")[c] for c in counts] == [2, 0, 0]
    assert [found.area("censored", "bmn_08", unit="person")[c] for c in counts] == [6, 2, 2]
    # Three deprivations among the poor: one each of living, income and access.
    shares = [found.area("contribution", d)["value"] for d in ("health", "living", "education", "income", "access")]
    assert shares == pytest.approx([0, 1 / 3, 0, 1 / 3, 1 / 3])
    assert [found.area("censored", "living")[c] for c in counts] == [3, 1, 1]


def test_where_nobody_is_poor_intensity_and_contributions_are_unknown(tmp_path: Path) -> None:
    found = TinyProvince().household("h1", "1980-01-01").survey("h1").score(tmp_path)
    assert [found.area(m)["value"] for m in ("H", "A", "M0")] == [0.0, None, 0.0]
    assert found.area("contribution", "living")["value"] is None


def test_where_nobody_is_assessed_no_figure_is_computed(tmp_path: Path) -> None:
    found = TinyProvince().household("h1", None).score(tmp_path)
    assert [found.area(m)["value"] for m in ("H", "A", "M0", "target_poor")] == [None] * 4
    assert (found.area("H")["assessed_count"], found.area("H")["not_assessed_count"]) == (0, 1)
    assert found.area("censored", "bmn_08")["value"] is None


def test_a_full_register_has_no_sampling_error(tmp_path: Path) -> None:
    rows = four_households().score(tmp_path).rows(tables.AREA_POVERTY)
    assert {r["measure_code"] for r in rows} == {
        "H", "A", "M0", "target_poor", "target_poor_share", "uncensored", "censored", "contribution",
    }  # fmt: skip


def test_households_of_another_province_are_counted_and_stand_in_no_area(tmp_path: Path) -> None:
    province = four_households().household("h5", "1980-01-01", tambon="310101").survey("h5", _08="fail")
    found = province.score(tmp_path)
    assert found.poverty("h5")["is_inside_area"] is False
    assert found.poverty("h5")["is_poor"] is True
    assert {r["area_code"][:2] for r in found.rows(tables.AREA_POVERTY)} == {"30"}  # type: ignore[index]
    assert found.area("H")["assessed_count"] == 3
    assert found.report.counts["outside_area"] == 1
    assert found.rows(tables.ISSUE) == []


def test_households_whose_area_is_not_known_are_counted_under_unknown_at_every_level(tmp_path: Path) -> None:
    province = four_households().household("h6", "1980-01-01", tambon=None).survey("h6", _08="fail")
    province.household("h7", None, None, tambon=None)
    province.household("h8", "1980-01-01").survey("h8")
    province.rows["household"][-1]["tambon_code"] = None
    found = province.score(tmp_path)
    assert found.poverty("h6")["is_inside_area"] is None
    counts = ("assessed_count", "not_assessed_count", "poor_count")
    unknown = {level: found.area("H", level=level, code="unknown") for level in ("tambon", "amphoe", "province")}
    assert [unknown["province"][c] for c in counts] == [1, 1, 1]
    assert [unknown["amphoe"][c] for c in counts] == [1, 1, 1]
    assert [unknown["tambon"][c] for c in counts] == [2, 1, 1]
    assert found.area("H", code="unknown", unit="person")["not_assessed_count"] == 2
    for level in unknown:
        rows = [r for r in found.rows(tables.AREA_POVERTY) if (r["area_level"], r["measure_code"]) == (level, "H")]
        rows = [r for r in rows if (r["unit_code"], r["method_code"]) == ("household", "tpmap_2560")]
        assert sum(r["assessed_count"] + r["not_assessed_count"] for r in rows) == 7  # type: ignore[operator]
    assert found.report.counts["area_unknown"] == 2


def test_only_ordinary_households_with_members_are_measured_and_the_others_are_counted(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").household("h2", "1980-01-01", kind="temple")
    province.household("h3", "1980-01-01", kind="unknown").household("h4")
    found = province.score(tmp_path)
    assert {r["household_id"] for r in found.rows(tables.HOUSEHOLD_POVERTY)} == {"h1"}
    counts = found.report.counts
    assert (counts["households"], counts["measured"]) == (4, 1)
    assert (counts["not_measured_not_ordinary"], counts["not_measured_without_members"]) == (2, 1)


def test_target_poor_is_poor_with_a_card_and_unknown_where_no_card_is_known(tmp_path: Path) -> None:
    province = four_households()
    province.household("h5", "1980-01-01").survey("h5", _08="fail")
    _card(province, "h1p1", False)
    _card(province, "h1p2", True)
    _card(province, "h2p1", True)
    _card(province, "h5p1", True)
    _card(province, "h5p1", False, date(2022, 1, 1))
    found = province.score(tmp_path)
    assert [found.poverty(h)["is_target_poor"] for h in ("h1", "h2", "h3", "h5")] == [True, False, None, False]
    row = found.area("target_poor")
    assert (row["value"], row["eligible_count"], row["failing_count"]) == (1.0, 3, 1)
    # The poor h3 may have a card or not: no share of the province; of tambon 300101 (h1, h2, h5) there is one.
    assert found.area("target_poor_share")["value"] is None
    assert found.area("target_poor_share", level="tambon", code="300101")["value"] == pytest.approx(1 / 3)
    # In tambon 300201 the one poor household has no known card: unknown, not zero.
    assert found.area("target_poor", level="tambon", code="300201")["value"] is None


def test_livelihood_is_the_mean_of_the_known_capitals_on_a_scale_of_one_to_four(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").household("h2", "1980-01-01").household("h3", "1980-01-01")
    province.record("n1", "h1", {"capital_human_score": 20.0, "capital_social_score": 30.0}, agency="nrru")
    names = ("human", "physical", "financial", "natural", "social")
    province.record("n2", "h2", {f"capital_{name}_score": 50.0 for name in names}, agency="nrru")
    found = province.score(tmp_path)
    columns = ("livelihood_index", "livelihood_level_code", "capitals_known")
    assert [found.poverty("h1")[c] for c in columns] == [1.75, "hard", 2]  # 1.75 is not below the border 1.75
    assert [found.poverty("h2", "mpi_2560")[c] for c in columns] == [2.5, "fair", 5]
    assert [found.poverty("h3")[c] for c in columns] == [None, None, 0]


@pytest.mark.parametrize(
    ("births", "income", "housing", "is_vulnerable", "level"),
    [
        (["1980-01-01"], 100_000.0, "pass", True, 0),
        (["1980-01-01"], 100_001.0, "fail", False, None),
        (["1980-01-01"], None, "fail", None, None),
        (["1980-01-01"], 1.0, "fail", True, 1),
        (["1980-01-01", "2010-01-01"], 1.0, "fail", True, 2),
        (["1950-01-01", "2010-01-01", "2012-01-01"], 1.0, "fail", True, 3),
        (["1980-01-01", "2010-01-01"], 1.0, "pass", True, 0),
        (["1980-01-01", "2010-01-01"], 1.0, "absent", True, None),
    ],
)
def test_each_level_of_vulnerability_adds_to_the_one_before(
    tmp_path: Path,
    births: list[str],
    income: float | None,
    housing: str,
    is_vulnerable: bool | None,
    level: int | None,
) -> None:
    province = TinyProvince().household("h1", *births).survey("h1", _08=housing)
    if income is not None:
        province.record("i1", "h1", {"household_income_baht_per_year": income}, agency="agri_coop")
    found = province.score(tmp_path).poverty("h1")
    assert (found["is_vulnerable"], found["vulnerability_level"]) == (is_vulnerable, level)
    assert found["income_baht_per_year"] == income


@pytest.mark.parametrize(
    ("births", "housing", "level"),
    [
        ([None, None, None], "fail", None),  # nobody to three dependants
        ([None, None, None], "pass", 0),  # without a housing problem nobody asks
        (["2004-03", "1980-01-01"], "fail", None),  # the survey was on 1 March 2019: fourteen or fifteen
        (["1950-01-01", None], "fail", 2),  # one or two: the same level
        (["1950-01-01", "2012-01-01", None], "fail", None),  # two or three
        (["1950-01-01", "2012-01-01", "2013-01-01", None], "fail", 3),
    ],
)
def test_an_unknown_age_leaves_the_level_unknown_where_it_could_change_it(
    tmp_path: Path, births: list[str | None], housing: str, level: int | None
) -> None:
    province = TinyProvince().household("h1", *births).survey("h1", _08=housing)
    province.record("i1", "h1", {"household_income_baht_per_year": 1.0}, agency="agri_coop")
    found = province.score(tmp_path).poverty("h1")
    assert (found["is_vulnerable"], found["vulnerability_level"]) == (True, level)


def test_the_income_of_the_survey_comes_before_a_newer_one_of_another_list(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").survey("h1")
    number = {"record_id": "s-h1", "attribute": "household_income_baht_per_year", "value_number": 70_000.0}
    province.rows["record_attribute"].append(dict(number))
    province.record("a1", "h1", {"household_income_baht_per_year": 9.0}, agency="agri_coop", day=date(2024, 1, 1))
    assert province.score(tmp_path).poverty("h1")["income_baht_per_year"] == 70_000.0


def test_help_is_listed_record_by_record_with_its_kind_status_date_and_worth(tmp_path: Path) -> None:
    province = TinyProvince().household("h1", "1980-01-01").member("h1", "dead", "1940-01-01", is_current=False)
    full: dict[str, object] = {
        "assistance_kind_code": "house_repair",
        "assistance_status_code": "planned",
        "assistance_date": date(2021, 5, 1),
        "assistance_amount_baht": 40_000.0,
    }
    province.record("c1", "h1", full, agency="codi", day=date(2021, 6, 1))
    kind: dict[str, object] = {"assistance_kind_code": "food"}
    province.record("p1", "h1", kind, person="dead", agency="pao", day=date(2020, 1, 1))
    province.record("p2", "h1", {"assistance_amount_baht": 500.0}, person="h1p1", agency="pao")
    found = province.score(tmp_path)
    columns = tables.ASSISTANCE.column_names
    assert [tuple(r[c] for c in columns) for r in found.rows(tables.ASSISTANCE)[:2]] == [
        ("c1", "codi", None, "h1", "house_repair", "planned", date(2021, 5, 1), 40_000.0),
        ("p1", "pao", "dead", "h1", "food", "given", date(2020, 1, 1), None),
    ]
    assert found.rows(tables.ASSISTANCE)[2]["assistance_status_code"] is None
    assert found.report.counts["assistance_without_kind"] == 1


@pytest.mark.parametrize(
    ("status", "own", "of_list", "expected"),
    [
        ("given", None, date(2026, 6, 30), date(2026, 6, 30)),
        ("given", None, RECEIVED, None),
        ("lent", date(2026, 5, 1), RECEIVED, date(2026, 5, 1)),
        ("planned", None, date(2026, 6, 30), None),
        ("requested", None, RECEIVED, None),
        ("planned", date(2027, 1, 15), RECEIVED, date(2027, 1, 15)),
    ],
)
def test_help_has_its_own_date_or_that_of_its_list_and_never_the_night_of_receipt(
    tmp_path: Path, status: str, own: date | None, of_list: date, expected: date | None
) -> None:
    facts: dict[str, object] = {"assistance_kind_code": "cash", "assistance_status_code": status}
    province = TinyProvince().household("h1", "1980-01-01")
    province.record("a1", "h1", {**facts, **({"assistance_date": own} if own else {})}, agency="pao", day=of_list)
    help_given = province.score(tmp_path).rows(tables.ASSISTANCE)[0]
    assert (help_given["assistance_status_code"], help_given["assistance_date"]) == (status, expected)


def test_the_files_are_the_same_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    province = four_households()
    _card(province, "h1p1", True)
    forwards, backwards = province.score(tmp_path), province.score(tmp_path, backwards=True)
    for table in (tables.HOUSEHOLD_INDICATOR, tables.HOUSEHOLD_POVERTY, tables.AREA_POVERTY, tables.ASSISTANCE):
        assert table.path(forwards.out).read_bytes() == table.path(backwards.out).read_bytes()


def test_a_province_without_a_household_has_empty_tables_and_no_figures(tmp_path: Path) -> None:
    found = TinyProvince().score(tmp_path)
    assert {name: n for name, n in found.report.counts.items() if n} == {}
    assert tables.AREA_POVERTY.path(found.out).exists()
