from __future__ import annotations

import numpy as np
import pytest
from link_records import national_id, record

from pipeline.link.codes import narrow, present
from pipeline.link.encode import Coded, encode
from pipeline.link.records import read_records
from pipeline.tables import NORMAL_RECORD


def coded(*rows: dict[str, object]) -> Coded:
    return encode(read_records(NORMAL_RECORD.from_rows(rows)))


def test_two_given_names_of_one_birth_in_one_list_are_twins_in_every_list() -> None:
    born = {"last_name": "ใจดี", "birth_date": "2010-04-05"}
    found = coded(
        record("admin:1", first_name="มาลี", **born),
        record("admin:2", first_name="มาลัย", **born),
        record("health:1", first_name="มาลัย", **born),
        record("health:2", first_name="วิชัย", last_name="ใจดี", birth_date="2011-04-05"),
    )
    assert found.columns["is_twin"].tolist() == [1, 1, 1, 0]


def test_a_name_spelt_two_ways_in_one_list_makes_no_twins() -> None:
    born = {"last_name": "ใจดี", "birth_date": "2010-04-05"}
    found = coded(record("a:1", first_name="ศิริพร", **born), record("a:2", first_name="สิริพร", **born))
    assert found.columns["is_twin"].tolist() == [0, 0]


def test_an_id_under_many_names_and_birth_years_belongs_to_nobody() -> None:
    shared = [
        record(f"a:{i}", national_id=national_id(5), first_name=name, birth_date=f"{1950 + 7 * i}-02-03")
        for i, name in enumerate(["มาลี", "วิชัย", "ปราณี", "สมชาย", "อนุชา"])
    ]
    own = record("b:1", national_id=national_id(6), first_name="กนกวรรณ")
    found = coded(*shared, own)
    assert found.placeholders.records["national_id"] == 5
    assert (found.columns["national_id"][:5] == -1).all()
    assert found.columns["is_id_valid"].tolist() == [0, 0, 0, 0, 0, 1]


def test_first_of_january_is_unknown_only_where_it_stands_too_often() -> None:
    often = coded(*(record(f"a:{i:02d}", birth_date=f"{1950 + i}-01-01") for i in range(20)))
    once = coded(
        record("a:00", birth_date="1950-01-01"), *(record(f"a:{i:02d}", birth_date="1950-03-04") for i in range(1, 20))
    )
    assert often.placeholders.records["birth_day"] == 20
    assert (often.columns["birth_day"] == -1).all()
    assert once.placeholders.records["birth_day"] == 0
    assert once.columns["birth_day"][0] == 1


def test_words_for_unknown_are_no_names() -> None:
    found = coded(record("a:1", first_name="ไม่ทราบ", last_name="-"), record("a:2", first_name="มาลี", last_name="ใจดี"))
    assert found.columns["given"].tolist()[0] == -1
    assert found.columns["surname"].tolist()[0] == -1
    assert min(found.columns["given"][1], found.columns["surname"][1]) >= 0


def test_codes_follow_the_order_of_values_and_not_of_records() -> None:
    rows = [record("a:1", agency="z"), record("a:2", agency="b"), record("a:3", agency="m")]
    assert coded(*rows).columns["agency"].tolist() == [2, 0, 1]


def test_present_codes_are_the_distinct_ones_without_the_unknown() -> None:
    assert present(np.array([3, -1, 0, 3], dtype=np.int32)).tolist() == [0, 3]
    assert present(np.array([-1], dtype=np.int32)).tolist() == []
    assert present(np.empty(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize(
    ("largest", "kind"),
    [(-1, np.int8), (127, np.int8), (128, np.int16), (32_767, np.int16), (32_768, np.int32), (2**31 - 1, np.int32)],
)
def test_codes_are_kept_in_as_few_bytes_as_hold_them(largest: int, kind: type[np.integer]) -> None:
    codes = np.array([-1, largest], dtype=np.int32)
    found = narrow(codes)
    assert found.dtype == kind and found.tolist() == codes.tolist()
