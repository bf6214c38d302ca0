"""Comparisons and their levels (levels.yaml), and pairs graded by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from pipeline.engine import Engine, Frame
from pipeline.link.encode import Coded
from pipeline.link.similarity import NEAR_SCHEMA, SIMILARITY_SCHEMA, IdKernel, NameKernel

BITS = 4
LEVELS_FILE = Path(__file__).with_name("levels.yaml")
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a comparison."""

    code: str
    prior_weight: int
    thai: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of two records; its levels run from unknown (0) to the strongest agreement."""

    code: str
    levels: tuple[Level, ...]
    is_monotone: bool
    is_learnt: bool

    def level(self, code: str) -> int:
        """Number of a level."""
        return [x.code for x in self.levels].index(code)


@dataclass(frozen=True, slots=True)
class Comparisons:
    """All comparisons, in the order in which a pattern packs them."""

    prior_weight: int
    items: tuple[Comparison, ...]

    def position(self, code: str) -> int:
        """Place of a comparison in a pattern."""
        return [c.code for c in self.items].index(code)

    def unpack(self, patterns: Codes) -> npt.NDArray[np.int64]:
        """Levels of patterns: one row a pattern, one column a comparison."""
        shifts = np.arange(len(self.items), dtype=np.int64) * BITS
        return (patterns[:, None] >> shifts[None, :]) & ((1 << BITS) - 1)


@lru_cache(maxsize=4)
def load_comparisons(path: Path = LEVELS_FILE) -> Comparisons:
    """Read comparisons."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Comparisons(int(data["prior_weight"]), tuple(_comparison(c) for c in data["comparisons"]))


def _comparison(data: Mapping[str, Any]) -> Comparison:
    levels = tuple(Level(str(x["code"]), int(x["weight"]), str(x["thai"])) for x in data["levels"])
    return Comparison(
        str(data["code"]), levels, bool(data.get("is_monotone", False)), bool(data.get("is_learnt", True))
    )


def compare_pairs(engine: Engine, coded: Coded, records: Frame, pairs: Frame, swap_rules: int) -> Frame:
    """Grade every pair: each distinct pair of names and of IDs is compared once.

    Returns:
        Columns ``a, b, rules, pattern``.
    """
    given = {"pair": pairs, "coded": records}
    swap = {"swap_rules": swap_rules}
    name_pairs = engine.sql("link/sql/name_pair", swap, given)
    names = engine.map_batches(name_pairs, NameKernel(coded.names), SIMILARITY_SCHEMA)
    id_pairs = engine.sql("link/sql/id_pair", tables=given)
    near = engine.map_batches(id_pairs, IdKernel(coded.id_numbers), NEAR_SCHEMA)
    graded = engine.sql("link/sql/pair_level", tables={**given, "name_similarity": names, "id_near": near})
    engine.drop(name_pairs, names, id_pairs, near)
    return graded
