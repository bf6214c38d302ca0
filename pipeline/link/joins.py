"""The records of one person as a tree of joins: which record each of them was joined by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UserError
from pipeline.link.ladder import EVIDENCE, X
from pipeline.link.linked_files import LinkedFiles


@dataclass(frozen=True, slots=True)
class Joined:
    """One record of a person.

    Attributes:
        record_id: The record; agency: whose list it stands in, None once the records were removed.
        evidence_code, probability: Of its strongest link, as published.
        margin_millibit: Weight of that link above the best one to another person; None where there is no runner-up.
        depth: 0 for the record that the others were joined to.
        joined_by: The record it was joined by; None at depth 0.
        join_evidence_code, join_probability, join_weight_millibit: Of that join.
        explanation: The Thai sentence of its strongest link.
    """

    record_id: str
    agency: str | None
    evidence_code: str
    probability: float
    margin_millibit: int | None
    depth: int
    joined_by: str | None = None
    join_evidence_code: str | None = None
    join_probability: float | None = None
    join_weight_millibit: int | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class PersonExplained:
    """One person: the records in the order of the tree, each behind the one it was joined by."""

    person_id: str
    records: tuple[Joined, ...]


def explain_person(files: LinkedFiles, name: str) -> PersonExplained:
    """Explain a person of a run.

    Args:
        files: The run.
        name: A person_id, or the record_id of one of its records.

    Raises:
        UserError: Nobody of that name is here.
    """
    rows = files.records_of(name)
    if not rows and (linked := files.linked_of(name)) and linked["person_id"]:
        rows = files.records_of(linked["person_id"])
    if not rows:
        # What was typed is not repeated: it may be a national ID typed by mistake.
        raise UserError(
            "No person and no person's record of that name is in this run; person_ids stand in linked.parquet and in "
            "core.person (khrua sql). A merged person stands under its new name in core.identity_event.",
            "ไม่พบบุคคลหรือระเบียนของบุคคลตามรหัสนี้ในรอบนี้ ดูรหัสบุคคลได้ใน linked.parquet หรือ core.person (khrua sql) "
            "บุคคลที่ถูกรวมแล้วดูรหัสใหม่ใน core.identity_event",
        )
    names = [row["record_id"] for row in rows]
    reasons, agencies = files.reasons_of(names), files.agencies_of(names)
    by_record = {row["record_id"]: row for row in rows}
    records = []
    for record_id, depth, join in tree(names, files.links_among(names)):
        row, reason = by_record[record_id], reasons.get(record_id, {})
        records.append(
            Joined(
                record_id=record_id,
                agency=agencies.get(record_id),
                evidence_code=row["evidence_code"],
                probability=row["probability"],
                margin_millibit=reason.get("margin_millibit"),
                depth=depth,
                explanation=reason.get("explanation"),
                **_join(record_id, join),
            )
        )
    return PersonExplained(rows[0]["person_id"], tuple(records))


def _join(record_id: str, pair: dict[str, Any] | None) -> dict[str, Any]:
    if pair is None:
        return {}
    other = pair["record_id_a"] if pair["record_id_b"] == record_id else pair["record_id_b"]
    # A clerk's word is certain, whatever the model makes of the pair.
    probability = 1.0 if pair["evidence_code"] == EVIDENCE[X] else pair["probability"]
    return {
        "joined_by": other,
        "join_evidence_code": pair["evidence_code"],
        "join_probability": probability,
        "join_weight_millibit": pair["weight_millibit"],
    }


def tree(names: Sequence[str], links: Sequence[dict[str, Any]]) -> list[tuple[str, int, dict[str, Any] | None]]:
    """Records in the order of the tree: record, depth, and the link by which it was joined (None for a root).

    The links that joined are those that merged two groups when taken from the strongest to the weakest, as clustering
    takes them (evidence class, −weight, record_ids). The root is the smaller record of the strongest of them.

    Args:
        names: The records.
        links: Rows of PAIR between them.
    """
    ordered = sorted(
        links,
        key=lambda r: (
            EVIDENCE.index(r["evidence_code"]),
            -r["weight_millibit"],
            r["record_id_a"],
            r["record_id_b"],
        ),
    )
    group = {name: name for name in names}
    joins: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    roots = []
    for link in ordered:
        a, b = link["record_id_a"], link["record_id_b"]
        if group[a] == group[b]:
            continue
        old, new = group[b], group[a]
        group = {name: new if held == old else held for name, held in group.items()}
        joins[a].append((b, link))
        joins[b].append((a, link))
        roots.append(a)
    found: list[tuple[str, int, dict[str, Any] | None]] = []
    seen: set[str] = set()
    for root in [*roots, *sorted(names)]:
        stack: list[tuple[str, int, dict[str, Any] | None]] = [(root, 0, None)]
        while stack:
            name, depth, link_by = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            found.append((name, depth, link_by))
            stack += [(other, depth + 1, link) for other, link in reversed(joins[name])]
    return found
