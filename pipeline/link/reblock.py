"""Pairs of a night on which few records changed: only blocks in which a changed record stands, or stood, are made.

Blocks with different keys have nothing to do with each other, so that the pairs of those blocks are what a whole run
would make of them. A record that joins or leaves a block may take it over its cap, or below it: pairs of unchanged
records come and go with that. A pair that goes from one block stays where another rule still holds it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.engine import Engine
from pipeline.link.blocking import BlockingRule, BlockingRules, Columns, holds, rule_holds, rule_keys, rule_pairs
from pipeline.link.codes import Flags
from pipeline.link.pairing import NO_KEY, Ints, Nodes, among, distinct, packed, unpacked


@dataclass(frozen=True, slots=True)
class TwoNights:
    """Tonight's records and, behind them, what those that changed or are gone were before.

    Attributes:
        columns: Code columns over both.
        tonight: Number of tonight's records.
        is_changed: Which are new or changed tonight, or were so before; one entry for each of both.
    """

    columns: Columns
    tonight: int
    is_changed: Flags


@dataclass(frozen=True, slots=True)
class PairChanges:
    """Packed pairs, ascending, that rules without the ID make in touched blocks, and those no rule makes any more."""

    made: Ints
    gone: Ints


def changed_pairs(engine: Engine, nights: TwoNights, rules: BlockingRules) -> PairChanges:
    """What became of the pairs of rules that do not look at the ID.

    Args:
        engine: Works on several rules at once.
        nights: The records.
        rules: Blocking rules.
    """
    free = [(i, r) for i, r in enumerate(rules.rules) if not r.has_id]
    found = engine.map_each(free, lambda item: _touched_pairs(nights, *item))
    made = distinct(np.sort(np.concatenate([made for made, _ in found])))
    lost = distinct(np.sort(np.concatenate([lost for _, lost in found])))
    lost = lost[~holds(made, lost)]
    if len(lost) == 0:
        return PairChanges(made, lost)
    held = engine.map_each(free, lambda item: _still_held(nights, *item, unpacked(lost)))
    return PairChanges(made, lost[~np.logical_or.reduce(held)])


@dataclass(frozen=True, slots=True)
class _Touched:
    """Records in blocks of a rule that are looked at, in the order of the nodes.

    Attributes:
        nodes: Their nodes among both nights.
        columns: Code columns that the rule reads.
        keys: Their keys as one of a pair and as the other.
    """

    nodes: Ints
    columns: Columns
    keys: tuple[Ints, Ints]

    def pairs(self, number: int, rule: BlockingRule, out: Flags) -> Ints:
        """Packed pairs of nodes that the rule makes without some of the records, ascending."""
        a, b = unpacked(rule_pairs(self.columns, number, rule, _without(self.keys, out)))
        return np.sort(packed(self.nodes[a], self.nodes[b]))

    def holds(self, number: int, rule: BlockingRule, out: Flags, pairs: tuple[Nodes, Nodes]) -> Flags:
        """Which pairs of nodes the rule makes without some of the records."""
        found = np.zeros(len(pairs[0]), dtype=bool)
        if len(self.nodes) == 0:
            return found
        places = [np.minimum(np.searchsorted(self.nodes, nodes), len(self.nodes) - 1) for nodes in pairs]
        here = np.logical_and(*(self.nodes[at] == nodes for at, nodes in zip(places, pairs, strict=True)))
        a, b = (at[here].astype(np.int32) for at in places)
        found[here] = rule_holds(self.columns, number, rule, _without(self.keys, out), (a, b))
        return found


def _touched(nights: TwoNights, number: int, rule: BlockingRule, nodes: Nodes | Ints) -> _Touched:
    """All records of the blocks in which some nodes stand, and now and then of another: it is made in vain."""
    left, right = rule_keys(nights.columns, number, rule)
    wanted = np.take(left, nodes) if right is left else np.concatenate([np.take(key, nodes) for key in (left, right)])
    one = among(left, wanted)
    other = one if right is left else among(right, wanted)
    chosen = np.flatnonzero((one != NO_KEY) | (other != NO_KEY))
    names = {"is_person", *rule.left, *rule.right, *rule.refine}
    columns = {name: np.take(nights.columns[name], chosen) for name in names}
    key = np.take(one, chosen)
    return _Touched(chosen, columns, (key, key if right is left else np.take(other, chosen)))


def _touched_pairs(nights: TwoNights, number: int, rule: BlockingRule) -> tuple[Ints, Ints]:
    """Pairs of the rule in touched blocks tonight, and those of unchanged records that it made there before only."""
    touched = _touched(nights, number, rule, np.flatnonzero(nights.is_changed))
    is_old = touched.nodes >= nights.tonight
    tonight = touched.pairs(number, rule, is_old)
    before = touched.pairs(number, rule, nights.is_changed[touched.nodes] & ~is_old)
    a, b = unpacked(before)
    lost = before[(a < nights.tonight) & (b < nights.tonight)]
    return tonight, lost[~holds(tonight, lost)]


def _still_held(nights: TwoNights, number: int, rule: BlockingRule, pairs: tuple[Nodes, Nodes]) -> Flags:
    """Which pairs of tonight's records the rule holds tonight."""
    touched = _touched(nights, number, rule, np.concatenate(pairs))
    return touched.holds(number, rule, touched.nodes >= nights.tonight, pairs)


def _without(keys: tuple[Ints, Ints], flags: Flags) -> tuple[Ints, Ints]:
    left, right = keys
    one = np.where(flags, NO_KEY, left)
    return one, one if right is left else np.where(flags, NO_KEY, right)
