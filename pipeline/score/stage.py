"""The stage: who lives where and what lists state in; indicators, poverty, areas, assistance and issues out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline import tables
from pipeline.contracts import Province
from pipeline.engine import Engine, Frame
from pipeline.issues import issue_code
from pipeline.score.areas import area_rows
from pipeline.score.definition_files import load_indicator_sets
from pipeline.score.definitions import AttributeValues, Definitions, IndicatorSet
from pipeline.score.levels import shared_levels
from pipeline.score.poverty import deprivations, poverty_frame
from pipeline.score.rules import rule_tables

INPUTS = (
    tables.DELIVERY,
    tables.RECORD,
    tables.RECORD_ATTRIBUTE,
    tables.LINKED,
    tables.PERSON,
    tables.HOUSEHOLD,
    tables.HOUSEHOLD_MEMBER,
)
Frames = dict[str, Frame]


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What the stage did.

    Attributes:
        counts: Rows written, by table; and ``households``, ``measured``, and why the others are not measured:
            ``not_measured_not_ordinary`` and ``not_measured_without_members``; ``outside_area`` and ``area_unknown``
            of the measured; ``assistance_without_kind``.
    """

    counts: dict[str, int]


def score(
    engine: Engine, inputs: Mapping[str, Path], out: Path, *, indicators: Path, province: Province
) -> ScoreReport:
    """Measure every ordinary household in which somebody lives.

    Args:
        engine: Where tables are joined.
        inputs: Table name → Parquet file, for ``INPUTS``.
        out: Folder of the stage.
        indicators: Folder of indicator sets, measures and levels.
        province: Code and assessed share.

    Returns:
        Counts of what was written and of what was not measured.

    Raises:
        UserError: The indicator files have faults.
    """
    definitions = load_indicator_sets(indicators)
    base = {table.name: engine.read(inputs[table.name]) for table in INPUTS}
    frames = _facts(engine, base, definitions)
    sets = [_indicators(engine, frames, chosen, definitions) for chosen in definitions.sets.values()]
    state = tables.HOUSEHOLD_INDICATOR.conform(pa.concat_tables([tables.HOUSEHOLD_INDICATOR.empty(), *sets]))
    households = _households(engine, frames, definitions)
    poverty, areas = _poverty(households, _values(engine, frames, definitions), state, definitions, province)
    assistance = engine.arrow(engine.sql("score/sql/assistance", tables=base))
    written = {
        tables.HOUSEHOLD_INDICATOR: state,
        tables.HOUSEHOLD_POVERTY: poverty,
        tables.AREA_POVERTY: areas,
        tables.ASSISTANCE: assistance,
        tables.ISSUE: _rounds_without_set(engine, frames, definitions),
    }
    for table, data in written.items():
        table.write(data, out)
    counts = {table.name: data.num_rows for table, data in written.items()}
    without_kind = sum(kind is None for kind in assistance["assistance_kind_code"].to_pylist())
    return ScoreReport(
        {**counts, **_reconciled(engine, base, households, province), "assistance_without_kind": without_kind}
    )


def _facts(engine: Engine, base: Frames, definitions: Definitions) -> Frames:
    """What every set shares: facts in their place, members, measured households, newest values of persons."""
    frames = dict(base)
    for name in ("fact", "member", "measured_household"):
        frames[name] = engine.sql(f"score/sql/{name}", tables=frames)
    conditions = {
        condition.attribute
        for chosen in definitions.sets.values()
        for indicator in chosen.indicators
        for condition in indicator.eligible.attributes
    }
    conditions |= {condition.attribute for condition in definitions.levels.vulnerability.dependant.attributes}
    wanted = sorted(conditions | {definitions.levels.welfare_card_attribute})
    frames["wanted_attribute"] = engine.frame(_text_table(attribute=wanted))
    frames["person_value"] = engine.sql("score/sql/person_value", tables=frames)
    return frames


