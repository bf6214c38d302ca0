"""Pairs of a night on which few records changed: only blocks in which a changed record stands, or stood, are made.

Blocks with different keys have nothing to do with each other, so that the pairs of those blocks are what a whole run
would make of them. Two unchanged records come together, or apart, only where a block is cut or left out on one of both
nights. A pair that goes from one block stays where another rule still holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipeline.engine import Engine
from pipeline.link.blocking import (
    BlockingRule,
    BlockingRules,
    Columns,
    holds,
    rule_blocks,
    rule_holds,
    rule_keys,
    rule_pairs,
    united,
)
from pipeline.link.codes import Codes, Flags, by_appearance
from pipeline.link.known_pairs import KnownPairs, PairChanges
from pipeline.link.pairing import NO_KEY, Ints, Nodes, once, packed, pairs_within, sharing, unpacked

_Item = tuple[int, BlockingRule]
# Records looked at first where most blocks soon turn out to be over their cap; each later step takes twice as many.
_FIRST_STEP = 1 << 16
# Places for each record to count it in.
_PLACES_PER_ROW = 4
# Rules that are asked at once whether they hold some pairs.
_RULES_AT_A_TIME = 4


@dataclass(frozen=True, slots=True)
class TwoNights:
    """Tonight's records and, counted on behind them, what those that changed or are gone were before.

    Attributes:
        tonight: Code columns of tonight's records.
        before: The same of the others.
        count: Number of tonight's records.
        is_changed: Which are new or changed tonight, or were so before; one entry for each of both.
    """

    tonight: Columns
    before: Columns
    count: int
    is_changed: Flags

    def is_old(self, nodes: Codes) -> Flags:
        """Which nodes are records as they were before."""
        return np.asarray(nodes >= self.count)

    def take(self, names: Iterable[str], nodes: Codes) -> dict[str, Codes]:
        """Code columns of some nodes."""
        is_old = self.is_old(nodes)
        if not is_old.any():
            return {name: np.take(self.tonight[name], nodes) for name in names}
        late, early = np.flatnonzero(~is_old), np.flatnonzero(is_old)
        found: dict[str, Codes] = {name: np.empty(len(nodes), dtype=np.int32) for name in names}
        for name, codes in found.items():
            codes[late] = np.take(self.tonight[name], nodes[late])
            codes[early] = np.take(self.before[name], nodes[early] - self.count)
        return found

    def sharing(self, sides: Sequence[tuple[str, ...]], nodes: Ints) -> Ints:
        """Nodes that share a key, of one of some sets of columns, with some nodes; see :func:`pairing.sharing`."""
        wanted = [list(self.take(side, nodes).values()) for side in sides]
        of_each = [sharing([[columns[name] for name in side] for side in sides], wanted) for columns in self._nights()]
        return np.concatenate([of_each[0], of_each[1] + self.count])

    def parts(self, first: int) -> Iterator[tuple[int, dict[str, Codes]]]:
        """First nodes and code columns of parts: ``first`` records, then twice as many each time, then those before."""
        start, step = 0, first
        while start < self.count:
            yield start, {name: codes[start : start + step] for name, codes in self.tonight.items()}
            start, step = start + step, 2 * step
        yield self.count, dict(self.before)

    def _nights(self) -> tuple[Columns, Columns]:
        return self.tonight, self.before


def changed_pairs(
    engine: Engine, nights: TwoNights, rules: BlockingRules, known: KnownPairs, beside: Ints
) -> PairChanges:
    """What a whole run would make of tonight's records, told from what the run before made.

    Args:
        engine: Works on several rules at once.
        nights: The records.
        rules: Blocking rules.
        known: Pairs of the run before.
        beside: Packed pairs of tonight that no block makes: of IDs nearly alike, and those that clerks decided on.
    """
    items = list(enumerate(rules.rules))
    free = [item for item in items if not item[1].has_id]
    by_id = [item for item in items if item[1].has_id]
    made, lost = _touched_pairs(engine, nights, free)
    lost = lost[~_still_held(engine, nights, free, lost)]
    made_by_id = once([_touched_pairs(engine, nights, by_id)[0], beside])
    at, at_by_id, gone = known.places(engine, (made, made_by_id, lost))
    is_unchanged = known.is_unchanged()
    is_free = known.graded.is_free & is_unchanged
    is_free[gone[gone >= 0]] = False
    is_free[at[at >= 0]] = True
    is_kept = is_free.copy()
    doubtful = np.flatnonzero(is_unchanged & ~is_free)
    asked = packed(*known.nodes(doubtful))
    is_kept[doubtful] = _still_held(engine, nights, by_id, asked) | holds(np.sort(beside), asked)
    return PairChanges(is_kept, is_free, united([made[at < 0]], [made_by_id[at_by_id < 0]]))


def _touched_pairs(engine: Engine, nights: TwoNights, rules: Iterable[_Item]) -> tuple[Ints, Ints]:
    """Packed pairs that some rule makes tonight, and pairs of unchanged records that none of the rules makes any more.

    Of the first only those with a changed record or of blocks that are or were cut or left out; both ascending.
    """
    changed = np.flatnonzero(nights.is_changed)
    found = engine.map_each(list(rules), lambda item: _pairs_of_rule(nights, *item, changed))
    made, lost = (once([part[i] for part in found]) for i in range(2))
    return made, lost[~holds(made, lost)]


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

    def only(self, rows: Ints) -> _Touched:
        """Some of the records."""
        left, right = self.keys
        key = np.take(left, rows)
        columns = {name: np.take(codes, rows) for name, codes in self.columns.items()}
        return _Touched(np.take(self.nodes, rows), columns, (key, key if right is left else np.take(right, rows)))

    def pairs(self, number: int, rule: BlockingRule, out: Flags) -> Ints:
        """Packed pairs of nodes that the rule makes without some of the records, ascending."""
        a, b = unpacked(rule_pairs(self.columns, number, rule, _without(self.keys, out)))
        return np.sort(packed(self.nodes[a], self.nodes[b]))

    def holds(self, number: int, rule: BlockingRule, out: Flags, pairs: tuple[Nodes, Nodes]) -> Flags:
        """Which pairs of nodes the rule makes without some of the records."""
        found = np.zeros(len(pairs[0]), dtype=bool)
        if len(self.nodes) == 0:
            return found
        at = [np.minimum(np.searchsorted(self.nodes, nodes), len(self.nodes) - 1) for nodes in pairs]
        here = np.logical_and(*(self.nodes[rows] == nodes for rows, nodes in zip(at, pairs, strict=True)))
        a, b = (rows[here].astype(np.int32) for rows in at)
        found[here] = rule_holds(self.columns, number, rule, _without(self.keys, out), (a, b))
        return found


def _touched(nights: TwoNights, number: int, rule: BlockingRule, nodes: Ints) -> _Touched:
    """All records of the blocks in which some nodes stand, and now and then of another: it is made in vain.

    Blocks that are left out on both nights are left out here.
    """
    # A record without a key is in no block, but shares what it does not know with many. Both sides read one set of
    # columns: who has no key on one has none on the other.
    key = rule_keys(nights.take(_read_by(rule), nodes), number, rule)[0]
    nodes, key = nodes[key != NO_KEY], key[key != NO_KEY]
    if not rule.is_crossed and not rule.refine:
        chosen = _in_small_blocks(nights, number, rule, nodes, key)
    else:
        chosen = nights.sharing((rule.left, rule.right) if rule.is_crossed else (rule.left,), nodes)
    columns = nights.take(_read_by(rule), chosen)
    return _Touched(chosen, columns, rule_keys(columns, number, rule))


def _read_by(rule: BlockingRule) -> set[str]:
    return {"is_person", *rule.left, *rule.right, *rule.refine}


def _in_small_blocks(nights: TwoNights, number: int, rule: BlockingRule, nodes: Ints, key: Ints) -> Ints:
    """Records of the blocks of some nodes, without blocks that hold more unchanged records than the cap.

    More and more records are looked at, and a block is not looked for any more as soon as it is over the cap: where
    blocks are large, that is most of them after a few records.
    """
    blocks, one = np.unique(key, return_index=True)
    columns = nights.take(rule.left, nodes[one])
    unchanged = np.zeros(len(blocks), dtype=np.int64)
    found = [np.empty((2, 0), dtype=np.int64)]
    for start, part in nights.parts(_FIRST_STEP):
        small = np.flatnonzero(unchanged <= rule.cap)
        if len(small) == 0:
            break
        wanted = [columns[name][small] for name in rule.left]
        chosen = sharing([[part[name] for name in rule.left]], [wanted])
        keys = rule_keys({name: np.take(part[name], chosen) for name in _read_by(rule)}, number, rule)[0]
        place = np.minimum(np.searchsorted(blocks, keys), len(blocks) - 1)
        is_there = (blocks[place] == keys) & (keys != NO_KEY)
        chosen, place = chosen[is_there] + start, place[is_there]
        unchanged += np.bincount(place[~nights.is_changed[chosen]], minlength=len(blocks))
        found.append(np.stack([chosen, place]))
    chosen, place = np.concatenate(found, axis=1)
    return np.asarray(chosen[unchanged[place] <= rule.cap])


def _pairs_of_rule(nights: TwoNights, number: int, rule: BlockingRule, changed: Ints) -> tuple[Ints, Ints]:
    """Packed pairs of one rule: see :func:`_touched_pairs`."""
    touched = _touched(nights, number, rule, changed)
    if rule.is_crossed:
        return _compared_nights(nights, number, rule, touched)
    crowded = touched.only(_crowded(nights, rule, touched))
    made, lost = _compared_nights(nights, number, rule, crowded)
    is_old = nights.is_old(touched.nodes)
    a, b = pairs_within(rule_blocks(touched.columns, number, rule, _without(touched.keys, is_old))[0])
    is_changed = nights.is_changed[touched.nodes]
    is_new = is_changed[a] | is_changed[b]
    return np.concatenate([packed(touched.nodes[a[is_new]], touched.nodes[b[is_new]]), made]), lost


def _crowded(nights: TwoNights, rule: BlockingRule, touched: _Touched) -> Ints:
    """Rows of those records whose block was cut or left out on one of both nights."""
    key = touched.keys[0]
    has_key = np.flatnonzero(key != NO_KEY)
    # Counted by the last bits of their keys: few blocks are left that may be so large.
    places = (1 << (_PLACES_PER_ROW * len(has_key)).bit_length()) - 1
    place = key[has_key] & places
    has_key = has_key[np.take(np.bincount(place, minlength=1), place) > rule.cut]
    block, _ = by_appearance(key[has_key])
    is_old = nights.is_old(touched.nodes)[has_key]
    is_new = nights.is_changed[touched.nodes][has_key] & ~is_old
    counts = [np.bincount(block[~out], minlength=int(block.max(initial=0)) + 1) for out in (is_old, is_new)]
    return has_key[np.maximum(*counts)[block] > rule.cut]


def _compared_nights(nights: TwoNights, number: int, rule: BlockingRule, touched: _Touched) -> tuple[Ints, Ints]:
    """Pairs that the rule makes of some blocks tonight, and those of unchanged records that it made before only."""
    is_old = nights.is_old(touched.nodes)
    tonight = touched.pairs(number, rule, is_old)
    before = touched.pairs(number, rule, nights.is_changed[touched.nodes] & ~is_old)
    a, b = unpacked(before)
    lost = before[~nights.is_old(a) & ~nights.is_old(b)]
    return tonight, lost[~holds(tonight, lost)]


def _still_held(engine: Engine, nights: TwoNights, rules: Iterable[_Item], pairs: Ints) -> Flags:
    """Which packed pairs of unchanged records some rule makes tonight."""
    is_held = np.zeros(len(pairs), dtype=bool)
    items = list(rules)
    # Most pairs are held by several rules: those that the first hold are not asked for again.
    for start in range(0, len(items), _RULES_AT_A_TIME):
        rest = np.flatnonzero(~is_held)
        if len(rest) == 0:
            break
        of_rule = partial(_held_by_rule, nights, unpacked(pairs[rest]))
        for held in engine.map_each(items[start : start + _RULES_AT_A_TIME], of_rule):
            is_held[rest] |= held
    return is_held


def _held_by_rule(nights: TwoNights, pairs: tuple[Nodes, Nodes], item: _Item) -> Flags:
    (a, b), (number, rule) = pairs, item
    (left_a, right_a), (left_b, right_b) = (
        rule_keys(nights.take(_read_by(rule), nodes), number, rule) for nodes in pairs
    )
    meets = np.asarray(((left_a == right_b) & (left_a != NO_KEY)) | ((left_b == right_a) & (left_b != NO_KEY)))
    rows = np.flatnonzero(meets)
    if len(rows):
        touched = _touched(nights, number, rule, np.concatenate([a[rows], b[rows]]))
        is_old = nights.is_old(touched.nodes)
        meets[rows] = touched.holds(number, rule, is_old, (a[rows], b[rows]))
    return meets


def _without(keys: tuple[Ints, Ints], flags: Flags) -> tuple[Ints, Ints]:
    left, right = keys
    one = np.where(flags, NO_KEY, left)
    return one, one if right is left else np.where(flags, NO_KEY, right)
