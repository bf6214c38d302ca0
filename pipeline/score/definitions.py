"""What scoring is told by data: indicator sets, measures and levels, as ``data_contracts/indicators`` states them.

Imports pydantic; the files are read and checked in ``definition_files``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[float, Field(strict=True)]
Whole = Annotated[int, Field(strict=True, ge=0)]
Name = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Field(strict=True, pattern=r"\S")]
STATES = ("pass", "fail", "not_applicable")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AttributeValues(_Strict):
    """Holds for a person who has one of these values in this attribute."""

    attribute: Name
    values: Annotated[tuple[Words, ...], Field(min_length=1)]


class Eligible(_Strict):
    """Whom a person indicator concerns.

    Attributes:
        age_min: Least age in full years at the date of the evidence.
        age_max: Greatest age.
        sex: M or F; None: both.
        attributes: One of these must hold; without any, everybody of that age and sex is concerned.
        told_by: ``survey`` where no list but the survey can tell who is concerned.
    """

    age_min: Whole | None = None
    age_max: Whole | None = None
    sex: Literal["M", "F"] | None = None
    attributes: tuple[AttributeValues, ...] = ()
    told_by: Literal["survey"] | None = None


class Evidence(_Strict):
    """One way of knowing an indicator's state; ``README.md`` beside the files explains the keys."""

    rule: Name
    attribute: Name
    passes: tuple[Words, ...] = Field(default=(), alias="pass")
    fails: tuple[Words, ...] = Field(default=(), alias="fail")
    at_least: Number | None = None
    at_most: Number | None = None
    says: Literal["pass", "fail"] | None = None
    per_member: bool = False

    @property
    def is_survey_result(self) -> bool:
        """Whether the fact is itself a state, as the survey published it."""
        return not (self.passes or self.fails) and not self.is_numeric

    @property
    def is_numeric(self) -> bool:
        """Whether the fact is a number held against a threshold."""
        return self.at_least is not None or self.at_most is not None


class Indicator(_Strict):
    """One indicator of a set."""

    number: Whole
    code: Name
    group: Name
    unit: Literal["household", "person"]
    text: Words
    eligible: Eligible = Eligible()
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class IndicatorSet(_Strict):
    """The indicators of one or more survey rounds."""

    kind: Literal["indicator_set"]
    code: Name
    name: Words
    rounds: Annotated[tuple[Words, ...], Field(min_length=1)]
    groups: dict[str, Words]
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class Dimension(_Strict):
    """One dimension of a measure."""

    code: Name
    name: Words
    indicators: Annotated[tuple[Name, ...], Field(min_length=1)]


class Measure(_Strict):
    """A measure of multidimensional poverty over an indicator set."""

    kind: Literal["measure"]
    code: Name
    name: Words
    indicator_set: Name
    cutoff: Literal["union"] | Annotated[float, Field(strict=True, gt=0, le=1)]
    weights: Literal["equal_indicators", "equal_dimensions"]
    dimensions: tuple[Dimension, ...] = Field(min_length=1)

    @property
    def indicator_codes(self) -> tuple[str, ...]:
        """Indicators in the order of the dimensions."""
        return tuple(code for d in self.dimensions for code in d.indicators)

    @property
    def dimension_of(self) -> dict[str, str]:
        """Indicator → dimension."""
        return {code: d.code for d in self.dimensions for code in d.indicators}

    @property
    def dimension_codes(self) -> tuple[str, ...]:
        """Dimensions in order."""
        return tuple(d.code for d in self.dimensions)

    @property
    def indicator_weights(self) -> npt.NDArray[np.float64]:
        """One weight for each of ``indicator_codes``, summing to 1."""
        count = len(self.indicator_codes)
        if self.weights == "equal_indicators":
            return np.full(count, 1 / count)
        return np.array([1 / len(self.dimensions) / len(d.indicators) for d in self.dimensions for _ in d.indicators])

    @property
    def cutoff_value(self) -> float:
        """k; for the union approach the smallest weight, which any one deprivation reaches."""
        return float(self.indicator_weights.min()) if self.cutoff == "union" else float(self.cutoff)


class LivelihoodLevel(_Strict):
    """A level of the livelihood index."""

    code: Name
    name: Words
    below: Number | None = None


class Livelihood(_Strict):
    """X = 1 + mean of the known capitals / 100 × 3, and its levels."""

    capitals: Annotated[tuple[Name, ...], Field(min_length=1)]
    levels: Annotated[tuple[LivelihoodLevel, ...], Field(min_length=1)]


class Dependant(_Strict):
    """Who depends on others."""

    age_below: Whole
    age_from: Whole
    attributes: tuple[AttributeValues, ...] = ()


class Vulnerability(_Strict):
    """Levels 0 to 3 of a vulnerable household."""

    income_at_most_baht_per_year: Number
    income_attribute: Name
    housing_indicator: Name
    dependant: Dependant
    many_dependants_above: Whole


class Levels(_Strict):
    """Levels beside the measures."""

    kind: Literal["levels"]
    code: Name
    livelihood: Livelihood
    vulnerability: Vulnerability
    welfare_card_attribute: Name


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything that scoring is told by data.

    Attributes:
        sets: Indicator sets, by code.
        measures: Measures; of one set, the ones whose names sort last come first.
        levels: Levels beside the measures.
        subjects: Attribute → person or household, from the vocabulary.
    """

    sets: dict[str, IndicatorSet]
    measures: tuple[Measure, ...]
    levels: Levels
    subjects: dict[str, str]

    def dimension_of(self, indicator_set: str, indicator: Indicator) -> str:
        """The dimension in which the first measure of the set counts the indicator, else its group."""
        for measure in self.measures:
            if measure.indicator_set == indicator_set and indicator.code in measure.dimension_of:
                return measure.dimension_of[indicator.code]
        return indicator.group
