"""Numbers and random streams of the made-up province."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.synthetic.numbers import digits, with_check_digit
from pipeline.synthetic.randomness import scatter, stream
from pipeline.values import house_code, national_id


@given(st.lists(st.integers(0, 10**12 - 1), min_size=1, max_size=20))
def test_any_twelve_digits_with_our_check_digit_are_a_valid_id(numbers: list[int]) -> None:
    made = digits(with_check_digit(np.array(numbers, dtype=np.int64), 12), 13)
    assert all(national_id.is_valid(text) for text in made.tolist())


@given(st.lists(st.integers(0, 10**10 - 1), min_size=1, max_size=20))
def test_any_ten_digits_with_our_check_digit_are_a_valid_house_code(numbers: list[int]) -> None:
    made = digits(with_check_digit(np.array(numbers, dtype=np.int64), 10), 11)
    assert all(house_code.is_valid(text) for text in made.tolist())


@given(st.integers(1, 5000), st.integers(0, 1000))
def test_scatter_is_one_to_one(size: int, seed: int) -> None:
    assert sorted(scatter(np.arange(size), size, seed).tolist()) == list(range(size))


@given(st.integers(0, 2**31), st.text(max_size=20))
def test_a_stream_depends_on_seed_and_purpose_alone(seed: int, purpose: str) -> None:
    assert stream(seed, purpose).integers(0, 1 << 60) == stream(seed, purpose).integers(0, 1 << 60)
    assert stream(seed, purpose).integers(0, 1 << 60) != stream(seed, purpose + "x").integers(0, 1 << 60)
