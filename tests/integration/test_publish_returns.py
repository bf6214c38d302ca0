"""The list that goes back to an agency, opened as the agency opens it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from publish_province import (
    AGENCIES,
    COLUMNS,
    HEADERS,
    TinyProvince,
    agreement,
    contract,
    delivery_of,
    make_book,
    make_request,
    national_id,
    record_id,
    tiny_province,
)

from pipeline.contracts import ContractColumn, ContractList
from pipeline.extract.header_search import find_header_for
from pipeline.extract.reader import read_workbook
from pipeline.publish.publishing import publish
from pipeline.publish.readonly import open_readonly
from pipeline.publish.returned_rows import ANSWERS, OUR_COLUMNS

HELP = "ครัว: ความช่วยเหลือที่ครัวเรือนได้รับแล้ว"
STATUS, FAULTS, TWINS = "ครัว: สถานะ", "ครัว: สิ่งที่ต้องแก้และวิธีแก้", "ครัว: แถวซ้ำในบัญชีนี้"
PERSON, HOME = "ครัว: รหัสบุคคล", "ครัว: รหัสครัวเรือน"


def lists(tmp: Path, tiny: TinyProvince | None = None, **changes: Any) -> dict[str, Path]:
    return {one.agency: one.path for one in publish(make_request(tmp, tiny, **changes)).lists}


def sheet_of(path: Path, name: str = "แผ่น1") -> Worksheet:
    sheet = openpyxl.load_workbook(path)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def rows_of(path: Path, name: str = "แผ่น1") -> list[dict[str, str]]:
    found = [[str(v or "") for v in row] for row in sheet_of(path, name).iter_rows(values_only=True)]
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def test_an_agency_gets_its_rows_in_its_order_under_its_headers_with_title_rows_away(tmp_path: Path) -> None:
    path = lists(tmp_path)["admin"]
    header = [c.value for c in next(sheet_of(path).iter_rows(max_row=1))]
    assert header[: len(HEADERS)] == HEADERS
    assert header[len(HEADERS) : len(HEADERS) + len(OUR_COLUMNS)] == list(OUR_COLUMNS)
    rows = rows_of(path)
    assert [r[OUR_COLUMNS[0]] for r in rows] == [str(n) for n in range(3, 52)]
    assert rows[0][HEADERS[0]] == national_id(11)


def test_cells_that_look_like_formulas_or_numbers_stand_as_text(tmp_path: Path) -> None:
    sheet = sheet_of(lists(tmp_path)["admin"])
    typed = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value not in (None, "")}
    assert typed == {"s"}
    assert sheet["D2"].value == "=1+1"
    assert sheet["A2"].value == national_id(11)


def test_the_same_night_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = lists(tmp_path / "a"), lists(tmp_path / "b")
    assert {a: p.read_bytes() for a, p in first.items()} == {a: p.read_bytes() for a, p in second.items()}


def test_header_row_is_frozen_filtered_and_an_answer_is_chosen_from_a_list(tmp_path: Path) -> None:
    sheet = sheet_of(lists(tmp_path)["admin"])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:P50"
    rule = sheet.data_validations.dataValidation[0]
    assert rule.formula1 == f'"{",".join(ANSWERS)}"'
    assert str(rule.sqref) == "O2:O50"


def test_the_first_sheet_tells_date_purpose_legal_basis_and_every_column(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(lists(tmp_path)["admin"])
    assert book.sheetnames == ["คำอธิบาย", "แผ่น1"]
    text = "\n".join(str(v) for row in book["คำอธิบาย"].iter_rows(values_only=True) for v in row if v)
    for fact in ("24 พฤศจิกายน 2569", "ทดสอบการแลกเปลี่ยนข้อมูล", "มาตรา 24 (4)", "31 ธันวาคม 2573"):
        assert fact in text
    for column in OUR_COLUMNS:
        assert column.removeprefix("ครัว: ") in text


def under_header_rows(*rows: list[str], merges: list[str]) -> TinyProvince:
    """The province where the admin's list has these header rows, the last of them in row 2."""
    tiny = tiny_province()
    place = next(r for r in tiny.rows["delivered_row"] if r["agency"] == "admin" and r["row_kind"] == "header")
    labels = [" / ".join(dict.fromkeys(t for t in texts if t)) for texts in zip(*rows, strict=True)]
    tiny.rows["delivered_row"].remove(place)
    for number, cells in enumerate(rows, start=3 - len(rows)):
        described = {"headers": labels, "columns": COLUMNS, "merges": merges} if number == 2 else {}
        empty = {"headers": None, "columns": None, "merges": None}
        tiny.add("delivered_row", **{**place, "row_number": number, "cells": cells, **empty, **described})
    return tiny


