"""Which pairs are compared: rules as data (blocking.yaml), keys as whole numbers, each pair made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from pipeline.engine import Engine
from pipeline.link.codes import Codes, at
from pipeline.link.encode import Coded
from pipeline.link.near_ids import near_id_pairs
from pipeline.link.pairing import (
    NO_KEY,
    Blocks,
    BlockSizes,
    Ints,
    Nodes,
    distinct,
    find_blocks,
    mixed,
    once,
    packed,
    pairs_across,
    pairs_within,
    unpacked,
)
from pipeline.link.similarity import is_near

Flags = npt.NDArray[np.bool_]
NEAR_ID_RULE = "id_near"
# Rules that most pairs share: what they find is not kept again for the rules after them.
_LEADING = 4
# ID-labelled matches on which each rule's recall is measured, at most about so many.
_SAMPLE_PAIRS = 200_000
RULES_FILE = Path(__file__).with_name("blocking.yaml")


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """One rule of blocking.yaml."""

    code: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    refine: tuple[str, ...]
    cap: int
    cut: int
    has_id: bool

    @property
    def is_crossed(self) -> bool:
        """Whether the other record is read by other columns."""
        return self.left != self.right


@dataclass(frozen=True, slots=True)
class BlockingRules:
    """All rules. The near-ID rule comes last and is built in, with the common cap."""

    cap: int
    rules: tuple[BlockingRule, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all rules; a rule's bit is its position."""
        return (*(r.code for r in self.rules), NEAR_ID_RULE)


@dataclass(frozen=True, slots=True)
class RuleCost:
    """What one rule costs, known before its pairs are made, and the pairs it made."""

    code: str
    blocks: int
    largest_block: int
    pairs_expected: int
    blocks_over_cap: int
    pairs_made: int


@lru_cache(maxsize=4)
def load_rules(path: Path = RULES_FILE) -> BlockingRules:
    """Read blocking rules."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return BlockingRules(cap=int(data["cap"]), rules=tuple(_rule(r, int(data["cap"])) for r in data["rules"]))


def _rule(data: Mapping[str, Any], cap: int) -> BlockingRule:
    left = tuple(data["left"])
    right = tuple(data.get("right", left))
    sides = set(zip(left, right, strict=True))
    if sides != {(other, one) for one, other in sides}:
        # Else a night with few changes would see one side of some blocks in part (reblock.py).
        raise ValueError(f"rule {data['code']}: what one side reads in place of the other must hold both ways")
    return BlockingRule(
        code=str(data["code"]),
        left=left,
        right=right,
        refine=tuple(data.get("refine", ())),
        cap=int(data.get("cap", cap)),
        cut=int(data.get("cut", data.get("cap", cap))),
        has_id=bool(data.get("has_id", False)),
    )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs to compare, ordered by (a, b).

    Attributes:
        a, b: Nodes, a < b.
        is_free: Whether a rule that does not look at the ID put them together; only these are learnt and measured from.
    """

    a: Nodes
    b: Nodes
    is_free: Flags

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """What the rules cost and find.

    Attributes:
        costs: What each rule cost.
        sample_found: For each rule, which of a sample of ID-labelled matches it puts together.
    """

    costs: list[RuleCost]
    sample_found: Flags


@dataclass(frozen=True, slots=True)
class _Made:
    """What one rule made: packed pairs that no leading rule holds, its cost, and the sampled matches it finds."""

    pairs: Ints
    cost: RuleCost
    found: Flags


def make_pairs(engine: Engine, coded: Coded, rules: BlockingRules, decided: Codes) -> tuple[Pairs, RuleFindings]:
    """Pairs of records of persons that some rule puts together, and those a clerk has decided on."""
    sample = _labelled_sample(coded)
    free = [(i, r) for i, r in enumerate(rules.rules) if not r.has_id]
    plain = [item for item in free if not item[1].is_crossed][:_LEADING]
    blocks = engine.map_each(plain, lambda item: rule_blocks(coded.columns, *item))
    leading = {i: found for (i, _), found in zip(plain, blocks, strict=True)}
    made = engine.map_each(list(enumerate(rules.rules)), lambda item: _make(coded, *item, leading, sample))
    near, near_sizes = near_id_pairs(coded, rules.cap)
    near_cost = _cost(NEAR_ID_RULE, near_sizes, len(near))
    by_id = [m.pairs for m, r in zip(made, rules.rules, strict=True) if r.has_id]
    pairs = united([made[i].pairs for i, _ in free], [*by_id, near, packed(decided[:, 0], decided[:, 1])])
    no_match = np.zeros(len(sample[0]), dtype=bool)
    found = np.array([*(m.found for m in made), no_match])
    return pairs, RuleFindings([*(m.cost for m in made), near_cost], found)


