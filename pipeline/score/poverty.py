"""States of indicators → deprivation, poverty and target poverty of each household under one measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.score.alkire_foster import TOLERANCE, deprivation_scores, is_poor
from pipeline.score.definitions import STATES, Measure

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Deprivations:
    """One measure over the measured households, in the order of the household frame.

    Attributes:
        measure: The measure.
        deprived: Households × indicators; an unknown indicator is no deprivation, since nothing shows one: a score
            is the least it can be.
        eligible: Households × indicators: passes or fails.
        is_assessed: Enough indicators are known.
        known: How many indicators of the measure are known (not applicable is known).
        is_poor: Score at or above the cutoff; meaningless where not assessed.
        scores: c.
    """

    measure: Measure
    deprived: Bools
    eligible: Bools
    is_assessed: Bools
    known: npt.NDArray[np.int64]
    is_poor: Bools
    scores: npt.NDArray[np.float64]


def deprivations(
    measure: Measure, household_ids: pd.Index, states: pd.DataFrame, assessed_share: float
) -> Deprivations:
    """Put the states of one set into the matrix of one measure.

    Args:
        measure: The measure.
        household_ids: Measured households, in order.
        states: household_id, indicator_code, state_code of the measure's set.
        assessed_share: Least share of the measure's indicators that must be known.
    """
    codes = pd.Index(measure.indicator_codes)
    row = _positions(household_ids, states["household_id"])
    column = _positions(codes, states["indicator_code"])
    state = _positions(pd.Index(STATES), states["state_code"])
    used = (row >= 0) & (column >= 0)
    grid = np.full((len(household_ids), len(codes)), -1, dtype=np.int8)
    grid[row[used], column[used]] = state[used]
    deprived = np.asarray(grid == STATES.index("fail"), dtype=np.bool_)
    known = (grid >= 0).sum(axis=1).astype(np.int64)
    scores = deprivation_scores(deprived, measure.indicator_weights)
    return Deprivations(
        measure=measure,
        deprived=deprived,
        eligible=np.asarray(deprived | (grid == STATES.index("pass")), dtype=np.bool_),
        is_assessed=np.asarray(known >= assessed_share * len(codes) - TOLERANCE, dtype=np.bool_),
        known=known,
        is_poor=is_poor(scores, measure.cutoff_value),
        scores=scores,
    )


def _positions(index: pd.Index, values: pd.Series) -> npt.NDArray[np.intp]:
    """Where each value stands in the index, -1 where it does not; each distinct value is looked up once."""
    chosen = values.astype("category").cat
    # A missing value has the code -1, which picks the last entry.
    return np.append(index.get_indexer(pd.Index(chosen.categories)), -1)[chosen.codes.to_numpy()]


def poverty_frame(
    households: pd.DataFrame, found: Deprivations, shared: pd.DataFrame, province_code: str
) -> pd.DataFrame:
    """Rows of HOUSEHOLD_POVERTY for one measure.

    Args:
        households: Measured households: areas, members, has_card (1, 0, missing), indexed by household_id.
        found: The measure.
        shared: What is the same under every measure: livelihood, vulnerability, income.
        province_code: Of the province that is served.

    Returns:
        The rows. Where the household is not assessed, score, poverty and its dimensions are missing.
    """
    assessed = found.is_assessed
    poor = pd.array(found.is_poor, "boolean")
    poor[~assessed] = pd.NA
    has_card = households["has_card"].astype(float)
    target = pd.array(found.is_poor & (has_card > 0).to_numpy(dtype=np.bool_), "boolean")
    # Kleene's "not poor and unknown" would be false; the published meaning is that both must be known.
    target[~assessed | has_card.isna().to_numpy(dtype=np.bool_)] = pd.NA
    inside = pd.array((households["province_code"] == province_code).to_numpy(dtype=np.bool_), "boolean")
    inside[households["province_code"].isna().to_numpy(dtype=np.bool_)] = pd.NA
    return pd.DataFrame(
        {
            "household_id": households.index,
            "method_code": found.measure.code,
            "tambon_code": households["tambon_code"].to_numpy(),
            "amphoe_code": households["amphoe_code"].to_numpy(),
            "province_code": households["province_code"].to_numpy(),
            "is_inside_area": inside,
            "member_count": households["members"].to_numpy(),
            "is_assessed": assessed,
            "indicators_known": found.known,
            "deprivation_score": np.where(assessed, found.scores, np.nan),
            "is_poor": poor,
            "is_target_poor": target,
            "poor_dimensions": _poor_dimensions(found),
            **{name: shared[name].to_numpy() for name in shared.columns},
        }
    )


def _poor_dimensions(found: Deprivations) -> list[str | None]:
    codes = found.measure.dimension_codes
    of = np.array([found.measure.dimension_of[c] for c in found.measure.indicator_codes])
    by_dimension = np.stack([found.deprived[:, of == code].any(axis=1) for code in codes], axis=1)
    named = [" ".join(c for c, is_deprived in zip(codes, row, strict=True) if is_deprived) for row in by_dimension]
    return [words if is_assessed else None for words, is_assessed in zip(named, found.is_assessed, strict=True)]