@pytest.mark.parametrize(
    ("rows", "merges", "shown"),
    [
        (
            [["เลข", "บุคคล", "", "บ้านเลขที่", "โรคประจำตัว"], ["", "ชื่อ", "นามสกุล", "", ""]],
            ["1 0 2 0", "1 1 1 2", "1 3 2 3", "1 4 2 4"],
            {"A1:A2", "B1:C1", "D1:D2", "E1:E2"},
        ),
        (
            [["เลข", "ผู้รับ", "", "", ""], ["", "บุคคล", "", "บ้าน", "โรคประจำตัว"], ["", "ชื่อ", "นามสกุล", "เลขที่", ""]],
            ["0 0 2 0", "0 1 0 4", "1 1 1 2", "1 4 2 4"],
            {"A1:A3", "B1:E1", "B2:C2", "E2:E3"},
        ),
    ],
    ids=["two rows", "three rows"],
)
def test_header_rows_come_back_with_their_merged_cells_frozen_and_filtered_at_the_last(
    tmp_path: Path, rows: list[list[str]], merges: list[str], shown: set[str]
) -> None:
    sheet = sheet_of(lists(tmp_path, under_header_rows(*rows, merges=merges))["admin"])
    height = len(rows)
    typed = [[c.value or "" for c in row] for row in sheet.iter_rows(max_row=height, max_col=len(HEADERS))]
    assert typed == rows
    assert {str(m) for m in sheet.merged_cells.ranges} == {*shown, *(f"{c}1:{c}{height}" for c in "FGHIJKLMNOP")}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == (f"A{height + 1}", f"A{height}:P{height + 49}")
    assert str(sheet.data_validations.dataValidation[0].sqref) == f"O{height + 1}:O{height + 49}"
    assert sheet[f"A{height + 1}"].value == national_id(11)


def test_a_list_that_goes_back_under_two_header_rows_can_be_read_again(tmp_path: Path) -> None:
    rows = [["เลข", "บุคคล", "", "ที่อยู่", "โรคประจำตัว"], ["", "ชื่อ", "นามสกุล", "บ้านเลขที่", ""]]
    tiny = under_header_rows(*rows, merges=["1 0 2 0", "1 1 1 2", "1 4 2 4"])
    book = read_workbook(lists(tmp_path, tiny)["admin"], None, memory_bytes=2**31, seconds=60)
    columns = tuple(ContractColumn(c, h) for c, h in zip(COLUMNS[:4], ["เลข", "ชื่อ", "นามสกุล", "บ้านเลขที่"], strict=True))
    found = find_header_for(book.sheets[1], ContractList("list", columns))
    assert found is not None
    header, told = found
    assert (header.top, header.height, told.mapped) == (0, 2, {0: 0, 1: 1, 2: 2, 3: 3})
    assert [header.labels[at].text for at in told.unknown] == [HEADERS[4]]


def test_a_fault_names_the_header_of_its_own_list_and_one_of_the_whole_row_says_so(tmp_path: Path) -> None:
    tiny = tiny_province()
    for header in tiny.rows["delivered_row"]:
        if header["row_kind"] == "header" and header["agency"] == "admin":
            header["headers"] = ["หมายเลขบัตร", *HEADERS[1:]]
    shared = {"agency": "admin", "severity": "warn", "record_id": record_id("admin", 12)}
    tiny.add("issue", **shared, column="national_id", code="national_id_bad_checksum", stage="normalise")
    tiny.add("issue", **shared, column="life_status", code="death_needs_review", stage="link")
    tiny.add("issue", **shared, column="birth_date", code="birth_date_invalid", stage="normalise")
    tiny.add("issue", **shared, column="", code="decision_contradicted", stage="link")
    told = rows_of(lists(tmp_path, tiny)["admin"])[1][FAULTS].splitlines()
    assert [line.split(": ")[0] for line in told] == ["ทั้งแถว", "คอลัมน์ “ชื่อ”", "ทั้งแถว", "คอลัมน์ “หมายเลขบัตร”"]


