"""Multidimensional poverty by the method of Alkire and Foster (2011), as pure functions on arrays.

Rows are units (households or persons), columns are indicators. Source of the formulas: Alkire & Foster, "Counting and
multidimensional poverty measurement", Journal of Public Economics 95 (2011); worked examples in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# A score of 6 × 1/18 must reach a cutoff of 1/3, which binary floats miss by one part in 10^16.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one group of units.

    Attributes:
        headcount_ratio: H, share of the population that is poor; None for an empty group.
        intensity: A, mean score of the poor; None when nobody is poor.
        adjusted_headcount_ratio: M0 = H × A.
        uncensored: Share deprived, for each indicator, poor or not.
        censored: Share poor and deprived, for each indicator.
        contribution: Share of M0 due to each indicator; None when nobody is poor.
        population: Sum of the units' weights.
        poor: Sum of the weights of the poor.
    """

    headcount_ratio: float | None
    intensity: float | None
    adjusted_headcount_ratio: float | None
    uncensored: Floats
    censored: Floats
    contribution: Floats | None
    population: float
    poor: float


def deprivation_scores(deprived: Bools, weights: Floats) -> Floats:
    """Weighted sum of deprivations of each unit.

    Args:
        deprived: Units × indicators.
        weights: One for each indicator; they sum to 1.

    Returns:
        c, one for each unit, from 0 to 1.

    Raises:
        ValueError: The weights do not sum to 1 or do not fit.
    """
    if weights.shape != (deprived.shape[1],) or abs(float(weights.sum()) - 1) > TOLERANCE:
        raise ValueError("one weight for each indicator, summing to 1")
    # Column by column: the same score to the last bit wherever a row stands, which a blocked product does not promise.
    scores = np.zeros(len(deprived))
    for position, weight in enumerate(weights.tolist()):
        scores += weight * deprived[:, position]
    return scores


def is_poor(scores: Floats, cutoff: float) -> Bools:
    """Whose score reaches the cutoff k."""
    return np.asarray(scores >= cutoff - TOLERANCE, dtype=np.bool_)


def measure(deprived: Bools, weights: Floats, cutoff: float, population: Floats | None = None) -> Measures:
    """H, A, M0, headcounts and contributions of one group.

    Args:
        deprived: Units × indicators.
        weights: Of the indicators, summing to 1.
        cutoff: k, above 0 and at most 1.
        population: Weight of each unit, such as household size; None counts each unit once.

    Returns:
        The measures.
    """
    people = np.ones(len(deprived)) if population is None else population.astype(np.float64)
    poor = is_poor(deprivation_scores(deprived, weights), cutoff)
    return measure_counts(
        population=float(people.sum()),
        poor=float(people[poor].sum()),
        failing=people @ deprived,
        poor_failing=(people * poor) @ deprived,
        weights=weights,
    )


def measure_counts(
    *, population: float, poor: float, failing: Floats, poor_failing: Floats, weights: Floats
) -> Measures:
    """The measures of one group from its counts; counts add up over subgroups, so these do in any order.

    M0 is Σ wⱼ hⱼ(k), with hⱼ(k) the censored headcount: the same as H × A.

    Args:
        population: Units, or people in them.
        poor: The poor among them.
        failing: Deprived, for each indicator.
        poor_failing: Poor and deprived, for each indicator.
        weights: Of the indicators, summing to 1.

    Returns:
        The measures; an empty group has none, and where nobody is poor there is no intensity.
    """
    if population == 0:
        nothing = np.full(len(weights), np.nan)
        return Measures(None, None, None, nothing, nothing, None, 0.0, 0.0)
    censored = poor_failing / population
    m0 = fsum((weights * censored).tolist())
    return Measures(
        headcount_ratio=poor / population,
        intensity=m0 * population / poor if poor else None,
        adjusted_headcount_ratio=m0,
        uncensored=failing / population,
        censored=censored,
        contribution=weights * censored / m0 if m0 else None,
        population=population,
        poor=poor,
    )


def foster_greer_thorbecke(
    achievements: Floats, cutoffs: Floats, weights: Floats, cutoff: float, power: int
) -> float | None:
    """M1 (power 1) and M2 (power 2) for cardinal achievements: the mean weighted power of the poor's gaps.

    Args:
        achievements: Units × indicators, in the unit of the cutoffs.
        cutoffs: z, positive, one for each indicator; below it is deprived.
        weights: Summing to 1.
        cutoff: k.
        power: 1 for the gap, 2 for its square.

    Returns:
        The measure; None for an empty group.
    """
    if len(achievements) == 0:
        return None
    deprived = achievements < cutoffs
    gaps = np.where(deprived, (cutoffs - achievements) / cutoffs, 0.0) ** power
    poor = is_poor(deprivation_scores(deprived, weights), cutoff)
    return float((gaps @ weights * poor).mean())


@dataclass(frozen=True, slots=True)
class StandardErrors:
    """Standard errors under simple random sampling; a full register has none."""

    headcount_ratio: float
    intensity: float | None
    adjusted_headcount_ratio: float


def standard_errors(deprived: Bools, weights: Floats, cutoff: float) -> StandardErrors | None:
    """Standard errors of H, A (linearised) and M0 of a sample.

    Args:
        deprived: Sampled units × indicators.
        weights: Summing to 1.
        cutoff: k.

    Returns:
        sd / √n of each; None for fewer than two units.
    """
    count = len(deprived)
    if count < 2:
        return None
    scores = deprivation_scores(deprived, weights)
    poor = is_poor(scores, cutoff).astype(np.float64)
    censored = scores * poor
    share = float(poor.mean())
    intensity = None
    if share > 0:
        linearised = (censored - censored.mean() / share * poor) / share
        intensity = float(linearised.std(ddof=1) / np.sqrt(count))
    return StandardErrors(
        float(poor.std(ddof=1) / np.sqrt(count)), intensity, float(censored.std(ddof=1) / np.sqrt(count))
    )
