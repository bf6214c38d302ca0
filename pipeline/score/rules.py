"""Indicator sets as tables that SQL can join with facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from pipeline.score.definitions import STATES, Definitions, Evidence, Indicator, IndicatorSet

_TEXT, _INT, _REAL, _BOOL = pa.string(), pa.int32(), pa.float64(), pa.bool_()
_RULE = pa.schema(
    [
        ("indicator_code", _TEXT),
        ("rule_order", _INT),
        ("rule_code", _TEXT),
        ("attribute", _TEXT),
        ("subject", _TEXT),
        ("answers_for", _TEXT),
        ("is_survey_result", _BOOL),
        ("is_per_member", _BOOL),
    ]
)
_OUTCOME = pa.schema(
    [
        ("indicator_code", _TEXT),
        ("rule_order", _INT),
        ("value_text", _TEXT),
        ("at_least", _REAL),
        ("below", _REAL),
        ("at_most", _REAL),
        ("above", _REAL),
        ("state_code", _TEXT),
    ]
)
_CONDITION = pa.schema([("indicator_code", _TEXT), ("attribute", _TEXT), ("value_text", _TEXT)])
_INDICATOR = pa.schema(
    [
        ("indicator_set", _TEXT),
        ("indicator_code", _TEXT),
        ("dimension_code", _TEXT),
        ("unit", _TEXT),
        ("age_min", _INT),
        ("age_max", _INT),
        ("sex", _TEXT),
        ("condition_count", _INT),
        ("is_told_by_survey", _BOOL),
    ]
)


@dataclass(frozen=True, slots=True)
class RuleTables:
    """One indicator set as tables.

    Attributes:
        rule: One row is one way of knowing one indicator, in the order of belief.
        rule_outcome: One row is one value, or one side of a threshold, and the state it means under a rule.
        rule_condition: One row is one value that makes a person concerned by an indicator.
        indicator: One row is one indicator, its dimension and whom it concerns.
        set_round: One row is one survey round of the set.
    """

    rule: pa.Table
    rule_outcome: pa.Table
    rule_condition: pa.Table
    indicator: pa.Table
    set_round: pa.Table


def rule_tables(chosen: IndicatorSet, definitions: Definitions) -> RuleTables:
    """Turn a set into tables.

    Args:
        chosen: The set.
        definitions: All sets and measures, and whom each attribute is about.
    """
    rules: list[dict[str, object]] = []
    outcomes: list[dict[str, object]] = []
    for indicator in chosen.indicators:
        for order, evidence in enumerate(indicator.evidence, start=1):
            key = {"indicator_code": indicator.code, "rule_order": order}
            rules.append({**key, **_rule(indicator, evidence, definitions.subjects[evidence.attribute])})
            outcomes += [{**key, **outcome} for outcome in _outcomes(evidence)]
    conditions = [
        {"indicator_code": indicator.code, "attribute": condition.attribute, "value_text": value}
        for indicator in chosen.indicators
        for condition in indicator.eligible.attributes
        for value in condition.values
    ]
    indicators = [_indicator(chosen, indicator, definitions) for indicator in chosen.indicators]
    return RuleTables(
        pa.Table.from_pylist(rules, schema=_RULE),
        pa.Table.from_pylist(outcomes, schema=_OUTCOME),
        pa.Table.from_pylist(conditions, schema=_CONDITION),
        pa.Table.from_pylist(indicators, schema=_INDICATOR),
        pa.table({"survey_round": pa.array(chosen.rounds, _TEXT)}),
    )


def _rule(indicator: Indicator, evidence: Evidence, subject: str) -> dict[str, object]:
    return {
        "rule_code": evidence.rule,
        "attribute": evidence.attribute,
        "subject": subject,
        # A fact about a member speaks for the household where the indicator asks for the household as a whole.
        "answers_for": "person" if indicator.unit == "person" and subject == "person" else "household",
        "is_survey_result": evidence.is_survey_result,
        "is_per_member": evidence.per_member,
    }


def _outcomes(evidence: Evidence) -> Iterator[dict[str, object]]:
    if evidence.is_survey_result:
        for state in STATES:
            yield {"value_text": state, "state_code": state}
    for state, values in (("pass", evidence.passes), ("fail", evidence.fails)):
        for value in values:
            yield {"value_text": value, "state_code": state}
    sides: tuple[tuple[str, float | None, str], ...] = (
        ("at_least", evidence.at_least, "pass"),
        ("below", evidence.at_least, "fail"),
        ("at_most", evidence.at_most, "pass"),
        ("above", evidence.at_most, "fail"),
    )
    for side, threshold, state in sides:
        if threshold is not None and evidence.says in (None, state):
            yield {side: threshold, "state_code": state}


def _indicator(chosen: IndicatorSet, indicator: Indicator, definitions: Definitions) -> dict[str, object]:
    who = indicator.eligible
    return {
        "indicator_set": chosen.code,
        "indicator_code": indicator.code,
        "dimension_code": definitions.dimension_of(chosen.code, indicator),
        "unit": indicator.unit,
        "age_min": who.age_min,
        "age_max": who.age_max,
        "sex": who.sex,
        "condition_count": len({condition.attribute for condition in who.attributes}),
        "is_told_by_survey": who.told_by == "survey",
    }
