"""The fixed input of ``khrua link``."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pipeline import tables
from pipeline.normalise import LinkInputError, normalise_link_input
from pipeline.values.digits import check_digit

ID = "199012345678" + str(check_digit("199012345678"))


def _rows(*rows: dict[str, object]) -> list[dict[str, object]]:
    columns = sorted({c for r in rows for c in r})
    table = pa.table({c: pa.array([r.get(c) for r in rows]) for c in columns})
    result: list[dict[str, object]] = normalise_link_input(table).normal_record.to_pylist()
    return result


def test_only_record_id_and_agency_are_needed() -> None:
    (row,) = _rows({"record_id": "r1", "agency": "a"})
    assert (row["record_id"], row["agency"], row["record_kind"]) == ("r1", "a", "person")
    assert list(row) == list(tables.NORMAL_RECORD.column_names)


def test_a_thai_record_becomes_canonical() -> None:
    (row,) = _rows(
        {
            "record_id": "r1",
            "agency": "a",
            "national_id": f"{ID[0]}-{ID[1:5]}-{ID[5:10]}-{ID[10:12]}-{ID[12]}",
            "first_name": "นายสมชาย",
            "last_name": "ใจดี",
            "sex": "M",
            "birth_date": "1974-03-14",
            "moo": 5,
            "tambon_code": "301509",
            "relationship": "head",
            "death_date": "2020-01-15",
            "last_seen_date": "2019-12-31",
        }
    )
    assert (row["national_id"], row["title"], row["first_name"]) == (ID, "นาย", "สมชาย")
    assert (row["birth_date"], row["birth_year"]) == ("1974-03-14", 1974)
    assert (row["moo"], row["tambon_code"], row["amphoe_code"], row["province_code"]) == ("5", "301509", "3015", "30")
    assert (row["relationship_code"], row["life_status_code"], row["life_status_date"]) == (
        "head",
        "dead",
        "2020-01-15",
    )
    assert str(row["last_seen_date"]) == "2019-12-31"


def test_records_that_are_not_thai_survive_usable() -> None:
    (row,) = _rows(
        {
            "record_id": "rec-1-org",
            "agency": "a",
            "national_id": "5304218",
            "first_name": "michaela",
            "last_name": "neumann",
            "birth_date": "19151111",
            "house_no": "8",
            "village": "stanley street",
            "amphoe": "winston hills",
            "tambon_code": "4223",
        }
    )
    assert (row["national_id"], row["national_id_status"]) == ("5304218", "wrong_length")
    assert (row["first_name"], row["last_name"], row["birth_date"]) == ("MICHAELA", "NEUMANN", "1915-11-11")
    assert (row["house_no"], row["village"]) == ("8", "STANLEY STREET")
    assert (row["tambon_code"], row["amphoe"], row["amphoe_code"]) == ("4223", "winston hills", "WINSTON HILLS")


def test_a_postcode_that_looks_like_an_amphoe_code_is_not_read_as_one() -> None:
    (row,) = _rows({"record_id": "r1", "agency": "a", "tambon_code": "3001"})
    assert (row["tambon_code"], row["amphoe_code"], row["province_code"]) == ("3001", None, None)


def test_a_thai_code_says_the_same_whatever_stands_in_other_rows() -> None:
    codes = {"r1": "309999", "r2": "300100", "r3": " 301509", "r4": "๓๐๑๕๐๙"}
    rows = [{"record_id": r, "agency": "a", "tambon_code": code} for r, code in codes.items()]
    alone, among = _rows(*rows), _rows(*rows, {"record_id": "r5", "agency": "a", "tambon_code": "2600"})
    assert alone == among[:4]
    assert [r["tambon_code"] for r in among] == [None, None, "301509", "301509", "2600"]
    assert [r["amphoe_code"] for r in among] == [None, "3001", "3015", "3015", None]


def test_a_dash_in_place_of_a_code_is_no_place() -> None:
    (row,) = _rows({"record_id": "r1", "agency": "a", "tambon_code": "-"})
    assert row["tambon_code"] is None


def test_the_result_is_ordered_by_record_id_whatever_the_order_of_the_input() -> None:
    rows = [{"record_id": f"r{i}", "agency": "a", "first_name": f"นาย{'กข'[i % 2]}มล"} for i in range(9)]
    assert _rows(*rows) == _rows(*reversed(rows))


def test_two_threads_give_the_same_as_one() -> None:
    table = pa.table(
        {
            "record_id": [f"r{i:03d}" for i in range(60)],
            "agency": ["a"] * 60,
            "first_name": [f"น.ส.{'กขคงจ'[i % 5]}มล{'ากุรณ'[i % 4]}" for i in range(60)],
            "last_name": [f"ใจดี{i}" for i in range(60)],
        }
    )
    assert normalise_link_input(table, threads=2).normal_record.equals(
        normalise_link_input(table, threads=1).normal_record
    )


def test_texts_that_come_as_codes_give_the_same_as_plain_ones() -> None:
    ids = [f"r{i * 7 % 50:03d}" for i in range(50)]
    names = [f"นาย{'กขคงจ'[i % 5]}มล" if i % 6 else None for i in range(50)]
    table = pa.table({"record_id": ids, "agency": ["a"] * 50, "first_name": names, "sex": ["M", None] * 25})
    coded = table.set_column(2, "first_name", table["first_name"].dictionary_encode())
    assert (
        normalise_link_input(coded).normal_record.to_pylist() == normalise_link_input(table).normal_record.to_pylist()
    )


def test_no_records_give_an_empty_table() -> None:
    none = pa.table({"record_id": pa.array([], pa.string()), "agency": pa.array([], pa.string())})
    found = normalise_link_input(none).normal_record
    assert (found.num_rows, found.column_names) == (0, list(tables.NORMAL_RECORD.column_names))


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"agency": ["a"]}, "record_id"),
        ({"record_id": ["r1"]}, "agency"),
        ({"record_id": ["r1", "r1"], "agency": ["a", "a"]}, "record_id"),
        ({"record_id": ["r1", None], "agency": ["a", "a"]}, "record_id"),
        ({"record_id": ["r1", " "], "agency": ["a", "a"]}, "record_id"),
        ({"record_id": ["r1"], "agency": ["a"], "first_name": [["สมชาย"]]}, "first_name"),
        ({"record_id": ["r1", "r2"], "agency": ["a", None]}, "agency"),
    ],
)
def test_a_file_that_is_no_input_is_refused_with_the_way_out(columns: dict[str, list[object]], named: str) -> None:
    with pytest.raises(LinkInputError) as caught:
        normalise_link_input(pa.table(columns))
    assert named in caught.value.english
    assert named in caught.value.thai
