"""Cells → values."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.extract.excel_reader import cell, number_text
from pipeline.extract.grid import BOOLEAN, DATE, ERROR, NO_VALUE, NUMBER, TEXT
from pipeline.extract.kernels import NOTHING, ColumnKernel, Value
from tests.extract_support import ATTRIBUTES, column


def read(name: str, text: str, kind: str = TEXT, **options: object) -> Value:
    return ColumnKernel(column(name, "x", **options), ATTRIBUTES.get(name), "be", "dmy").read(text, kind)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", 1200),
        ("1,200.50", 1200.5),
        ("๑,๒๐๐ บาท", 1200),
        (" 12 คน", 12),
        ("-0", 0),
        ("5e3", 5000),
        ("3,000.-", 3000),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, number: float) -> None:
    assert read("debt_baht", text).number == number


@pytest.mark.parametrize("text", ["มาก", "12/5", "1,20", "สองพัน", "12-15"])
def test_what_is_no_number_is_an_issue(text: str) -> None:
    assert read("debt_baht", text).code == "value_not_number"


def test_a_date_in_a_column_of_numbers_is_an_issue() -> None:
    assert read("debt_baht", "2540-03-15", DATE).code == "value_not_number"


@pytest.mark.parametrize("text", ["-", "ไม่มีข้อมูล", "  ", "–"])
def test_a_word_for_nothing_says_nothing(text: str) -> None:
    value = read("debt_baht", text)
    assert (value.number, value.code) == (None, "")


def test_a_number_out_of_range_is_unknown_and_never_kept() -> None:
    value = read("debt_baht", "1000001")
    assert (value.number, value.code, value.raw) == (None, "value_out_of_range", "1000001")


def test_the_contract_may_narrow_the_range() -> None:
    assert read("debt_baht", "500", NUMBER, maximum=100).code == "value_out_of_range"


def test_an_error_cell_and_a_formula_without_value_are_told_apart() -> None:
    assert (read("debt_baht", "", ERROR).code, read("debt_baht", "", NO_VALUE).code) == (
        "cell_error",
        "formula_without_value",
    )


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("มี", TEXT, "true"),
        ("ไม่มี", TEXT, "false"),
        ("TRUE", BOOLEAN, "true"),
        ("1", NUMBER, "true"),
        ("0", NUMBER, "false"),
        ("/", TEXT, "true"),
        ("✓", TEXT, "true"),
    ],
)
def test_a_boolean_is_read_as_people_mark_it(text: str, kind: str, said: str) -> None:
    assert read("has_electricity", text, kind).text == said


def test_the_contracts_look_up_goes_before_our_words() -> None:
    assert read("has_electricity", "1", lookups={"1": "false"}).text == "false"


def test_a_mark_may_be_looked_up_like_a_word() -> None:
    assert read("has_electricity", "-", lookups={"✓": "true", "-": "false"}).text == "false"
    assert read("need_code", "-", lookups={"-": "health"}).text == "health"


def test_a_code_is_found_by_look_up_by_its_thai_label_or_by_itself() -> None:
    found = [read("need_code", text, lookups={"ก": "health"}).text for text in ("ก", "รายได้", "income", "๑")]
    assert found == ["health", "income", "income", None]


def test_a_code_nobody_listed_is_an_issue() -> None:
    assert read("need_code", "อวกาศ").code == "value_not_in_list"


@pytest.mark.parametrize(
    ("text", "kind"), [("15/3/2568", TEXT), ("15 มี.ค. 2568", TEXT), ("2568-03-15", DATE), ("๑๕/๓/๖๘", TEXT)]
)
def test_a_date_of_the_lists_era_is_read(text: str, kind: str) -> None:
    assert read("survey_date", text, kind).day == date(2025, 3, 15)


def test_a_partial_date_stays_partial() -> None:
    value = read("survey_date", "มี.ค. 2568")
    assert (value.day, value.code) == (None, "")


def test_what_is_no_date_is_an_issue() -> None:
    assert [read("survey_date", t, k).code for t, k in (("เมื่อวาน", TEXT), ("45", NUMBER))] == ["value_not_date"] * 2


def test_an_identity_column_keeps_what_was_typed_unless_the_contract_translates_it() -> None:
    assert read("sex", " ชาย ").text == " ชาย "
    assert read("sex", "1", NUMBER, lookups={"1": "M"}).text == "M"


def test_an_empty_cell_says_nothing() -> None:
    assert read("debt_baht", "", " ") is NOTHING


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1199000000017.0, "1199000000017"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (-5.5, "-5.5"),
    ],
)
def test_a_number_is_shown_as_a_person_sees_it(number: float, text: str) -> None:
    assert number_text(number) == text


def test_true_is_a_boolean_and_not_a_number() -> None:
    assert cell(True) == ("TRUE", BOOLEAN)
