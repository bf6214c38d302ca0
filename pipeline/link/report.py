"""What a linkage run did, as it stands in ``report.json``: counts and measures, no values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.link.blocking import BlockingRules
from pipeline.link.encode import Coded
from pipeline.link.person import Persons


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What a linkage run did, as it stands in ``report.json``.

    Attributes:
        counts: Records, persons, households, pairs, patterns, links, reviews, refusals, by name.
        evidence: Evidence code → records.
        model_source: learnt | state | prior.
        held_out: Precision, recall and F1 on held-out ID-labelled pairs with the ID hidden.
        held_out_by_agency: The same for pairs with a record of each agency.
        rules: Each blocking rule with its cost, its recall on ID-labelled matches and what it alone found.
        placeholders: Records with a placeholder set aside, by column.
        issues: Issue code → records.
        seconds: Step → seconds, when a clock was given.
        peak_memory_bytes: At the end, when it could be asked.
    """

    counts: dict[str, int]
    evidence: dict[str, int]
    model_source: str
    held_out: dict[str, Any]
    held_out_by_agency: dict[str, dict[str, Any]]
    rules: list[dict[str, Any]]
    placeholders: dict[str, int]
    issues: dict[str, int]
    seconds: dict[str, float]
    peak_memory_bytes: int | None

    def to_json(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)


def agency_rows(coded: Coded, persons: Persons) -> dict[str, dict[str, Any]]:
    """Held-out quality by agency."""
    names = sorted(set(coded.records["agency"].to_pylist()))
    found: dict[str, dict[str, Any]] = {}
    for row in persons.held_out_by_agency.to_pylist():
        matches, true, false = int(row["matches"]), int(row["true_links"]), int(row["false_links"])
        found[names[row["agency"]]] = {
            "matches": matches,
            "precision": round(true / (true + false), 6) if true + false else None,
            "recall": round(true / matches, 6) if matches else None,
        }
    return found


def rule_rows(persons: Persons, rules: BlockingRules) -> list[dict[str, Any]]:
    """Each blocking rule: its cost, its recall on ID-labelled matches, and the matches no other rule finds."""
    total = sum(pairs for _, pairs in persons.rule_matches)
    without_id = rules.bits(without_id=True)
    rows: list[dict[str, Any]] = []
    for bit, cost in enumerate(persons.costs):
        found = sum(pairs for mask, pairs in persons.rule_matches if mask >> bit & 1)
        alone = sum(pairs for mask, pairs in persons.rule_matches if mask & without_id == 1 << bit)
        rows.append({**asdict(cost), "recall": round(found / total, 6) if total else None, "matches_alone": alone})
    together = sum(pairs for mask, pairs in persons.rule_matches if mask & without_id)
    rows.append({"code": "all_without_id", "recall": round(together / total, 6) if total else None})
    return rows
