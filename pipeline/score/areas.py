"""Measures of tambon, amphoe and province, by household and by person.

The register is counted whole: nothing was sampled, so there is no sampling error and no standard error is published.
What is uncertain is the not assessed, who are counted beside every figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.score.alkire_foster import Measures, measure_counts
from pipeline.score.definitions import Measure
from pipeline.score.poverty import Deprivations

Ints = npt.NDArray[np.int64]
Row = dict[str, object]
UNKNOWN = "unknown"
LEVELS = (("tambon", "tambon_code"), ("amphoe", "amphoe_code"), ("province", "province_code"))


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """Whole numbers of one level of area, by household or by person; areas × … in the order of ``codes``.

    Attributes:
        codes: Area codes.
        assessed: Assessed.
        not_assessed: Not assessed.
        poor: Poor among the assessed.
        target_known: Assessed, of whom it is known whether they are target poor.
        poor_target_known: Of these, the poor.
        target_poor: Target poor.
        eligible: Areas × columns: assessed to whom an indicator, or any indicator of a dimension, applies.
        failing: Areas × columns: of these, who fails it.
        poor_failing: Areas × columns: poor and failing.
    """

    codes: list[str]
    assessed: Ints
    not_assessed: Ints
    poor: Ints
    target_known: Ints
    poor_target_known: Ints
    target_poor: Ints
    eligible: Ints
    failing: Ints
    poor_failing: Ints


def area_rows(frame: pd.DataFrame, found: Deprivations) -> Iterator[Row]:
    """Rows of AREA_POVERTY for one measure.

    Args:
        frame: HOUSEHOLD_POVERTY of this measure, in the order of ``found``.
        found: The measure's matrices.

    Returns:
        One row for each area, unit, measure and indicator or dimension. Households outside the province stand in no
        area; those whose area of a level is not known stand in ``UNKNOWN``, so that nobody is left out of a level. A
        person has the state of the household.
    """
    for level, column in LEVELS:
        for unit in ("household", "person"):
            size = frame["member_count"].to_numpy(dtype=np.int64) if unit == "person" else np.ones(len(frame), np.int64)
            counts = _counts(frame, found, frame[column], size)
            for position, code in enumerate(counts.codes):
                base = {"area_level": level, "area_code": code, "method_code": found.measure.code, "unit_code": unit}
                yield from ({**base, **row} for row in _one_area(counts, position, found.measure))


def _counts(frame: pd.DataFrame, found: Deprivations, areas: pd.Series, size: Ints) -> AreaCounts:
    inside = frame["is_inside_area"].fillna(True).to_numpy(dtype=np.bool_)
    codes, place = np.unique(areas[inside].fillna(UNKNOWN).to_numpy(dtype=str), return_inverse=True)
    people, assessed = size[inside], found.is_assessed[inside]
    poor = found.is_poor[inside] & assessed
    target = frame["is_target_poor"][inside]
    known = target.notna().to_numpy(dtype=np.bool_) & assessed
    is_target = target.fillna(False).to_numpy(dtype=np.bool_) & known
    eligible = _with_dimensions(found.eligible[inside], found.measure) & assessed[:, None]
    failing = _with_dimensions(found.deprived[inside], found.measure) & assessed[:, None]

    def summed(flags: npt.NDArray[np.bool_]) -> Ints:
        total = np.zeros((len(codes), *flags.shape[1:]), dtype=np.int64)
        np.add.at(total, place, (people if flags.ndim == 1 else people[:, None]) * flags)
        return total

    return AreaCounts(
        codes=[str(code) for code in codes],
        assessed=summed(assessed),
        not_assessed=summed(~assessed),
        poor=summed(poor),
        target_known=summed(known),
        poor_target_known=summed(known & poor),
        target_poor=summed(is_target),
        eligible=summed(eligible),
        failing=summed(failing),
        poor_failing=summed(failing & poor[:, None]),
    )


def _with_dimensions(flags: npt.NDArray[np.bool_], measure: Measure) -> npt.NDArray[np.bool_]:
    """Indicators, then dimensions: true where it is of any indicator of the dimension."""
    of = np.array([measure.dimension_of[code] for code in measure.indicator_codes])
    return np.column_stack([flags, *(flags[:, of == code].any(axis=1) for code in measure.dimension_codes)])


def _one_area(counts: AreaCounts, at: int, measure: Measure) -> Iterator[Row]:
    width = len(measure.indicator_codes)
    found = measure_counts(
        population=float(counts.assessed[at]),
        poor=float(counts.poor[at]),
        failing=counts.failing[at, :width].astype(np.float64),
        poor_failing=counts.poor_failing[at, :width].astype(np.float64),
        weights=measure.indicator_weights,
    )
    base: Row = {
        "assessed_count": int(counts.assessed[at]),
        "not_assessed_count": int(counts.not_assessed[at]),
        "poor_count": int(counts.poor[at]),
    }
    for name, value in (
        ("H", found.headcount_ratio),
        ("A", found.intensity),
        ("M0", found.adjusted_headcount_ratio),
    ):
        yield {**base, "measure_code": name, "indicator_code": "", "value": value}
    yield from ({**base, "indicator_code": "", **row} for row in _target(counts, at))
    yield from ({**base, **row} for row in _by_column(counts, at, measure, found))


def _target(counts: AreaCounts, at: int) -> Iterator[Row]:
    """How many are known to be target poor, and their share of the assessed.

    Where poor households stand in the area and no list says of any of them who has a card, the number is unknown,
    not zero. The share takes a card known for all the poor: lists of cards are mostly lists of the poor, and a share
    among those of whom a card is known would be far too high.
    """
    poor, assessed = int(counts.poor[at]), int(counts.assessed[at])
    known, target = int(counts.poor_target_known[at]), int(counts.target_poor[at])
    is_counted = counts.target_known[at] > 0 and (poor == 0 or known > 0)
    more: Row = {"eligible_count": int(counts.target_known[at]), "failing_count": target}
    yield {"measure_code": "target_poor", "value": float(target) if is_counted else None, **more}
    share = target / assessed if is_counted and known == poor else None
    yield {"measure_code": "target_poor_share", "value": share, **more}


def _by_column(counts: AreaCounts, at: int, measure: Measure, found: Measures) -> Iterator[Row]:
    for position, code in enumerate((*measure.indicator_codes, *measure.dimension_codes)):
        failing, both = int(counts.failing[at, position]), int(counts.poor_failing[at, position])
        more: Row = {
            "indicator_code": code,
            "eligible_count": int(counts.eligible[at, position]),
            "failing_count": failing,
            "poor_failing_count": both,
        }
        population = found.population
        yield {**more, "measure_code": "uncensored", "value": failing / population if population else None}
        yield {**more, "measure_code": "censored", "value": both / population if population else None}
        yield {**more, "measure_code": "contribution", "value": _contribution(found, measure, code)}


def _contribution(found: Measures, measure: Measure, code: str) -> float | None:
    """Share of M0 due to an indicator, or to the indicators of a dimension."""
    if found.contribution is None:
        return None
    parts = zip(measure.indicator_codes, found.contribution.tolist(), strict=True)
    return float(sum(part for name, part in parts if code in (name, measure.dimension_of[name])))
