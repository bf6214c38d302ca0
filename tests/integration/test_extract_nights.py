"""An agency's nights: what is in use, what stands in, what keeps its identity."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.contracts import Assertion, ContractBook, ContractList, ExcludeRule
from pipeline.extract.agency import agency_tasks, extract_agency, inputs_fingerprint
from pipeline.extract.combine import combine
from pipeline.settings import Settings
from pipeline.tables import DELIVERED_ROW, DELIVERY, ISSUE, RECORD, RECORD_ATTRIBUTE, SHEET_COUNT
from tests.extract_support import (
    AGREEMENT,
    ATTRIBUTES,
    KEY,
    NIGHT,
    PERSON_COLUMNS,
    PERSON_HEADER,
    PERSONS,
    PROVINCE,
    TABLES,
    Cell,
    Office,
    Row,
    column,
    contract_of,
    made_up_id,
    made_up_name,
    person_rows,
    write_xlsx,
)

KINDS = ("accepted", "rejected", "blank", "title", "header", "group_label", "total", "legend", "excluded")


def changed(rows: list[list[Cell]], row: int, position: int, value: Cell) -> list[list[Cell]]:
    copy = [list(r) for r in rows]
    copy[row][position] = value
    return copy


# ---------------------------------------------------------------- one night


def test_rows_become_records_with_values_as_typed(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons([[int(made_up_id(1)), "สมหญิง", "ใจดี", "15/3/2540", "25/2", 1200]])
    office.night()
    record = office.table(RECORD)[0]
    assert {name: record[name] for name in ("national_id", "first_name", "birth_date", "house_no")} == {
        "national_id": made_up_id(1),
        "first_name": "สมหญิง",
        "birth_date": "15/3/2540",
        "house_no": "25/2",
    }
    assert (record["row_number"], record["sheet"], record["date_era"]) == (2, "Sheet1", "be")
    fact = office.table(RECORD_ATTRIBUTE)[0]
    assert (fact["attribute"], fact["value_number"], fact["raw_value"]) == ("debt_baht", 1200.0, "1200")


def test_every_physical_row_is_accounted_for(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows: list[Row] = [["บัญชีรายชื่อ ปี 2568"], [], PERSON_HEADER, ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]]
    rows += person_rows(3)
    rows += [["อำเภอเมือง"], *person_rows(2, start=10), PERSON_HEADER, [None, None, None, None, "9/9", 5]]
    rows += [
        *person_rows(1, start=20),
        ["รวม", None, None, None, None, 7],
        [],
        ["หมายเหตุ ข้อมูลเบื้องต้น"],
        ["ลงชื่อ ........"],
    ]
    office.deliver(rows)
    office.night()
    count = office.table(SHEET_COUNT)[0]
    shown = {kind: count[kind] for kind in KINDS if count[kind]}
    assert shown == {
        "accepted": 6,
        "rejected": 1,
        "blank": 2,
        "title": 1,
        "header": 3,
        "group_label": 1,
        "total": 1,
        "legend": 2,
    }
    assert count["physical_rows"] == sum(shown.values()) == len(office.table(DELIVERED_ROW))


def test_a_row_without_name_and_id_is_rejected_with_its_excel_row(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons([*person_rows(2), [None, "-", None, "1/1/2500", "9", 5], *person_rows(1, start=9)])
    office.night()
    found = [(i["row_number"], i["code"], i["severity"]) for i in office.table(ISSUE) if i["row_number"]]
    assert found == [(4, "no_identity", "reject")]
    named = next(i for i in office.table(ISSUE) if i["code"] == "no_identity")
    assert (named["column"], named["header"]) == ("national_id", "เลขประจำตัวประชาชน, ชื่อ, นามสกุล")


def test_a_repeated_key_names_the_headers_of_the_key_and_a_repeated_row_names_none(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(key=("house_no", "birth_date"))
    first, second, third = person_rows(3)
    office.deliver_persons([first, [*second[:3], first[3], first[4], 7], third, third])
    office.night()
    assert {(i["code"], i["header"]) for i in office.table(ISSUE)} == {
        ("duplicate_key", "วันเกิด, บ้านเลขที่"),
        ("duplicate_row", None),
    }


def test_a_row_that_repeats_another_names_the_row_that_counts_and_its_sheet(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(key=("house_no", "birth_date"))
    first, second, third = person_rows(3)
    again = [*second[:3], first[3], first[4], None]
    write_xlsx(office.inbox / "a.xlsx", {"ก": [PERSON_HEADER, first, again, third], "ข": [PERSON_HEADER, third]})
    office.night()
    told = ("sheet", "row_number", "code", "other_row_number", "other_sheet")
    assert {tuple(issue[name] for name in told) for issue in office.table(ISSUE)} == {
        ("ก", 3, "duplicate_key", 2, None),
        ("ข", 2, "duplicate_row", 4, "ก"),
    }


def test_a_row_without_a_key_that_repeats_another_names_the_first_one(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first, second = person_rows(2)
    office.deliver_persons([first, second, first])
    office.night()
    found = [(i["row_number"], i["other_row_number"]) for i in office.table(ISSUE) if i["code"] == "duplicate_row"]
    assert found == [(4, 2)]


def test_merged_header_cells_and_what_each_column_is_are_kept_with_the_header_rows(tmp_path: Path) -> None:
    import openpyxl

    office = Office(tmp_path)
    book = openpyxl.Workbook()
    top = ["เลขประจำตัวประชาชน", "บุคคล", None, None, "บ้านเลขที่", "หมายเหตุ"]
    below = [None, "ชื่อ", "นามสกุล", "วันเกิด", None, None]
    for row in (["บัญชีทดสอบ"], top, below, *([*cells[:5], "-"] for cells in person_rows(3))):
        book.active.append(row)
    for merged in ("A1:F1", "A2:A3", "B2:D2", "E2:E3", "F2:F4"):
        book.active.merge_cells(merged)
    office.inbox.mkdir(parents=True)
    book.save(office.inbox / "list.xlsx")
    office.night()
    header = [row for row in office.table(DELIVERED_ROW) if row["row_kind"] == "header"]
    assert [row["cells"] for row in header] == [[c or "" for c in top], [c or "" for c in below]]
    assert (header[0]["columns"], header[0]["merges"]) == (None, None)
    assert header[1]["columns"] == ["national_id", "first_name", "last_name", "birth_date", "house_no", None]
    assert sorted(header[1]["merges"]) == ["2 0 3 0", "2 1 2 3", "2 4 3 4", "2 5 3 5"]


def test_a_row_passed_over_that_may_be_a_person_is_an_issue(tmp_path: Path) -> None:
    office = Office(tmp_path)
    tail: list[Row] = [[made_up_id(50)], [None, "บ้านโนน"], [None, "ลงชื่อ ........"], [None, "นายอำเภอ"]]
    office.deliver_persons([*person_rows(2), *tail])
    office.night()
    found = [(i["row_number"], i["code"], i["severity"]) for i in office.table(ISSUE) if i["row_number"]]
    assert found == [(5, "row_read_as_note", "warn"), (7, "row_read_as_note", "warn")]
    assert (len(office.table(RECORD)), office.table(SHEET_COUNT)[0]["legend"]) == (3, 3)


def test_an_error_cell_is_an_issue_and_not_a_blank(tmp_path: Path) -> None:
    office = Office(tmp_path)
    path = office.deliver_persons(person_rows(3))
    import openpyxl

    book = openpyxl.load_workbook(path)
    book.active["F3"] = "#REF!"
    book.save(path)
    office.night()
    issue = next(i for i in office.table(ISSUE) if i["code"] == "cell_error")
    assert (issue["row_number"], issue["column"], issue["header"]) == (3, "debt_baht", "หนี้สิน (บาท)")
    assert len(office.table(RECORD)) == 3


def test_an_excluded_row_is_counted_and_gives_no_record(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(exclude=(ExcludeRule("บ้านเลขที่", "99/.*", "บ้านพักราชการ"),))
    rows = person_rows(4)
    rows[2][4] = "99/5"
    office.deliver_persons(rows)
    office.night()
    assert (len(office.table(RECORD)), office.table(SHEET_COUNT)[0]["excluded"]) == (3, 1)


def test_an_exclusion_rule_works_under_an_alias_and_a_renamed_column_stops_the_file(tmp_path: Path) -> None:
    office = Office(tmp_path)
    consent = column("remark", "ถอนความยินยอม", aliases=("ถอนแล้ว",))
    office.with_list(columns=(*PERSONS.columns, consent), exclude=(ExcludeRule("ถอนความยินยอม", "ใช่", "ถอน"),))
    rows: list[Row] = [[*row, "ใช่" if n == 2 else None] for n, row in enumerate(person_rows(4))]
    office.deliver([[*PERSON_HEADER, "ถอนแล้ว"], *rows])
    office.night()
    assert (len(office.table(RECORD)), office.table(SHEET_COUNT)[0]["excluded"]) == (3, 1)
    office.deliver([[*PERSON_HEADER, "ถอนความยินยอมเมื่อ"], *rows])
    office.night(NIGHT + timedelta(days=1))
    assert len(office.table(RECORD)) == 3
    assert "required_column_missing" in office.codes()


def test_a_row_may_yield_several_records_that_share_the_address(tmp_path: Path) -> None:
    columns = (
        column("full_name", "ชื่อหัวหน้า", role="head"),
        column("full_name", "ชื่อคู่สมรส", role="spouse"),
        column("house_no", "บ้านเลขที่", role="every"),
        column("debt_baht", "หนี้สิน", role="head"),
    )
    rule = ContractList("pairs", columns, roles=("head", "spouse"), constants={"head.need_code": "income"})
    office = Office(tmp_path, contract_of(rule))
    office.deliver([[c.header for c in columns], ["นายกข คง", "นางจช คง", "1/1", 5], ["นายซญ ดต", "-", "2/2", 6]])
    office.night()
    roles = sorted((str(r["role"]), r["full_name"], r["house_no"]) for r in office.table(RECORD))
    assert roles == [("head", "นายกข คง", "1/1"), ("head", "นายซญ ดต", "2/2"), ("spouse", "นางจช คง", "1/1")]
    facts = {(str(f["record_id"]).rsplit("/", 1)[1], f["attribute"]) for f in office.table(RECORD_ATTRIBUTE)}
    assert facts == {("head", "debt_baht"), ("head", "need_code")}


def test_no_value_stands_in_a_record_id_or_an_issue(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = changed(person_rows(3), 1, 5, "มากมาย")
    office.deliver_persons(rows)
    office.night()
    shown = str([*(r["record_id"] for r in office.table(RECORD)), *office.table(ISSUE)])
    assert "value_not_number" in shown
    assert not [v for row in rows for v in row[:3] if str(v) in shown] and "มากมาย" not in shown


# ---------------------------------------------------------------- faults of a file


def test_a_missing_required_column_stops_the_file_and_names_the_column(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver([["ฉายา" if h == "นามสกุล" else h for h in PERSON_HEADER], *person_rows(4)])
    result = office.night()
    assert [i["header"] for i in office.table(ISSUE) if i["code"] == "column_unknown"] == ["ฉายา"]
    issue = next(i for i in office.table(ISSUE) if i["code"] == "required_column_missing")
    assert (issue["column"], issue["header"], issue["severity"]) == ("last_name", "นามสกุล", "stop")
    assert (result.records, result.has_gap) == (0, True)


def test_an_unknown_column_is_reported_once_and_the_rest_is_read(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver([[*PERSON_HEADER, "ช่องใหม่"], *[[*r, "x"] for r in person_rows(3)]])
    office.night()
    assert [i["header"] for i in office.table(ISSUE) if i["code"] == "column_unknown"] == ["ช่องใหม่"]
    assert len(office.table(RECORD)) == 3


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.xlsx", b"", "file_empty"),
        ("text.xlsx", "ขอส่งข้อมูล\nตามที่ขอ\n".encode(), "file_unreadable"),
        ("other.csv", "ก,ข\n1,2\n3,4\n".encode(), "header_not_found"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    office = Office(tmp_path)
    office.inbox.mkdir(parents=True)
    (office.inbox / name).write_bytes(content)
    result = office.night()
    assert office.statuses() == {name: ("quarantined", code)}
    assert code in office.codes() and result.codes == (code,)


def test_a_list_with_a_header_and_no_rows_is_empty(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver([PERSON_HEADER])
    office.night()
    assert office.statuses()["list.xlsx"] == ("quarantined", "file_empty")


def test_lock_and_hidden_files_are_left_out_with_a_note(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(2))
    for name in ("~$list.xlsx", ".hidden.xlsx", "Thumbs.db"):
        (office.inbox / name).write_bytes(b"x")
    office.night()
    ignored = {i["file_name"] for i in office.table(ISSUE) if i["code"] == "file_ignored"}
    assert ignored == {"~$list.xlsx", ".hidden.xlsx", "Thumbs.db"}
    assert len(office.table(DELIVERY)) == 1


def test_an_unknown_agency_folder_is_not_read(tmp_path: Path) -> None:
    office = Office(tmp_path, contract=None, agency="nobody")
    office.deliver_persons(person_rows(2))
    result = office.night()
    assert office.statuses() == {"list.xlsx": ("not_read", "unknown_agency_folder")}
    assert result.codes == ("unknown_agency_folder",) and not list(office.home.archive.iterdir())
    assert [(i["code"], i["file_name"]) for i in office.table(ISSUE)] == [("unknown_agency_folder", None)]


def test_a_failed_assertion_stops_the_file_and_a_warning_does_not(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(5))
    office.with_list(
        assertions=(
            Assertion("share_unique", "first_name", 1.0, None, "stop"),
            Assertion("row_count", "", 50, None, "warn"),
        )
    )
    office.night()
    assert office.statuses()["list.xlsx"][0] == "accepted" and "assertion_warned" in office.codes()
    office.with_list(assertions=(Assertion("row_count", "", 50, None, "stop"),))
    office.night()
    assert "assertion_failed" in office.codes()


# ---------------------------------------------------------------- night after night


def test_the_same_file_is_not_read_twice_and_still_shows_its_issues(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(changed(person_rows(3), 1, 5, "มาก"))
    first = office.night()
    read = office.home.identity / "deliveries" / "health" / "read"
    stamp = {p: p.stat().st_mtime_ns for p in read.rglob("*.parquet")}
    before = {table.name: office.arrow(table) for table in TABLES if table is not DELIVERY}
    second = office.night(NIGHT + timedelta(days=1))
    assert {p: p.stat().st_mtime_ns for p in read.rglob("*.parquet")} == stamp
    assert all(office.arrow(table).equals(before[table.name]) for table in TABLES if table is not DELIVERY)
    assert inputs_fingerprint([first]) == inputs_fingerprint([second])
    assert office.statuses()["list.xlsx"][0] == "in_use"


def test_moved_rows_and_one_corrected_cell_keep_every_identity_and_change_one_record(tmp_path: Path) -> None:
    for position, value in ((0, made_up_id(777)), (1, "กขคงา"), (2, "ดตถทา"), (3, "1/1/2510"), (4, "500"), (5, 99)):
        office = Office(tmp_path / str(position))
        rows = person_rows(30)
        office.deliver_persons(rows)
        office.night()
        before = {str(r["record_id"]): r["content_hash"] for r in office.table(RECORD)}
        corrected = changed(rows, 7, position, value)
        if position == 1:
            corrected[7][1] = f"{rows[7][1]}ย์"
        if position == 2:
            corrected[7][2] = f"{rows[7][2]}ย์"
        random.Random(5).shuffle(corrected)
        office.deliver_persons(corrected)
        office.night(NIGHT + timedelta(days=1))
        after = {str(r["record_id"]): r["content_hash"] for r in office.table(RECORD)}
        assert set(after) == set(before)
        assert sum(after[key] != before[key] for key in after) == 1


def test_an_identity_kept_once_is_kept_on_every_later_night(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = person_rows(12)
    office.deliver_persons(rows)
    office.night()
    before = office.record_ids()
    rows = changed(rows, 3, 0, made_up_id(555))
    office.deliver_persons(rows)
    office.night(NIGHT + timedelta(days=1))
    office.deliver_persons(changed(rows, 4, 0, made_up_id(556)))
    office.night(NIGHT + timedelta(days=2))
    assert office.record_ids() == before


def test_a_list_with_a_key_keeps_its_identities_when_a_name_changes_wholly(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(key=("house_no",))
    office.deliver_persons(person_rows(5))
    office.night()
    before = office.record_ids()
    office.deliver_persons(changed(changed(person_rows(5), 2, 1, "หนึ่ง"), 2, 0, None))
    office.night(NIGHT + timedelta(days=1))
    assert office.record_ids() == before


def test_rows_whose_key_is_incomplete_are_known_by_their_values_and_noted(tmp_path: Path) -> None:
    columns = (*PERSON_COLUMNS, column("household_ref", "ครัวเรือน"), column("agency_record_no", "คนที่"))
    rule = replace(PERSONS, columns=columns, key=("household_ref", "agency_record_no"))
    office = Office(tmp_path, contract_of(rule))
    members: list[Row] = [[*row, "77", None] for row in person_rows(3)]
    others: list[Row] = [[*row, "78", n] for n, row in enumerate(person_rows(2, start=20), start=1)]
    office.deliver([[c.header for c in columns], *members, *others])
    office.night()
    assert len(office.record_ids()) == 5
    noted = [
        (i["row_number"], i["column"], i["severity"]) for i in office.table(ISSUE) if i["code"] == "key_incomplete"
    ]
    assert noted == [(n, "agency_record_no", "warn") for n in (2, 3, 4)]
    assert "duplicate_key" not in office.codes()


def test_a_key_filled_in_later_changes_no_identity(tmp_path: Path) -> None:
    columns = (*PERSON_COLUMNS, column("household_ref", "ครัวเรือน"), column("agency_record_no", "คนที่"))
    rule = replace(PERSONS, columns=columns, key=("household_ref", "agency_record_no"))
    office = Office(tmp_path, contract_of(rule))
    header = [c.header for c in columns]
    office.deliver([header, *([*row, "77", None] for row in person_rows(3))])
    office.night()
    before = office.record_ids()
    office.deliver([header, *([*row, "77", n] for n, row in enumerate(person_rows(3)))])
    office.night(NIGHT + timedelta(days=1))
    assert office.record_ids() == before


def test_a_full_delivery_withdraws_what_is_absent(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(20))
    office.night()
    office.deliver_persons(person_rows(18))
    office.night(NIGHT + timedelta(days=1))
    assert len(office.table(RECORD)) == 18


def test_a_full_delivery_with_half_its_rows_gone_is_held_until_it_is_accepted(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(20), "old.xlsx")
    office.night()
    (office.inbox / "old.xlsx").unlink()
    office.deliver_persons(person_rows(10), "new.xlsx")
    for night in (1, 2):
        result = office.night(NIGHT + timedelta(days=night))
        assert office.statuses() == {
            "old.xlsx": ("stand_in", "full_delivery_lost_rows"),
            "new.xlsx": ("held", "full_delivery_lost_rows"),
        }
        assert (result.records, result.has_gap) == (20, True)
    office.night(NIGHT + timedelta(days=3), accept_change="ตรวจแล้ว ถูกต้อง")
    assert len(office.table(RECORD)) == 10 and office.statuses() == {"new.xlsx": ("in_use", None)}
    office.night(NIGHT + timedelta(days=4))
    assert len(office.table(RECORD)) == 10 and "full_delivery_lost_rows" not in office.codes()


def test_the_last_good_delivery_stands_in_for_a_broken_one_until_a_good_one_comes(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6), "a.xlsx")
    office.night()
    (office.inbox / "a.xlsx").unlink()
    (office.inbox / "b.xlsx").write_bytes(b"not a workbook at all")
    office.night(NIGHT + timedelta(days=1))
    assert office.statuses()["a.xlsx"] == ("stand_in", "file_unreadable")
    assert len(office.table(RECORD)) == 6
    office.deliver_persons(person_rows(7), "c.xlsx")
    result = office.night(NIGHT + timedelta(days=2))
    assert office.statuses()["c.xlsx"] == ("accepted", None)
    assert (result.records, result.has_gap) == (7, False)


def test_an_older_list_that_comes_late_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(period=r"file:(?P<year>25\d\d)-(?P<month>\d\d)")
    office.deliver_persons(person_rows(9), "list 2569-09.xlsx")
    office.night()
    office.deliver_persons(person_rows(8), "list 2569-08.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert len(office.table(RECORD)) == 9
    assert office.statuses()["list 2569-08.xlsx"][0] == "superseded"
    assert {r["evidence_date"] for r in office.table(RECORD)} == {date(2026, 9, 30)}


def surveyed(tmp_path: Path, mode: str = "full", part_from: str = "") -> tuple[Office, list[Cell]]:
    """An office with a list whose rows give their survey date, and its header."""
    columns = (*PERSON_COLUMNS, column("survey_date", "วันที่สำรวจ"))
    rule = replace(PERSONS, columns=columns, period="column:survey_date", delivery_mode=mode, part_from=part_from)  # type: ignore[arg-type]
    return Office(tmp_path, contract_of(rule)), [c.header for c in columns]


def visited(rows: list[list[Cell]], *days: str) -> list[list[Cell]]:
    """Rows with a survey date each; the first date for those that are left over."""
    return [[*row, day] for row, day in zip(rows, [*days, *[days[0]] * (len(rows) - len(days))], strict=True)]


@pytest.mark.parametrize("newest", ["30/9/2569", "30/10/2569", "30/9/2579"])
def test_a_corrected_full_list_is_used_although_its_newest_date_falls(tmp_path: Path, newest: str) -> None:
    office, header = surveyed(tmp_path)
    rows = person_rows(8)
    office.deliver([header, *visited(rows, "1/9/2569", newest, "2/9/2569", "2/9/2569")], "1.xlsx")
    office.night()
    ids = office.record_ids()
    office.deliver([header, *visited(changed(rows, 5, 5, 999), "1/9/2569", "3/9/2569", "2/9/2569")], "2.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert office.statuses()["2.xlsx"] == ("accepted", None)
    assert "999" in {f["raw_value"] for f in office.table(RECORD_ATTRIBUTE)} and office.record_ids() == ids


def test_a_full_list_without_the_person_of_the_newest_visit_is_used(tmp_path: Path) -> None:
    office, header = surveyed(tmp_path)
    rows = person_rows(8)
    office.deliver([header, *visited(rows, "20/10/2569", *["1/5/2569"] * 7)], "1.xlsx")
    office.night()
    office.deliver([header, *visited(rows[1:], "1/5/2569")], "2.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert len(office.table(RECORD)) == 7


def test_an_edition_of_an_earlier_month_that_comes_late_is_not_used_and_said_so(tmp_path: Path) -> None:
    office, header = surveyed(tmp_path)
    rows = person_rows(8)
    office.deliver([header, *visited(rows, "30/9/2569", "28/9/2569", "27/9/2569", "1/9/2569")], "9.xlsx")
    office.night()
    office.deliver([header, *visited(rows, "15/8/2569")], "8.xlsx")
    result = office.night(NIGHT + timedelta(days=1))
    assert office.statuses() == {"8.xlsx": ("superseded", None), "9.xlsx": ("in_use", None)}
    found = [(i["file_name"], i["severity"]) for i in office.table(ISSUE) if i["code"] == "list_older"]
    assert (found, result.has_gap) == ([("8.xlsx", "warn")], False)
    (office.inbox / "8.xlsx").unlink()
    office.night(NIGHT + timedelta(days=2))
    assert "list_older" not in office.codes()


def test_the_content_of_an_earlier_edition_that_comes_again_is_not_used(tmp_path: Path) -> None:
    office, header = surveyed(tmp_path)
    rows = person_rows(8)
    old = office.deliver([header, *visited(rows, "5/9/2569")], "list.xlsx").read_bytes()
    office.night()
    office.deliver([header, *visited(rows, "30/9/2569")], "list.xlsx")
    office.night(NIGHT + timedelta(days=1))
    (office.inbox / "again.xlsx").write_bytes(old)
    office.night(NIGHT + timedelta(days=2))
    assert {r["evidence_date"] for r in office.table(RECORD)} == {date(2026, 9, 30)}
    assert "list_older" in office.codes()


def test_a_list_in_use_that_is_moved_and_comes_back_stays_in_use(tmp_path: Path) -> None:
    office, header = surveyed(tmp_path)
    rows = person_rows(8)
    office.deliver([header, *visited(rows, "30/9/2569")], "1.xlsx")
    office.night()
    second = office.deliver([header, *visited(rows, "25/9/2569")], "2.xlsx").read_bytes()
    office.night(NIGHT + timedelta(days=1))
    (office.inbox / "2.xlsx").unlink()
    office.night(NIGHT + timedelta(days=2))
    (office.inbox / "2.xlsx").write_bytes(second)
    office.night(NIGHT + timedelta(days=3))
    assert {r["evidence_date"] for r in office.table(RECORD)} == {date(2026, 9, 25)}


def test_a_list_whose_name_gives_a_month_replaces_one_whose_name_gives_none(tmp_path: Path) -> None:
    for number, first in enumerate(("list.xlsx", "list 2569.xlsx")):
        office = Office(tmp_path / str(number))
        office.with_list(period=r"file:(?P<year>25\d\d)(?:-(?P<month>\d\d))?")
        office.deliver_persons(person_rows(9), first)
        office.night()
        office.deliver_persons(person_rows(8), "list 2569-06.xlsx")
        office.night(NIGHT + timedelta(days=1))
        assert len(office.table(RECORD)) == 8


def test_each_part_has_its_own_date(tmp_path: Path) -> None:
    office, header = surveyed(tmp_path, "full_per_part", "sheet")
    a, b = person_rows(4), person_rows(4, start=40)
    sheets = {"ก": [header, *visited(a, "30/9/2569")], "ข": [header, *visited(b, "1/2/2569")]}
    write_xlsx(office.inbox / "all.xlsx", sheets)
    office.night()
    write_xlsx(office.inbox / "one.xlsx", {"ข": [header, *visited(b, "15/3/2569")]})
    office.night(NIGHT + timedelta(days=1))
    assert {str(r["part"]): r["evidence_date"] for r in office.table(RECORD)} == {
        "ก": date(2026, 9, 30),
        "ข": date(2026, 3, 15),
    }


def test_a_row_of_an_earlier_month_that_comes_late_does_not_replace_the_later_one_of_its_key(tmp_path: Path) -> None:
    office, header = surveyed(tmp_path, "append")
    office.with_list(key=("national_id",))
    office.deliver([header, *visited(person_rows(4), "30/9/2569")], "9.xlsx")
    office.night()
    office.deliver([header, *visited(changed(person_rows(5), 0, 5, 1), "15/7/2569")], "7.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert sorted(str(r["evidence_date"]) for r in office.table(RECORD)) == ["2026-07-15", *["2026-09-30"] * 4]


def test_an_append_list_adds_rows_and_replaces_by_key(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(delivery_mode="append", key=("national_id",))
    office.deliver_persons(person_rows(5), "1.xlsx")
    office.night()
    office.deliver_persons([*changed(person_rows(5), 4, 5, 777)[4:], *person_rows(2, start=50)], "2.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert len(office.table(RECORD)) == 7
    debts = {f["raw_value"] for f in office.table(RECORD_ATTRIBUTE)}
    assert "777" in debts and "50" not in debts
    counts = {c["file_name"]: (c["accepted"], c["excluded"]) for c in office.table(SHEET_COUNT)}
    assert counts == {"1.xlsx": (4, 1), "2.xlsx": (3, 0)}
    assert [(i["file_name"], i["row_number"]) for i in office.table(ISSUE) if i["code"] == "row_replaced"] == [
        ("1.xlsx", 6)
    ]


def test_the_same_person_asking_again_in_another_month_is_another_record(tmp_path: Path) -> None:
    columns = (column("last_seen_date", "วันที่รับเรื่อง"), column("full_name", "ชื่อ-สกุล"), column("house_no", "บ้านเลขที่"))
    rule = ContractList("requests", columns, delivery_mode="append", period="column:last_seen_date", era="be")
    office = Office(tmp_path, contract_of(rule))
    header = [c.header for c in columns]
    office.deliver([header, ["1/9/2569", "นายกข คง", "1"], ["2/9/2569", "นางจช ซญ", "2"]], "9.xlsx")
    office.night()
    office.deliver([header, ["1/10/2569", "นายกข คง", "1"]], "10.xlsx")
    office.night(NIGHT + timedelta(days=1))
    dates = sorted(str(r["evidence_date"]) for r in office.table(RECORD))
    assert dates == ["2026-09-01", "2026-09-02", "2026-10-01"]


REQUEST_COLUMNS = (
    column("last_seen_date", "วันที่รับเรื่อง"),
    column("national_id", "เลขประจำตัวประชาชน"),
    column("full_name", "ชื่อ-สกุล"),
    column("house_no", "บ้านเลขที่"),
    column("need_code", "ความต้องการ"),
    column("remark", "รายละเอียด"),
)
REQUESTS = ContractList("requests", REQUEST_COLUMNS, delivery_mode="append", period="column:last_seen_date", era="be")
REQUEST_HEADER = [c.header for c in REQUEST_COLUMNS]


def asked(number: int, day: str = "1/9/2569", need: str = "รายได้", remark: str = "ตกงานตั้งแต่ต้นปี") -> list[Cell]:
    return [
        day,
        made_up_id(number),
        f"{made_up_name(number)} {made_up_name(number + 400)}",
        f"{number}/1",
        need,
        remark,
    ]


@pytest.mark.parametrize("has_id", [True, False])
def test_two_requests_of_one_person_on_one_day_are_two_in_one_file_and_in_two(tmp_path: Path, has_id: bool) -> None:
    first, second = asked(1), asked(1, need="สุขภาพ")
    if not has_id:
        first[1] = second[1] = None
    ids = []
    for number, files in enumerate(([[first, second]], [[first], [second]])):
        office = Office(tmp_path / str(number), contract_of(REQUESTS))
        for night, rows in enumerate(files):
            office.deliver([REQUEST_HEADER, *rows], f"{night}.xlsx")
            office.night(NIGHT + timedelta(days=night))
        assert {status for status, _ in office.statuses().values()} <= {"accepted", "in_use"}
        ids.append(office.record_ids())
    assert len(ids[0]) == 2 and ids[0] == ids[1]


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (0, "2/9/2569"),
        (1, made_up_id(901)),
        (2, f"{made_up_name(2)}ย์ {made_up_name(402)}"),
        (3, "22/1"),
        (4, "สุขภาพ"),
        (5, "ขอรถเข็น"),
    ],
)
def test_a_corrected_cell_of_a_file_that_is_sent_again_keeps_the_record(
    tmp_path: Path, position: int, value: Cell
) -> None:
    office = Office(tmp_path, contract_of(REQUESTS))
    rows = [asked(n) for n in (1, 2, 3, 4)]
    office.deliver([REQUEST_HEADER, *(asked(n, "1/8/2569") for n in range(20, 40))], "สิงหาคม.xlsx")
    office.deliver([REQUEST_HEADER, *rows], "กันยายน.xlsx")
    office.night()
    before = office.record_ids()
    office.deliver([REQUEST_HEADER, *changed(rows, 1, position, value)], "กันยายน (แก้ไข).xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert office.record_ids() == before


@pytest.mark.parametrize(
    ("position", "value"), [(2, f"{made_up_name(2)}ย์ {made_up_name(402)}"), (5, "ตกงานตั้งแต่ต้นปีก่อน")]
)
def test_a_single_row_that_is_sent_again_with_a_retyped_cell_does_not_double(
    tmp_path: Path, position: int, value: Cell
) -> None:
    office = Office(tmp_path, contract_of(REQUESTS))
    office.deliver([REQUEST_HEADER, *(asked(n) for n in (1, 2, 3, 4))], "1.xlsx")
    office.night()
    before = office.record_ids()
    office.deliver([REQUEST_HEADER, *changed([asked(2)], 0, position, value)], "2.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert office.record_ids() == before
    assert {str(value)} & {str(r["full_name"]) for r in office.table(RECORD)} | {str(value)} & {
        str(f["raw_value"]) for f in office.table(RECORD_ATTRIBUTE)
    }


def test_a_list_of_requests_that_grows_adds_only_what_is_new(tmp_path: Path) -> None:
    office = Office(tmp_path, contract_of(REQUESTS))
    rows = [asked(n) for n in range(1, 9)]
    office.deliver([REQUEST_HEADER, *rows], "1.xlsx")
    office.night()
    before = office.record_ids()
    office.deliver([REQUEST_HEADER, *rows, asked(3, need="สุขภาพ"), asked(3, "5/10/2569")], "2.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert len(office.record_ids() - before) == 2 and before < office.record_ids()


def test_the_same_requests_typed_as_dates_and_numbers_are_the_same(tmp_path: Path) -> None:
    office = Office(tmp_path, contract_of(REQUESTS))
    office.deliver([REQUEST_HEADER, *(asked(n) for n in (1, 2, 3))], "1.xlsx")
    office.night()
    before = office.record_ids()
    again: list[list[Cell]] = [[date(2569, 9, 1), int(str(row[1])), *row[2:]] for row in map(asked, (1, 2, 3))]
    office.deliver([REQUEST_HEADER, *again], "2.xlsx")
    office.night(NIGHT + timedelta(days=1))
    assert office.record_ids() == before


def test_a_part_replaces_only_itself(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(delivery_mode="full_per_part", part_from="sheet")
    a, b = person_rows(4), person_rows(4, start=40)
    write_xlsx(office.inbox / "all.xlsx", {"อ.เมือง": [PERSON_HEADER, *a], "อ.ปักธงชัย": [PERSON_HEADER, *b]})
    office.night()
    assert len(office.table(RECORD)) == 8
    write_xlsx(office.inbox / "one.xlsx", {"อ.ปักธงชัย": [PERSON_HEADER, *b[:3], *person_rows(1, start=90)]})
    office.night(NIGHT + timedelta(days=1))
    parts = sorted((str(r["part"]), r["file_name"]) for r in office.table(RECORD))
    assert parts == [("อปักธงชัย", "one.xlsx")] * 4 + [("อเมือง", "all.xlsx")] * 4
    assert {c["sheet"]: c["excluded"] for c in office.table(SHEET_COUNT) if c["file_name"] == "all.xlsx"} == {
        "อ.เมือง": 0,
        "อ.ปักธงชัย": 4,
    }


def test_an_emptied_part_is_held_and_withdrawn_once_an_officer_says_so(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(delivery_mode="full_per_part", part_from="sheet")
    a, b = person_rows(30), person_rows(2, start=40)
    write_xlsx(office.inbox / "all.xlsx", {"อ.เมือง": [PERSON_HEADER, *a], "อ.คง": [PERSON_HEADER, *b]})
    office.night()
    write_xlsx(office.inbox / "new.xlsx", {"อ.เมือง": [PERSON_HEADER, *a], "อ.คง": [PERSON_HEADER]})
    office.night(NIGHT + timedelta(days=1))
    assert office.statuses()["new.xlsx"] == ("held", "full_delivery_lost_rows")
    assert len(office.table(RECORD)) == 32
    office.night(NIGHT + timedelta(days=2), accept_change="ไม่มีผู้เปราะบางแล้ว")
    assert {r["part"] for r in office.table(RECORD)} == {"อเมือง"}


def test_a_part_that_the_name_of_an_empty_file_gives_is_held_and_not_called_an_empty_file(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(delivery_mode="full_per_part", part_from="file", file_pattern=r"_(ไตรมาส\d)")
    office.deliver_persons(person_rows(5), "ผล_ไตรมาส1.xlsx")
    office.deliver_persons(person_rows(4, start=20), "ผล_ไตรมาส2.xlsx")
    office.night()
    office.deliver_persons([], "ผล_ไตรมาส1.xlsx")
    office.night(NIGHT + timedelta(days=1))
    found = [(row["status_code"], row["code"]) for row in office.table(DELIVERY) if not row["rows_accepted"]]
    assert found == [("held", "full_delivery_lost_rows")]
    assert len(office.table(RECORD)) == 9
    office.night(NIGHT + timedelta(days=2), accept_change="ไม่มีผู้เข้าอบรม")
    assert {r["part"] for r in office.table(RECORD)} == {"ไตรมาส2"}


def test_the_loss_limit_looks_at_each_part(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(delivery_mode="full_per_part", part_from="sheet")
    a, b = person_rows(40), person_rows(8, start=60)
    write_xlsx(office.inbox / "all.xlsx", {"อ.เมือง": [PERSON_HEADER, *a], "อ.คง": [PERSON_HEADER, *b]})
    office.night()
    write_xlsx(office.inbox / "new.xlsx", {"อ.เมือง": [PERSON_HEADER, *a], "อ.คง": [PERSON_HEADER, *b[:4]]})
    office.night(NIGHT + timedelta(days=1))
    assert office.statuses()["new.xlsx"][0] == "held"


NAMELESS: list[list[Cell]] = [[None, None, None, "1/1/2500", f"{n}", n] for n in range(1, 6)]


def test_a_file_whose_rows_are_all_rejected_is_counted_and_says_so_every_night(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(NAMELESS)
    for night in (0, 1):
        result = office.night(NIGHT + timedelta(days=night))
        assert office.statuses()["list.xlsx"][0] in ("accepted", "in_use")
        assert {"no_identity", "all_rows_rejected"} <= office.codes()
        assert (result.has_gap, result.codes) == (True, ("all_rows_rejected",))
        assert (office.table(SHEET_COUNT)[0]["rejected"], len(office.table(DELIVERED_ROW))) == (5, 6)


def test_a_file_of_an_append_list_whose_rows_are_all_rejected_is_counted_until_it_is_taken_away(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.with_list(delivery_mode="append")
    office.deliver_persons(person_rows(3), "1.xlsx")
    office.night()
    office.deliver_persons(NAMELESS, "2.xlsx")
    office.night(NIGHT + timedelta(days=1))
    counts = {c["file_name"]: (c["accepted"], c["rejected"]) for c in office.table(SHEET_COUNT)}
    assert counts == {"1.xlsx": (3, 0), "2.xlsx": (0, 5)}
    (office.inbox / "2.xlsx").unlink()
    office.night(NIGHT + timedelta(days=2))
    assert {c["file_name"] for c in office.table(SHEET_COUNT)} == {"1.xlsx"}


def test_a_small_full_list_whose_rows_are_now_all_rejected_is_held_with_its_reasons(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(2))
    office.night()
    office.deliver_persons(NAMELESS[:4], "new.xlsx")
    result = office.night(NIGHT + timedelta(days=1))
    assert (result.records, office.statuses()["new.xlsx"][0]) == (2, "held")
    assert {"all_rows_rejected", "no_identity"} <= office.codes()


def test_two_lists_of_one_workbook_keep_each_its_own_survey_round(tmp_path: Path) -> None:
    rounds = {"รอบ60": "bmn_2560", "รอบ65": "bmn_2565", "อื่น": ""}
    lists = [
        replace(PERSONS, list_code=f"list_{n}", sheet_pattern=sheet, survey_round=survey_round)
        for n, (sheet, survey_round) in enumerate(rounds.items())
    ]
    office = Office(tmp_path, contract=contract_of(*lists))
    sheets = {sheet: [PERSON_HEADER, *person_rows(3, start=40 * n)] for n, sheet in enumerate(rounds)}
    write_xlsx(office.inbox / "all.xlsx", sheets)
    office.night()
    assert {r["sheet"]: r["survey_round"] or "" for r in office.table(RECORD)} == rounds
    assert [d["survey_round"] for d in office.table(DELIVERY)] == ["bmn_2560 bmn_2565"]


def test_an_expired_agreement_keeps_new_files_unread_and_the_last_good_night_stands_in(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(4), "a.xlsx")
    office.night()
    office.agreement = replace(AGREEMENT, valid_to=NIGHT)
    office.deliver_persons(person_rows(5), "b.xlsx")
    result = office.night(NIGHT + timedelta(days=1))
    assert office.statuses() == {
        "a.xlsx": ("stand_in", "agreement_expired"),
        "b.xlsx": ("not_read", "agreement_expired"),
    }
    assert (result.records, result.codes) == (4, ("agreement_expired",))
    assert len(list(office.home.archive.iterdir())) == 1
    office.agreement = AGREEMENT
    office.night(NIGHT + timedelta(days=2))
    assert len(office.table(RECORD)) == 5


def test_a_faulty_contract_lets_the_last_good_night_stand_in(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(4))
    office.night()
    office.contract, office.is_faulty = None, True
    result = office.night(NIGHT + timedelta(days=1))
    assert (result.records, result.codes) == (4, ("contract_faulty",))
    assert office.statuses()["list.xlsx"] == ("stand_in", "contract_faulty")


def test_the_same_content_under_two_names_is_one_delivery(tmp_path: Path) -> None:
    office = Office(tmp_path)
    path = office.deliver_persons(person_rows(3), "list.xlsx")
    (office.inbox / "list (7).xlsx").write_bytes(path.read_bytes())
    office.night()
    assert len(office.table(DELIVERY)) == 1 and "file_repeated" in office.codes()
    assert len(office.table(RECORD)) == 3


def test_a_file_that_went_away_and_came_back_is_in_use_again(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first = office.deliver_persons(person_rows(9), "list.xlsx").read_bytes()
    office.night()
    office.deliver_persons(person_rows(8), "list.xlsx")
    office.night()
    (office.inbox / "list.xlsx").write_bytes(first)
    office.night()
    assert len(office.table(RECORD)) == 9


def test_deliveries_do_not_depend_on_the_order_or_age_of_files(tmp_path: Path) -> None:
    results = []
    for number, order in enumerate((("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx"))):
        office = Office(tmp_path / str(number))
        for age, name in enumerate(order):
            rows = person_rows(10 if name == "a.xlsx" else 9)
            path = office.deliver_persons(rows, name)
            os.utime(path, (age * 1000, age * 1000))
        office.night()
        results.append((office.record_ids(), [c["file_name"] for c in office.table(SHEET_COUNT)]))
    assert results[0] == results[1]
    assert results[0][1] == ["b.xlsx"]


def test_a_late_list_is_reported(tmp_path: Path) -> None:
    office = Office(tmp_path, replace(contract_of(PERSONS), freshness_days=30))
    office.deliver_persons(person_rows(2))
    office.night(NIGHT - timedelta(days=31))
    assert "delivery_late" not in office.codes()
    office.night(NIGHT)
    assert "delivery_late" in office.codes()


def test_the_agencies_tables_come_together_in_key_order(tmp_path: Path) -> None:
    outs = []
    for agency in ("pao", "health"):
        office = Office(tmp_path / agency, contract_of(PERSONS, agency=agency), agency=agency)
        office.deliver_persons(person_rows(3))
        office.night()
        outs.append(office.out)
    combine(outs, tmp_path / "one")
    combine(outs[::-1], tmp_path / "two")
    assert RECORD.read(tmp_path / "one").equals(RECORD.read(tmp_path / "two"))
    ids = RECORD.read(tmp_path / "one")["record_id"].to_pylist()
    assert ids == sorted(ids) and len(ids) == 6


def test_a_contract_that_no_longer_fits_a_file_lets_it_stand_in_as_it_was_read(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(4))
    office.night()
    office.with_list(columns=(*PERSONS.columns, column("need_code", "ความต้องการ", is_required=True)))
    result = office.night(NIGHT + timedelta(days=1))
    assert office.statuses()["list.xlsx"] == ("stand_in", "required_column_missing")
    assert (result.records, result.has_gap) == (4, True)
    assert "required_column_missing" in office.codes()


def test_files_beside_the_agencies_folders_are_reported(tmp_path: Path) -> None:
    from types import MappingProxyType

    inbox = tmp_path / "inbox"
    (inbox / "health").mkdir(parents=True)
    (inbox / "stray.xlsx").write_bytes(b"x")
    book = ContractBook({"health": contract_of(PERSONS)}, MappingProxyType({"korat": AGREEMENT}), PROVINCE)
    tasks = {task.agency: task for task in agency_tasks(book, inbox)}
    assert set(tasks) == {"_inbox", "health"}
    office = Office(tmp_path, contract=None, agency="_inbox")
    stray = extract_agency(
        tasks["_inbox"],
        attributes=ATTRIBUTES,
        province=PROVINCE,
        home=office.home,
        settings=Settings(office.home.root, inbox, tmp_path, NIGHT),
        key=KEY,
        out=tmp_path / "out",
    )
    assert stray.codes == ("unknown_agency_folder",)
    assert DELIVERY.read(tmp_path / "out")["file_name"].to_pylist() == ["stray.xlsx"]


def test_a_night_killed_before_it_compared_a_delivery_is_made_up_for_on_the_next(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(10))
    office.night()
    before = office.record_ids()
    office.deliver_persons(changed(person_rows(10), 3, 0, made_up_id(901)))
    office.night(NIGHT + timedelta(days=1))
    path = office.home.identity / "deliveries" / "health" / "ledger.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if '"same_record"' not in line]
    last = max(i for i, line in enumerate(kept) if '"judged"' in line)
    path.write_text("\n".join(kept[:last]) + "\n" + kept[last][:20], encoding="utf-8")
    office.night(NIGHT + timedelta(days=1))
    assert office.record_ids() == before


def test_a_contract_that_gives_the_list_a_key_changes_no_identity(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6))
    office.night()
    before = office.record_ids()
    office.with_list(key=("house_no",))
    office.night(NIGHT + timedelta(days=1))
    assert office.record_ids() == before
    rows = changed(person_rows(6), 2, 1, "ใหม่ทั้งหมด")
    rows[2][0], rows[2][2] = None, "อื่นไป"
    office.deliver_persons(rows)
    office.night(NIGHT + timedelta(days=2))
    assert office.record_ids() == before


def test_readings_under_an_earlier_contract_are_forgotten(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6))
    office.night()
    office.with_list(total_words=("สุทธิ",))
    office.night(NIGHT + timedelta(days=1))
    assert len(list((office.home.identity / "deliveries" / "health" / "read").iterdir())) == 1


def test_a_list_taken_out_of_the_inbox_stays_in_use(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6)).rename(office.inbox / "moved.xlsx")
    office.night()
    (office.inbox / "moved.xlsx").unlink()
    office.with_list(total_words=("สุทธิ",))
    result = office.night(NIGHT + timedelta(days=1))
    assert (result.records, result.has_gap) == (6, False)
    assert office.statuses()["moved.xlsx"] == ("in_use", None)


def test_two_homes_with_one_key_write_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for number in range(2):
        office = Office(tmp_path / str(number))
        rows = changed(person_rows(8), 2, 5, "มาก")
        rows.append(rows[0])
        path = office.inbox / "list.csv"
        office.inbox.mkdir(parents=True)
        lines = [",".join(str(value) for value in row) for row in [[*PERSON_HEADER, "ใหม่"], *rows]]
        path.write_text("\n".join(lines), encoding="utf-8")
        office.night()
        written.append({table.name: table.path(office.out).read_bytes() for table in TABLES})
    assert written[0] == written[1]


def test_only_what_lies_in_the_inbox_is_accepted_by_an_officer(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(20), "good.xlsx")
    office.night()
    office.deliver_persons(person_rows(5), "wrong.xlsx")
    office.night(NIGHT + timedelta(days=1))
    (office.inbox / "wrong.xlsx").unlink()
    office.night(NIGHT + timedelta(days=2), accept_change="เรื่องอื่น")
    result = office.night(NIGHT + timedelta(days=3))
    assert (result.records, result.has_gap) == (20, False)


def test_a_list_that_nobody_saw_held_is_not_accepted_with_another_change(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(20), "good.xlsx")
    office.night()
    office.deliver_persons(person_rows(2), "cut.xlsx")
    result = office.night(NIGHT + timedelta(days=1), accept_change="หน่วยงานอื่นย้ายทะเบียน")
    assert (result.records, office.statuses()["cut.xlsx"]) == (20, ("held", "full_delivery_lost_rows"))
    office.night(NIGHT + timedelta(days=2), accept_change="ตรวจแล้ว เหลือสองราย")
    assert len(office.table(RECORD)) == 2


TWINS: list[list[Cell]] = [
    [None, "กขค", "จชซ", "1/2/2540", "7/1", 1],
    [None, "กขต", "จชซ", "1/2/2540", "7/1", 2],
]


def test_a_held_list_that_is_taken_away_moves_no_identity(tmp_path: Path) -> None:
    office = Office(tmp_path)
    others = person_rows(10, start=30)
    office.deliver_persons([TWINS[0], *others])
    office.night()
    before = {r["first_name"]: r["record_id"] for r in office.table(RECORD)}
    office.deliver_persons([TWINS[1], *others[:2]])
    assert office.night(NIGHT + timedelta(days=1)).has_gap
    office.deliver_persons([*TWINS, *others])
    office.night(NIGHT + timedelta(days=2))
    after = {r["first_name"]: r["record_id"] for r in office.table(RECORD)}
    assert before.items() <= after.items() and len(set(after.values())) == 12


def test_a_held_list_that_is_accepted_keeps_the_identities_of_corrected_rows(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = person_rows(10)
    office.deliver_persons(rows)
    office.night()
    before = {r["house_no"]: r["record_id"] for r in office.table(RECORD)}
    office.deliver_persons(changed(rows[:4], 2, 0, made_up_id(700)))
    office.night(NIGHT + timedelta(days=1))
    office.night(NIGHT + timedelta(days=2), accept_change="ตรวจแล้ว")
    after = {r["house_no"]: r["record_id"] for r in office.table(RECORD)}
    assert len(after) == 4 and after.items() <= before.items()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_nobody_may_read_is_an_issue(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(3), "good.xlsx")
    office.deliver_persons(person_rows(4), "locked.xlsx").chmod(0)
    result = office.night()
    assert (result.records, result.codes) == (3, ("file_unreadable",))


# ---------------------------------------------------------------- damage on our own side


def readings(office: Office) -> list[Path]:
    return sorted((office.home.identity / "deliveries" / "health" / "read").iterdir())


def test_a_reading_that_was_cut_on_disk_is_made_again_and_changes_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6))
    office.night()
    before = office.record_ids()
    whole = readings(office)[0] / "record.parquet"
    whole.write_bytes(whole.read_bytes()[:60])
    result = office.night(NIGHT + timedelta(days=1))
    assert (office.record_ids(), result.has_gap) == (before, False)
    assert office.statuses()["list.xlsx"] == ("in_use", None)


def test_a_damaged_reading_costs_no_other_reading_that_cannot_be_made_again(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rule = replace(PERSONS, file_pattern="old")
    other = replace(PERSONS, list_code="others", file_pattern="new")
    office.contract = contract_of(rule, other)
    office.deliver_persons(person_rows(4), "old.xlsx")
    office.night()
    wanted = (*PERSONS.columns, column("need_code", "ความต้องการ", is_required=True))
    office.contract = contract_of(replace(rule, columns=wanted), other, content_hash="c2")
    office.deliver_persons(person_rows(5, start=50), "new.xlsx")
    office.night(NIGHT + timedelta(days=1))
    before = office.record_ids()
    sha = next(row["delivery_id"] for row in office.table(DELIVERY) if row["file_name"] == "new.xlsx")
    new = next(folder for folder in readings(office) if folder.name.startswith(str(sha)))
    (new / "record.parquet").write_bytes(b"")
    office.night(NIGHT + timedelta(days=2))
    assert (len(before), office.record_ids()) == (9, before)


def test_a_fault_of_our_own_is_called_so_logged_without_values_and_deletes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6))
    office.night()
    kept = readings(office)

    def broken(*_: object) -> None:
        raise KeyError("สมหญิง")

    monkeypatch.setattr("pipeline.extract.agency.agency_tables", broken)
    result = office.night(NIGHT + timedelta(days=1))
    assert (result.records, result.codes, result.has_gap) == (6, ("agency_failed",), True)
    assert readings(office) == kept
    assert "KeyError at extract/agency.py" in caplog.text and "สมหญิง" not in caplog.text


def test_a_disk_that_fails_stops_the_night_instead_of_blaming_the_agency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.extract.agency.agency_tables", full)
    with pytest.raises(OSError, match="No space"):
        office.night()
