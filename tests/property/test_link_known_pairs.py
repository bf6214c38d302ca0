"""Known pairs beside new ones are what all of them in order are, however many are worked on at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine import DuckDBEngine
from pipeline.link import pairing
from pipeline.link.blocking import Pairs
from pipeline.link.grade import Graded
from pipeline.link.known_pairs import KnownPairs, PairChanges, kept_beside
from pipeline.link.pairing import Nodes, packed

PATTERNS = np.array([3, 8, 20, 21, 40], dtype=np.int64)


def night(dice: np.random.Generator) -> tuple[KnownPairs, PairChanges, Graded]:
    """Pairs of the run before, which of them are kept, and other pairs; records came, went and stayed in order."""
    stays = dice.random(dice.integers(1, 12)) < dice.choice([0.3, 0.9])
    tonight = int(stays.sum()) + int(dice.integers(0, 4))
    places = np.sort(dice.permutation(tonight)[: stays.sum()])
    node, row = np.full(len(stays), -1, dtype=np.int32), np.full(tonight, -1, dtype=np.int32)
    node[stays], row[places] = places, np.flatnonzero(stays)
    known = KnownPairs(graded(dice, some_pairs(dice, len(stays))), node, row)
    is_kept = known.is_unchanged() & (dice.random(len(known)) < dice.choice([0.2, 0.9]))
    taken = packed(*known.nodes(np.flatnonzero(is_kept)))
    pairs = some_pairs(dice, tonight)
    others = graded(dice, pairs[~np.isin(packed(*pairs.T), taken)])
    nothing = np.empty(0, dtype=np.int32)
    is_free = is_kept & (dice.random(len(known)) < 0.5)
    return known, PairChanges(is_kept, is_free, Pairs(nothing, nothing, nothing.astype(bool))), others


def some_pairs(dice: np.random.Generator, count: int) -> Nodes:
    """Pairs of so many nodes in order, one row each."""
    pairs = np.stack(np.triu_indices(count, 1), axis=1).astype(np.int32)
    return pairs[dice.random(len(pairs)) < dice.choice([0, 0.2, 0.8])]


def graded(dice: np.random.Generator, pairs: Nodes) -> Graded:
    patterns = np.sort(dice.permutation(PATTERNS)[: dice.integers(1, len(PATTERNS) + 1)])
    at = dice.integers(0, len(patterns), len(pairs)).astype(np.int32)
    return Graded(*pairs.T, dice.random(len(pairs)) < 0.5, patterns, at)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 5, 100]))
@settings(max_examples=300, deadline=None)
def test_kept_pairs_and_others_stand_in_order_with_their_grades(seed: int, at_a_time: int) -> None:
    known, changes, others = night(np.random.default_rng(seed))
    with pytest.MonkeyPatch.context() as patch, DuckDBEngine(threads=2) as engine:
        patch.setattr(pairing, "_CHUNK_PAIRS", at_a_time)
        found = kept_beside(engine, known, changes, others)
        assert (
            known.is_unchanged().tolist()
            == ((known.node[known.graded.a] >= 0) & (known.node[known.graded.b] >= 0)).tolist()
        )
    rows = np.flatnonzero(changes.is_kept)
    a, b = known.nodes(rows)
    pattern = known.graded.patterns[known.graded.pattern_at[rows]]
    expected = [
        *zip(packed(a, b).tolist(), changes.is_free[rows].tolist(), pattern.tolist(), strict=True),
        *zip(
            packed(others.a, others.b).tolist(),
            others.is_free.tolist(),
            others.patterns[others.pattern_at].tolist(),
            strict=True,
        ),
    ]
    actual = zip(
        packed(found.a, found.b).tolist(),
        found.is_free.tolist(),
        found.patterns[found.pattern_at].tolist(),
        strict=True,
    )
    assert list(actual) == sorted(expected)
    assert np.all(np.diff(found.patterns) > 0)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 5, 100]))
@settings(max_examples=300, deadline=None)
def test_pairs_are_found_where_they_stand_among_the_known(seed: int, at_a_time: int) -> None:
    dice = np.random.default_rng(seed)
    known, _, _ = night(dice)
    asked = [packed(*some_pairs(dice, len(known.row)).T) for _ in range(2)]
    place = {pair: row for row, pair in enumerate(zip(known.graded.a.tolist(), known.graded.b.tolist(), strict=True))}
    row = known.row.tolist()
    expected = [
        [place.get((row[pair >> 32], row[pair & 0xFFFFFFFF]), -1) for pair in pairs.tolist()] for pairs in asked
    ]
    with pytest.MonkeyPatch.context() as patch, DuckDBEngine(threads=2) as engine:
        patch.setattr(pairing, "_CHUNK_PAIRS", at_a_time)
        assert [found.tolist() for found in known.places(engine, asked)] == expected
