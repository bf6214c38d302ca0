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
from pipeline.link.pairing import NO_KEY, Ints, Nodes, among, distinct, unpacked


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


def _touched_pairs(nights: TwoNights, number: int, rule: BlockingRule) -> tuple[Ints, Ints]:
    """Pairs of the rule in touched blocks tonight, and those of unchanged records that it made there before only."""
    keys = rule_keys(nights.columns, number, rule)
    keys = _restricted(keys, np.flatnonzero(nights.is_changed))
    is_old = np.arange(len(nights.is_changed)) >= nights.tonight
    tonight, before = (
        rule_pairs(nights.columns, number, rule, _without(keys, flags))
        for flags in (is_old, nights.is_changed & ~is_old)
    )
    a, b = unpacked(before)
    lost = before[(a < nights.tonight) & (b < nights.tonight)]
    tonight = np.sort(tonight)
    return tonight, lost[~holds(tonight, lost)]


def _still_held(nights: TwoNights, number: int, rule: BlockingRule, pairs: tuple[Nodes, Nodes]) -> Flags:
    """Which pairs of tonight's records the rule holds tonight."""
    keys = _restricted(rule_keys(nights.columns, number, rule), np.concatenate(pairs))
    is_old = np.arange(len(nights.is_changed)) >= nights.tonight
    return rule_holds(nights.columns, number, rule, _without(keys, is_old), pairs)


def _restricted(keys: tuple[Ints, Ints], nodes: Nodes | Ints) -> tuple[Ints, Ints]:
    """Keys that one of some nodes has on either side, and now and then another: its block is made in vain."""
    left, right = keys
    if right is left:
        one = among(left, np.take(left, nodes))
        return one, one
    touched = np.concatenate([np.take(key, nodes) for key in keys])
    return among(left, touched), among(right, touched)


def _without(keys: tuple[Ints, Ints], flags: Flags) -> tuple[Ints, Ints]:
    left, right = keys
    one = np.where(flags, NO_KEY, left)
    return one, one if right is left else np.where(flags, NO_KEY, right)
