"""Records → persons: block and compare all of them or those that changed, weigh, judge, cluster.

Clustering takes all links of a night, however they were found: components follow from the links, constraints from the
records, the compared pairs and the clerks, clusters from these three. Links found later extend the components.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.engine import Engine
from pipeline.link.blocking import BlockingRules, make_pairs, rule_rows
from pipeline.link.cluster import Constraints, Refusal, cluster, components, extended
from pipeline.link.codes import Codes, at, is_any_of
from pipeline.link.comparison import Comparisons
from pipeline.link.constraint import find_constraints
from pipeline.link.decisions import Decisions
from pipeline.link.encode import Coded
from pipeline.link.expectation import CrossCheck, cross_check
from pipeline.link.grade import Graded, grade_pairs
from pipeline.link.known_pairs import KnownPairs, kept_beside
from pipeline.link.ladder import Verdicts, judge
from pipeline.link.model import Model
from pipeline.link.pairing import Ints
from pipeline.link.reblock import TwoNights, changed_pairs
from pipeline.link.scored import Scored, scored_pairs
from pipeline.link.train import (
    LabelledPairs,
    all_patterns,
    choose_model,
    find_labelled,
    labelled_patterns,
    splits,
)

Mark = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is who.

    Attributes:
        label: For each node the smallest node of its person; its own for a record of a household.
        component: For each node the smallest node that links join it to, whatever constraints say.
        scored: Pairs worth keeping.
        refused: Merges that a constraint refused.
        constraints: What may not be one person.
    """

    label: Codes
    component: Codes
    scored: Scored
    refused: list[Refusal]
    constraints: Constraints


@dataclass(frozen=True, slots=True)
class ComparedPairs:
    """The graded pairs of a night.

    Attributes:
        graded: All of them.
        rules: What the blocking rules cost and find, a row each; empty where not all pairs were made.
        compared: How many were compared tonight; the others are as they were.
    """

    graded: Graded
    rules: list[dict[str, Any]]
    compared: int


def compare_all(
    engine: Engine, coded: Coded, rules: BlockingRules, comparisons: Comparisons, decisions: Decisions, mark: Mark
) -> ComparedPairs:
    """Make every pair and grade it; ``mark`` is told the name of each step when it is done."""
    pairs, findings = make_pairs(engine, coded, rules, decisions.all_pairs())
    mark("block")
    graded = grade_pairs(engine, coded, comparisons, pairs)
    mark("compare")
    return ComparedPairs(graded, rule_rows(findings, rules), len(pairs))


def compare_changed(
    engine: Engine,
    coded: Coded,
    rules: BlockingRules,
    comparisons: Comparisons,
    known: KnownPairs,
    nights: TwoNights,
    beside: Ints,
    mark: Mark,
) -> ComparedPairs:
    """The same pairs with the same grades, where only those of changed records are compared.

    Args:
        engine: Works on several rules and batches at once.
        coded: Tonight's records.
        rules: Blocking rules.
        comparisons: The levels of each comparison.
        known: Graded pairs of the run before.
        nights: Tonight's records beside those of the run before.
        beside: Packed pairs that no block makes.
        mark: Is told the name of each step when it is done.
    """
    changes = changed_pairs(engine, nights, rules, known, beside)
    mark("block")
    others = grade_pairs(engine, coded, comparisons, changes.others)
    graded = kept_beside(engine, known, changes, others)
    mark("compare")
    return ComparedPairs(graded, [], len(others.a))


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the model says.

    Attributes:
        model: The model used.
        labelled: Pairs whose truth their IDs tell.
        verdicts: What the model makes of each pattern.
        em_check: What expectation–maximisation makes of the model; None where there are too few pairs.
    """

    model: Model
    labelled: LabelledPairs
    verdicts: Verdicts
    em_check: CrossCheck | None


def weigh(
    engine: Engine,
    coded: Coded,
    comparisons: Comparisons,
    graded: Graded,
    previous: Model | None,
    retrain: bool,
    duplicate_free: tuple[str, ...],
) -> Weighed:
    """Learn the model, or take the one of the run before, and judge every pattern by it."""
    labelled = find_labelled(engine, graded, splits(coded), comparisons)
    patterns = labelled_patterns(engine, graded, labelled, comparisons)
    is_free = bool(is_any_of(coded.records["agency"], duplicate_free).all())
    smallest = int(np.min(np.unique(coded.columns["agency"], return_counts=True)[1])) if is_free and coded.count else 0
    unlabelled = all_patterns(engine, graded, comparisons, records=coded.count, smallest_list=smallest)
    model = choose_model(comparisons, patterns, previous, retrain=retrain, compared=unlabelled)
    em_check = cross_check(comparisons, unlabelled.levels, unlabelled.pairs, model)
    return Weighed(model, labelled, judge(model, comparisons, comparisons.unpack(graded.patterns)), em_check)


def find_persons(
    engine: Engine,
    coded: Coded,
    decisions: Decisions,
    graded: Graded,
    verdicts: Verdicts,
    duplicate_free: tuple[str, ...],
    mark: Mark,
) -> Persons:
    """Link records into persons: judge the compared pairs and cluster."""
    scored = scored_pairs(engine, graded, verdicts, decisions)
    mark("score")
    edges = scored.edges()
    component = components(engine, edges.a, edges.b, coded.count)
    constraints = find_constraints(engine, coded, component, scored, graded, verdicts, decisions, duplicate_free)
    label, refused = cluster(component, edges, constraints)
    mark("cluster")
    return Persons(label, component, scored, refused, constraints)


def revise_persons(engine: Engine, persons: Persons, residual: Codes) -> Persons:
    """Cluster again with the pairs that the second look at households found to be links, where these join anything."""
    scored = persons.scored.with_residual(residual)
    component = extended(engine, persons.component, scored.edges(residual))
    is_joined = np.zeros(len(component), dtype=bool)
    is_joined[component[scored.a[residual]]] = True
    is_again = at(is_joined, component)
    nodes, rows = np.flatnonzero(is_again), np.flatnonzero(scored.is_link & at(is_again, scored.a))
    links = scored.edges(rows)
    links = replace(links, a=np.searchsorted(nodes, links.a), b=np.searchsorted(nodes, links.b))
    found, refusals = cluster(np.searchsorted(nodes, component[nodes]), links, persons.constraints.only(nodes))
    label = persons.label.copy()
    label[nodes] = nodes[found]
    refused = [refusal for refusal in persons.refused if not is_again[refusal.a]]
    refused += [replace(refusal, a=int(nodes[refusal.a]), b=int(nodes[refusal.b])) for refusal in refusals]
    return replace(persons, label=label, component=component, scored=scored, refused=refused)
