"""Every record is read by itself: a part of a table gives what that part gives in the whole."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import tables
from pipeline.normalise import normalise_link_input, normalise_records
from pipeline.normalise.link_input import OPTIONAL
from pipeline.values.digits import check_digit

ID = "199012345678" + str(check_digit("199012345678"))
CELLS: dict[str, list[str | None]] = {
    "national_id": [ID, f"{ID[0]}-{ID[1:5]}-{ID[5:10]}-{ID[10:12]}-{ID[12]}", "1111111111111", "5304218", "-", ""],
    "title": ["นาย", "น.ส.", "ผู้ใหญ่บ้าน", "ไม่ทราบ"],
    "first_name": ["สมชาย", "นายสมชาย", "แอนนา มาเรีย", "สมหญิง ใจดี (เสียชีวิต)", "MARIA", "12", "-"],
    "last_name": ["ใจดี", "ณอยุธยา", "รักดี (เดิม ใจดี)", "neumann", "ไม่มี"],
    "sex": ["M", "หญิง", "x"],
    "birth_date": ["1974-03-14", "2517-03-14", "1974-01-01", "19151111", "14/3/60", "1974", "2040-01-02", "?"],
    "house_no": ["25", "25/2", "๒๕", "25 ม.5", "25-ก.พ.", "วัดใหม่"],
    "moo": ["5", "05", "ม.5 บ้านหนองบัว"],
    "village": ["หนองบัว", "บ้านหนองบัว ม.7", "stanley street", "สำนักสงฆ์"],
    "tambon_code": ["301509", "30150905", "309999", "300100", "4223", "3001", " 301509 ", "๓๐๑๕๐๙", "560001", "-", " "],
    "amphoe": ["โชคชัย", "อ.เมือง", "winston hills", "-"],
    "house_code": ["30010123456", "11111111111", "12", "3.00101E+10"],
    "household_ref": ["30-0379130", "12.0", "A 7", "ไม่มี"],
    "relationship": ["หัวหน้าครัวเรือน", "child", "ผู้อาศัย", "เพื่อนบ้าน"],
    "death_date": ["2020-01-15", "15/1/2563", "ไม่ทราบ"],
    "last_seen_date": ["2019-12-31", "2019-12", "45000"],
}
row = st.fixed_dictionaries({}, optional={c: st.sampled_from([*CELLS[c], None]) for c in OPTIONAL})
table_and_part = st.lists(st.tuples(row, st.booleans()), min_size=1, max_size=12)
Rows = list[tuple[dict[str, Any], bool]]


def _of(rows: Rows, columns: list[str], **more: Any) -> tuple[pa.Table, pa.Array]:
    """A table whose records are in no order, and which of its rows are in the part."""
    count = len(rows)
    ids = [f"r{(i * 7 + 3) % 13:02d}" for i in range(count)]
    cells = {c: pa.array([r.get(c) for r, _ in rows], pa.string()) for c in columns}
    table = pa.table({"record_id": ids, "agency": ["a"] * count, **cells, **{k: [v] * count for k, v in more.items()}})
    return table, pa.array([is_in for _, is_in in rows])


def test_every_column_of_the_input_is_tried() -> None:
    assert set(CELLS) == set(OPTIONAL)


@pytest.mark.parametrize("is_coded", [False, True])
@settings(max_examples=60)
@given(table_and_part)
@example([({"tambon_code": "309999"}, True), ({"tambon_code": "300100"}, True), ({"tambon_code": "4223"}, False)])
@example([({"tambon_code": "301509"}, False), ({"tambon_code": "4223"}, True), ({}, True)])
@example([({"first_name": "แอนนา มาเรีย", "last_name": "ใจดี"}, False), ({"first_name": "สมชาย"}, True)])
def test_some_rows_of_a_link_input_give_what_they_give_in_the_whole(is_coded: bool, rows: Rows) -> None:
    table, is_in = _of(rows, list(OPTIONAL))
    if is_coded:
        for column in OPTIONAL:
            table = table.set_column(table.column_names.index(column), column, table[column].dictionary_encode())
    whole = tables.NORMAL_RECORD.conform(normalise_link_input(table).normal_record)
    part = tables.NORMAL_RECORD.conform(normalise_link_input(table.filter(is_in)).normal_record)
    assert part.to_pylist() == whole.filter(pc.is_in(whole["record_id"], table["record_id"].filter(is_in))).to_pylist()


@settings(max_examples=60)
@given(table_and_part, st.sampled_from(["30", None]), st.sampled_from(["be", "ce", "auto"]))
def test_some_rows_of_the_records_of_a_night_give_what_they_give_in_the_whole(
    rows: Rows, home: str | None, era: str
) -> None:
    table, is_in = _of(rows, list(OPTIONAL), record_kind="person", date_era=era, evidence_date=date(2026, 11, 24))
    whole = normalise_records(table, home_province=home)
    part = normalise_records(table.filter(is_in), home_province=home)
    ids = table["record_id"].filter(is_in)
    for found, of_all in ((part.normal_record, whole.normal_record), (part.repair, whole.repair)):
        assert found.to_pylist() == of_all.filter(pc.is_in(of_all["record_id"], ids)).to_pylist()