def pairs_beside(coded: Coded, rules: BlockingRules, decided: Codes) -> Ints:
    """Packed pairs that no block makes: of IDs nearly alike, and those a clerk has decided on."""
    return np.concatenate([near_id_pairs(coded, rules.cap)[0], packed(decided[:, 0], decided[:, 1])])


def united(free: list[Ints], by_id: list[Ints]) -> Pairs:
    """Each pair once: those of rules that do not look at the ID, and the others.

    Args:
        free: Packed pairs of rules that do not look at the ID, in any order.
        by_id: Packed pairs of the others and of clerks.
    """
    found = once(free)
    extra = once(by_id)
    extra = extra[~holds(found, extra)]
    together = np.sort(np.concatenate([found, extra]), kind="stable")
    is_free = np.ones(len(together), dtype=bool)
    is_free[np.searchsorted(together, extra)] = False
    return Pairs(*unpacked(together), is_free)


def rules_of_pair(coded: Coded, rules: BlockingRules, a: int, b: int) -> tuple[str, ...]:
    """Codes of the rules that put two records together; only a rule whose keys are the same is looked at whole.

    Args:
        coded: All records of the run: the size of a block decides whether it is cut.
        rules: Blocking rules.
        a: Node of one record.
        b: Node of the other, above ``a``.
    """
    found = [rule.code for number, rule in enumerate(rules.rules) if _holds_pair(coded, number, rule, a, b)]
    one, other = (coded.columns["national_id"][[node]] for node in (a, b))
    if min(one[0], other[0]) >= 0 and is_near(coded.id_numbers[one], coded.id_numbers[other])[0]:
        found += [NEAR_ID_RULE] * int((near_id_pairs(coded, rules.cap)[0] == packed(*_one_pair(a, b))[0]).any())
    return tuple(found)


def _holds_pair(coded: Coded, number: int, rule: BlockingRule, a: int, b: int) -> bool:
    left, right = rule_keys(coded.columns, number, rule)
    is_same = any(left[x] == right[y] != NO_KEY for x, y in ((a, b), (b, a)))
    return is_same and bool(rule_holds(coded.columns, number, rule, (left, right), _one_pair(a, b))[0])


def _one_pair(a: int, b: int) -> tuple[Nodes, Nodes]:
    return np.array([a], dtype=np.int32), np.array([b], dtype=np.int32)


def holds(ordered: Ints, wanted: Ints) -> Flags:
    """Which of ``wanted`` stand in ``ordered``."""
    if len(ordered) == 0:
        return np.zeros(len(wanted), dtype=bool)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.asarray(ordered[at] == wanted)


def _labelled_sample(coded: Coded) -> tuple[Nodes, Nodes]:
    """Pairs with one valid ID: all of them, or those of every n-th ID by its hash."""
    ids = np.where(coded.is_person() & (coded.columns["is_id_valid"] == 1), coded.columns["national_id"], NO_KEY)
    every = 1 + int((ids >= 0).sum()) // _SAMPLE_PAIRS
    spread = mixed([coded.id_numbers], 0)
    chosen = np.where(ids >= 0, np.take(spread, np.maximum(ids, 0)) % every == 0, False) if len(spread) else ids >= 0
    blocks, _ = find_blocks(
        np.where(chosen, ids, NO_KEY), coded.count, coded.count, lambda nodes: np.full(len(nodes), NO_KEY)
    )
    return pairs_within(blocks)


Columns = Mapping[str, Codes]


def rule_keys(columns: Columns, number: int, rule: BlockingRule) -> tuple[Ints, Ints]:
    """A rule's key of each node as one of a pair and as the other, -1 where one of its columns is unknown.

    Args:
        columns: Code columns.
        number: Place of the rule among the rules: keys of two rules are never equal by design.
        rule: The rule.
    """
    left = _keys(columns, rule.left, number)
    return left, _keys(columns, rule.right, number) if rule.is_crossed else left


def rule_blocks(
    columns: Columns, number: int, rule: BlockingRule, keys: tuple[Ints, Ints] | None = None
) -> tuple[Blocks, BlockSizes]:
    """Blocks of a rule that is not crossed.

    Args:
        columns: Code columns.
        number: Place of the rule.
        rule: The rule.
        keys: Its keys, where only some of the blocks are wanted (all nodes of a block or none); left out: all.
    """
    key = (keys or rule_keys(columns, number, rule))[0]
    return find_blocks(key, rule.cap, rule.cut, lambda nodes: _finer_keys(columns, rule, rule.left, number, nodes))


