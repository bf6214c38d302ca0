"""What a linkage run did, as it stands in ``report.json``: counts and measures, no values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What a linkage run did, as it stands in ``report.json``.

    Attributes:
        counts: Records, persons, households, pairs, patterns, links, reviews, refusals, by name.
        evidence: Evidence code → records.
        model_source: learnt | state | em | seeded | prior.
        model_origin: The same of the night on which a model of the state was chosen.
        model_note: Why it is not the model that was to be had first (model.py); empty otherwise.
        model_seeds: Seeds that eased the prior, by kind (seeds.py); empty where none did.
        em_check: What expectation–maximisation makes of the model (expectation.py); None where there are too few pairs.
        held_out: Precision, recall and F1 on held-out ID-labelled pairs with the ID hidden.
        held_out_by: Matches, precision and recall of held-out pairs with a record of each group: agency, sex,
            birth_years, id_kind.
        error_rates: Agency → field → share of ID-labelled matches with a record of it that differ in that field.
        rules: Each blocking rule with its cost, its recall on ID-labelled matches and what it alone found, as of the
            run that made all pairs.
        training: Records when the model was learnt, how many came, changed or went since, the share and number of them
            from which on it is learnt anew, and why everything was worked out anew tonight (start.py).
        placeholders: Records with a placeholder set aside, by column.
        often: Column → records that hold its commonest value, where that is more than half of all.
        issues: Issue code → records.
        decision_lines: Kind of decision (absent, incomplete: decisions.py) → lines of the file of decisions.
        seconds: Step → seconds, when a clock was given.
        peak_memory_bytes: At the end, when it could be asked.
    """

    counts: dict[str, int]
    evidence: dict[str, int]
    model_source: str
    model_origin: str
    model_note: str
    model_seeds: dict[str, int]
    em_check: dict[str, Any] | None
    held_out: dict[str, Any]
    held_out_by: dict[str, dict[str, dict[str, Any]]]
    error_rates: dict[str, dict[str, Any]]
    rules: list[dict[str, Any]]
    training: dict[str, Any]
    placeholders: dict[str, int]
    often: dict[str, int]
    issues: dict[str, int]
    decision_lines: dict[str, list[int]]
    seconds: dict[str, float]
    peak_memory_bytes: int | None

    def to_json(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
