"""The first, the strongest or the best-supported of each group, as arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import UNKNOWN, Codes, Flags, at, combined


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
    g, c = group[nodes], code[nodes]
    size = int(g.max(initial=UNKNOWN)) + 1
    node = first_rows(g, nodes, size)
    # Most groups know one value: only the others are counted.
    rows = np.flatnonzero(at(is_mixed(g, c, size), g))
    groups, winners = _best_supported(g[rows], c[rows], None if weight is None else weight[nodes[rows]])
    node[groups] = nodes[rows[winners]]
    known = np.flatnonzero(node >= 0)
    return known, node[known]


def _best_supported(group: Codes, code: Codes, weight: Codes | None) -> tuple[Codes, Codes]:
    """As best_nodes, where every row has a group and a value."""
    rows = rows_in_order(group, code)
    g, c = group[rows], code[rows]
    starts = np.flatnonzero(_is_new(g) | _is_new(c))
    support = np.ones(len(rows), dtype=np.int64) if weight is None else weight[rows]
    sums = np.add.reduceat(support, starts) if len(starts) else support
    row = strongest(g[starts], sums, int(g.max(initial=UNKNOWN)) + 1)
    groups = np.flatnonzero(row >= 0)
    return groups, rows[starts[row[groups]]]


def first_rows(group: Codes, number: Codes, size: int) -> npt.NDArray[np.int32]:
    """For each of ``size`` groups the number of its first row; -1 where no row is of the group."""
    first = np.full(size, UNKNOWN, dtype=np.int32)
    # Written from the last to the first, so that the first stays.
    first[group[::-1]] = number[::-1]
    return first


def first_nodes(group: Codes, *keys: Codes) -> tuple[Codes, Codes]:
    """For each group the node that comes first by ``keys`` (most important first), then by node."""
    nodes = np.flatnonzero(group >= 0)
    nodes = nodes[rows_in_order(group[nodes], *(key[nodes] for key in keys))]
    first = _is_new(group[nodes])
    return group[nodes][first], nodes[first]


def rows_in_order(*keys: Codes) -> npt.NDArray[np.int64]:
    """Rows in the order of ``keys`` (most important first), equal ones as they stand."""
    rows = len(keys[0])
    # Sorting plain numbers that end in the row is several times as fast as sorting rows by their keys.
    return np.sort(combined([*keys, np.arange(rows)])) % max(rows, 1)


def strongest(group: Codes, support: Codes, size: int) -> npt.NDArray[np.int32]:
    """For each of ``size`` groups the row of most support, the first of equals; -1 where no row is of the group.

    Args:
        group: Group of each row, from 0.
        support: Support of each row, from 0; a row below is no candidate.
        size: Number of groups.
    """
    most = np.full(size, UNKNOWN, dtype=support.dtype)
    np.maximum.at(most, group, support)
    rows = np.flatnonzero((support == at(most, group)) & (support >= 0))
    return first_rows(group[rows], rows, size)


def count_persons(value: Codes, person: Codes, size: int) -> npt.NDArray[np.int64]:
    """How many distinct persons give each value.

    Args:
        value: Value of each row, from 0.
        person: Person of each row, from 0.
        size: Number of values.
    """
    width = int(person.max(initial=0)) + 1
    given = np.full(width, UNKNOWN, dtype=np.int32)
    given[person] = value
    # Most persons give one value: only what the others give is sorted.
    has_more = is_mixed(person, value, width)
    rows = np.flatnonzero(at(has_more, person))
    given[has_more] = UNKNOWN
    # Both are positions among records, so the product stays far below 2^63.
    keys = np.sort(value[rows].astype(np.int64) * width + person[rows])
    return np.bincount(given[given >= 0], minlength=size) + np.bincount(keys[_is_new(keys)] // width, minlength=size)


def is_mixed(group: Codes, value: Codes, size: int) -> Flags:
    """Which of ``size`` groups hold two different values.

    Args:
        group: Group of each row, from 0.
        value: Value of each row.
        size: Number of groups.
    """
    # Every row writes its value over that of the row before: who then reads another value is not alone.
    last = np.empty(size, dtype=value.dtype)
    last[group] = value
    mixed = np.zeros(size, dtype=bool)
    mixed[group[at(last, group) != value]] = True
    return mixed


def _is_new(ordered: Codes) -> Flags:
    """Which rows differ from the one before."""
    return np.asarray(np.diff(ordered, prepend=ordered[:1] - 1) != 0)
