"""Rows told apart: data, totals, groups, legends, repeated headers."""

from __future__ import annotations

import pytest

from pipeline.extract.header_search import Header
from pipeline.extract.headers import make_label
from pipeline.extract.row_kinds import Region, RowKinds, row_kinds, tell_rows_apart
from tests.extract_support import made_up_id, sheet_of

HEADER = ["ที่", "ชื่อ", "สกุล", "ตำบล", "บาท"]
LABELS = tuple(make_label([text]) for text in HEADER)
REGION = Region(core=(1, 2, 3, 4), labelled=(0, 1, 2, 3, 4), identity=(1, 2), persons=(1, 2))
GOOD = ["1", "กข", "คง", "ในเมือง", "5"]


def kind_of(row: list[str], after: list[list[str]] | None = None, words: tuple[str, ...] = ()) -> str:
    rows = [HEADER, GOOD, row, *([GOOD] if after is None else after)]
    return row_kinds(sheet_of(rows), Header(0, 1, LABELS), REGION, words)[2]


def apart(row: list[str], after: list[list[str]] | None = None) -> RowKinds:
    rows = [HEADER, GOOD, row, *([GOOD] if after is None else after)]
    return tell_rows_apart(sheet_of(rows), Header(0, 1, LABELS), REGION)


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


@pytest.mark.parametrize("name", ["ภาคภูมิ ใจดี", "บ้านเย็น ใจดี", "หมู่มณี แก้ว", "อ.สมชาย ใจดี", "ม.ล.ปิ่น มาลา", "เขตต์ ใจดี"])
def test_a_name_alone_in_its_column_is_data_although_it_begins_like_an_area(name: str) -> None:
    assert kind_of(["", name, "", "", ""]) == "data"
    assert kind_of(["", name, "", "", ""], after=[]) == "data"


@pytest.mark.parametrize(
    "label",
    [
        "อำเภอเมือง",
        "ต.ในเมือง",
        "อ.เมือง",
        "หมู่ที่ 5",
        "หมู่ ๕ บ้านโนน",
        "ม.3",
        "บ้านโนน หมู่ 5",
        "ภาคอีสาน",
        "กลุ่มเปราะบาง",
        "เขต 2",
    ],
)
def test_an_area_alone_in_the_column_of_names_is_a_group(label: str) -> None:
    found = apart(["", label, "", "", ""])
    assert (found.kinds[2], found.doubtful) == ("group_label", ())


def test_one_word_that_may_be_an_area_or_a_name_is_a_group_and_doubtful() -> None:
    found = apart(["", "บ้านโนน", "", "", ""])
    assert (found.kinds[2], found.doubtful) == ("group_label", (2,))


def test_a_row_that_begins_like_a_note_and_goes_on_like_a_person_is_data() -> None:
    region = Region(core=(0, 1, 2), labelled=(0, 1, 2), identity=(0,), persons=(0,))
    labels = tuple(make_label([text]) for text in ("ชื่อ", "หมู่", "คน"))
    for name in ("ที่มาลี ศรีสุข", "* สมหญิง ใจดี"):
        sheet = sheet_of([["ชื่อ", "หมู่", "คน"], ["กข คง", "5", "2"], [name, "7", "3"]])
        assert row_kinds(sheet, Header(0, 1, labels), region)[2] == "data"


@pytest.mark.parametrize("text", ["ที่มา", "ที่มา: อำเภอ", "ที่มา สำนักงานจังหวัด", "ที่มาของข้อมูล จปฐ.", "แหล่งที่มา กรม"])
def test_where_the_figures_come_from_is_legend(text: str) -> None:
    assert kind_of([text, "", "", "", ""]) == "legend"


def test_last_rows_that_hold_a_valid_id_alone_are_data() -> None:
    ids = [["", "", made_up_id(n), "", ""] for n in (1, 2, 3)]
    kinds = row_kinds(sheet_of([HEADER, GOOD, *ids]), Header(0, 1, LABELS), REGION)
    assert kinds == ["header", "data", "data", "data", "data"]


def test_the_name_under_a_signature_is_legend_and_doubtful() -> None:
    tail = [["", "ลงชื่อ ........ ผู้รายงาน", "", "", ""], ["", "นายกข คง", "", "", ""], ["", "นายอำเภอเมือง", "", "", ""]]
    found = tell_rows_apart(sheet_of([HEADER, GOOD, *tail]), Header(0, 1, LABELS), REGION)
    assert (found.kinds[2:], found.doubtful) == (["legend"] * 3, (3, 4))


def test_a_name_in_brackets_below_the_table_is_legend_and_doubtful() -> None:
    found = apart(["", "(นายกข คง)", "", "", ""], after=[])
    assert (found.kinds[2], found.doubtful) == ("legend", (2,))


def test_what_stands_below_the_table_in_another_column_is_doubtful() -> None:
    assert apart(["", "", "", "นายอำเภอเมือง", ""], after=[]).doubtful == (2,)


def test_a_note_beside_a_name_is_doubtful_and_a_note_alone_is_not() -> None:
    assert apart(["หมายเหตุ", "กข คง ย้ายออก", "", "", ""]).doubtful == (2,)
    assert apart(["หมายเหตุ ข้อมูลเบื้องต้น", "", "", "", ""]).doubtful == ()


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
