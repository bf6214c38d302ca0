"""Header labels: what is the same label, what stands under which, which column of the contract it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.contracts import ContractList
from pipeline.extract.header_search import find_header_by_shape, find_header_for
from pipeline.extract.headers import labels_of, make_label, map_columns, normal_label
from tests.extract_support import PERSONS, column, sheet_of


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ชื่อ - สกุล", "ชื่อ-สกุล"),
        ("เลขที่\nบัตร\u00a0ประชาชน", "เลขที่บัตรประชาชน"),
        ("\ufeffตำบล\u200b", "ตำบล"),
        ("ตําบล", "ตำบล"),
        ("หมู่ที่ ๕", "หมู่ที่ 5"),
        ("ที่อยู่ / ตำบล", "ที่อยู่ตำบล"),
        ("P_Code", "pcode"),
    ],
)
def test_labels_that_people_read_alike_are_alike(left: str, right: str) -> None:
    assert normal_label(left) == normal_label(right)


@pytest.mark.parametrize(("left", "right"), [("ข้อ 1.1", "ข้อ 11"), ("รวม (บาท)", "รวม (คน)"), ("ปี 2568", "ปี 2569")])
def test_labels_that_differ_stay_apart(left: str, right: str) -> None:
    assert normal_label(left) != normal_label(right)


def test_a_merged_label_stands_over_every_column_it_spans() -> None:
    sheet = sheet_of(
        [["ชื่อ", "ที่อยู่", "", ""], ["", "ตำบล", "อำเภอ", "จังหวัด"], ["ก", "ข", "ค", "ง"]], merges=[(0, 1, 0, 3)]
    )
    assert [label.text for label in labels_of(sheet, 0, 2)] == ["ชื่อ", "ที่อยู่ / ตำบล", "ที่อยู่ / อำเภอ", "ที่อยู่ / จังหวัด"]


def test_a_label_spans_by_look_where_a_csv_lost_the_merge() -> None:
    sheet = sheet_of([["ชื่อ", "ที่อยู่", "", "หมายเหตุ"], ["", "ตำบล", "อำเภอ", ""], ["ก", "ข", "ค", "ง"]])
    assert [label.text for label in labels_of(sheet, 0, 2)] == ["ชื่อ", "ที่อยู่ / ตำบล", "ที่อยู่ / อำเภอ", "หมายเหตุ"]


def test_a_label_repeated_below_itself_counts_once() -> None:
    assert make_label(["ตำบล", "ตำบล ", ""]).parts == ("ตำบล",)


def test_the_same_header_twice_is_told_apart_by_occurrence() -> None:
    rule = ContractList("x", (column("tambon_code", "ตำบล"), column("tambon", "ตำบล", occurrence=2)))
    found = map_columns([make_label([text]) for text in ("อื่น", "ตำบล", "อำเภอ", "ตำบล")], rule)
    assert found.mapped == {0: 1, 1: 3}


def test_a_missing_second_occurrence_is_missing() -> None:
    rule = ContractList("x", (column("tambon_code", "ตำบล"), column("tambon", "ตำบล", occurrence=2)))
    found = map_columns([make_label(["ตำบล"])], rule)
    assert [c.name for c in found.missing] == ["tambon"]


def test_a_whole_label_goes_before_a_lower_level() -> None:
    rule = ContractList("x", (column("house_no", "เลขที่"), column("household_ref", "ครัวเรือน เลขที่")))
    found = map_columns([make_label(["ครัวเรือน", "เลขที่"]), make_label(["บ้าน", "เลขที่"])], rule)
    assert found.mapped == {1: 0, 0: 1}


def test_our_own_columns_in_a_list_that_comes_back_are_passed_over() -> None:
    rule = ContractList("a", (column("first_name", "ชื่อตัว"),))
    found = map_columns([make_label([t]) for t in ("ชื่อตัว", "ครัว: สถานะ", "ครัว: รหัสบุคคล")], rule)
    assert (found.mapped, found.ignored, found.unknown) == ({0: 0}, (1, 2), ())


def test_columns_are_mapped_ignored_or_unknown() -> None:
    rule = ContractList("x", (column("first_name", "ชื่อ", aliases=("ชื่อตัว",)),), ignored_headers=("ลำดับ",))
    found = map_columns([make_label([t]) for t in ("ลำดับ ", "ชื่อตัว", "แปลกใหม่", "")], rule)
    assert (found.mapped, found.ignored, found.unknown) == ({0: 1}, (0,), (2,))


# ---------------------------------------------------------------- where the header stands


def test_the_contracts_height_takes_a_row_of_units_into_the_header() -> None:
    columns = (column("first_name", "ชื่อ", is_required=True), column("last_name", "นามสกุล", is_required=True))
    rows = [["ชื่อ", "นามสกุล", "หนี้สิน"], ["", "", "(บาท)"], ["ก", "ข", "5"]]
    rule = ContractList("x", (*columns, column("debt_baht", "หนี้สิน (บาท)")), header_rows=2)
    found = find_header_for(sheet_of(rows), rule)
    assert found is not None and (found[0].height, len(found[1].mapped)) == (2, 3)


def test_a_file_with_fewer_header_rows_than_the_contract_says_takes_no_data_into_its_labels() -> None:
    rule = replace(PERSONS, header_rows=3)
    rows = [[c.header for c in PERSONS.columns], ["1", "กข", "คง"], ["2", "จช", "ซญ"], ["3", "ดต", "ถท"]]
    found = find_header_for(sheet_of([[*row, "ใหม่" if not n else "ลับ"] for n, row in enumerate(rows)]), rule)
    assert found is not None and found[0].height == 1


def test_the_contract_finds_its_header_below_titles_and_blank_rows() -> None:
    rows = [["บัญชีรายชื่อผู้ได้รับความช่วยเหลือ"], ["ประจำปี 2568"], [], [c.header for c in PERSONS.columns], ["1", "ก", "ข"]]
    found = find_header_for(sheet_of(rows), PERSONS)
    assert found is not None and (found[0].top, found[0].height) == (3, 1)


def test_the_contract_finds_a_header_of_three_rows() -> None:
    columns = (
        column("first_name", "ชื่อ"),
        column("house_no", "ที่อยู่ตามทะเบียน บ้าน เลขที่"),
        column("moo", "ที่อยู่ตามทะเบียน บ้าน หมู่"),
    )
    rows = [["เรื่อง"], ["ชื่อ", "ที่อยู่ตามทะเบียน", ""], ["", "บ้าน", ""], ["", "เลขที่", "หมู่"], ["ก", "1", "2"]]
    found = find_header_for(sheet_of(rows), ContractList("x", columns))
    assert found is not None
    assert (found[0].top, found[0].height, found[1].full_matches) == (1, 3, 3)


def test_a_data_row_is_not_taken_into_the_header() -> None:
    rows = [["ชื่อ", "นามสกุล"], ["ชื่อดี", "นามสกุลงาม"], ["ก", "ข"]]
    columns = (column("first_name", "ชื่อ"), column("last_name", "นามสกุล"))
    found = find_header_for(sheet_of(rows), ContractList("x", columns))
    assert found is not None and found[0].bottom == 1


TWO_ROWS = ContractList(
    "keeper",
    (
        column("national_id", "เลขประจำตัวประชาชน", is_required=True),
        column("first_name", "ชื่อ", is_required=True),
        column("last_name", "สกุล"),
    ),
    header_rows=2,
    ignored_headers=("ที่",),
)
KEEPERS = [["ที่", "เกษตรกร", "", ""], ["", "เลขประจำตัวประชาชน", "ชื่อ", "สกุล"]]


@pytest.mark.parametrize("above", [[], [["ข้อมูลเกษตรกร", "", "", ""]]])
def test_a_group_row_below_a_header_of_two_rows_is_not_taken_for_its_second_row(above: list[list[str]]) -> None:
    rows = [*above, *KEEPERS, ["อำเภอเมืองนครราชสีมา", "", "", ""], ["1", "1", "กข", "คง"]]
    found = find_header_for(sheet_of(rows), TWO_ROWS)
    assert found is not None
    assert (found[0].top, found[0].height, found[1].unknown) == (len(above), 2, ())
    assert found[0].labels[0].text == "ที่"


@pytest.mark.parametrize("below", [["", "", "", "", "รายการ", "วันที่"], ["", "", "", "", "(บาท)", ""]])
def test_a_second_header_row_of_labels_that_the_contract_does_not_know_stays_in_the_header(below: list[str]) -> None:
    upper = ["ที่", *KEEPERS[1][1:], "การช่วยเหลือ", ""]
    rows = [["ข้อมูลเกษตรกร", "", "", "", "", ""], upper, below, ["1", "1", "กข", "คง", "ข้าวสาร", "1/2/2568"]]
    found = find_header_for(sheet_of(rows), TWO_ROWS)
    assert found is not None and (found[0].top, found[0].height) == (1, 2)


def test_a_blank_row_below_the_labels_may_be_the_second_header_row_that_the_contract_counts() -> None:
    rows = [["ข้อมูลเกษตรกร", "", "", ""], ["ที่", *KEEPERS[1][1:]], ["", "", "", ""], ["1", "1", "กข", "คง"]]
    found = find_header_for(sheet_of(rows), TWO_ROWS)
    assert found is not None and (found[0].top, found[0].labels[1].text) == (1, "เลขประจำตัวประชาชน")


def test_a_sheet_with_fewer_than_half_of_the_required_columns_has_no_header() -> None:
    assert find_header_for(sheet_of([["ชื่อ", "วันเกิด", "ก"], ["1", "2", "3"]]), PERSONS) is None


def shape(rows: list[list[str]], **options: object) -> tuple[int, int] | None:
    found = find_header_by_shape(sheet_of(rows, **options))
    return (found.top, found.height) if found else None


def test_shape_tells_title_from_header() -> None:
    assert shape([["สถิติจังหวัด"], ["จังหวัด", "จำนวน"], ["ก", "1"], ["ข", "2"]]) == (1, 1)


@pytest.mark.parametrize("merges", [[], [(2, 0, 2, 3)]])
def test_shape_takes_a_month_or_an_area_above_the_data_for_a_group_row_and_no_header_row(
    merges: list[tuple[int, int, int, int]],
) -> None:
    rows = [["สรุปเรื่องร้องขอ"], ["ที่", "วันที่รับเรื่อง", "ชื่อ - สกุล", "อายุ"], ["เดือนตุลาคม 2568"]]
    rows += [[str(n), "16 ต.ค. 2568", "กข คง", "47"] for n in range(1, 6)]
    assert shape(rows, merges=merges) == (1, 1)


def test_shape_passes_over_two_levels_of_group_rows() -> None:
    rows = [["ที่", "ชื่อ", "จำนวน"], ["อำเภอเมือง"], ["ตำบลในเมือง"], ["1", "กข", "5"], ["2", "คง", "6"]]
    assert shape(rows) == (0, 1)


def test_shape_keeps_a_row_of_units_in_the_header() -> None:
    assert shape([["ที่", "ชื่อ", "หนี้สิน"], ["", "", "(บาท)"], ["1", "กข", "5"], ["2", "คง", "6"]]) == (0, 2)


def test_shape_takes_year_blocks_as_header() -> None:
    rows = [["สถิติ"], ["จังหวัด", "พ.ศ. 2545", "", "พ.ศ. 2546", ""], ["", "รับแจ้ง", "จับกุม", "รับแจ้ง", "จับกุม"]]
    rows += [["ก", "1", "2", "3", "4"], ["ข", "5", "6", "7", "8"]]
    assert shape(rows, merges=[(0, 0, 0, 4), (1, 1, 1, 2), (1, 3, 1, 4)]) == (1, 2)


def test_shape_takes_years_as_labels_of_columns() -> None:
    assert shape([["จังหวัด", "2545", "2546"], ["ก", "1", "2"], ["ข", "3", "4"]]) == (0, 1)


def test_shape_finds_no_header_where_the_first_row_is_data() -> None:
    assert shape([["2556", "พฤษภาคม", "39000"], ["2556", "สิงหาคม", "42000"], ["", "", "81000"]]) is None


def test_shape_passes_machine_names_and_a_title_between() -> None:
    rows = [["", "p_code", "k_code", "po", "pr", "mr"], ["", "จำนวนนักเรียนที่ออกกลางคัน จำแนกตามสาเหตุ ปีการศึกษา 2554"]]
    rows += [["", "รหัส", "", "ฐานะ", "มีปัญหา", "สมรส"], ["ที่", "จังหวัด", "เขต", "ยากจน", "ครอบครัว", "แล้ว"]]
    rows += [[str(n), "01", "01", "5", "6", "7"] for n in range(1, 8)]
    assert shape(rows) == (2, 2)


def test_shape_of_a_sheet_of_headers_alone_is_its_first_row() -> None:
    assert shape([["รหัสบ้าน", "ปีที่สำรวจ", "บ้านเลขที่"]]) == (0, 1)


def test_an_empty_sheet_has_no_header() -> None:
    assert shape([]) is None