def _text_table(**columns: list[str]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _indicators(engine: Engine, frames: Frames, chosen: IndicatorSet, definitions: Definitions) -> pa.Table:
    made = rule_tables(chosen, definitions)
    local: Frames = {
        **frames,
        "rule": engine.frame(made.rule),
        "rule_outcome": engine.frame(made.rule_outcome),
        "rule_condition": engine.frame(made.rule_condition),
        "indicator": engine.frame(made.indicator),
        "set_round": engine.frame(made.set_round),
    }
    # The rows of members times indicators are the largest of the stage; each is forgotten once it is summed.
    spent = {"member_state": "eligibility", "member_summary": "member_state"}
    for name in ("statement", "eligibility", "member_state", "member_summary", "household_indicator"):
        local[name] = engine.sql(f"score/sql/{name}", tables=local)
        if name in spent:
            engine.drop(local.pop(spent[name]))
    result = engine.arrow(local["household_indicator"])
    engine.drop(*(frame for name, frame in local.items() if name not in frames))
    return tables.HOUSEHOLD_INDICATOR.conform(result)


def _poverty(
    households: pd.DataFrame, values: pd.DataFrame, state: pa.Table, definitions: Definitions, province: Province
) -> tuple[pa.Table, pa.Table]:
    columns = ["household_id", "indicator_set", "indicator_code", "state_code"]
    # As categories a million households take megabytes, as Python strings gigabytes.
    states: pd.DataFrame = state.select(columns).to_pandas(strings_to_categorical=True)
    shared = shared_levels(households, values, _housing(states, definitions), definitions.levels)
    parts: list[pa.Table] = []
    areas: list[dict[str, object]] = []
    for measure in definitions.measures:
        of_set = states[states["indicator_set"] == measure.indicator_set]
        found = deprivations(measure, households.index, of_set, province.assessed_share)
        frame = poverty_frame(households, found, shared, province.province_code)
        areas += area_rows(frame, found)
        parts.append(tables.HOUSEHOLD_POVERTY.conform(pa.Table.from_pandas(frame, preserve_index=False)))
    return pa.concat_tables([tables.HOUSEHOLD_POVERTY.empty(), *parts]), tables.AREA_POVERTY.from_rows(areas)


def _housing(states: pd.DataFrame, definitions: Definitions) -> pd.Series:
    """State of the housing indicator, of the first set that knows it."""
    housing = states[states["indicator_code"] == definitions.levels.vulnerability.housing_indicator]
    known = housing[housing["state_code"] != "unknown"].sort_values(["household_id", "indicator_set"])
    return known.drop_duplicates("household_id").set_index("household_id")["state_code"]


def _households(engine: Engine, frames: Frames, definitions: Definitions) -> pd.DataFrame:
    dependant = definitions.levels.vulnerability.dependant
    people = engine.sql(
        "score/sql/household_people",
        {
            "welfare_card_attribute": definitions.levels.welfare_card_attribute,
            "age_from": dependant.age_from,
            "age_below": dependant.age_below,
        },
        {**frames, "dependant_condition": _conditions(dependant.attributes)},
    )
    base: pd.DataFrame = engine.arrow(frames["measured_household"]).to_pandas()
    more: pd.DataFrame = engine.arrow(people).to_pandas()
    joined = base.merge(more, on="household_id", how="left", validate="one_to_one")
    return joined.sort_values("household_id").set_index("household_id")


def _conditions(attributes: tuple[AttributeValues, ...]) -> pa.Table:
    pairs = [(condition.attribute, value) for condition in attributes for value in condition.values]
    return _text_table(attribute=[name for name, _ in pairs], value_text=[value for _, value in pairs])


def _values(engine: Engine, frames: Frames, definitions: Definitions) -> pd.DataFrame:
    """Household × attribute → number, of the levels' attributes."""
    levels = definitions.levels
    wanted = [*levels.livelihood.capitals, levels.vulnerability.income_attribute]
    found = engine.sql("score/sql/household_value", tables={**frames, "wanted_number": _text_table(attribute=wanted)})
    long: pd.DataFrame = engine.arrow(found).to_pandas()
    return long.pivot(index="household_id", columns="attribute", values="value_number").reindex(columns=wanted)


def _rounds_without_set(engine: Engine, frames: Frames, definitions: Definitions) -> pa.Table:
    """A survey of a round without a set, or of none, is linked and listed, never scored with another round's set."""
    known = sorted({name for chosen in definitions.sets.values() for name in chosen.rounds})
    results = {
        e.attribute for s in definitions.sets.values() for i in s.indicators for e in i.evidence if e.is_survey_result
    }
    found = engine.sql(
        "score/sql/delivery_without_set",
        tables={
            **frames,
            "known_round": _text_table(survey_round=known),
            "result_attribute": _text_table(attribute=sorted(results)),
        },
    )
    code = issue_code("survey_round_without_set")
    fixed = {"code": code.code, "severity": code.severity, "stage": "score"}
    return tables.ISSUE.conform(tables.ISSUE.from_rows({**row, **fixed} for row in engine.arrow(found).to_pylist()))


def _reconciled(engine: Engine, base: Frames, households: pd.DataFrame, province: Province) -> dict[str, int]:
    """Every household is measured, or counted under the reason why not."""
    kinds = engine.arrow(base["household"])["household_type_code"].to_pylist()
    ordinary = sum(kind == "ordinary" for kind in kinds)
    inside = households["province_code"] == province.province_code
    unknown = households["province_code"].isna()
    return {
        "households": len(kinds),
        "measured": len(households),
        "not_measured_not_ordinary": len(kinds) - ordinary,
        "not_measured_without_members": ordinary - len(households),
        "outside_area": int((~inside & ~unknown).sum()),
        "area_unknown": int(unknown.sum()),
    }
