from __future__ import annotations

import numpy as np
import pytest
from link_records import national_id, record

from pipeline.engine import DuckDBEngine
from pipeline.link.blocking import BlockingRules, Pairs, load_rules, make_pairs
from pipeline.link.comparison import load_comparisons
from pipeline.link.encode import Coded, encode
from pipeline.link.grade import Grader
from pipeline.tables import NORMAL_RECORD

COMPARISONS = load_comparisons()
NOBODY = np.empty((0, 2), dtype=np.int64)
HOUSE = {"tambon_code": "300101", "moo": "4", "house_no": "12"}


def coded(*rows: dict[str, object]) -> Coded:
    return encode(NORMAL_RECORD.conform(NORMAL_RECORD.from_rows(rows)))


def graded(one: dict[str, object], other: dict[str, object], *more: dict[str, object]) -> dict[str, str]:
    """Level of each comparison of two records, those unknown left out."""
    found = coded(record("a:1", **one), record("b:1", **other), *more)
    pattern = Grader(found, COMPARISONS)((np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)))
    levels = COMPARISONS.unpack(pattern)[0]
    return {c.code: c.levels[n].code for c, n in zip(COMPARISONS.items, levels.tolist(), strict=True) if n}


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1960-03-14", "1960-03-14", "same"),
        ("1960-03-04", "1960-04-03", "day_month_exchanged"),
        ("1960-03-14", "1960-03-15", "year_and_part"),
        ("1960-03-14", "1960", "year_same_day_unknown"),
        ("1960-03-14", "1970-03-14", "year_slip"),
        ("1960-03-14", "1962-03-14", "year_slip"),
        ("1960-03-14", "1961", "partial_within_one"),
        ("1960-03-14", "1960-07-20", "year_or_day_same"),
        ("1960-03-14", "1961-07-20", "year_within_one"),
        ("1960-03-14", "1963-07-20", "years_near"),
        ("1960-03-14", "1975-07-20", "different"),
    ],
)
def test_levels_of_birth_dates(one: str, other: str, level: str) -> None:
    assert graded({"birth_date": one}, {"birth_date": other})["birth"] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ({"house_code": "30010000011"}, {"house_code": "30010000011"}, "same_house_code"),
        (HOUSE, HOUSE, "same_address"),
        (HOUSE, {**HOUSE, "moo": None}, "same_house_no"),
        (HOUSE, {**HOUSE, "house_no": "13"}, "same_moo"),
        (HOUSE, {**HOUSE, "moo": "5"}, "same_tambon"),
        (HOUSE, {"tambon_code": "300102"}, "same_amphoe"),
        (HOUSE, {"tambon_code": "300201"}, "other_amphoe"),
    ],
)
def test_levels_of_places(one: dict[str, object], other: dict[str, object], level: str) -> None:
    assert graded(one, other)["place"] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (national_id(1), national_id(1), "same_valid"),
        (national_id(1), national_id(2), "two_valid"),
        ("1990000000002", "1990000000002", "same_bad_checksum"),
        ("1990000000001", "1990000000011", "near"),
        ("1990000000002", "3990012345678", "far"),
    ],
)
def test_levels_of_ids(one: str, other: str, level: str) -> None:
    assert graded({"national_id": one}, {"national_id": other})["id"] == level


def test_names_exchanged_are_read_crosswise_and_say_so() -> None:
    found = graded({"first_name": "สมชาย", "last_name": "กระโทก"}, {"first_name": "กระโทก", "last_name": "สมชาย"})
    assert found["order"] == "exchanged"
    assert found["given"].startswith("same")
    assert found["surname"].startswith("same")


def test_a_second_given_name_of_one_birth_is_a_twin_where_a_list_names_both() -> None:
    born = {"last_name": "ใจดี", "birth_date": "2010-04-05", "sex": "F", **HOUSE}
    one, other = {"first_name": "มาลี", **born}, {"first_name": "วิภา", **born}
    assert graded(one, other)["housemate"] == "other_given_name_same_birth"
    listed = (record("c:1", **one), record("c:2", **other))
    assert graded(one, other, *listed)["housemate"] == "twins"


def pairs_of(found: Coded, rules: BlockingRules | None = None) -> Pairs:
    with DuckDBEngine(threads=1) as engine:
        return make_pairs(engine, found, rules or load_rules(), NOBODY)[0]


def test_a_pair_that_only_the_id_puts_together_is_not_free_to_learn_from() -> None:
    found = coded(
        record("a:1", national_id=national_id(1), first_name="สมชาย", last_name="ใจดี"),
        record("b:1", national_id=national_id(1), first_name="วิภา", last_name="กระโทก"),
        record("b:2", national_id=national_id(2), first_name="สมชาย", last_name="ใจดี"),
    )
    made = pairs_of(found)
    free = dict(zip(zip(made.a.tolist(), made.b.tolist(), strict=True), made.is_free.tolist(), strict=True))
    assert free == {(0, 1): False, (0, 2): True}


def test_an_id_that_fails_its_checksum_meets_the_one_a_digit_away() -> None:
    right = national_id(7)
    wrong = right[:5] + str((int(right[5]) + 1) % 10) + right[6:]
    made = pairs_of(coded(record("a:1", national_id=right), record("b:1", national_id=wrong)))
    assert (made.a.tolist(), made.b.tolist(), made.is_free.tolist()) == ([0], [1], [False])


def test_a_running_number_in_the_column_of_ids_brings_nobody_together() -> None:
    rows = [record(f"{a}:1", national_id="17", national_id_status="wrong_length") for a in "ab"]
    assert len(pairs_of(coded(*rows))) == 0
