"""The repair rules and their words (rules.yaml): what a report says of a row of REPAIR."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipeline.values.data import load


@dataclass(frozen=True, slots=True)
class Rule:
    """One repair rule.

    Attributes:
        code: Stable name, as in REPAIR.
        thai: What was done, for officers and agencies.
        english: The same, for support.
    """

    code: str
    thai: str
    english: str


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Every rule by code."""
    return {code: Rule(code, thai, english) for code, (thai, english) in load("rules").items()}
