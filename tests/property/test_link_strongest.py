"""The strongest link of each record against the definition, pair by pair; and where persons change, worked out anew."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.link.ladder import A1, B, C
from pipeline.link.scored import Scored
from pipeline.link.strongest import Strongest, revise_strongest, strongest_links

NODES = 9
PAIR = st.tuples(
    st.integers(0, NODES - 1),
    st.integers(0, NODES - 1),
    st.sampled_from([A1, B, C]),
    st.integers(-3, 3),
    st.booleans(),
).filter(lambda p: p[0] < p[1])
PAIRS = st.lists(PAIR, max_size=20, unique_by=lambda p: (p[0], p[1])).map(sorted)
PERSONS = st.lists(st.integers(0, 3), min_size=NODES, max_size=NODES)


def scored_of(pairs: list[tuple[int, int, int, int, bool]]) -> Scored:
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 5).T
    a, b, evidence, weight, is_link = columns
    flags = is_link.astype(bool)
    return Scored(a, b, np.zeros(len(a), dtype=np.int64), weight, evidence, flags, ~flags, np.zeros(len(a), dtype=bool))


def smallest(numbers: list[int]) -> np.ndarray:
    """Each record's person by its smallest record."""
    return np.array([numbers.index(number) for number in numbers], dtype=np.int32)


def rows_of(found: Strongest) -> list[tuple[int, int, int, int | None]]:
    margins = [m if has else None for m, has in zip(found.margin.tolist(), found.has_margin.tolist(), strict=True)]
    return list(zip(found.node.tolist(), found.other.tolist(), found.row.tolist(), margins, strict=True))


def by_definition(
    pairs: list[tuple[int, int, int, int, bool]], person: np.ndarray
) -> list[tuple[int, int, int, int | None]]:
    found = []
    for node in range(NODES):
        mine = [(row, a + b - node, e, w, link) for row, (a, b, e, w, link) in enumerate(pairs) if node in (a, b)]
        inside = [(e, -w, other, row) for row, other, e, w, link in mine if link and person[other] == person[node]]
        outside = [w for _, other, _, w, _ in mine if person[other] != person[node]]
        if inside:
            _, lost, other, row = min(inside)
            found.append((node, other, row, -lost - max(outside) if outside else None))
    return found


@given(PAIRS, PERSONS)
def test_each_record_has_its_strongest_link_and_the_margin_above_other_persons(
    pairs: list[tuple[int, int, int, int, bool]], numbers: list[int]
) -> None:
    person = smallest(numbers)
    assert rows_of(strongest_links(scored_of(pairs), person)) == by_definition(pairs, person)


@given(PAIRS, PERSONS, st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, 3)), max_size=3), st.data())
def test_revised_links_are_those_worked_out_anew(
    pairs: list[tuple[int, int, int, int, bool]],
    numbers: list[int],
    moves: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    was, later = smallest(numbers), list(numbers)
    for node, number in moves:
        later[node] = number
    person = smallest(later)
    before = strongest_links(scored_of(pairs), was)
    # What the second look makes a link was between two persons, who are one now, or still two where it was refused.
    doubtful = [i for i, (a, b, _, _, link) in enumerate(pairs) if not link and was[a] != was[b]]
    residual = data.draw(st.lists(st.sampled_from(doubtful), unique=True)) if doubtful else []
    scored = scored_of(pairs).with_residual(np.array(residual, dtype=np.int64))
    assert rows_of(revise_strongest(before, scored, was, person)) == rows_of(strongest_links(scored, person))
