"""Clusters of records that are one person: connected components where no constraint breaks, else edge by edge.

Taking whole components first is exact because constraints only tighten when clusters grow: a merge that is refused for
two clusters is refused for any clusters that hold them. A component that as a whole breaks no constraint therefore
holds no merge that could have been refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine import Engine
from pipeline.link.best import is_mixed
from pipeline.link.codes import Codes, Flags, at, present
from pipeline.link.ladder import A1, X

# Reports of a death lag and visits are dated by the month: only a contact more than a month later contradicts it.
GRACE_DAYS = 31
NEVER = -1
FORBIDDEN_BY_CLERK, FORBIDDEN_BY_COMPARISON = 0, 1
_FORBIDDEN_REASON = ("clerk_different", "same_house_different_name")


@dataclass(frozen=True, slots=True)
class Edges:
    """Accepted edges; ``evidence`` is a position in ladder.EVIDENCE."""

    a: Codes
    b: Codes
    evidence: Codes
    weight: Codes

    def take(self, rows: Codes | npt.NDArray[np.bool_]) -> Edges:
        """Some of the edges."""
        return Edges(self.a[rows], self.b[rows], self.evidence[rows], self.weight[rows])

    def ordered(self) -> Edges:
        """From the strongest to the weakest: (evidence class, −weight, a, b)."""
        return self.take(np.lexsort((self.b, self.a, -self.weight, self.evidence)))


@dataclass(frozen=True, slots=True)
class Constraints:
    """What may not be one person. One entry a node in the arrays.

    Attributes:
        valid_id: Code of the valid national ID, -1 without.
        dead_day, seen_day: Days since 1970 of death and of the last contact, -1 unknown.
        list_number: Number of the list declared free of duplicates, -1 otherwise.
        forbidden: Pairs of nodes that may not be one person: columns a, b, kind (FORBIDDEN_…).
    """

    valid_id: Codes
    dead_day: Codes
    seen_day: Codes
    list_number: Codes
    forbidden: Codes

    def only(self, nodes: Codes) -> Constraints:
        """Of some nodes, in order and numbered anew among themselves."""
        inside = np.isin(self.forbidden[:, :2], nodes).all(axis=1)
        forbidden = self.forbidden[inside]
        forbidden[:, :2] = np.searchsorted(nodes, forbidden[:, :2])
        return Constraints(
            self.valid_id[nodes], self.dead_day[nodes], self.seen_day[nodes], self.list_number[nodes], forbidden
        )


@dataclass(slots=True)
class Refusal:
    """A merge that a constraint refused."""

    a: int
    b: int
    reason: str
    weight: int
    is_clerk: bool = False


@dataclass(slots=True)
class _Cluster:
    ids: frozenset[int]
    lists: dict[int, int]
    dead_day: int
    seen_day: int
    nodes: list[int]
    forbidden: dict[int, int] = field(default_factory=dict)


def components(engine: Engine, a: Codes, b: Codes, count: int) -> Codes:
    """For each of ``count`` nodes the smallest node that edges from ``a`` to ``b`` join it to."""
    return engine.connected_components(pa.table({"a": a, "b": b}), count)


def extended(engine: Engine, component: Codes, edges: Edges) -> Codes:
    """Components once more edges are there: an edge joins the whole components of its two ends."""
    roots, ends = np.unique(component[np.concatenate([edges.a, edges.b])], return_inverse=True)
    root = np.arange(len(component), dtype=np.int32)
    a, b = np.split(ends, 2)
    root[roots] = roots[components(engine, a, b, len(roots))]
    return at(root, component)


def cluster(component: Codes, edges: Edges, constraints: Constraints) -> tuple[Codes, list[Refusal]]:
    """Cluster nodes under constraints.

    Args:
        component: For each node the smallest node of its connected component.
        edges: Accepted edges, in any order.
        constraints: What may not be one person.

    Returns:
        For each node the smallest node of its cluster, and the merges refused.
    """
    label = component.copy()
    rows = np.flatnonzero(at(_is_broken(label, constraints), at(label, edges.a)))
    if len(rows) == 0:
        return label, []
    hard = edges.take(rows).ordered()
    merged, refused = _edge_by_edge(hard, constraints)
    for node, root in merged.items():
        label[node] = root
    return label, refused


def _is_broken(label: Codes, constraints: Constraints) -> Flags:
    """Which components as a whole break a constraint, by their smallest node."""
    count = len(label)
    has_id = np.flatnonzero(constraints.valid_id >= 0)
    is_broken = is_mixed(label[has_id], constraints.valid_id[has_id], count)
    for number in present(constraints.list_number):
        listed = np.flatnonzero(constraints.list_number == number)
        is_broken |= is_mixed(label[listed], listed, count)
    is_broken[_active_after_death(label, constraints)] = True
    left, right = label[constraints.forbidden[:, 0]], label[constraints.forbidden[:, 1]]
    is_broken[left[left == right]] = True
    return is_broken


def _active_after_death(label: Codes, constraints: Constraints) -> Codes:
    dead = constraints.dead_day != NEVER
    if not dead.any():
        return np.empty(0, dtype=np.int64)
    seen_of = np.full(len(label), NEVER, dtype=np.int32)
    np.maximum.at(seen_of, label, constraints.seen_day)
    late = seen_of[label[dead]] > constraints.dead_day[dead] + GRACE_DAYS
    return np.asarray(label[dead][late], dtype=np.int64)


def _edge_by_edge(edges: Edges, constraints: Constraints) -> tuple[dict[int, int], list[Refusal]]:
    clusters = _singletons(edges, constraints)
    home: dict[int, int] = {node: node for node in clusters}
    refused: list[Refusal] = []
    for a, b, evidence, weight in zip(
        edges.a.tolist(), edges.b.tolist(), edges.evidence.tolist(), edges.weight.tolist(), strict=True
    ):
        left, right = home[a], home[b]
        if left == right:
            continue
        reason = _refusal(clusters[left], clusters[right], home, right, evidence)
        if reason is None:
            _merge(clusters, home, left, right)
        else:
            refused.append(Refusal(a, b, reason, weight, is_clerk=evidence == X))
    return {node: min(clusters[root].nodes) for node, root in home.items()}, refused


def _singletons(edges: Edges, constraints: Constraints) -> dict[int, _Cluster]:
    nodes = np.unique(np.concatenate([edges.a, edges.b]))
    clusters = {
        n: _Cluster(
            ids=frozenset() if constraints.valid_id[n] < 0 else frozenset((int(constraints.valid_id[n]),)),
            lists={} if constraints.list_number[n] < 0 else {int(constraints.list_number[n]): 1},
            dead_day=int(constraints.dead_day[n]),
            seen_day=int(constraints.seen_day[n]),
            nodes=[n],
        )
        for n in nodes.tolist()
    }
    # A clerk's word stands before a comparison's: later entries overwrite earlier ones.
    by_kind = constraints.forbidden[np.argsort(-constraints.forbidden[:, 2], kind="stable")]
    for a, b, kind in by_kind.tolist():
        if a in clusters and b in clusters:
            clusters[a].forbidden[b] = kind
            clusters[b].forbidden[a] = kind
    return clusters


def _refusal(left: _Cluster, right: _Cluster, home: dict[int, int], right_home: int, evidence: int) -> str | None:
    """Why two clusters may not merge; None when they may."""
    kinds = {kind for node, kind in left.forbidden.items() if home[node] == right_home}
    if FORBIDDEN_BY_CLERK in kinds:
        return _FORBIDDEN_REASON[FORBIDDEN_BY_CLERK]
    if evidence == X:
        return None
    if not (left.ids <= right.ids or right.ids <= left.ids):
        return "two_valid_ids"
    if left.lists.keys() & right.lists.keys():
        return "duplicate_free_source"
    # The same valid ID with an agreeing name is one person whose death was reported wrongly: a question, not a refusal.
    if evidence != A1 and (_died_before(left, right) or _died_before(right, left)):
        return "active_after_death"
    if evidence != A1 and FORBIDDEN_BY_COMPARISON in kinds:
        return _FORBIDDEN_REASON[FORBIDDEN_BY_COMPARISON]
    return None


def _died_before(dead: _Cluster, other: _Cluster) -> bool:
    return dead.dead_day != NEVER and other.seen_day > dead.dead_day + GRACE_DAYS


def _merge(clusters: dict[int, _Cluster], home: dict[int, int], left: int, right: int) -> None:
    if len(clusters[left].nodes) < len(clusters[right].nodes):
        left, right = right, left
    into, gone = clusters[left], clusters.pop(right)
    for node in gone.nodes:
        home[node] = left
    into.nodes.extend(gone.nodes)
    into.ids |= gone.ids
    for number, times in gone.lists.items():
        into.lists[number] = into.lists.get(number, 0) + times
    into.seen_day = max(into.seen_day, gone.seen_day)
    dead = [day for day in (into.dead_day, gone.dead_day) if day != NEVER]
    into.dead_day = min(dead) if dead else NEVER
    for node, kind in gone.forbidden.items():
        into.forbidden[node] = min(kind, into.forbidden.get(node, kind))
