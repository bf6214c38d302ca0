from __future__ import annotations

import numpy as np
import pytest
from link_records import national_id, record

from pipeline.engine import DuckDBEngine
from pipeline.link.encode import encode
from pipeline.link.similarity import (
    ALIKE,
    CLOSE,
    DIFFERENT,
    EDIT,
    EDIT_KNOWN,
    PARTIAL,
    SOUND,
    SPELLING,
    NameComparer,
    is_near,
    near_numbers,
)
from pipeline.tables import NORMAL_RECORD


def similarity(one: str, other: str, copies: int = 1) -> int:
    rows = [
        record(f"a:{i}{n}", first_name=name, last_name="ทดสอบ")
        for n, name in enumerate((one, other))
        for i in range(copies)
    ]
    coded = encode(NORMAL_RECORD.conform(NORMAL_RECORD.from_rows(rows)))
    codes = [coded.names.values.index(name).as_py() for name in (one, other)]
    return int(NameComparer(coded.names)(np.array(codes[:1]), np.array(codes[1:]))[0])


def test_names_of_several_columns_compared_at_once_are_as_alike_as_each_by_itself() -> None:
    names = ("สมชาย", "สมชัย", "ศิริพร", "สิริพร", "ประเสริฐ", "ประเสรฐ", "ไม่ทราบ")
    rows = [record(f"a:{i}", first_name=name, last_name="ทดสอบ") for i, name in enumerate(names)]
    book = encode(NORMAL_RECORD.conform(NORMAL_RECORD.from_rows(rows))).names
    compare, codes = NameComparer(book), np.arange(-1, len(book), dtype=np.int32)
    a, b = np.repeat(np.arange(len(codes)), len(codes)), np.tile(np.arange(len(codes)), len(codes))
    columns = [codes, codes[::-1], np.roll(codes, 3)]
    with DuckDBEngine(threads=2) as engine:
        found = compare.many(engine, columns, a, b)
        assert [len(levels) for levels in compare.many(engine, columns, a[:0], b[:0])] == [0, 0, 0]
    for column, levels in zip(columns, found, strict=True):
        each = [int(compare(column[x : x + 1], column[y : y + 1])[0]) for x, y in zip(a, b, strict=True)]
        assert levels.tolist() == each


def test_names_without_a_common_code_point_are_different() -> None:
    # 0.787 on UTF-8 bytes, 0.0 on code points (linkage page, finding 1).
    assert similarity("วิชัย", "มาลี") == DIFFERENT


def test_spelling_class_ranks_above_sound_and_sound_above_an_edit() -> None:
    assert similarity("ศิริพร", "สิริพร") == SPELLING
    assert similarity("สุริยา", "สุลิยา") == SOUND
    assert similarity("ประเสริฐ", "ประเสรฐ") == EDIT


def test_two_names_in_common_use_one_letter_apart_weigh_less_than_a_slip() -> None:
    assert similarity("สมหมาย", "สมหมาน", copies=1) == EDIT
    assert similarity("สมหมาย", "สมหมาน", copies=5) == EDIT_KNOWN


def test_a_name_that_begins_another_is_a_partial_agreement() -> None:
    assert similarity("บุญ", "บุญประเสริฐ") in (PARTIAL, CLOSE)


def test_a_short_first_part_with_silent_letters_is_a_partial_agreement() -> None:
    assert similarity("พงศ์", "พงศ์พิสุทธิ์") == PARTIAL


def test_two_names_in_common_use_two_letters_apart_are_two_names() -> None:
    assert similarity("จันทร์ดี", "จันทร์ทา", copies=1) == CLOSE
    assert similarity("จันทร์ดี", "จันทร์ทา", copies=5) == ALIKE


def test_similarity_does_not_depend_on_the_order_of_the_two_names() -> None:
    assert similarity("กนกวรรณ", "กนกพร") == similarity("กนกพร", "กนกวรรณ")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (3990000000017, 3990000000018, True),
        (3990000000017, 3990000000071, True),
        (3990000000017, 3990000000017, False),
        (3990000000019, 3990000000020, False),
        (3990000000017, 3980000000071, False),
        (1990000000017, 9910000000017, False),
    ],
)
def test_ids_are_near_when_one_digit_or_one_swap_of_neighbours_apart(one: int, other: int, expected: bool) -> None:
    assert bool(is_near(np.array([one]), np.array([other]))[0]) is expected


def test_near_numbers_finds_exactly_what_comparing_all_pairs_finds() -> None:
    known = np.sort(np.array([int(national_id(n)) for n in range(200)]))
    suspects = np.concatenate([known[:20] + 10**5, known[20:40] + 3, np.array([1990000000001])])
    left, right = near_numbers(suspects, known)
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    brute = {
        (i, j)
        for i, s in enumerate(suspects.tolist())
        for j, k in enumerate(known.tolist())
        if bool(is_near(np.array([s]), np.array([k]))[0])
    }
    assert found == brute
    assert brute
