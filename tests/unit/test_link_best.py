from __future__ import annotations

import numpy as np

from pipeline.link.best import best_nodes, count_persons, first_nodes, is_mixed, rows_in_order, strongest
from pipeline.link.codes import combined, numbered


def codes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def test_the_value_most_records_support_wins_and_of_equals_the_smallest() -> None:
    group = codes(0, 0, 0, 2, 2, -1, 2)
    value = codes(5, 3, 5, 9, 4, 1, -1)
    groups, nodes = best_nodes(group, value)
    assert groups.tolist() == [0, 2]
    assert nodes.tolist() == [0, 4]


def test_support_may_be_weighed() -> None:
    groups, nodes = best_nodes(codes(0, 0, 0), codes(5, 3, 5), codes(1, 3, 1))
    assert (groups.tolist(), nodes.tolist()) == ([0], [1])


def test_nobody_with_a_value_has_no_best() -> None:
    groups, nodes = best_nodes(codes(0, -1), codes(-1, 4))
    assert (groups.tolist(), nodes.tolist()) == ([], [])


def test_the_first_of_a_group_is_that_by_the_keys_then_by_place() -> None:
    groups, nodes = first_nodes(codes(3, 3, 1, 3, -1), codes(2, 1, 9, 1, 0), codes(0, 5, 0, -5, 0))
    assert (groups.tolist(), nodes.tolist()) == ([1, 3], [2, 3])


def test_rows_stand_in_the_order_of_their_keys() -> None:
    assert rows_in_order(codes(1, 0, 1, 0), codes(-3, 2, -3, 1)).tolist() == [3, 1, 0, 2]
    assert rows_in_order(codes(), codes()).tolist() == []


def test_keys_too_wide_for_one_number_still_order_rows() -> None:
    wide = np.array([2**40, 0, 2**40, 1], dtype=np.int64)
    assert rows_in_order(wide, wide[::-1].copy()).tolist() == [1, 3, 2, 0]


def test_the_row_of_most_support_is_the_first_of_equals() -> None:
    assert strongest(codes(2, 0, 2, 2, 0), codes(4, 0, 7, 7, 0), 3).tolist() == [1, -1, 2]


def test_a_person_counts_once_for_a_value() -> None:
    assert count_persons(codes(1, 1, 1, 3), codes(8, 8, 0, 8), 5).tolist() == [0, 2, 0, 1, 0]


def test_a_group_is_mixed_when_it_holds_two_values() -> None:
    assert is_mixed(codes(0, 0, 1, 1, 1, 3), codes(4, 4, 4, 5, 4, 6), 5).tolist() == [False, True, False, False, False]


def test_numbers_are_places_in_order_whether_small_or_large() -> None:
    assert numbered(codes(4, 0, 4, 2)).tolist() == [2, 0, 2, 1]
    assert numbered(codes(4_000, -7, 4_000, 12)).tolist() == [2, 0, 2, 1]
    assert numbered(codes()).tolist() == []


def test_combinations_too_wide_for_one_number_keep_their_order() -> None:
    wide = np.array([2**40, -1, 2**40, 1], dtype=np.int64)
    columns = [wide, wide[::-1].copy(), codes(0, 1, 2, 3)]
    assert np.argsort(combined(columns)).tolist() == [1, 3, 2, 0]


def test_rows_without_support_are_no_candidates() -> None:
    assert strongest(codes(0, 0, 1), codes(-1, 0, -1), 2).tolist() == [1, -1]


def test_persons_are_counted_whether_they_give_one_value_or_several() -> None:
    value, person = codes(0, 0, 1, 1, 1, 2), codes(5, 6, 5, 5, 7, 6)
    assert count_persons(value, person, 4).tolist() == [2, 2, 1, 0]
