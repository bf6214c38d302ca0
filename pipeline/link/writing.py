"""What a night leaves: its tables, its model, and who carries which identifier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.columns import whole
from pipeline.engine import Engine
from pipeline.link import attributes, outputs
from pipeline.link.best import best_nodes, first_nodes
from pipeline.link.codes import Codes, is_any_of, plain_texts, present
from pipeline.link.contradiction import contradiction_table, find_contradictions
from pipeline.link.earlier import MODEL_FILE
from pipeline.link.encode import Coded
from pipeline.link.findings import find_issues
from pipeline.link.household import Households
from pipeline.link.identity import (
    Assignment,
    IdentityState,
    as_text,
    assign,
    event_table,
    previous_numbers,
    save_state,
)
from pipeline.link.model import Model
from pipeline.link.night import Found, Given
from pipeline.link.options import LinkOptions
from pipeline.link.person import (
    Persons,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, counted: by name, by evidence code, by issue code; decisions by kind and line."""

    counts: dict[str, int]
    evidence: dict[str, int]
    issues: dict[str, int]
    decision_lines: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Identities:
    """Identifiers of persons and of households, as numbers and as names."""

    names: attributes.Names
    person: Assignment
    household: Assignment


def identify(engine: Engine, found: Found, before: IdentityState, places: Codes) -> Identities:
    """Give persons and households the identifiers of those before with which they share most records.

    Args:
        engine: Works on both at once.
        found: The persons and households.
        before: What the run before left.
        places: Where each record stands in that, -1 for a new one.
    """
    coded, persons, homes = found.begun.coded, found.persons, found.homes
    person_label = np.where(coded.is_person(), persons.label, -1)

    def named(kind: str, label: Codes) -> tuple[Assignment, pa.Array]:
        assigned = assign(label, *previous_numbers(kind, places, before), before.next_number[kind])
        return assigned, as_text(kind, assigned.number)

    labels = {"person": person_label, "household": homes.label}
    (person, persons_named), (household, households_named) = engine.map_each(
        list(labels), lambda kind: named(kind, labels[kind])
    )
    names = attributes.Names(persons_named, households_named, person_label, homes.label)
    return Identities(names, person, household)


def write(given: Given, found: Found, identities: Identities) -> Written:
    """Write the tables, the model, and who carries which identifier."""
    coded, persons, homes, model = found.begun.coded, found.persons, found.homes, found.model
    names, decisions, options, out = identities.names, given.decisions, given.options, given.out
    links = found.links.found.result()
    linked = pa.table(
        {
            "record_id": coded.records["record_id"],
            "person_id": names.person,
            "household_id": names.household,
            "evidence_code": links.code,
            "probability": links.probability,
        }
    )
    life = attributes.life_status(coded, persons.label, links.code, options.life_status_priority)
    refused = outputs.refused_table(coded, persons)
    contradicted = find_contradictions(coded, persons, decisions)
    # The longest first, so that no thread is left with one at the end.
    jobs: list[Callable[[], object]] = [
        found.links.write_pairs,
        lambda: tables.LINKED.write(linked, out),
        lambda: tables.ISSUE.write(
            _issues(find_issues(coded, persons, homes, life, contradicted, options), options), out
        ),
        lambda: model.save(out / MODEL_FILE),
        lambda: _save_state(coded, identities, model, given.saving.state),
        lambda: tables.IDENTITY_EVENT.write(_event_table(identities), out),
        lambda: tables.REFUSED.write(refused, out),
        lambda: tables.CONTRADICTION.write(contradiction_table(coded, contradicted), out),
    ]
    if options.has_attributes:
        made = _attribute_tables(coded, names, homes, life, options)
        jobs = [*(partial(table.write, data, out) for table, data in made), *jobs]
    given.engine.map_each(jobs, lambda job: job())
    found.links.reasons.result()
    lines = {"absent": list(decisions.absent), "incomplete": list(decisions.incomplete)}
    counts = {
        **_counts(coded, persons, names),
        "refused": refused.num_rows,
        "decisions_contradicted": len(contradicted),
        **{f"decisions_{kind}": len(found) for kind, found in lines.items()},
    }
    return Written(counts, _tally(links.code), _tally(tables.ISSUE.read(out)["code"]), lines)


def _issues(found: pa.Table, options: LinkOptions) -> pa.Table:
    if options.issues is None:
        return found
    return pa.concat_tables([tables.ISSUE.conform(found), tables.ISSUE.conform(options.issues)])


def _counts(coded: Coded, persons: Persons, names: attributes.Names) -> dict[str, int]:
    return {
        "records": coded.count,
        "persons": len(present(names.person_label)),
        "households": len(present(names.household_label)),
        "links": int(persons.scored.is_link.sum()),
        "reviews": int(persons.scored.is_review.sum()),
    }


def _event_table(identities: Identities) -> pa.Table:
    return pa.concat_tables([event_table("household", identities.household), event_table("person", identities.person)])


def _attribute_tables(
    coded: Coded, names: attributes.Names, homes: Households, life: attributes.LifeStatus, options: LinkOptions
) -> list[tuple[tables.Table, pa.Table]]:
    """Who the persons and households are: what score and publish read."""
    registered = _registered(coded, homes, names, options.registered)
    person = attributes.person_table(coded, names, homes, life, registered, options.living_priority)
    member = attributes.member_table(coded, names, person, homes)
    household = attributes.household_table(coded, names, member, options.living_priority)
    return [(tables.PERSON, person), (tables.HOUSEHOLD, household), (tables.HOUSEHOLD_MEMBER, member)]


def _tally(column: pa.Array | pa.ChunkedArray) -> dict[str, int]:
    counted = pc.value_counts(column).to_pylist()
    return {str(row["values"]): int(row["counts"]) for row in sorted(counted, key=lambda r: str(r["values"]))}


def _registered(coded: Coded, homes: Households, names: attributes.Names, agencies: tuple[str, ...]) -> pa.Array:
    """For each person's smallest node the household of the dwelling where a register places them."""
    is_register = is_any_of(coded.records["agency"], agencies) & coded.is_person() & (homes.dwelling >= 0)
    # The household in which most people of a dwelling live answers for it; those who only name it have left.
    lives_here = (homes.deciding_node >= 0) & (homes.dwelling[homes.deciding_node] == homes.dwelling)
    size = int(homes.dwelling.max(initial=-1)) + 1
    answer = np.full(size + 1, -1, dtype=np.int64)
    dwellings, nodes = best_nodes(homes.dwelling, np.where(lives_here, homes.label, -1))
    answer[dwellings] = nodes
    person, node = first_nodes(np.where(is_register, names.person_label, -1), -attributes.evidence_days(coded))
    at = np.full(coded.count, -1, dtype=np.int64)
    at[person] = answer[homes.dwelling[node]]
    return plain_texts(names.household.take(pa.array(at, mask=at < 0)))


def _save_state(coded: Coded, identities: Identities, model: Model, state: Path) -> None:
    kinds = {"person": identities.person, "household": identities.household}
    found = IdentityState(
        whole(coded.records["record_id"]),
        {kind: assignment.number for kind, assignment in kinds.items()},
        {kind: assignment.next_number for kind, assignment in kinds.items()},
    )
    save_state(found, state)
    model.save(state / MODEL_FILE)
