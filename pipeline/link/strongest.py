"""Each linked record's strongest link inside its person, and how far it stands above the best to another person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.link.best import strongest
from pipeline.link.codes import Codes, Flags, Value, at, combined, numbered
from pipeline.link.scored import Scored


@dataclass(frozen=True, slots=True)
class Strongest:
    """Each linked record's strongest link inside its person.

    Attributes:
        node: The record, ascending; other: the record it is linked with.
        row: The pair among those scored.
        margin: Weight above that of the record's best pair with another person; known where there is such a pair.
        has_margin: Whether there is.
    """

    node: Codes
    other: Codes
    row: Codes
    margin: Codes
    has_margin: Flags


def strongest_links(scored: Scored, person: Codes) -> Strongest:
    """For each linked record its strongest link inside the person and the margin above the best other person.

    Args:
        scored: Pairs worth keeping.
        person: Smallest node of each record's person.
    """
    together = at(person, scored.a) == at(person, scored.b)
    inside, outside = np.flatnonzero(together & scored.is_link), np.flatnonzero(~together)
    count = len(person)
    a, b = scored.a[inside], scored.b[inside]
    strength = numbered(combined([-scored.evidence[inside], scored.weight[inside]]))
    # Pairs are in order, so that a record's first link is that with the smallest other record: of equals it is taken.
    link = strongest(np.concatenate([b, a]), np.concatenate([strength, strength]), count)
    node = np.flatnonzero(link >= 0)
    link = link[node]
    is_second, link = link < len(inside), link % max(len(inside), 1)
    row = inside[link]
    lowest = np.iinfo(np.int32).min
    best = np.full(count, lowest, dtype=np.int32)
    for end in (scored.a, scored.b):
        np.maximum.at(best, end[outside], scored.weight[outside])
    has_margin = best[node] != lowest
    margin = np.where(has_margin, scored.weight[row] - np.where(has_margin, best[node], 0), 0)
    return Strongest(node, np.where(is_second, a[link], b[link]), row, margin, has_margin)


def revise_strongest(before: Strongest, scored: Scored, was: Codes, person: Codes) -> Strongest:
    """The strongest links once persons changed, worked out only for persons that did.

    Args:
        before: The strongest links as persons were.
        scored: The same pairs; others may be links now, between persons that changed.
        was: Smallest node of each record's person, as persons were.
        person: The same as they are.
    """
    changed = np.flatnonzero(was != person)
    is_of_changed = np.zeros(len(person), dtype=bool)
    # Those left behind, and those joined, are other persons now too.
    is_of_changed[was[changed]] = True
    is_of_changed[person[changed]] = True
    is_changed = at(is_of_changed, person)
    rows = np.flatnonzero(at(is_changed, scored.a) | at(is_changed, scored.b))
    nodes, ends = np.unique(np.concatenate([scored.a[rows], scored.b[rows]]), return_inverse=True)
    a, b = np.split(ends, 2)
    found = strongest_links(replace(scored.take(rows), a=a, b=b), person[nodes])
    # Of a record beside them, not all pairs were looked at.
    again = np.flatnonzero(is_changed[nodes[found.node]])
    stays = np.flatnonzero(~np.take(is_changed, before.node))
    node = nodes[found.node[again]]
    place = np.searchsorted(before.node[stays], node)

    def put_in(old: npt.NDArray[Value], new: npt.NDArray[Value]) -> npt.NDArray[Value]:
        return np.insert(np.take(old, stays), place, new)

    return Strongest(
        put_in(before.node, node),
        put_in(before.other, nodes[found.other[again]]),
        put_in(before.row, rows[found.row[again]]),
        put_in(before.margin, found.margin[again]),
        put_in(before.has_margin, found.has_margin[again]),
    )
