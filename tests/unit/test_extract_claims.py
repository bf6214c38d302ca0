"""Which sheet holds which list."""

from __future__ import annotations

from dataclasses import replace

from pipeline.contracts import ContractList, ExcludeRule
from pipeline.extract.grid import Sheet
from pipeline.extract.sheet_claims import Claims, claim_sheets
from tests.extract_support import PERSON_HEADER, PERSONS, column, person_rows, sheet_of

HOUSES = ContractList(
    "houses",
    (column("household_ref", "รหัสครัวเรือน", is_required=True), column("house_no", "บ้านเลขที่", is_required=True)),
    sheet_pattern="ครัวเรือน.*",
    roles=("household",),
)


def persons(name: str, order: int, *, is_hidden: bool = False) -> Sheet:
    rows = [PERSON_HEADER, *[[str(value) for value in row] for row in person_rows(3)]]
    sheet = sheet_of(rows, name, is_hidden=is_hidden)
    sheet.order = order
    return sheet


def other(name: str, order: int) -> Sheet:
    sheet = sheet_of([["ปี", "โครงการ"], ["2556", "อบรม"]], name)
    sheet.order = order
    return sheet


def houses(order: int) -> Sheet:
    sheet = sheet_of([["รหัสครัวเรือน", "บ้านเลขที่"], ["h1", "1"]], "ครัวเรือน")
    sheet.order = order
    return sheet


def claims(sheets: list[Sheet], *rules: ContractList, name: str = "x.xlsx") -> Claims:
    return claim_sheets(sheets, rules, name)


def found(result: Claims) -> list[tuple[str, str]]:
    return [(claim.sheet.name, claim.rule.list_code) for claim in result.claims]


def codes(result: Claims) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.sheet, fault.severity) for fault in result.faults]


def test_each_sheet_goes_to_the_list_its_header_fits() -> None:
    result = claims([houses(0), persons("สมาชิก", 1)], PERSONS, HOUSES)
    assert found(result) == [("ครัวเรือน", "houses"), ("สมาชิก", "persons")]
    assert codes(result) == []


def test_an_unrelated_second_sheet_is_left_out_with_a_note() -> None:
    result = claims([persons("Sheet1", 0), other("Sheet2", 1)], PERSONS)
    assert found(result) == [("Sheet1", "persons")]
    assert codes(result) == [("sheet_ignored", "Sheet2", "note")]


def test_a_sheet_the_contract_names_must_have_its_header() -> None:
    rule = replace(PERSONS, sheet_pattern=r"อ\..*")
    result = claims([persons("อ.เมือง", 0), other("อ.ปักธงชัย", 1)], rule)
    assert result.stop_code == "header_not_found"


def test_a_hidden_sheet_is_read_only_when_the_contract_names_it() -> None:
    hidden = [persons("เปิด", 0), persons("เก่า", 1, is_hidden=True)]
    assert found(claims(hidden, PERSONS)) == [("เปิด", "persons")]
    named = replace(PERSONS, sheet_pattern="เปิด|เก่า")
    assert found(claims(hidden, named)) == [("เปิด", "persons"), ("เก่า", "persons")]


def test_a_list_that_is_not_in_the_file_is_a_warning_while_another_one_is() -> None:
    result = claims([persons("สมาชิก", 0)], PERSONS, HOUSES)
    assert (result.stop_code, codes(result)) == ("", [("sheet_missing", "", "warn")])


def test_a_file_whose_sheets_have_other_names_stops() -> None:
    result = claims([persons("สมาชิก", 0)], HOUSES)
    assert result.stop_code == "sheet_missing"


def test_a_list_of_another_file_is_not_looked_for() -> None:
    rule = replace(HOUSES, file_pattern="ครัวเรือน")
    assert codes(claims([persons("สมาชิก", 0)], PERSONS, rule, name="สมาชิก.xlsx")) == []


def test_a_workbook_of_empty_sheets_is_empty() -> None:
    assert claims([sheet_of([])], PERSONS).stop_code == "file_empty"


CONSENT = replace(
    PERSONS, exclude=(ExcludeRule("ถอนความยินยอม", "ใช่", "ถอนความยินยอม"),), ignored_headers=("ถอนความยินยอม",)
)


def with_consent(header: str, name: str = "สมาชิก", order: int = 0) -> Sheet:
    rows = [[*(str(v) for v in row), "ใช่"] for row in person_rows(3)]
    sheet = sheet_of([[*PERSON_HEADER, header], *rows], name)
    sheet.order = order
    return sheet


def test_a_list_without_the_column_of_an_exclusion_rule_stops_and_names_it() -> None:
    assert claims([with_consent("ถอนความยินยอม")], CONSENT).stop_code == ""
    result = claims([with_consent("ถอนความยินยอมแล้ว")], CONSENT)
    assert result.stop_code == "required_column_missing"
    assert [f.header for f in result.faults if f.code == "required_column_missing"] == ["ถอนความยินยอม"]
    assert [f.header for f in result.faults if f.code == "column_unknown"] == ["ถอนความยินยอมแล้ว"]


def test_the_column_of_an_exclusion_rule_is_not_called_unknown() -> None:
    rule = replace(CONSENT, ignored_headers=())
    assert headers(claims([with_consent("ถอนความยินยอม")], rule), "column_unknown") == []


def test_a_sound_sheet_does_not_hide_another_one_that_lost_its_exclusion_column() -> None:
    sheets = [with_consent("ถอนความยินยอม", "ก"), with_consent("ถอนความยินยอมแล้ว", "ข", 1)]
    assert claims(sheets, CONSENT).stop_code == "required_column_missing"


def test_an_exclusion_rule_finds_its_column_under_an_alias_of_the_contract() -> None:
    consent = column("remark", "ถอนความยินยอม", aliases=("ถอนความยินยอมแล้ว",))
    rule = replace(PERSONS, columns=(*PERSONS.columns, consent), exclude=CONSENT.exclude)
    assert claims([with_consent("ถอนความยินยอมแล้ว")], rule).stop_code == ""


def headers(result: Claims, code: str) -> list[str]:
    return [fault.header for fault in result.faults if fault.code == code]


def test_a_file_with_most_required_columns_missing_names_those_wanted_and_those_found() -> None:
    result = claims([sheet_of([["ชื่อ", "วันเกิด", "เลขบัตร", "สกุลเดิม"], ["กข", "1/2/2510", "1", "คง"]])], PERSONS)
    assert result.stop_code == "header_not_found"
    assert headers(result, "header_not_found") == ["เลขประจำตัวประชาชน", "นามสกุล"]
    assert headers(result, "column_unknown") == ["เลขบัตร", "สกุลเดิม"]


def test_a_file_without_a_single_header_names_those_wanted_and_none_of_its_cells() -> None:
    result = claims([sheet_of([["สมหมาย", "ทดสอบดี", "ชื่อ"], ["สมศรี", "ทดสอบดี", "2"]])], PERSONS)
    assert headers(result, "header_not_found") == ["เลขประจำตัวประชาชน", "ชื่อ", "นามสกุล"]
    assert headers(result, "column_unknown") == []
