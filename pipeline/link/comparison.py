"""Comparisons and their levels (levels.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from pipeline.link.codes import Codes

BITS = 4
LEVELS_FILE = Path(__file__).with_name("levels.yaml")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a comparison.

    Attributes:
        code: Its name.
        prior_weight: Weight of the shipped prior.
        thai: What the explanation says of it; empty: nothing.
        shown: What the waterfall says of it where the explanation says nothing.
    """

    code: str
    prior_weight: int
    thai: str
    shown: str = ""


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

    def pack(self, levels: npt.NDArray[np.int64]) -> Codes:
        """Patterns of levels: one row a pattern, one column a comparison; four bits a comparison, the first lowest."""
        shifts = np.arange(len(self.items), dtype=np.int64) * BITS
        return np.asarray((levels << shifts[None, :]).sum(axis=1))

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
    levels = tuple(
        Level(str(x["code"]), int(x["weight"]), str(x["thai"]), str(x.get("shown", ""))) for x in data["levels"]
    )
    return Comparison(
        str(data["code"]), levels, bool(data.get("is_monotone", False)), bool(data.get("is_learnt", True))
    )
