"""What a run leaves: the tables of linkage, the attributes of persons and households, the state of the next night."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.engine import Engine
from pipeline.link import attributes, outputs
from pipeline.link.best import best_nodes, first_nodes
from pipeline.link.codes import is_any_of, plain_texts, present
from pipeline.link.comparison import Comparisons
from pipeline.link.contradiction import contradiction_table, find_contradictions
from pipeline.link.decisions import Decisions
from pipeline.link.earlier import MODEL_FILE
from pipeline.link.encode import Coded
from pipeline.link.findings import find_issues
from pipeline.link.household import Households
from pipeline.link.identity import Assignment, IdentityState, event_table, save_state
from pipeline.link.model import Model
from pipeline.link.options import LinkOptions
from pipeline.link.person import Persons


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, counted: by name, by evidence code, by issue code."""

    counts: dict[str, int]
    evidence: dict[str, int]
    issues: dict[str, int]


@dataclass(frozen=True, slots=True)
class Identities:
    """Names of persons and households, and which numbers they were given."""

    names: attributes.Names
    person: Assignment
    household: Assignment


@dataclass(frozen=True, slots=True)
class Links:
    """What links say of each record: its strongest link, its evidence code and the probability."""

    strongest: outputs.Strongest
    code: pa.Array
    probability: pa.Array


@dataclass(frozen=True, slots=True)
class PairsUnderWay:
    """PAIR and LINK_REASON, which another thread writes, and the links they come from."""

    links: Future[Links]
    tables: tuple[Future[None], ...]


def begin_pairs(pool: Executor, coded: Coded, persons: Persons, comparisons: Comparisons, out: Path) -> PairsUnderWay:
    """Begin to write what follows from persons alone.

    Args:
        pool: Where it is written; it takes one job after the other.
        coded: The records.
        persons: Who is who, after the last change.
        comparisons: The comparisons.
        out: Folder for the tables.
    """
    scored, model = persons.scored, persons.model
    links = pool.submit(_find_links, coded, persons)

    def write_pairs() -> None:
        tables.PAIR.write(outputs.pair_table(coded, scored, comparisons, model), out)

    def write_reasons() -> None:
        tables.LINK_REASON.write(outputs.reason_table(coded, links.result().strongest, scored, comparisons), out)

    return PairsUnderWay(links, (pool.submit(write_pairs), pool.submit(write_reasons)))


def _find_links(coded: Coded, persons: Persons) -> Links:
    strongest = outputs.strongest_links(persons.scored, persons.label)
    return Links(strongest, *outputs.evidence_of(coded.count, strongest, persons.scored, persons.model))


def write_all(
    engine: Engine,
    coded: Coded,
    persons: Persons,
    homes: Households,
    identities: Identities,
    pairs: PairsUnderWay,
    decisions: Decisions,
    options: LinkOptions,
    out: Path,
) -> Written:
    """Write the tables that are not under way yet and the state, and wait for those that are.

    Args:
        engine: Writes several tables at once.
        coded: The records.
        persons: Who is who.
        homes: Who lives with whom.
        identities: Their identifiers.
        pairs: What :func:`begin_pairs` gave.
        decisions: Clerical decisions.
        options: See :class:`LinkOptions`.
        out: Folder for the tables.
    """
    names, links = identities.names, pairs.links.result()
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
        lambda: tables.LINKED.write(linked, out),
        lambda: tables.ISSUE.write(find_issues(coded, persons, homes, life, contradicted, options), out),
        lambda: _save_state(coded, identities, persons.model, out),
        lambda: tables.IDENTITY_EVENT.write(_event_table(identities), out),
        lambda: tables.REFUSED.write(refused, out),
        lambda: tables.CONTRADICTION.write(contradiction_table(coded, contradicted), out),
    ]
    if options.has_attributes:
        made = _attribute_tables(coded, names, homes, life, options)
        jobs = [*(partial(table.write, data, out) for table, data in made), *jobs]
    engine.map_each(jobs, lambda job: job())
    for table in pairs.tables:
        table.result()
    counts = _counts(coded, persons, names) | {"refused": refused.num_rows, "decisions_absent": decisions.absent}
    return Written(counts, _tally(links.code), _tally(tables.ISSUE.read(out)["code"]))


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


def _save_state(coded: Coded, identities: Identities, model: Model, out: Path) -> None:
    kinds = {"person": identities.person, "household": identities.household}
    state = IdentityState(
        coded.records["record_id"].combine_chunks(),
        {kind: found.number for kind, found in kinds.items()},
        {kind: found.next_number for kind, found in kinds.items()},
    )
    save_state(state, out / "state")
    model.save(out / MODEL_FILE)
    model.save(out / "state" / MODEL_FILE)
