"""Livelihood and vulnerability of each household, by the rules of ``levels.yaml``; the same beside every measure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.score.alkire_foster import TOLERANCE
from pipeline.score.definitions import Levels


def shared_levels(households: pd.DataFrame, values: pd.DataFrame, housing: pd.Series, levels: Levels) -> pd.DataFrame:
    """Levels that do not depend on the measure, in the order of the households.

    Args:
        households: Measured households with ``dependants_least`` and ``dependants_most``, indexed by household_id.
        values: Household × attribute → number.
        housing: State of the housing indicator, by household.
        levels: The rules.
    """
    capitals = values.reindex(index=households.index, columns=list(levels.livelihood.capitals)).astype(float)
    income = values.reindex(index=households.index)[levels.vulnerability.income_attribute].astype(float)
    index = livelihood_index(capitals)
    dependants = households[["dependants_least", "dependants_most"]]
    is_vulnerable, level = vulnerability(income, housing.reindex(households.index), dependants, levels)
    return pd.DataFrame(
        {
            "is_vulnerable": is_vulnerable,
            "vulnerability_level": level,
            "livelihood_index": index,
            "livelihood_level_code": livelihood_level(index, levels),
            "capitals_known": capitals.notna().sum(axis=1).astype("int32"),
            "income_baht_per_year": income,
        },
        index=households.index,
    )


def livelihood_index(capitals: pd.DataFrame) -> pd.Series:
    """X = 1 + mean / 100 × 3, from 1 to 4.

    Args:
        capitals: Households × capitals, 0 to 100; NaN is left out of the mean, and a household of which none is known
            has no index.
    """
    total = np.zeros(len(capitals))
    for name in capitals.columns:
        total += capitals[name].fillna(0.0).to_numpy()
    known = capitals.notna().sum(axis=1).to_numpy()
    mean = np.divide(total, known, out=np.full(len(capitals), np.nan), where=known > 0)
    return pd.Series(1 + mean / 100 * 3, index=capitals.index)


def livelihood_level(index: pd.Series, levels: Levels) -> pd.Series:
    """The first level whose border the index stays below; the last level has no border."""
    named = pd.Series(pd.NA, index=index.index, dtype="string")
    for level in reversed(levels.livelihood.levels):
        below = np.inf if level.below is None else level.below - TOLERANCE
        named[index < below] = level.code
    return named


def vulnerability(
    income: pd.Series, housing: pd.Series, dependants: pd.DataFrame, levels: Levels
) -> tuple[pd.Series, pd.Series]:
    """Whether each household is vulnerable, and its level 0 to 3.

    Args:
        income: Baht a household a year; NaN unknown.
        housing: State of the housing indicator.
        dependants: Dependants among the current members, the least there are and the most.
        levels: The line and the borders.

    Returns:
        Flag and level. Both are missing where the income is; the level too where the household is not vulnerable,
        where nothing is known of its housing, or where the least and the most dependants give two levels.
    """
    rule = levels.vulnerability
    flag = pd.Series(
        pd.array((income <= rule.income_at_most_baht_per_year).to_numpy(dtype=np.bool_), "boolean"), index=income.index
    )
    flag[income.isna()] = pd.NA
    has_problem = (housing == "fail").to_numpy(dtype=np.bool_)
    counts = (dependants[name].to_numpy(dtype=np.int64) for name in ("dependants_least", "dependants_most"))
    least, most = (
        np.select([~has_problem, count == 0, count <= rule.many_dependants_above], [0, 1, 2], default=3)
        for count in counts
    )
    level = pd.Series(pd.array(least, "Int32"), index=income.index)
    is_told = flag.fillna(False).to_numpy(dtype=np.bool_) & housing.isin(("pass", "fail", "not_applicable")).to_numpy()
    level[~is_told | (least != most)] = pd.NA
    return flag, level