def test_a_rejected_row_says_why_and_how_to_mend_it(tmp_path: Path) -> None:
    rejected = rows_of(lists(tmp_path)["admin"])[-1]
    assert rejected[STATUS] == "ไม่รับ"
    assert "คอลัมน์ “ชื่อ”" in rejected[FAULTS]
    assert "กรอกชื่อ นามสกุล หรือเลขประจำตัวประชาชน" in rejected[FAULTS]
    assert rejected[PERSON] == ""


@pytest.mark.parametrize(("sheet", "place"), [(None, "(แถว 5)"), ("แผ่น2", "(แถว 5 แผ่นงาน แผ่น2)")])
def test_a_rejected_repeat_says_which_row_counts(tmp_path: Path, sheet: str | None, place: str) -> None:
    tiny = tiny_province()
    tiny.rows["issue"][0].update(code="duplicate_key", other_row_number=5, other_sheet=sheet)
    assert f"รหัสของแถวซ้ำกับอีกแถวในรายการเดียวกัน {place} → " in rows_of(lists(tmp_path, tiny)["admin"])[-1][FAULTS]
    with open_readonly(tmp_path / "home" / "warehouse" / "current.duckdb") as connection:
        shown = connection.execute("select other_row_number from ops.issue where code = 'duplicate_key'").fetchall()
    assert shown == [(None if sheet else 5,)]


def test_a_fault_that_a_later_stage_found_stands_at_its_row(tmp_path: Path) -> None:
    tiny = tiny_province()
    tiny.add(
        "issue",
        agency="admin",
        code="same_id_other_person",
        severity="warn",
        stage="link",
        record_id=record_id("admin", 12),
    )
    rows = rows_of(lists(tmp_path, tiny)["admin"])
    assert [r[OUR_COLUMNS[0]] for r in rows if "same_id_other_person" in r[FAULTS]] == ["4"]


def test_codes_differ_between_agencies_and_stay_the_same_from_night_to_night(tmp_path: Path) -> None:
    first = lists(tmp_path)
    second = lists(tmp_path, run_id="20261125-01")
    admin, survey = (rows_of(first[a])[0] for a in ("admin", "community_dev"))
    assert admin[HEADERS[0]] == survey[HEADERS[0]]
    assert admin[PERSON] != survey[PERSON]
    assert admin[HOME] != survey[HOME]
    later = rows_of(second["admin"])[0]
    assert (admin[PERSON], admin[HOME]) == (later[PERSON], later[HOME])


def test_members_of_one_household_share_its_code_and_not_their_own(tmp_path: Path) -> None:
    head, spouse, other = rows_of(lists(tmp_path)["admin"])[:3]
    assert head[HOME] == spouse[HOME] != other[HOME]
    assert head[PERSON] != spouse[PERSON]


def test_a_person_twice_in_a_list_is_shown_by_row_numbers(tmp_path: Path) -> None:
    tiny = tiny_province()
    next(r for r in tiny.rows["linked"] if r["record_id"] == record_id("admin", 12))["person_id"] = "P0000011"
    same = next(r for r in tiny.rows["normal_record"] if r["record_id"] == record_id("admin", 12))
    same["national_id"] = national_id(11)
    rows = rows_of(lists(tmp_path, tiny)["admin"])
    assert [(r[OUR_COLUMNS[0]], r[TWINS]) for r in rows if r[TWINS]] == [("3", "แถว 4"), ("4", "แถว 3")]


def test_help_is_told_by_kind_and_agency_to_the_household_alone(tmp_path: Path) -> None:
    rows = rows_of(lists(tmp_path)["admin"])
    helped = [r for r in rows if r[HELP]]
    assert [r[OUR_COLUMNS[0]] for r in helped] == ["3", "4"]
    assert {r[HELP] for r in helped} == {"ซ่อมสร้างบ้าน (กองทัพภาคที่ 2)"}


def test_treatment_of_an_illness_is_never_told(tmp_path: Path) -> None:
    text = "\n".join(str(r) for a in ("admin", "community_dev") for r in rows_of(lists(tmp_path / a)[a]))
    assert "ซ่อมสร้างบ้าน" in text
    assert "รักษาพยาบาล" not in text


