"""Records → persons: block, compare, weigh, judge, cluster.

Clustering takes all links of a night, however they were found: components follow from the links, constraints from the
records, the compared pairs and the clerks, clusters from these three. Links found later extend the components.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.engine import Engine
from pipeline.link.blocking import BlockingRules, RuleCost, make_pairs
from pipeline.link.cluster import Constraints, Refusal, cluster, components, extended
from pipeline.link.codes import Codes, is_any_of
from pipeline.link.comparison import Comparisons
from pipeline.link.constraint import find_constraints
from pipeline.link.decisions import Decisions
from pipeline.link.encode import Coded
from pipeline.link.grade import Graded, grade_pairs
from pipeline.link.ladder import Verdicts, judge
from pipeline.link.model import Model
from pipeline.link.scored import Scored, scored_pairs
from pipeline.link.train import (
    HELD_OUT,
    LabelledPairs,
    all_patterns,
    choose_model,
    find_labelled,
    labelled_patterns,
    splits,
)

Mark = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tally:
    """Held-out labelled pairs with a record of one group, and what the model says of them without the ID."""

    matches: int
    true_links: int
    false_links: int


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is who.

    Attributes:
        label: For each node the smallest node of its person; its own for a record of a household.
        component: For each node the smallest node that links join it to, whatever constraints say.
        scored: Pairs worth keeping.
        refused: Merges that a constraint refused.
        constraints: What may not be one person.
        model: The model used.
        costs: What each blocking rule cost.
        sample_found: For each blocking rule, which of a sample of ID-labelled matches it puts together.
        held_out_by_agency: Code of an agency → what the model makes of held-out pairs with a record of it.
        pairs: Number of pairs compared; patterns: of distinct comparison patterns.
    """

    label: Codes
    component: Codes
    scored: Scored
    refused: list[Refusal]
    constraints: Constraints
    model: Model
    costs: list[RuleCost]
    sample_found: npt.NDArray[np.bool_]
    held_out_by_agency: dict[int, Tally]
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
    pairs = make_pairs(engine, coded, rules, decisions.all_pairs())
    mark("block")
    graded = grade_pairs(engine, coded, comparisons, pairs)
    mark("compare")
    labelled = find_labelled(graded, splits(coded), comparisons)
    patterns = labelled_patterns(graded, labelled, comparisons)
    is_free = bool(is_any_of(coded.records["agency"], duplicate_free).all())
    smallest = int(np.bincount(coded.columns["agency"]).min()) if is_free and coded.count else 0
    compared = all_patterns(graded, comparisons, smallest_list=smallest)
    model = choose_model(comparisons, patterns, previous, retrain=retrain, compared=compared)
    mark("train")
    verdicts = judge(model, comparisons, comparisons.unpack(graded.patterns))
    scored = scored_pairs(graded, verdicts, decisions)
    mark("score")
    edges = scored.edges()
    component = components(engine, edges.a, edges.b, coded.count)
    constraints = find_constraints(engine, coded, component, scored, graded, verdicts, decisions, duplicate_free)
    label, refused = cluster(component, edges, constraints)
    tallies = _tallies(coded.columns["agency"], graded, labelled, verdicts)
    mark("cluster")
    return Persons(
        label,
        component,
        scored,
        refused,
        constraints,
        model,
        pairs.costs,
        pairs.sample_found,
        tallies,
        len(pairs),
        len(graded.patterns),
    )


def _tallies(group: Codes, graded: Graded, labelled: LabelledPairs, verdicts: Verdicts) -> dict[int, Tally]:
    """Held-out pairs by the group of either record; a pair of one group counts once."""
    is_held_out = labelled.split == HELD_OUT
    rows, is_match = labelled.row[is_held_out], labelled.is_match[is_held_out]
    is_link = verdicts.is_link_without_id[graded.pattern_at[rows]]
    left, right = group[graded.a[rows]], group[graded.b[rows]]
    size = int(group.max(initial=-1)) + 1

    def count(chosen: npt.NDArray[np.bool_]) -> list[int]:
        other = chosen & (left != right)
        total = np.bincount(left[chosen], minlength=size) + np.bincount(right[other], minlength=size)
        return [int(n) for n in total]

    seen = count(np.ones(len(rows), dtype=bool))
    found = zip(count(is_match), count(is_match & is_link), count(~is_match & is_link), strict=True)
    return {g: Tally(*counts) for g, counts in enumerate(found) if seen[g]}


def revise_persons(engine: Engine, persons: Persons, residual: Codes) -> Persons:
    """Cluster again with the pairs that the second look at households found to be links."""
    scored = persons.scored.with_residual(residual)
    component = extended(engine, persons.component, scored.edges(residual))
    label, refused = cluster(component, scored.edges(), persons.constraints)
    return replace(persons, label=label, component=component, scored=scored, refused=refused)