def rule_pairs(columns: Columns, number: int, rule: BlockingRule, keys: tuple[Ints, Ints] | None = None) -> Ints:
    """Packed pairs that a rule puts together; see :func:`rule_blocks`."""
    if not rule.is_crossed:
        return packed(*pairs_within(rule_blocks(columns, number, rule, keys)[0]))
    return _crossed_pairs(columns, number, rule, keys or rule_keys(columns, number, rule))[0]


def _crossed_pairs(
    columns: Columns, number: int, rule: BlockingRule, keys: tuple[Ints, Ints]
) -> tuple[Ints, BlockSizes]:
    """Packed pairs of a crossed rule, ascending, and how large its blocks were."""
    nodes = np.arange(len(keys[0]), dtype=np.int32)
    finer = [_finer_keys(columns, rule, side, number, nodes) for side in (rule.left, rule.right)]
    pairs, sizes = pairs_across(*keys, finer[0], finer[1], rule.cap)
    return distinct(np.sort(packed(*pairs))), sizes


def rule_holds(
    columns: Columns, number: int, rule: BlockingRule, keys: tuple[Ints, Ints], pairs: tuple[Nodes, Nodes]
) -> Flags:
    """Which pairs (a < b) a rule puts together; see :func:`rule_blocks`."""
    if rule.is_crossed:
        return holds(rule_pairs(columns, number, rule, keys), packed(*pairs))
    return _together(rule_blocks(columns, number, rule, keys)[0], *pairs)


def _make(
    coded: Coded,
    number: int,
    rule: BlockingRule,
    leading: Mapping[int, tuple[Blocks, BlockSizes]],
    sample: tuple[Nodes, Nodes],
) -> _Made:
    if rule.is_crossed:
        pairs, sizes = _crossed_pairs(coded.columns, number, rule, rule_keys(coded.columns, number, rule))
        a, b = unpacked(pairs)
        found = holds(pairs, packed(np.minimum(*sample), np.maximum(*sample)))
    else:
        blocks, sizes = leading[number] if number in leading else rule_blocks(coded.columns, number, rule)
        a, b = pairs_within(blocks)
        found = _together(blocks, *sample)
    cost = _cost(rule.code, sizes, len(a))
    for other, (held, _) in leading.items():
        if other == number:
            break
        is_new = ~_together(held, a, b)
        a, b = a[is_new], b[is_new]
    return _Made(packed(a, b), cost, found)


def _cost(code: str, sizes: BlockSizes, made: int) -> RuleCost:
    return RuleCost(code, sizes.blocks, sizes.largest, sizes.pairs, sizes.over_cap, made)


def _together(blocks: Blocks, a: Nodes, b: Nodes) -> Flags:
    left = at(blocks.block, a)
    return np.asarray((left == at(blocks.block, b)) & (left != NO_KEY))


def _keys(columns: Columns, names: tuple[str, ...], salt: int) -> Ints:
    is_known = columns["is_person"] == 1
    for name in names:
        is_known &= columns[name] >= 0
    return np.where(is_known, mixed([columns[n] for n in names], salt), NO_KEY)


def _finer_keys(columns: Columns, rule: BlockingRule, names: tuple[str, ...], salt: int, nodes: Nodes) -> Ints:
    """Keys of some nodes with the columns that refine the rule; -1 where one is unknown, and without any."""
    parts = [np.take(columns[name], nodes) for name in (*names, *rule.refine)]
    is_known = np.full(len(nodes), bool(rule.refine))
    for part in parts:
        is_known &= part >= 0
    return np.where(is_known, mixed(parts, salt), NO_KEY)


def rule_rows(findings: RuleFindings, rules: BlockingRules) -> list[dict[str, Any]]:
    """Each blocking rule: its cost, its recall on a sample of ID-labelled matches, and those no other rule finds."""
    found = findings.sample_found
    is_free = np.array([not r.has_id for r in rules.rules] + [False])
    others = found[is_free].sum(axis=0)
    rows: list[dict[str, Any]] = []
    for number, cost in enumerate(findings.costs):
        alone = found[number] & (others == int(is_free[number]))
        rows.append({**asdict(cost), "recall": _share(found[number]), "matches_alone": int(alone.sum())})
    rows.append({"code": "all_without_id", "recall": _share(others > 0), "sample": found.shape[1]})
    return rows


def _share(flags: Flags) -> float | None:
    return round(float(flags.mean()), 6) if len(flags) else None
