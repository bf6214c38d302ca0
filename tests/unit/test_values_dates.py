"""Dates in every form that lists hold."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.values.dates import parse_age, parse_birth_date, parse_date

SURVEY = date(2024, 10, 1)


@pytest.mark.parametrize(
    "raw",
    [
        "2517-03-14",
        "2517-03-14 00:00:00",
        "2517-03-14T00:00:00",
        "1974-03-14",
        "14/3/2517",
        "14/03/2517",
        "14-03-2517",
        "14.3.2517",
        "14 3 2517",
        "3/14/2517",
        "25170314",
        "19740314",
        "14032517",
        "2517-14-03",
        "14 มี.ค. 2517",
        "14 มี.ค.2517",
        "14มี.ค.2517",
        "14-มี.ค.-2517",
        "14 มีนาคม 2517",
        "14 มีนาคม พ.ศ. 2517",
        "วันที่ ๑๔ เดือน มีนาคม พ.ศ. ๒๕๑๗",
        "๑๔/๓/๒๕๑๗",
        "14 มีนาคม ค.ศ. 1974",
        "14-Mar-1974",
        "March 14, 1974",
        "25170314.0",
        "27102",
    ],
)
def test_the_same_day_is_read_in_every_form(raw: str) -> None:
    assert parse_date(raw, latest=SURVEY).value == "1974-03-14"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("__/__/2474", "1931"),
        ("2474/__/__", "1931"),
        ("-/-/2474", "1931"),
        ("00/00/2474", "1931"),
        ("24740000", "1931"),
        ("2517-00-00", "1974"),
        ("00/03/2517", "1974-03"),
        ("__/03/2517", "1974-03"),
        ("xx/03/2517", "1974-03"),
        ("มี.ค. 2517", "1974-03"),
        ("3/2517", "1974-03"),
        ("2517", "1974"),
        ("พ.ศ. 2517", "1974"),
    ],
)
def test_a_partial_date_stays_partial(raw: str, value: str) -> None:
    assert parse_date(raw, latest=SURVEY).value == value


@pytest.mark.parametrize("raw", ["24__/__/__", "__/__/25__", "00/00/0000", "xx/xx/xxxx"])
def test_a_date_whose_year_was_typed_as_unknown_is_unknown(raw: str) -> None:
    assert (parse_date(raw).value, parse_date(raw).status) == (None, "unknown")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("29/2/2517", "1974-02"), ("31/4/2517", "1974-04"), ("2520-02-29", "1977-02"), ("19960094", "1996")],
)
def test_an_impossible_day_is_rejected_and_what_is_left_of_the_date_is_kept(raw: str, kept: str) -> None:
    found = parse_date(raw, latest=SURVEY)
    assert (found.status, found.value, found.day) == ("impossible", kept, None)


@pytest.mark.parametrize("raw", ["14/3/2580", "2/10/2567", "14/3/2400"])
def test_a_date_in_the_future_or_before_any_life_is_out_of_range(raw: str) -> None:
    assert (parse_date(raw, latest=SURVEY).status, parse_date(raw, latest=SURVEY).value) == ("out_of_range", None)


@pytest.mark.parametrize("raw", ["1900-01-01", "1899-12-30", "0001-01-01"])
def test_excels_own_zero_is_a_placeholder(raw: str) -> None:
    assert parse_date(raw).status == "placeholder"


def test_the_contract_settles_the_order_of_day_and_month_and_auto_says_when_it_cannot() -> None:
    assert parse_date("3/4/2517", order="dmy").value == "1974-04-03"
    assert parse_date("3/4/2517", order="mdy").value == "1974-03-04"
    assert parse_date("3/4/2517", order="dmy").flags == ()
    assert parse_date("3/4/2517", order="auto").flags == ("order_ambiguous",)
    assert parse_date("3/3/2517", order="auto").flags == ()


def test_a_part_above_twelve_goes_before_the_contract_and_leaves_a_rule() -> None:
    assert parse_date("3/14/2517", order="dmy").value == "1974-03-14"
    assert "date.order_mdy" in parse_date("3/14/2517", order="dmy").rules


@pytest.mark.parametrize(
    ("raw", "age", "value", "rule"),
    [
        ("14/3/17", 50, "1974-03-14", "date.two_digit_year"),
        ("14/3/17", 7, "2017-03-14", "date.two_digit_year"),
        ("14/3/60", 7, "2017-03-14", "date.two_digit_year"),
        ("14/3/48", 76, "1948-03-14", "date.two_digit_year"),
        ("1960-03-14", 7, "2017-03-14", "date.excel_two_digit_year"),
        ("3060-03-14", 50, "1974-03-14", "date.era_added_twice"),
        ("1431-03-14", 50, "1974-03-14", "date.era_subtracted_twice"),
    ],
)
def test_an_age_confirms_era_and_century(raw: str, age: int, value: str, rule: str) -> None:
    found = parse_date(raw, latest=SURVEY, age=age)
    assert found.value == value
    assert rule in found.rules


def test_without_an_age_a_two_digit_year_is_buddhist_and_said_to_be_a_guess() -> None:
    found = parse_date("14/3/17", latest=SURVEY)
    assert (found.value, found.flags) == ("1974-03-14", ("era_guessed",))


@pytest.mark.parametrize("raw", ["3060-03-14", "1431-03-14"])
def test_an_offset_applied_twice_is_not_undone_without_an_age(raw: str) -> None:
    assert parse_date(raw, latest=SURVEY).value is None


def test_the_first_of_january_is_flagged_and_kept() -> None:
    found = parse_date("1 ม.ค. 2560", latest=SURVEY)
    assert (found.value, found.flags) == ("2017-01-01", ("maybe_unknown_day",))


def test_an_age_that_disagrees_is_flagged_and_changes_nothing() -> None:
    found = parse_birth_date("14/3/2517", "30", latest=SURVEY)
    assert (found.value, found.flags) == ("1974-03-14", ("age_disagrees",))
    assert parse_birth_date("14/3/2517", "50 ปี", latest=SURVEY).flags == ()


def test_an_age_alone_gives_the_year_and_says_so() -> None:
    found = parse_birth_date(None, "45", latest=SURVEY)
    assert (found.value, found.year, found.source, found.rules) == ("1979", 1979, "age", ("date.year_from_age",))
    assert parse_birth_date(None, "45").value is None


@pytest.mark.parametrize(
    ("raw", "years"),
    [
        ("45", 45),
        ("๔๕ ปี", 45),
        ("45.0", 45),
        ("2 ปี 3 เดือน", 2),
        ("8 เดือน", 0),
        ("อายุ 5 ปี", 5),
        ("200", None),
        ("ก", None),
    ],
)
def test_an_age_is_read_in_years(raw: str, years: int | None) -> None:
    assert parse_age(raw) == years


@pytest.mark.parametrize("raw", ["abc", "สมชาย", "14/3", "99999999", "14/3/2517/1"])
def test_what_is_no_date_is_unreadable(raw: str) -> None:
    assert (parse_date(raw).status, parse_date(raw).value) == ("unreadable", None)


@pytest.mark.parametrize(
    ("raw", "value"), [("222435", "1966-01-01"), ("229000", "1983-12-23"), ("234555", "1999-03-09")]
)
def test_an_excel_serial_of_a_buddhist_date_is_read_as_that_day(raw: str, value: str) -> None:
    found = parse_date(raw, latest=SURVEY)
    assert (found.value, found.status) == (value, "value")
    assert {"date.excel_serial", "date.era_be"} <= set(found.rules)


@pytest.mark.parametrize("raw", ["991399", "500017", "320101", "150017"])
def test_six_digits_that_are_neither_a_day_nor_a_serial_give_no_year(raw: str) -> None:
    assert (parse_date(raw, latest=SURVEY).year, parse_date(raw, latest=SURVEY).status) == (None, "unreadable")


def test_six_digits_that_read_two_ways_are_settled_by_an_age_and_flagged_without_one() -> None:
    day = parse_date("220315", latest=SURVEY)
    assert (day.value, "digits_ambiguous" in day.flags) == ("1972-03-22", True)
    assert parse_date("220315", latest=SURVEY, age=52).flags == ()
    serial = parse_date("220315", latest=SURVEY, age=65)
    assert (serial.value, serial.flags) == ("1960-03-14", ())


@pytest.mark.parametrize(
    "raw",
    [
        "15/03/2540 00:00:00",
        "15/03/2540 10:30",
        "15/3/2540 0:00:00.000",
        "15-03-2540 10:30 น.",
        "15/03/2540 เวลา 10.30 น.",
        "3/15/2540 12:00:00 AM",
        "25400315 00:00",
        "15 มี.ค. 2540 10:30",
        "15 มีนาคม พ.ศ. 2540 เวลา ๑๐:๓๐ น.",
        "35504.4375",
    ],
)
def test_a_time_behind_a_date_changes_nothing(raw: str) -> None:
    assert parse_date(raw, latest=SURVEY).value == "1997-03-15"


@pytest.mark.parametrize("raw", ["10:30", "15 10:30", "00:00:00"])
def test_a_time_alone_is_no_date(raw: str) -> None:
    assert parse_date(raw, latest=SURVEY).value is None
