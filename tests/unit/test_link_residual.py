from __future__ import annotations

import numpy as np

from pipeline.link.comparison import load_comparisons
from pipeline.link.ladder import C, D
from pipeline.link.residual import residual_links
from pipeline.link.scored import Scored

COMPARISONS = load_comparisons()
# Records 0 and 1 are the left-over ones of lists 0 and 1; 2 and 3 are one person known to both lists.
AGENCY = np.array([0, 1, 0, 1, 1])
PERSON = np.array([0, 1, 2, 2, 4])
ONE_HOME = np.zeros(5, dtype=np.int64)


def scored(*pairs: tuple[int, int, int], housemate: int = 0) -> Scored:
    a, b, weight = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    pattern = np.full(len(a), housemate << (4 * COMPARISONS.position("housemate")), dtype=np.int64)
    flags = np.ones(len(a), dtype=bool)
    return Scored(a, b, pattern, weight, np.full(len(a), C), ~flags, flags, ~flags)


def test_members_left_over_in_two_lists_that_share_another_member_are_linked() -> None:
    pairs = scored((0, 1, -500))
    found = residual_links(pairs, COMPARISONS, PERSON, ONE_HOME, AGENCY)
    assert found.tolist() == [0]
    revised = pairs.with_residual(found)
    assert (revised.evidence[0], revised.is_link[0], revised.is_review[0]) == (D, True, False)
    assert pairs.is_link.tolist() == [False]


def test_without_a_shared_member_nobody_is_left_over() -> None:
    apart = np.array([0, 1, 2, 3, 4])
    assert residual_links(scored((0, 1, -500)), COMPARISONS, apart, ONE_HOME, AGENCY).tolist() == []


def test_members_of_different_households_are_not_linked() -> None:
    homes = np.array([0, 1, 0, 0, 0])
    assert residual_links(scored((0, 1, -500)), COMPARISONS, PERSON, homes, AGENCY).tolist() == []


def test_another_given_name_in_one_family_is_another_member() -> None:
    pairs = scored((0, 1, -500), housemate=1)
    assert residual_links(pairs, COMPARISONS, PERSON, ONE_HOME, AGENCY).tolist() == []


def test_one_who_already_stands_in_the_other_list_is_not_left_over() -> None:
    known = np.array([0, 1, 2, 2, 0])
    assert residual_links(scored((0, 1, -500)), COMPARISONS, known, ONE_HOME, AGENCY).tolist() == []


def test_of_two_candidates_the_better_one_counts_and_a_tie_counts_for_nobody() -> None:
    better = residual_links(scored((0, 1, -500), (0, 4, -900)), COMPARISONS, PERSON, ONE_HOME, AGENCY)
    tie = residual_links(scored((0, 1, -500), (0, 4, -500)), COMPARISONS, PERSON, ONE_HOME, AGENCY)
    assert better.tolist() == [0]
    assert tie.tolist() == []
