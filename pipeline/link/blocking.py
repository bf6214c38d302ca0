"""Which pairs are compared: rules as data, keys as integers, pairs made in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import yaml

from pipeline.engine import Engine, Frame
from pipeline.link.encode import Coded
from pipeline.link.similarity import near_numbers

Codes = npt.NDArray[np.int64]
_PAIR_SCHEMA = pa.schema([("a", pa.int32()), ("b", pa.int32()), ("rule_bit", pa.int64())])
_SIDE_KEY, _SIDE_CROSSED = 0, 1
NEAR_ID_RULE = "id_near"
RULES_FILE = Path(__file__).with_name("blocking.yaml")


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """One rule of blocking.yaml."""

    code: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    refine: tuple[str, ...]
    cap: int
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

    def bits(self, *, crossed: bool = False, without_id: bool = False) -> int:
        """Bits of the rules that read names crosswise, or of those that do not look at the ID."""
        chosen = [
            1 << i
            for i, r in enumerate(self.rules)
            if (not crossed or r.is_crossed) and (not without_id or not r.has_id)
        ]
        return sum(chosen)


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
    return BlockingRule(
        code=str(data["code"]),
        left=left,
        right=tuple(data.get("right", left)),
        refine=tuple(data.get("refine", ())),
        cap=int(data.get("cap", cap)),
        has_id=bool(data.get("has_id", False)),
    )


def make_pairs(engine: Engine, coded: Coded, rules: BlockingRules, decided: Codes) -> tuple[Frame, list[RuleCost]]:
    """Pairs of records of persons that some rule puts together, and those a clerk has decided on.

    Returns:
        Columns ``a < b`` (nodes) and ``rules`` (bits); and what each rule cost.
    """
    parts: list[pa.Table] = []
    costs: list[RuleCost] = []
    for number, rule in enumerate(rules.rules):
        keys = engine.frame(_key_rows(coded, rule, number))
        size = engine.arrow(engine.sql("link/sql/block_size", {"cap": rule.cap}, {"key_row": keys})).to_pylist()[0]
        pairs = engine.sql(
            "link/sql/block_pair",
            {"cap": rule.cap, "right_side": _SIDE_CROSSED if rule.is_crossed else _SIDE_KEY},
            {"key_row": keys},
        )
        made = engine.arrow(pairs)
        engine.drop(keys, pairs)
        parts.append(_with_bit(made["a"].to_numpy(), made["b"].to_numpy(), number))
        costs.append(
            RuleCost(
                rule.code,
                int(size["blocks"]),
                int(size["largest_block"]),
                int(size["pairs_under_cap"]),
                int(size["blocks_over_cap"]),
                made.num_rows,
            )
        )
    near = _near_id_pairs(coded, rules.cap)
    parts.append(_with_bit(near[0], near[1], len(rules.rules)))
    costs.append(RuleCost(NEAR_ID_RULE, 0, 0, len(near[0]), 0, len(near[0])))
    parts.append(_with_bit(decided[:, 0], decided[:, 1], len(rules.rules) + 1))
    rows = engine.frame(pa.concat_tables(parts))
    pairs = engine.sql("link/sql/pair", tables={"rule_pair": rows})
    engine.drop(rows)
    return pairs, costs


def _with_bit(a: npt.NDArray[Any], b: npt.NDArray[Any], number: int) -> pa.Table:
    bits = np.full(len(a), 1 << number, dtype=np.int64)
    return pa.table([pa.array(a, pa.int32()), pa.array(b, pa.int32()), pa.array(bits)], schema=_PAIR_SCHEMA)


def _key_rows(coded: Coded, rule: BlockingRule, salt: int) -> pa.Table:
    sides = [(_SIDE_KEY, rule.left)] + ([(_SIDE_CROSSED, rule.right)] if rule.is_crossed else [])
    parts = [_side_rows(coded, side, columns, rule.refine, salt) for side, columns in sides]
    return pa.concat_tables(parts)


def _side_rows(coded: Coded, side: int, names: tuple[str, ...], refine: tuple[str, ...], salt: int) -> pa.Table:
    keep = coded.is_person()
    for name in names:
        keep &= coded.columns[name] >= 0
    nodes = np.flatnonzero(keep)
    key = _mixed([coded.columns[n][nodes] for n in names], salt)
    finer = _mixed([coded.columns[n][nodes] for n in (*names, *refine)], salt + 1000)
    has_finer = np.full(len(nodes), bool(refine))
    for name in refine:
        has_finer &= coded.columns[name][nodes] >= 0
    return pa.table(
        {
            "node": pa.array(nodes, pa.int32()),
            "side": pa.array(np.full(len(nodes), side), pa.int8()),
            "key": pa.array(key),
            "finer_key": pa.array(finer, mask=~has_finer),
        }
    )


def _mixed(columns: list[Codes], salt: int) -> Codes:
    """One 64-bit key out of several codes (splitmix64 steps); a collision only adds a pair that scores low."""
    key = np.full(len(columns[0]), salt + 1, dtype=np.uint64)
    for column in columns:
        key = (key ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(30)
        key *= np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(27)
    return key.view(np.int64)


def _near_id_pairs(coded: Coded, cap: int) -> tuple[Codes, Codes]:
    """Pairs of records whose IDs are one digit or swap apart, one of them failing its checksum."""
    ids = coded.columns["national_id"]
    holders = np.flatnonzero((ids >= 0) & coded.is_person())
    is_bad = np.zeros(len(coded.id_numbers), dtype=bool)
    is_bad[ids[holders[coded.columns["is_id_valid"][holders] == 0]]] = True
    order = np.argsort(coded.id_numbers, kind="stable")
    numbers = coded.id_numbers[order]
    suspects = np.flatnonzero(is_bad & (coded.id_numbers >= 0))
    at_suspect, at_known = near_numbers(coded.id_numbers[suspects], numbers)
    left, right = suspects[at_suspect], order[at_known]
    by_id = holders[np.argsort(ids[holders], kind="stable")]
    start = np.searchsorted(ids[by_id], np.arange(len(numbers) + 1))
    pairs = {
        (min(a, b), max(a, b))
        for x, y in zip(left.tolist(), right.tolist(), strict=True)
        if (start[x + 1] - start[x]) * (start[y + 1] - start[y]) <= cap
        for a in by_id[start[x] : start[x + 1]].tolist()
        for b in by_id[start[y] : start[y + 1]].tolist()
        if a != b
    }
    ordered = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return ordered[:, 0], ordered[:, 1]
