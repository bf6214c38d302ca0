"""Records → persons: block, compare, weigh, judge, cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine import Engine, Frame
from pipeline.link.blocking import BlockingRules, RuleCost, make_pairs
from pipeline.link.cluster import Constraints, Refusal, cluster, components
from pipeline.link.comparison import Comparisons, compare_pairs
from pipeline.link.constraint import find_constraints
from pipeline.link.decisions import Decisions
from pipeline.link.encode import Coded, as_frame
from pipeline.link.ladder import Verdicts, judge
from pipeline.link.model import Model
from pipeline.link.scored import Scored, scored_pairs
from pipeline.link.train import HELD_OUT, choose_model, label_nodes, labelled_pairs

Codes = npt.NDArray[np.int64]
Mark = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is who.

    Attributes:
        label: For each node the smallest node of its person; its own for a record of a household.
        scored: Pairs worth keeping.
        refused: Merges that a constraint refused.
        constraints: What may not be one person.
        model: The model used.
        costs: What each blocking rule cost.
        rule_matches: (rule bits, labelled matches found by exactly these rules).
        held_out_by_agency: Agency code, matches, true_links and false_links among held-out labelled pairs.
        pairs: Number of pairs compared; patterns: of distinct comparison patterns.
    """

    label: Codes
    scored: Scored
    refused: list[Refusal]
    constraints: Constraints
    model: Model
    costs: list[RuleCost]
    rule_matches: list[tuple[int, int]]
    held_out_by_agency: pa.Table
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
    engine.drop(pairs)
    mark("compare")
    labels, without_id = label_nodes(engine, coded), rules.bits(without_id=True)
    labelled = labelled_pairs(engine, graded, labels, without_id, comparisons)
    model = choose_model(comparisons, labelled, previous, retrain=retrain)
    mark("train")
    patterns = np.sort(engine.arrow(engine.sql("link/sql/pattern", tables={"graded": graded}))["pattern"].to_numpy())
    verdicts = judge(model, comparisons, comparisons.unpack(patterns))
    verdict = _verdict_frame(engine, patterns, verdicts)
    scored = scored_pairs(engine, graded, verdict, decisions)
    mark("score")
    constraints = find_constraints(engine, coded, scored, graded, verdict, decisions, duplicate_free)
    label, refused = _cluster(engine, coded, scored, constraints)
    matches = engine.arrow(engine.sql("link/sql/rule_recall", tables={"graded": graded})).sort_by("rules")
    held_out = engine.sql(
        "link/sql/held_out_agency",
        {"rules_without_id": without_id, "split": HELD_OUT},
        {"graded": graded, "verdict": verdict, "label": labels, "coded": records},
    )
    by_agency = engine.arrow(held_out).sort_by("agency")
    count = engine.count(graded)
    engine.drop(graded, verdict, labels, records, held_out)
    mark("cluster")
    rule_matches = list(zip(matches["rules"].to_pylist(), matches["pairs"].to_pylist(), strict=True))
    return Persons(label, scored, refused, constraints, model, costs, rule_matches, by_agency, count, len(patterns))


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
                "is_link_without_id": verdicts.is_link_without_id,
                "is_cannot": verdicts.is_cannot,
            }
        )
    )


def revise_persons(engine: Engine, coded: Coded, persons: Persons, residual: Codes) -> Persons:
    """Cluster again with the pairs that the second look at households found to be links."""
    scored = persons.scored.with_residual(residual)
    label, refused = _cluster(engine, coded, scored, persons.constraints)
    return replace(persons, label=label, scored=scored, refused=refused)


def _cluster(engine: Engine, coded: Coded, scored: Scored, constraints: Constraints) -> tuple[Codes, list[Refusal]]:
    edges = scored.edges()
    return cluster(components(engine, edges, coded.count), edges, constraints)
