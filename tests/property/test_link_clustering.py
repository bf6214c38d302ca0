from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine import DuckDBEngine
from pipeline.link.cluster import FORBIDDEN_BY_CLERK, NEVER, Constraints, Edges, Refusal, cluster, components, extended
from pipeline.link.ladder import A1, B, C, D, X
from pipeline.link.person import Persons, revise_persons
from pipeline.link.scored import Scored

NODES = 12
EDGE = st.tuples(
    st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.sampled_from([X, A1, B, C]), st.integers(0, 5)
).filter(lambda e: e[0] < e[1])
EDGES = st.lists(EDGE, max_size=24, unique_by=lambda e: (e[0], e[1]))
PAIRS = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda p: p[0] < p[1]), max_size=4
)
OPTIONAL_CODE = st.lists(st.integers(-1, 3), min_size=NODES, max_size=NODES)


def as_edges(rows: list[tuple[int, int, int, int]]) -> Edges:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Edges(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3])


def constraints(
    ids: list[int] | None = None, lists: list[int] | None = None, forbidden: list[tuple[int, int]] | None = None
) -> Constraints:
    nothing = [-1] * NODES
    pairs = np.array([(a, b, FORBIDDEN_BY_CLERK) for a, b in forbidden or []], dtype=np.int64).reshape(-1, 3)
    return Constraints(
        np.array(ids or nothing),
        np.full(NODES, NEVER),
        np.full(NODES, NEVER),
        np.array(lists or nothing),
        pairs,
    )


def run(rows: list[tuple[int, int, int, int]], limits: Constraints) -> tuple[np.ndarray, list[Refusal]]:
    edges = as_edges(rows)
    with DuckDBEngine(threads=1) as engine:
        component = components(engine, edges.a, edges.b, NODES)
    return cluster(component, edges, limits)


def reference(
    rows: list[tuple[int, int, int, int]], ids: list[int], lists: list[int], forbidden: list[tuple[int, int]]
) -> list[set[int]]:
    """Edge by edge over everything, by the definition and without components."""
    clusters = [{n} for n in range(NODES)]
    for a, b, evidence, _ in sorted(rows, key=lambda e: (e[2], -e[3], e[0], e[1])):
        left = next(c for c in clusters if a in c)
        right = next(c for c in clusters if b in c)
        if left is right:
            continue
        one = {ids[n] for n in left if ids[n] >= 0}
        two = {ids[n] for n in right if ids[n] >= 0}
        listed = {lists[n] for n in left if lists[n] >= 0} & {lists[n] for n in right if lists[n] >= 0}
        apart = any((x in left and y in right) or (x in right and y in left) for x, y in forbidden)
        if apart or (evidence != X and (not (one <= two or two <= one) or listed)):
            continue
        clusters.remove(right)
        left |= right
    return clusters


@settings(max_examples=60)
@given(EDGES)
def test_without_constraints_clusters_are_the_connected_components(rows: list[tuple[int, int, int, int]]) -> None:
    label, refused = run(rows, constraints())
    graph = nx.Graph()
    graph.add_nodes_from(range(NODES))
    graph.add_edges_from((a, b) for a, b, *_ in rows)
    expected = {n: min(part) for part in nx.connected_components(graph) for n in part}
    assert label.tolist() == [expected[n] for n in range(NODES)]
    assert refused == []


@settings(max_examples=60)
@given(EDGES, st.integers(0, 24))
def test_components_extended_by_later_edges_are_those_of_all_edges(
    rows: list[tuple[int, int, int, int]], known: int
) -> None:
    every, first, later = as_edges(rows), as_edges(rows[:known]), as_edges(rows[known:])
    with DuckDBEngine(threads=1) as engine:
        expected = components(engine, every.a, every.b, NODES)
        found = extended(engine, components(engine, first.a, first.b, NODES), later)
    assert found.tolist() == expected.tolist()


@settings(max_examples=80)
@given(EDGES, st.integers(0, 24), OPTIONAL_CODE, OPTIONAL_CODE, PAIRS)
def test_persons_revised_by_later_links_are_those_clustered_from_all_links(
    rows: list[tuple[int, int, int, int]],
    first: int,
    ids: list[int],
    lists: list[int],
    forbidden: list[tuple[int, int]],
) -> None:
    rows = sorted(rows)
    a, b, evidence, weight = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    later, limits = np.arange(len(rows)) >= first, constraints(ids, lists, forbidden)
    nothing = np.zeros(len(rows), dtype=np.int64)
    scored = Scored(a, b, nothing, weight, evidence, ~later, later, nothing.astype(bool))
    # What the second look finds is of one class of evidence.
    whole = Edges(a, b, np.where(later, D, evidence), weight)
    with DuckDBEngine(threads=1) as engine:
        known = scored.edges()
        component = components(engine, known.a, known.b, NODES)
        label, refused = cluster(component, known, limits)
        persons = Persons(label, component, scored, refused, limits)
        revised = revise_persons(engine, persons, np.flatnonzero(later))
        component = components(engine, a, b, NODES)
    label, refused = cluster(component, whole, limits)
    assert revised.label.tolist() == label.tolist()
    assert revised.component.tolist() == component.tolist()
    as_rows = [sorted((r.a, r.b, r.reason, r.weight) for r in found) for found in (revised.refused, refused)]
    assert as_rows[0] == as_rows[1]


@given(EDGES, OPTIONAL_CODE, OPTIONAL_CODE, PAIRS)
def test_taking_whole_components_first_gives_what_edge_by_edge_gives(
    rows: list[tuple[int, int, int, int]], ids: list[int], lists: list[int], forbidden: list[tuple[int, int]]
) -> None:
    label, _ = run(rows, constraints(ids, lists, forbidden))
    expected = {n: min(part) for part in reference(rows, ids, lists, forbidden) for n in part}
    assert label.tolist() == [expected[n] for n in range(NODES)]


@settings(max_examples=60)
@given(EDGES, OPTIONAL_CODE, PAIRS)
def test_no_cluster_holds_two_valid_ids_unless_a_clerk_said_so(
    rows: list[tuple[int, int, int, int]], ids: list[int], forbidden: list[tuple[int, int]]
) -> None:
    without_clerk = [r for r in rows if r[2] != X]
    label, refused = run(without_clerk, constraints(ids, forbidden=forbidden))
    for root in np.unique(label):
        assert len({ids[n] for n in np.flatnonzero(label == root) if ids[n] >= 0}) <= 1
    assert all(label[a] != label[b] for a, b in forbidden)
    assert {r.reason for r in refused} <= {"two_valid_ids", "clerk_different"}


@settings(max_examples=40)
@given(EDGES, OPTIONAL_CODE, PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_edges_does_not_matter(
    rows: list[tuple[int, int, int, int]], ids: list[int], forbidden: list[tuple[int, int]], dice: object
) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    limits = constraints(ids, forbidden=forbidden)
    one, other = run(rows, limits), run(shuffled, limits)
    assert one[0].tolist() == other[0].tolist()
    assert one[1] == other[1]


def test_a_person_seen_after_their_death_is_another_person_unless_the_id_is_one() -> None:
    dead, seen = np.full(NODES, NEVER), np.full(NODES, NEVER)
    dead[0], seen[1] = 1000, 1100
    limits = Constraints(np.full(NODES, -1), dead, seen, np.full(NODES, -1), np.empty((0, 3), dtype=np.int64))
    label, refused = run([(0, 1, C, 3)], limits)
    assert label[0] != label[1]
    assert [r.reason for r in refused] == ["active_after_death"]
    assert run([(0, 1, A1, 3)], limits)[0][1] == 0