def test_help_is_not_told_where_the_givers_agreement_does_not_name_the_recipient(tmp_path: Path) -> None:
    contracts = {a: contract(a, "narrow" if a == "army2" else "pact") for a in AGENCIES}
    narrow = agreement("narrow", recipients=("community_dev",))
    found = lists(tmp_path, book=make_book(contracts=contracts, agreements={"pact": agreement(), "narrow": narrow}))
    assert not any(r[HELP] for r in rows_of(found["admin"]))
    assert any(r[HELP] for r in rows_of(found["community_dev"]))


@pytest.mark.parametrize("status", ["planned", "requested"])
def test_help_that_was_not_given_is_not_told(tmp_path: Path, status: str) -> None:
    tiny = tiny_province()
    for row in tiny.rows["assistance"]:
        row["assistance_status_code"] = status
    assert not any(r[HELP] for r in rows_of(lists(tmp_path, tiny)["admin"]))


def test_a_neighbour_in_a_temple_is_not_told_of_help_to_another(tmp_path: Path) -> None:
    tiny = tiny_province()
    for row in tiny.rows["household"]:
        row["household_type_code"] = "temple"
    for table in ("household_poverty", "household_indicator", "area_poverty"):
        tiny.rows[table] = []
    tiny.rows["assistance"][0]["person_id"] = "P0000011"
    rows = rows_of(lists(tmp_path, tiny)["admin"])
    assert [r[OUR_COLUMNS[0]] for r in rows if r[HELP]] == ["3"]


def test_a_column_that_the_contract_keeps_back_comes_back_empty_handed(tmp_path: Path) -> None:
    rows = rows_of(lists(tmp_path)["admin"])
    assert rows[0][HEADERS[4]] == "(ไม่ส่งคืน)"
    assert not any("เบาหวาน" in str(r) for r in rows)


def test_an_agency_whose_agreement_has_ended_gets_no_list(tmp_path: Path) -> None:
    ended = agreement("old", valid_to=agreement().valid_from)
    contracts = {a: contract(a, "old" if a == "admin" else "pact") for a in AGENCIES}
    found = lists(tmp_path, book=make_book(contracts=contracts, agreements={"pact": agreement(), "old": ended}))
    assert sorted(found) == ["army2", "community_dev"]


def test_an_agency_without_a_delivery_in_use_gets_no_list(tmp_path: Path) -> None:
    tiny = tiny_province()
    next(d for d in tiny.rows["delivery"] if d["agency"] == "army2")["status_code"] = "quarantined"
    assert sorted(lists(tmp_path, tiny)) == ["admin", "community_dev"]


def test_a_list_holds_only_rows_that_its_agency_delivered(tmp_path: Path) -> None:
    found = lists(tmp_path)
    assert len(rows_of(found["army2"])) == 3
    assert national_id(31) not in str(rows_of(found["army2"]))


def test_two_deliveries_with_one_sheet_name_get_two_sheets(tmp_path: Path) -> None:
    tiny = tiny_province()
    for table in ("delivery", "sheet_count", "delivered_row"):
        extra = [dict(r) for r in tiny.rows[table] if r["agency"] == "army2"]
        for row in extra:
            row["delivery_id"] = delivery_of("army2 again")
            if row.get("row_kind") == "accepted":
                row["row_kind"] = "excluded"
            for count in ("rows_accepted", "accepted"):
                if count in row:
                    row[count] = 0
            if "excluded" in row:
                row["excluded"] = 2
        tiny.rows[table] += extra
    names = openpyxl.load_workbook(lists(tmp_path, tiny)["army2"]).sheetnames
    assert names == ["คำอธิบาย", "แผ่น1", "แผ่น1 (2)"]


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    tiny = tiny_province()
    row = next(r for r in tiny.rows["delivered_row"] if r["agency"] == "admin" and r["row_number"] == 3)
    row["cells"] = [*row["cells"][:3], "ก" * 40_000, ""]
    assert rows_of(lists(tmp_path, tiny)["admin"])[0][HEADERS[3]].endswith("…(ตัดข้อความ)")


def test_no_temporary_file_with_names_stays(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    publish(replace(request))
    left = [
        p
        for p in request.home.rglob("*")
        if p.is_file() and p.suffix not in {".xlsx", ".duckdb", ".json", ".jsonl", ".html"}
    ]
    assert left == []
