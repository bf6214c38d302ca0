"""``khrua inspect`` and the plain data of ``khrua contract draft``: shapes as the real files have them, made here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from pipeline.contracts.draft import draft_contract
from pipeline.errors import UserError
from pipeline.extract.inspect import describe_lines, inspect_file, sheet_samples
from tests.extract_support import PERSON_HEADER, person_rows, write_xlsx


def test_a_list_is_described_without_a_value_of_it(tmp_path: Path) -> None:
    rows = person_rows(4)
    path = write_xlsx(
        tmp_path / "list.xlsx", {"ข้อมูล": [["บัญชีรายชื่อ"], PERSON_HEADER, *rows, ["รวม", None, None, None, None, 9]]}
    )
    found = inspect_file(path)
    sheet = found["sheets"][0]
    assert (sheet["header_rows"], sheet["row_kinds"]) == ([2], {"data": 4, "header": 1, "title": 1, "total": 1})
    assert [c["suspected"] for c in sheet["headers"]] == [
        ["national_id"],
        ["first_name"],
        ["last_name"],
        ["birth_date"],
        ["house_no"],
        ["debt_baht"],
    ]
    assert sheet["headers"][0]["kinds"] == {"id_13_digits": 4}
    shown = json.dumps(found, ensure_ascii=False) + "\n".join(describe_lines(found))
    assert not [value for row in rows for value in row[:5] if str(value) in shown]


def test_inspect_suspects_what_a_draft_would_propose(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", {"ก": [["ที่", "ชื่อ-สกุล", "ประเภท"], [1, "ก ข", "x"], [2, "ค ง", "x"]]})
    suspected = [column["suspected"] for column in inspect_file(path)["sheets"][0]["headers"]]
    assert suspected == [[], ["last_name", "full_name"], ["assistance_kind_code", "disability_code", "need_code"]]
    assert "→ last_name หรือ full_name?" in "\n".join(describe_lines(inspect_file(path)))
    draft = draft_contract("prd", sheet_samples(path))
    assert "last_name หรือ full_name" in draft


def test_the_hotlines_list_of_the_sample_province_is_read_under_its_one_header_row() -> None:
    path = next((Path(__file__).resolve().parents[2] / "sample_data" / "inbox" / "prd").glob("*.xlsx"))
    sheet = inspect_file(path)["sheets"][0]
    assert (sheet["header_rows"], sheet["headers"][0]["header"]) == ([5], "ที่")
    assert not [line for line in draft_contract("prd", sheet_samples(path)).splitlines() if "name: assistance" in line]


@pytest.mark.parametrize("rows", ["เรียน,นายสมหมาย ทดสอบดี\nอ้างถึง,หนังสือ\n", "ชื่อ,นามสกุล\nก,ข\n"])
def test_a_text_under_the_name_of_a_workbook_is_refused_as_the_night_refuses_it(tmp_path: Path, rows: str) -> None:
    (tmp_path / "x.xlsx").write_text(rows, encoding="utf-8")
    for read in (inspect_file, sheet_samples):
        with pytest.raises(UserError, match="file_unreadable"):
            read(tmp_path / "x.xlsx")


@pytest.mark.parametrize("first", ["เรียน,นายสมหมาย ทดสอบดี", "1990112345678 ก,ข", "นางสาวมาลี ทดสอบดี,บ้านเลขที่ 9"])
def test_a_row_with_a_person_in_it_is_never_copied_as_a_header(tmp_path: Path, first: str) -> None:
    (tmp_path / "x.csv").write_text(f"{first}\nข้าวสาร,ผ้าห่ม\nนม,ยา\n", encoding="utf-8")
    assert sheet_samples(tmp_path / "x.csv") == []
    assert inspect_file(tmp_path / "x.csv")["sheets"][0]["headers"] == []


def test_an_xls_with_year_blocks_and_an_empty_second_sheet(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("อุกฉกรรจ์")
    sheet.write_merge(0, 0, 0, 4, "สถิติการรับแจ้ง")
    sheet.write_merge(1, 2, 0, 0, "จังหวัด")
    for block, year in enumerate(("พ.ศ. 2545", "พ.ศ. 2546")):
        sheet.write_merge(1, 1, 1 + 2 * block, 2 + 2 * block, year)
        sheet.write(2, 1 + 2 * block, "รับแจ้ง")
        sheet.write(2, 2 + 2 * block, "จับกุม")
    for row in range(3, 9):
        sheet.write(row, 0, f"จังหวัด {row}")
        for column in range(1, 5):
            sheet.write(row, column, row * column)
    book.add_sheet("Sheet2")
    book.save(str(tmp_path / "crime.xls"))
    first, second = inspect_file(tmp_path / "crime.xls")["sheets"]
    assert [c["header"] for c in first["headers"]] == [
        "จังหวัด",
        "พ.ศ. 2545 / รับแจ้ง",
        "พ.ศ. 2545 / จับกุม",
        "พ.ศ. 2546 / รับแจ้ง",
        "พ.ศ. 2546 / จับกุม",
    ]
    assert (first["header_rows"], first["row_kinds"]["data"]) == ([2, 3], 6)
    assert (second["rows"], second["header_rows"]) == (0, [])


def test_region_labels_merged_down_and_subtotals_are_told_from_data(tmp_path: Path) -> None:
    path = tmp_path / "line.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ["เส้นความยากจน"])
        sheet.write_row(1, 0, ["ภาค", "จังหวัด", "บาท", "ร้อยละ"])
        sheet.merge_range(2, 0, 5, 0, "ภาคกลาง")
        for row, name in enumerate(("นครปฐม", "นนทบุรี", "ปทุมธานี", "รวม"), start=2):
            sheet.write_row(row, 1, [name, 2000 + row, 4.5])
    found = inspect_file(path)["sheets"][0]
    assert found["row_kinds"] == {"data": 3, "header": 1, "title": 1, "total": 1}


def test_headers_that_repeat_are_numbered(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "survey.xlsx", {"ทุน": [["รหัสบ้าน", "รวม (บาท/เดือน)", "รวม (บาท/เดือน)"]]})
    assert [c["occurrence"] for c in inspect_file(path)["sheets"][0]["headers"]] == [1, 1, 2]


def test_samples_for_a_draft_stand_column_by_column(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", {"ข้อมูล": [PERSON_HEADER, *person_rows(3)], "ว่าง": []})
    samples = sheet_samples(path)
    assert [(s.name, list(s.headers)) for s in samples] == [("ข้อมูล", PERSON_HEADER)]
    assert samples[0].samples[0] == tuple(str(row[0]) for row in person_rows(3))


def test_a_file_that_cannot_be_read_gives_one_sentence_in_thai_and_english(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("จดหมายนำส่ง\nเรียน ผู้เกี่ยวข้อง\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        inspect_file(tmp_path / "x.xlsx")
    assert "file_unreadable" in caught.value.english and "บันทึกใหม่เป็น .xlsx" in caught.value.thai
    with pytest.raises(UserError):
        inspect_file(tmp_path / "missing.xlsx")
