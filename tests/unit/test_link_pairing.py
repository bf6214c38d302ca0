from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from pipeline.link.pairing import NO_KEY, distinct, find_blocks, packed, pairs_across, pairs_within, unpacked

Codes = npt.NDArray[np.int64]
keys = st.lists(st.integers(-1, 6), max_size=40).map(lambda x: np.array(x, dtype=np.int64))


def no_finer(nodes: npt.NDArray[np.int32]) -> Codes:
    return np.full(len(nodes), NO_KEY, dtype=np.int64)


def as_set(pairs: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]) -> list[tuple[int, int]]:
    return sorted(zip(pairs[0].tolist(), pairs[1].tolist(), strict=True))


@given(keys)
def test_every_two_nodes_of_one_key_are_a_pair_and_nobody_else(key: Codes) -> None:
    blocks, _ = find_blocks(key, 100, 100, no_finer)
    expected = [(i, j) for i, j in itertools.combinations(range(len(key)), 2) if key[i] == key[j] != NO_KEY]
    assert as_set(pairs_within(blocks)) == expected


@given(keys, st.integers(1, 5))
def test_a_block_over_the_cap_is_left_out_and_counted(key: Codes, cap: int) -> None:
    blocks, sizes = find_blocks(key, cap, cap, no_finer)
    counts = np.bincount(key[key >= 0], minlength=7)
    expected = [
        (i, j)
        for i, j in itertools.combinations(range(len(key)), 2)
        if key[i] == key[j] != NO_KEY and counts[key[i]] <= cap
    ]
    assert as_set(pairs_within(blocks)) == expected
    assert sizes.pairs == len(expected)
    assert sizes.over_cap == int((counts > cap).sum())
    assert sizes.largest == int(counts.max(initial=0))


def test_a_block_over_the_cap_is_cut_by_the_finer_key() -> None:
    key, finer = np.zeros(5, dtype=np.int64), np.array([1, 2, 1, -1, 2])
    blocks, _ = find_blocks(key, 2, 2, lambda nodes: finer[nodes])
    assert as_set(pairs_within(blocks)) == [(0, 2), (1, 4)]
    assert blocks.block[3] == NO_KEY


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=30))
def test_crossed_pairs_are_those_whose_keys_meet_crosswise(rows: list[tuple[int, int]]) -> None:
    left, right = (np.array([r[i] for r in rows], dtype=np.int64) for i in (0, 1))
    none = np.full(len(rows), NO_KEY, dtype=np.int64)
    expected = sorted(
        {
            (min(i, j), max(i, j))
            for i, j in itertools.product(range(len(rows)), repeat=2)
            if i != j and left[i] == right[j] != NO_KEY
        }
    )
    found, sizes = pairs_across(left, right, none, none, 100)
    assert sorted(set(as_set(found))) == expected
    assert sizes.pairs == len(expected)


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=30), st.integers(1, 4))
def test_crossed_blocks_are_counted_where_both_sides_have_a_record(rows: list[tuple[int, int]], cap: int) -> None:
    left, right = (np.array([r[i] for r in rows], dtype=np.int64) for i in (0, 1))
    none = np.full(len(rows), NO_KEY, dtype=np.int64)
    sides = {key: (int((left == key).sum()), int((right == key).sum())) for key in range(5)}
    shared = {key: max(both) for key, both in sides.items() if min(both) > 0}
    found, sizes = pairs_across(left, right, none, none, cap)
    assert (sizes.blocks, sizes.largest) == (len(shared), max(shared.values(), default=0))
    assert sizes.over_cap == sum(largest > cap for largest in shared.values())
    assert sizes.pairs == len(set(as_set(found)))


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))))
def test_packed_pairs_read_back_and_keep_their_order(rows: list[tuple[int, int]]) -> None:
    a, b = (np.array([r[i] for r in rows], dtype=np.int32) for i in (0, 1))
    found = unpacked(distinct(np.sort(packed(a, b))))
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == sorted(set(rows))


def test_a_crossed_block_over_the_cap_is_cut_by_the_finer_keys_or_left_out() -> None:
    left, right = np.array([1, 1, 1, -1, -1, -1]), np.array([-1, -1, -1, 1, 1, 1])
    none = np.full(6, NO_KEY, dtype=np.int64)
    found, sizes = pairs_across(left, right, none, none, 2)
    assert as_set(found) == []
    assert (sizes.blocks, sizes.largest, sizes.over_cap, sizes.pairs) == (1, 3, 1, 0)
    finer = np.array([5, 6, 7, 5, 6, 8])
    found, cut = pairs_across(left, right, finer, finer, 2)
    assert as_set(found) == [(0, 3), (1, 4)]
    assert cut == sizes
