"""Twins on a night with little news are those looked for among all records."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.link.twins import find_twins, revise_twins

NAMES = ("birth_date", "surname_fold", "given_fold", "agency", "is_person")
RECORD = st.tuples(
    st.integers(-1, 1), st.integers(-1, 1), st.integers(-1, 2), st.integers(0, 1), st.sampled_from([1, 1, 1, 0])
)
RECORDS = st.lists(RECORD, max_size=12)


def columns_of(records: list[tuple[int, ...]]) -> dict[str, np.ndarray]:
    columns = np.array(records, dtype=np.int32).reshape(-1, len(NAMES)).T
    return dict(zip(NAMES, columns, strict=True))


def by_definition(records: list[tuple[int, ...]]) -> list[int]:
    known = [r for r in records if min(r[:3]) >= 0 and r[4] == 1]
    named = {(r[:2], r[3], r[2]) for r in known}
    twice = {
        birth for birth, agency, given in named if any((birth, agency, g) in named for g in range(3) if g != given)
    }
    return [int(r[:2] in twice and min(r[:3]) >= 0 and r[4] == 1) for r in records]


@given(RECORDS)
def test_who_is_of_a_birth_that_one_list_names_twice_is_a_twin(records: list[tuple[int, ...]]) -> None:
    assert find_twins(columns_of(records)).tolist() == by_definition(records)


@given(RECORDS, st.lists(st.one_of(st.none(), RECORD), max_size=12), RECORDS)
def test_twins_revised_are_those_of_all_records(
    first: list[tuple[int, ...]], fates: list[tuple[int, ...] | None], new: list[tuple[int, ...]]
) -> None:
    # Of the first night's records some are gone, some changed; the others, whose fate is not drawn, stand as they were.
    fates = fates[: len(first)]
    changed = [r for r in fates if r is not None]
    standing = first[len(fates) :]
    was = find_twins(columns_of(first)).tolist()[len(fates) :]
    tonight = [*standing, *changed, *new]
    news = np.arange(len(standing), len(tonight))
    anything = [1] * len(news)
    found = revise_twins(
        np.array([*was, *anything], dtype=np.int8), columns_of(tonight), news, columns_of(first[: len(fates)])
    )
    assert found.tolist() == by_definition(tonight)
