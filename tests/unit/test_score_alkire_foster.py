"""The measures of Alkire and Foster, against worked examples from the literature."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.score import alkire_foster as af

ACHIEVEMENTS = np.array([[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]])
CUTOFFS = np.array([13, 12, 3, 1.0])
EQUAL = np.full(4, 0.25)


@pytest.mark.parametrize(
    ("cutoff", "h", "a", "m0"), [(0.5, 0.5, 0.75, 0.375), (0.25, 0.75, 0.583333, 0.4375), (1.0, 0.25, 1.0, 0.25)]
)
def test_four_persons_of_alkire_and_foster(cutoff: float, h: float, a: float, m0: float) -> None:
    found = af.measure(ACHIEVEMENTS < CUTOFFS, EQUAL, cutoff)
    assert found.headcount_ratio == pytest.approx(h)
    assert found.intensity == pytest.approx(a, abs=1e-6)
    assert found.adjusted_headcount_ratio == pytest.approx(m0)


def test_four_persons_scores_headcounts_contributions_and_gaps() -> None:
    deprived = ACHIEVEMENTS < CUTOFFS
    assert af.deprivation_scores(deprived, EQUAL).tolist() == [0, 0.5, 1, 0.25]
    found = af.measure(deprived, EQUAL, 0.5)
    assert found.censored.tolist() == [0.25, 0.5, 0.25, 0.5]
    assert found.contribution == pytest.approx([1 / 6, 1 / 3, 1 / 6, 1 / 3])
    assert af.foster_greer_thorbecke(ACHIEVEMENTS, CUTOFFS, EQUAL, 0.5, 1) == pytest.approx(0.205529, abs=1e-6)
    assert af.foster_greer_thorbecke(ACHIEVEMENTS, CUTOFFS, EQUAL, 0.5, 2) == pytest.approx(0.165457, abs=1e-6)


def test_five_persons_with_their_subgroups() -> None:
    deprived = np.array([[1, 0, 1, 0], [0, 1, 0, 0], [0, 1, 1, 1], [1, 0, 0, 0], [1, 0, 1, 0]], dtype=bool)
    whole = af.measure(deprived, EQUAL, 0.5)
    assert whole.headcount_ratio == pytest.approx(0.6)
    assert whole.intensity == pytest.approx(0.5833, abs=1e-4)
    assert whole.adjusted_headcount_ratio == pytest.approx(0.350)
    assert whole.censored == pytest.approx([0.4, 0.2, 0.6, 0.2])
    assert af.measure(deprived[:2], EQUAL, 0.5).adjusted_headcount_ratio == pytest.approx(0.250)
    assert af.measure(deprived[2:], EQUAL, 0.5).adjusted_headcount_ratio == pytest.approx(0.41667, abs=1e-5)


def test_four_households_of_the_human_development_report() -> None:
    rows = ["0010", "1101", "0101", "0100", "0111", "0010", "0110", "0000", "1111", "0101"]
    deprived = np.array([[int(c) for c in row] for row in rows], dtype=bool).T
    weights = np.array([1 / 6] * 4 + [1 / 18] * 6)
    found = af.measure(deprived, weights, 1 / 3, np.array([4, 7, 5, 4]))
    assert found.headcount_ratio == pytest.approx(0.80)
    assert found.intensity == pytest.approx(0.5625)
    assert found.adjusted_headcount_ratio == pytest.approx(0.45)
    assert found.contribution is not None
    by_dimension = [found.contribution[:2].sum(), found.contribution[2:4].sum(), found.contribution[4:].sum()]
    assert [round(100 * float(d), 2) for d in by_dimension] == [29.63, 33.33, 37.04]


def test_where_nobody_is_poor_intensity_is_unknown_and_not_zero() -> None:
    found = af.measure(np.zeros((3, 4), dtype=bool), EQUAL, 0.5)
    assert (found.headcount_ratio, found.intensity, found.adjusted_headcount_ratio) == (0.0, None, 0.0)
    assert found.contribution is None


def test_an_empty_group_has_no_figures() -> None:
    found = af.measure(np.zeros((0, 4), dtype=bool), EQUAL, 0.5)
    assert (found.headcount_ratio, found.intensity, found.adjusted_headcount_ratio) == (None, None, None)


def test_a_third_of_eighteenths_reaches_a_cutoff_of_one_third() -> None:
    deprived = np.array([[True] * 6 + [False] * 12])
    assert af.is_poor(af.deprivation_scores(deprived, np.full(18, 1 / 18)), 1 / 3).tolist() == [True]


def test_weights_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="summing to 1"):
        af.deprivation_scores(np.ones((1, 2), dtype=bool), np.array([0.5, 0.6]))


def test_standard_errors_are_those_of_a_simple_random_sample() -> None:
    deprived = np.array([[1, 1], [1, 0], [0, 0], [0, 0]], dtype=bool)
    found = af.standard_errors(deprived, np.array([0.5, 0.5]), 0.5)
    assert found is not None
    # H = .5 of 4: sd = .57735, SE = .288675; c(k) = 1, .5, 0, 0: sd = .478714, SE = .239357.
    assert found.headcount_ratio == pytest.approx(0.288675, abs=1e-6)
    assert found.adjusted_headcount_ratio == pytest.approx(0.239357, abs=1e-6)
    # A = .75: e = (1-.75)/.5, (.5-.75)/.5, 0, 0: sd = .408248, SE = .204124.
    assert found.intensity == pytest.approx(0.204124, abs=1e-6)
