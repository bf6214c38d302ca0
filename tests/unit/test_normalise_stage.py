"""The stage: records in, canonical records, repairs and issues out. Everybody here is made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import tables
from pipeline.engine import DuckDBEngine
from pipeline.normalise import Normalised, normalise, normalise_records
from pipeline.values.digits import check_digit

ID = "199012345678" + str(check_digit("199012345678"))
SURVEY = date(2024, 10, 1)


def _record(record_id: str, **cells: object) -> dict[str, object]:
    place = {"agency": "admin", "delivery_id": "d1", "file_name": "a.xlsx", "sheet": "s1", "row_number": 5}
    kind = {"record_kind": "person", "role": "person", "evidence_date": SURVEY, "date_era": "auto", "date_order": "dmy"}
    return {"record_id": record_id, **place, **kind, **cells}


def _normalise(*rows: dict[str, object], threads: int = 1) -> Normalised:
    return normalise_records(tables.RECORD.from_rows(rows), home_province="30", threads=threads)


def _one(**cells: object) -> dict[str, object]:
    row: dict[str, object] = _normalise(_record("r1", **cells)).normal_record.to_pylist()[0]
    return row


def _codes(**cells: object) -> set[tuple[str, str]]:
    issue = _normalise(_record("r1", **cells)).issue
    return set(zip(issue["column"].to_pylist(), issue["code"].to_pylist(), strict=True))


def test_a_typical_row_becomes_canonical_in_every_column() -> None:
    row = _one(
        national_id=f"{ID[0]}-{ID[1:5]}-{ID[5:10]}-{ID[10:12]}-{ID[12]}",
        first_name="น.ส.สมหญิง",
        last_name="ใจดี",
        birth_date="14/3/2517",
        age="50",
        house_no="2024-02-25",
        moo="หมู่ที่ ๕",
        village="บ้านหนองบัว",
        tambon="ต.กระชอน",
        amphoe="อ.พิมาย",
        household_ref="12.0",
        relationship="ภรรยา",
        household_type="บ้าน",
        life_status="มีชีวิตอยู่",
        last_seen_date="1 ต.ค. 2567",
    )
    expected = {
        "national_id": ID,
        "national_id_status": "valid",
        "title": "นางสาว",
        "first_name": "สมหญิง",
        "last_name": "ใจดี",
        "sex": "F",
        "birth_date": "1974-03-14",
        "birth_year": 1974,
        "birth_month": 3,
        "birth_day": 14,
        "birth_year_source": "date",
        "house_no": "25/2",
        "moo": "5",
        "village": "หนองบัว",
        "tambon_code": "301509",
        "amphoe_code": "3015",
        "province_code": "30",
        "household_ref": "12",
        "relationship_code": "spouse",
        "household_type_code": "ordinary",
        "life_status_code": "alive",
        "last_seen_date": date(2024, 10, 1),
        "evidence_date": SURVEY,
    }
    assert {k: row[k] for k in expected} == expected


def test_a_row_of_one_name_cell_and_one_address_cell_gives_the_same_person() -> None:
    row = _one(full_name="น.ส.สมหญิง ใจดี", address="25/2 ม.5 บ้านหนองบัว ต.กระชอน อ.พิมาย จ.นครราชสีมา", age="50")
    assert (row["title"], row["first_name"], row["last_name"]) == ("นางสาว", "สมหญิง", "ใจดี")
    assert (row["house_no"], row["moo"], row["village"], row["tambon_code"]) == ("25/2", "5", "หนองบัว", "301509")
    assert (row["birth_date"], row["birth_year_source"]) == ("1974", "age")


def test_every_record_comes_out_once_and_empty_cells_stay_null() -> None:
    found = _normalise(_record("r2"), _record("r1", first_name="-"), _record("r3", record_kind="household"))
    assert found.normal_record["record_id"].to_pylist() == ["r1", "r2", "r3"]
    row = found.normal_record.to_pylist()[1]
    kept = {"record_id", "agency", "record_kind", "role", "evidence_date", "national_id_status", "house_code_status"}
    assert {k for k, v in row.items() if v is not None} == kept


def test_every_repair_keeps_the_raw_value_the_value_and_the_rule() -> None:
    repair = _normalise(_record("r1", house_no="2024-02-25", first_name="นายเเดง\u200b")).repair.to_pylist()
    assert repair == [
        {"record_id": "r1", "column": "first_name", "raw_value": "นายเเดง\u200b", "value": "แดง", "rule_code": rule}
        for rule in ("name.title_cut", "text.invisible", "text.thai_marks")
    ] + [
        {
            "record_id": "r1",
            "column": "house_no",
            "raw_value": "2024-02-25",
            "value": "25/2",
            "rule_code": "house_no.excel_date",
        }
    ]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"national_id": ID[:-1] + str((int(ID[-1]) + 1) % 10)}, "national_id", "national_id_bad_checksum"),
        ({"national_id": "199012"}, "national_id", "national_id_wrong_length"),
        ({"national_id": "1.9901E+12"}, "national_id", "national_id_lost_digits"),
        ({"national_id": "1111111111111"}, "national_id", "national_id_placeholder"),
        ({"national_id": "AB1234567"}, "national_id", "national_id_not_thai"),
        ({"birth_date": "31/4/2517"}, "birth_date", "birth_date_invalid"),
        ({"birth_date": "3/4/2517", "date_order": "auto"}, "birth_date", "birth_date_ambiguous"),
        ({"birth_date": "1/1/2517"}, "birth_date", "birth_date_maybe_unknown"),
        ({"birth_date": "__/__/2517"}, "birth_date", "birth_date_partial"),
        ({"birth_date": "14/3/2517", "age": "20"}, "birth_date", "age_disagrees"),
        ({"title": "นาย", "sex": "หญิง"}, "sex", "sex_disagrees_with_title"),
        ({"sex": "ไม่แน่"}, "sex", "value_not_in_list"),
        ({"relationship": "คนข้างบ้าน"}, "relationship", "value_not_in_list"),
        ({"house_code": "99012345670"}, "house_code", "house_code_bad_checksum"),
        ({"tambon": "ในเมือง"}, "tambon", "area_ambiguous"),
        ({"tambon": "ไม่มีตำบลนี้แน่"}, "tambon", "area_unknown"),
        ({"tambon": "ด่านเกวียน", "amphoe": "เมือง"}, "tambon", "area_disagrees"),
        ({"tambon": "ในเมือง", "amphoe": "เมือง", "province": "ขอนแก่น"}, "province", "outside_area"),
        ({"address": "12 ม.3 ต.ไม่มีตำบลนี้ อ.พิมาย"}, "address", "area_unknown"),
        ({"tambon_code": "309999"}, "tambon_code", "area_unknown"),
        ({"death_date": "เมื่อวาน"}, "death_date", "value_not_date"),
        ({"title": "ผู้ใหญ่บ้าน"}, "title", "title_unknown"),
        ({"full_name": "กขคงจฉ"}, "full_name", "name_not_split"),
    ],
)
def test_a_fault_in_a_cell_is_an_issue_of_that_column(cells: dict[str, object], column: str, code: str) -> None:
    assert (column, code) in _codes(**cells)


def test_a_clean_row_has_no_issue() -> None:
    clean = {"national_id": ID, "title": "นาย", "first_name": "สมชาย", "last_name": "ใจดี", "sex": "ชาย"}
    place = {"house_no": "25", "moo": "5", "tambon": "กระชอน", "amphoe": "พิมาย", "birth_date": "14/3/2517"}
    assert _codes(**clean, **place) == set()


def test_an_issue_says_where_and_carries_no_value() -> None:
    issue = _normalise(_record("r1", national_id="199012")).issue.to_pylist()
    assert issue == [
        {
            "agency": "admin",
            "delivery_id": "d1",
            "file_name": "a.xlsx",
            "sheet": "s1",
            "row_number": 5,
            "column": "national_id",
            "header": None,
            "code": "national_id_wrong_length",
            "severity": "warn",
            "stage": "normalise",
            "record_id": "r1",
            "other_row_number": None,
            "other_sheet": None,
        }
    ]


def test_a_sheet_without_any_id_is_not_asked_for_them() -> None:
    without = _normalise(_record("r1", first_name="สมชาย"), _record("r2", first_name="สมศรี")).issue
    assert "national_id_missing" not in without["code"].to_pylist()
    some = _normalise(_record("r1", national_id=ID), _record("r2", first_name="สมศรี")).issue.to_pylist()
    assert [(i["record_id"], i["code"]) for i in some] == [("r2", "national_id_missing")]


@pytest.mark.parametrize(
    ("cells", "status", "when"),
    [
        ({"life_status": "เสียชีวิต", "death_date": "14/3/2560"}, "dead", "2017-03-14"),
        ({"life_status": "ปกติ", "death_date": "2560"}, "dead", "2017"),
        ({"full_name": "นายสมชาย ใจดี (ตาย)"}, "dead", None),
        ({"life_status": "ย้ายออก"}, "moved_out", None),
        ({"life_status": "อยู่ระหว่างการย้าย"}, "in_transit", None),
        ({"life_status": "ทะเบียนบ้านกลาง"}, "central_register", None),
        ({"first_name": "สมชาย"}, None, None),
    ],
)
def test_life_status_comes_from_the_word_the_date_of_death_or_the_name(
    cells: dict[str, object], status: str | None, when: str | None
) -> None:
    row = _one(**cells)
    assert (row["life_status_code"], row["life_status_date"]) == (status, when)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"household_type": "วัด"}, "temple"),
        ({"household_type": "สถานสงเคราะห์"}, "institution"),
        ({"household_type": "ไม่มีที่อยู่เป็นหลักแหล่ง"}, "no_fixed_home"),
        ({"house_no": "ทะเบียนบ้านกลาง"}, "central_register"),
        ({"address": "วัดป่าสุขใจ ม.3 ต.กระชอน อ.พิมาย"}, "temple"),
        ({"village": "วัดป่าสุขใจ"}, "temple"),
        ({"house_no": "25"}, None),
    ],
)
def test_the_kind_of_household_comes_from_the_word_or_the_address(cells: dict[str, object], code: str | None) -> None:
    assert _one(**cells)["household_type_code"] == code


def test_the_order_of_the_records_changes_nothing(tmp_path: Path) -> None:
    rows = _many()
    straight, reverse = _normalise(*rows), _normalise(*reversed(rows))
    assert straight.normal_record.equals(reverse.normal_record)
    assert straight.repair.equals(reverse.repair)
    assert straight.issue.equals(reverse.issue)


def test_each_record_is_read_by_itself() -> None:
    rows = _many()
    halves = [_normalise(*rows[:20]).normal_record, _normalise(*rows[20:]).normal_record]
    together = tables.NORMAL_RECORD.conform(pa.concat_tables(halves))
    assert together.equals(_normalise(*rows).normal_record)


def test_normalising_normal_values_changes_nothing() -> None:
    rows = [r for r in _many() if r["tambon"] != "ในเมือง"]
    first = _normalise(*rows).normal_record
    codes = {"relationship": "relationship_code", "life_status": "life_status_code"}
    kept = [c for c in first.column_names if c in tables.RECORD.column_names and c != "last_seen_date"]
    again = pa.table({c: first[c] for c in kept} | {name: first[code] for name, code in codes.items()})
    second = normalise_records(again, home_province="30").normal_record
    # An age's year and a missing ID's reason are said of the first reading only.
    said_once = ("birth_year_source", "national_id_status", "life_status_date")
    same = [c for c in first.column_names if c not in said_once]
    assert second.select(same).equals(first.select(same))


def test_the_stage_writes_its_three_tables_and_loses_no_record(tmp_path: Path) -> None:
    rows = _many()
    with DuckDBEngine() as engine:
        result = normalise(engine, tables.RECORD.from_rows(rows), tmp_path, province_code="30")
    assert (result.rows_in, result.rows_out) == (len(rows), len(rows))
    direct = _normalise(*rows)
    assert tables.NORMAL_RECORD.read(tmp_path).equals(direct.normal_record)
    assert tables.REPAIR.read(tmp_path).equals(direct.repair)
    assert tables.ISSUE.read(tmp_path).equals(direct.issue)
    assert (result.repair_count, result.issue_count) == (direct.repair.num_rows, direct.issue.num_rows)


def _many() -> list[dict[str, object]]:
    names = ["นายสมชาย", "น.ส.สมหญิง", "เเดง", "ว่าที่ ร.ต.หญิง สมศรี", "กล้า"]
    births = ["14/3/2517", "2517-03-14", "__/__/2474", "31/4/2517", "1 ม.ค. 2560", None, "25170314"]
    houses = ["25/2", "2024-02-25", "บ้านเลขที่ ๒๕", "-", "12ก"]
    places = [("กระชอน", "พิมาย"), ("ในเมือง", None), ("ท่าช้าง", "จักราช"), ("สุรนารี", "เมือง"), (None, None)]
    return [
        _record(
            f"r{i:02d}",
            row_number=i,
            first_name=names[i % 5],
            last_name=f"ใจดี{'ณอยุธยา' if i % 7 == 0 else ''}",
            birth_date=births[i % 7],
            house_no=houses[i % 5],
            tambon=places[i % 4][0],
            amphoe=places[i % 4][1],
            national_id=ID if i % 3 else None,
            relationship="บุตร",
            life_status="ปกติ",
        )
        for i in range(40)
    ]


@pytest.mark.parametrize("cell", ["1990000000001", "1-9900-00000-00-1", "1990000000002", "199000000000", "ไม่มี", None])
def test_an_id_reads_the_same_beside_plain_ones_and_alone(cell: str | None) -> None:
    def read(*cells: str | None) -> dict[str, object]:
        known = {"agency": "a", "record_kind": "person"}
        rows = [{"record_id": f"r{i}", "national_id": c, **known} for i, c in enumerate(cells)]
        row = _normalise(*rows).normal_record.to_pylist()[0]
        return {k: v for k, v in row.items() if k.startswith("national_id")}

    assert read(cell) == read(cell, "1990000000001", "1990000000002", None, "x")
