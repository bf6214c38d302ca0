"""Several codes as one number, and places among distinct ones, whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.link.codes import combined, numbered

SMALL = st.integers(-1, 5)
# From those that are marked over those that are sorted with their row behind to those that leave no room for one.
NUMBERS = st.one_of(SMALL, st.integers(-1000, 10**6), st.integers(-(2**40), 2**60))


@given(st.lists(NUMBERS, max_size=60))
def test_numbers_become_their_places_among_the_distinct(numbers: list[int]) -> None:
    keys = np.array(numbers, dtype=np.int64)
    assert numbered(keys).tolist() == np.unique(keys, return_inverse=True)[1].tolist()


@pytest.mark.parametrize("widest", [2**31, 2**40, 2**61, 2**62, 2**63 - 1])
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("lowest", [0, -1, -(2**62)])
def test_the_widest_columns_are_told_apart_too(widest: int, count: int, lowest: int) -> None:
    numbers = np.array([lowest, 5, widest, 5, widest - 1, 7], dtype=np.int64)
    columns = [np.roll(numbers, place) for place in range(count)]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    order = sorted(set(rows))
    assert numbered(combined(columns)).tolist() == [order.index(row) for row in rows]


@given(st.lists(st.tuples(SMALL, st.integers(0, 10**5), NUMBERS, st.integers(-1, 2**31 - 2)), min_size=1, max_size=40))
def test_combinations_are_told_apart_and_stand_in_their_order(rows: list[tuple[int, ...]]) -> None:
    kinds = (np.int8, np.int32, np.int64, np.int32)
    columns = [np.array(values, dtype=kind) for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)]
    keys = combined(columns).tolist()
    distinct = sorted(set(rows))
    assert len(set(keys)) == len(distinct)
    of_row = dict(zip(rows, keys, strict=True))
    assert [of_row[row] for row in distinct] == sorted(set(keys))
