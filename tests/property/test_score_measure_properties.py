"""What must hold for the measures of Alkire and Foster whatever the data."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.score import alkire_foster as af


@st.composite
def groups(draw: st.DrawFn) -> tuple[af.Bools, af.Floats, float, af.Floats]:
    """Deprivations, weights summing to 1, a cutoff and household sizes."""
    units, indicators = draw(st.integers(1, 25)), draw(st.integers(1, 8))
    deprived = draw(hnp.arrays(np.bool_, (units, indicators)))
    parts = np.array(draw(st.lists(st.integers(1, 9), min_size=indicators, max_size=indicators)), dtype=float)
    sizes = np.array(draw(st.lists(st.integers(1, 12), min_size=units, max_size=units)), dtype=float)
    return deprived, parts / parts.sum(), draw(st.integers(1, 20)) / 20, sizes


@given(groups())
def test_m0_is_h_times_a_and_no_more_than_h(group: tuple[af.Bools, af.Floats, float, af.Floats]) -> None:
    found = af.measure(*group)
    assert found.headcount_ratio is not None and found.adjusted_headcount_ratio is not None
    if found.intensity is None:
        assert found.headcount_ratio == found.adjusted_headcount_ratio == 0
    else:
        assert found.adjusted_headcount_ratio == pytest.approx(found.headcount_ratio * found.intensity, abs=1e-9)
        assert group[2] - 1e-9 <= found.intensity <= 1 + 1e-9


@given(groups())
def test_m0_is_the_mean_of_the_censored_scores(group: tuple[af.Bools, af.Floats, float, af.Floats]) -> None:
    deprived, weights, cutoff, sizes = group
    scores = af.deprivation_scores(deprived, weights)
    censored = np.where(af.is_poor(scores, cutoff), scores, 0.0)
    assert af.measure(*group).adjusted_headcount_ratio == pytest.approx(float(np.average(censored, weights=sizes)))


@given(groups())
def test_contributions_sum_to_one_and_no_censored_headcount_exceeds_the_uncensored(
    group: tuple[af.Bools, af.Floats, float, af.Floats],
) -> None:
    found = af.measure(*group)
    assert bool((found.censored <= found.uncensored).all())
    if found.contribution is not None:
        assert float(found.contribution.sum()) == pytest.approx(1)


@given(groups(), st.integers(0, 25))
def test_m0_and_h_are_the_means_of_subgroups_weighted_by_their_share(
    group: tuple[af.Bools, af.Floats, float, af.Floats], cut: int
) -> None:
    deprived, weights, cutoff, sizes = group
    whole = af.measure(*group)
    parts = [af.measure(deprived[s], weights, cutoff, sizes[s]) for s in (slice(None, cut), slice(cut, None))]
    for name in ("adjusted_headcount_ratio", "headcount_ratio"):
        total = sum(part.population / whole.population * (getattr(part, name) or 0.0) for part in parts)
        assert total == pytest.approx(getattr(whole, name))


@given(groups())
def test_a_higher_cutoff_never_makes_more_poor(group: tuple[af.Bools, af.Floats, float, af.Floats]) -> None:
    deprived, weights, _, sizes = group
    found = [af.measure(deprived, weights, k / 10, sizes) for k in range(1, 11)]
    for name in ("headcount_ratio", "adjusted_headcount_ratio"):
        values = [getattr(one, name) for one in found]
        assert values == sorted(values, reverse=True)


@given(groups(), st.randoms(use_true_random=False))
def test_the_order_of_the_units_changes_not_a_bit(
    group: tuple[af.Bools, af.Floats, float, af.Floats], random: Random
) -> None:
    deprived, weights, cutoff, sizes = group
    order = list(range(len(deprived)))
    random.shuffle(order)
    first, second = af.measure(*group), af.measure(deprived[order], weights, cutoff, sizes[order])
    assert first.adjusted_headcount_ratio == second.adjusted_headcount_ratio
    assert (first.headcount_ratio, first.intensity) == (second.headcount_ratio, second.intensity)
    assert first.censored.tolist() == second.censored.tolist()


@given(groups())
def test_one_more_deprivation_never_lowers_m0(group: tuple[af.Bools, af.Floats, float, af.Floats]) -> None:
    deprived, weights, cutoff, sizes = group
    worse = deprived.copy()
    worse[0, 0] = True
    before, after = (af.measure(d, weights, cutoff, sizes).adjusted_headcount_ratio for d in (deprived, worse))
    assert before is not None and after is not None
    assert after >= before - 1e-12


@given(groups())
def test_gaps_never_exceed_deprivations(group: tuple[af.Bools, af.Floats, float, af.Floats]) -> None:
    deprived, weights, cutoff, _ = group
    achievements = np.where(deprived, 0.25, 1.0)
    z = np.ones(deprived.shape[1])
    m0 = af.measure(deprived, weights, cutoff).adjusted_headcount_ratio
    m1, m2 = (af.foster_greer_thorbecke(achievements, z, weights, cutoff, power) for power in (1, 2))
    assert m0 is not None
    # Every gap is three quarters, so M1 = .75 M0 and M2 = .5625 M0.
    assert m1 == pytest.approx(0.75 * m0)
    assert m2 == pytest.approx(0.5625 * m0)
