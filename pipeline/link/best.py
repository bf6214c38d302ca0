"""The best-supported value among the records of a group."""

from __future__ import annotations

import numpy as np

from pipeline.link.codes import Codes


def best_nodes(group: Codes, code: Codes, weight: Codes | None = None) -> tuple[Codes, Codes]:
    """For each group a node that holds the value most records support.

    Args:
        group: Group of each node, -1 for none.
        code: Value of each node, -1 unknown.
        weight: Support of each node; 1 when left out. Ties go to the value of the smallest code.

    Returns:
        Groups that know a value, ascending, and one node of each that holds it (the smallest).
    """
    nodes = np.flatnonzero((group >= 0) & (code >= 0))
    support = np.ones(len(nodes), dtype=np.int64) if weight is None else weight[nodes]
    order = np.lexsort((nodes, code[nodes], group[nodes]))
    nodes, support = nodes[order], support[order]
    g, c = group[nodes], code[nodes]
    starts = np.flatnonzero(np.r_[True, (g[1:] != g[:-1]) | (c[1:] != c[:-1])]) if len(nodes) else np.empty(0, np.int64)
    if len(starts) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    sums = np.add.reduceat(support, starts)
    ranked = np.lexsort((np.arange(len(starts)), -sums, g[starts]))
    first = ranked[np.r_[True, g[starts][ranked][1:] != g[starts][ranked][:-1]]]
    return g[starts][first], nodes[starts][first]


def first_nodes(group: Codes, *keys: Codes) -> tuple[Codes, Codes]:
    """For each group the node that comes first by ``keys`` (most important first), then by node."""
    nodes = np.flatnonzero(group >= 0)
    order = nodes[np.lexsort((nodes, *[k[nodes] for k in reversed(keys)], group[nodes]))]
    if len(order) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    g = group[order]
    first = np.r_[True, g[1:] != g[:-1]]
    return g[first], order[first]
