"""Rows told apart: data, totals, groups, legends, repeated headers."""

from __future__ import annotations

import pytest

from pipeline.extract.header_search import Header
from pipeline.extract.headers import make_label
from pipeline.extract.row_kinds import Region, row_kinds
from tests.extract_support import sheet_of

HEADER = ["ที่", "ชื่อ", "สกุล", "ตำบล", "บาท"]
LABELS = tuple(make_label([text]) for text in HEADER)
REGION = Region(core=(1, 2, 3, 4), labelled=(0, 1, 2, 3, 4), identity=(1, 2))
GOOD = ["1", "กข", "คง", "ในเมือง", "5"]


def kind_of(row: list[str], after: list[list[str]] | None = None, words: tuple[str, ...] = ()) -> str:
    rows = [HEADER, GOOD, row, *([GOOD] if after is None else after)]
    return row_kinds(sheet_of(rows), Header(0, 1, LABELS), REGION, words)[2]


@pytest.mark.parametrize(
    "first",
    ["รวม", "รวมทั้งสิ้น", "ยอดรวม", "รวม 25 ราย", "รวมอำเภอปากช่อง", "รวมเป็นเงิน", "ผลรวม", "Grand Total", "รวม ๒๕ คน"],
)
def test_a_total_word_marks_a_total_row(first: str) -> None:
    assert kind_of([first, "", "", "", "500"]) == "total"
    assert kind_of(["", first, "", "", "500"]) == "total"


@pytest.mark.parametrize("name", ["รวมพร", "รวมใจ", "รวมทรัพย์"])
def test_a_name_that_begins_like_a_total_is_data(name: str) -> None:
    assert kind_of(["2", name, "ใจดี", "ในเมือง", "5"]) == "data"


def test_the_contracts_own_words_mark_a_total() -> None:
    assert kind_of(["สุทธิ", "", "", "", "5"], words=("สุทธิ",)) == "total"


def test_a_repeated_header_is_a_header() -> None:
    assert kind_of(["ที่", "ชื่อ ", "สกุล", "ตำบล", "บาท"]) == "header"


@pytest.mark.parametrize("text", ["อำเภอเมือง", "หมู่ 5", "กลุ่มเปราะบาง"])
def test_a_lone_label_is_a_group(text: str) -> None:
    assert kind_of([text, "", "", "", ""]) == "group_label"


def test_a_lone_name_is_data_and_not_a_group() -> None:
    assert kind_of(["", "สมหญิง", "", "", ""]) == "data"


@pytest.mark.parametrize(
    "text", ["หมายเหตุ ข้อมูลเบื้องต้น", "* นับเฉพาะราย", "ลงชื่อ ........ ผู้รายงาน", "ที่มา: อำเภอ", "(.......)"]
)
def test_notes_and_signatures_are_legend(text: str) -> None:
    assert kind_of([text, "", "", "", ""]) == "legend"


def test_what_stands_below_the_last_person_is_legend() -> None:
    assert kind_of(["", "", "", "นายอำเภอเมือง", ""], after=[]) == "legend"


def test_a_last_row_whose_name_is_missing_is_data_to_be_rejected() -> None:
    core = Region(core=(0, 1, 2, 3, 4), labelled=(0, 1, 2, 3, 4), identity=(1, 2))
    rows = [HEADER, GOOD, ["2", "", "", "ในเมือง", "7"]]
    assert row_kinds(sheet_of(rows), Header(0, 1, LABELS), core)[2] == "data"


def test_a_running_number_alone_is_blank() -> None:
    assert kind_of(["17", "", "", "", ""]) == "blank"


def test_text_to_the_right_of_the_table_is_legend() -> None:
    rows = [[*HEADER, ""], [*GOOD, ""], ["", "", "", "", "", "1 = ผ่าน"], [*GOOD, "2 = ตก"]]
    kinds = row_kinds(sheet_of(rows), Header(0, 1, (*LABELS, make_label([""]))), REGION)
    assert kinds == ["header", "data", "legend", "data"]


def test_numbers_of_columns_belong_to_the_header() -> None:
    rows = [HEADER, ["(1)", "(2)", "(3)", "(4)", "(5)"], GOOD]
    assert row_kinds(sheet_of(rows), Header(0, 1, LABELS), REGION) == ["header", "header", "data"]


def test_rows_above_the_header_are_title_or_blank() -> None:
    rows = [["เรื่อง"], [""], HEADER, GOOD]
    assert row_kinds(sheet_of(rows), Header(2, 1, LABELS), REGION) == ["title", "blank", "header", "data"]
