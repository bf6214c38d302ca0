"""Records → persons: block, compare, weigh, judge, cluster."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine import Engine, Frame
from pipeline.link.blocking import BlockingRules, RuleCost, make_pairs
from pipeline.link.cluster import (
    FORBIDDEN_BY_CLERK,
    FORBIDDEN_BY_COMPARISON,
    NEVER,
    Constraints,
    Edges,
    Refusal,
    cluster,
    components,
)
from pipeline.link.comparison import Comparisons, compare_pairs
from pipeline.link.decisions import Decisions
from pipeline.link.encode import Coded, as_frame
from pipeline.link.ladder import NONE, Verdicts, X, judge
from pipeline.link.model import Model
from pipeline.link.train import choose_model, labelled_pairs

Codes = npt.NDArray[np.int64]
_SAME, _DIFFERENT, _UNSURE = 1, 2, 3
_EPOCH = date(1970, 1, 1)
Mark = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is who.

    Attributes:
        label: For each node the smallest node of its person; its own for a record of a household.
        scored: Pairs worth keeping.
        refused: Merges that a constraint refused.
        model: The model used.
        costs: What each blocking rule cost.
        rule_matches: (rule bits, labelled matches found by exactly these rules).
        pairs: Number of pairs compared; patterns: of distinct comparison patterns.
    """

    label: Codes
    scored: Scored
    refused: list[Refusal]
    model: Model
    costs: list[RuleCost]
    rule_matches: list[tuple[int, int]]
    pairs: int
    patterns: int


def find_persons(
    engine: Engine,
    coded: Coded,
    rules: BlockingRules,
    comparisons: Comparisons,
    decisions: Decisions,
    previous: Model | None,
    retrain: bool,
    duplicate_free: tuple[str, ...],
    mark: Mark,
) -> Persons:
    """Link records into persons; ``mark`` is told the name of each step when it is done."""
    records = as_frame(engine, coded)
    pairs, costs = make_pairs(engine, coded, rules, decisions.all_pairs())
    mark("block")
    graded = compare_pairs(engine, coded, records, pairs, rules.bits(crossed=True))
    engine.drop(pairs, records)
    mark("compare")
    labelled = labelled_pairs(engine, coded, graded, rules.bits(without_id=True), comparisons)
    model = choose_model(comparisons, labelled, previous, retrain=retrain)
    mark("train")
    patterns = np.sort(engine.arrow(engine.sql("link/sql/pattern", tables={"graded": graded}))["pattern"].to_numpy())
    verdicts = judge(model, comparisons, comparisons.unpack(patterns))
    verdict = _verdict_frame(engine, patterns, verdicts)
    scored = _scored(engine, graded, verdict, decisions)
    mark("score")
    label, refused = _cluster(engine, coded, scored, graded, verdict, decisions, duplicate_free)
    matches = engine.arrow(engine.sql("link/sql/rule_recall", tables={"graded": graded})).sort_by("rules")
    count = engine.count(graded)
    engine.drop(graded, verdict)
    mark("cluster")
    rule_matches = list(zip(matches["rules"].to_pylist(), matches["pairs"].to_pylist(), strict=True))
    return Persons(label, scored, refused, model, costs, rule_matches, count, len(patterns))


def _verdict_frame(engine: Engine, patterns: Codes, verdicts: Verdicts) -> Frame:
    return engine.frame(
        pa.table(
            {
                "pattern": patterns,
                "weight": verdicts.weight,
                "evidence": pa.array(verdicts.evidence, pa.int8()),
                "is_link": verdicts.is_link,
                "is_review": verdicts.is_review,
                "is_refused": verdicts.is_refused,
                "is_cannot": verdicts.is_cannot,
            }
        )
    )


def _cluster(
    engine: Engine,
    coded: Coded,
    scored: Scored,
    graded: Frame,
    verdict: Frame,
    decisions: Decisions,
    duplicate_free: tuple[str, ...],
) -> tuple[Codes, list[Refusal]]:
    edges = scored.edges()
    component = components(engine, edges, coded.count)
    inside = np.unique(np.concatenate([edges.a, edges.b]))
    frame = engine.frame(pa.table({"node": pa.array(inside, pa.int32()), "component": component[inside]}))
    cannot = engine.arrow(
        engine.sql("link/sql/cannot", tables={"graded": graded, "verdict": verdict, "component": frame})
    )
    engine.drop(frame)
    forbidden = np.concatenate(
        [
            _with_kind(np.stack([cannot["a"].to_numpy(), cannot["b"].to_numpy()], axis=1), FORBIDDEN_BY_COMPARISON),
            _with_kind(decisions.different, FORBIDDEN_BY_CLERK),
        ]
    )
    forbidden = forbidden[np.lexsort((forbidden[:, 1], forbidden[:, 0], forbidden[:, 2]))]
    return cluster(component, edges, _constraints(coded, forbidden, duplicate_free))


def _with_kind(pairs: npt.NDArray[np.int64] | npt.NDArray[np.int32], kind: int) -> Codes:
    return np.concatenate([pairs.astype(np.int64), np.full((len(pairs), 1), kind, dtype=np.int64)], axis=1)


def _constraints(coded: Coded, forbidden: Codes, duplicate_free: tuple[str, ...]) -> Constraints:
    columns, records = coded.columns, coded.records
    valid = np.where(columns["is_id_valid"] == 1, columns["national_id"], -1)
    agency = records["agency"].to_numpy(zero_copy_only=False)
    is_free = np.isin(agency.astype(object), duplicate_free) & coded.is_person()
    return Constraints(
        valid_id=valid,
        dead_day=_death_days(records),
        seen_day=records["last_seen_date"].cast(pa.int32()).fill_null(NEVER).to_numpy().astype(np.int64),
        list_number=np.where(is_free, columns["agency"], -1),
        forbidden=forbidden,
    )


def _death_days(records: pa.Table) -> Codes:
    """Day of death; the last day it may be where the date is partial; -1 for the living and the undated."""
    status = records["life_status_code"].to_pylist()
    dates = records["life_status_date"].to_pylist()
    days = np.full(records.num_rows, NEVER, dtype=np.int64)
    for node, (code, day) in enumerate(zip(status, dates, strict=True)):
        if code == "dead" and day:
            days[node] = (_last_day(day) - _EPOCH).days
    return days


def _last_day(partial: str) -> date:
    year, month, day = (*(int(part) for part in partial.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day)
    month = month or 12
    return date(year, month, monthrange(year, month)[1])
