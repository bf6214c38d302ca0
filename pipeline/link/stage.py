"""The link stage: NORMAL_RECORD in; persons, households, reasons and the state of the next night out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.engine import Engine
from pipeline.link import attributes, outputs
from pipeline.link.best import best_nodes, first_nodes
from pipeline.link.blocking import BlockingRules, load_rules
from pipeline.link.changes import DRIFT_RECORDS, DRIFT_SHARE
from pipeline.link.codes import is_any_of, plain_texts, present
from pipeline.link.comparison import Comparisons, load_comparisons
from pipeline.link.contradiction import contradiction_table, find_contradictions
from pipeline.link.decisions import Decisions, no_decisions, read_decisions
from pipeline.link.earlier import MODEL_FILE, read_earlier
from pipeline.link.encode import Coded
from pipeline.link.findings import find_issues
from pipeline.link.household import Households, find_households
from pipeline.link.identity import (
    Assignment,
    IdentityState,
    as_text,
    assign,
    earlier_places,
    event_table,
    previous_numbers,
    save_state,
)
from pipeline.link.memory import save_facts, save_tables
from pipeline.link.model import Model
from pipeline.link.options import LinkOptions, StepTimer
from pipeline.link.person import (
    ComparedPairs,
    Mark,
    Persons,
    compare_all,
    compare_changed,
    find_persons,
    revise_persons,
)
from pipeline.link.report import LinkReport
from pipeline.link.residence import read_residence
from pipeline.link.residual import residual_links
from pipeline.link.start import Kept, Start, start
from pipeline.link.train import can_learn, import_learning


def link(
    engine: Engine,
    normal_record: Path | pa.Table,
    out: Path,
    options: LinkOptions | None = None,
    kept: Kept | None = None,
) -> LinkReport:
    """Link records into persons and households.

    Args:
        engine: Where tables are joined and mapped.
        normal_record: NORMAL_RECORD, as a Parquet file or a table.
        out: Folder for the tables, ``model.json``, ``report.json`` and ``state/``.
        options: See :class:`LinkOptions`.
        kept: Records of the run before that stand unchanged and are not among ``normal_record``; None: every record is
            given.

    Returns:
        The report that was also written.

    Raises:
        UserError: The input repeats a record_id, or the decisions or the earlier run cannot be read.
    """
    options = options or LinkOptions()
    timer = StepTimer(options.clock)
    rules, comparisons = load_rules(), load_comparisons()
    earlier = read_earlier(options.previous)
    begun = start(normal_record, kept, earlier.state, retrain=options.retrain)
    coded = begun.coded
    timer.mark("encode")
    decisions = _decisions(options.decisions, coded)
    retrain = options.retrain or begun.anew_because == "drift"
    with ThreadPoolExecutor(1) as pool:
        if (retrain or earlier.model is None) and can_learn(coded):
            # Most of that second the interpreter would wait for arrays.
            pool.submit(import_learning)
        compared = _compare(engine, begun, rules, comparisons, decisions, options.full, timer.mark)
        # Written while the rest goes on: nothing after this changes it.
        saving = pool.submit(save_tables, out / "state", coded, compared.graded)
        persons = find_persons(
            engine, coded, comparisons, decisions, compared, earlier.model, retrain, options.duplicate_free, timer.mark
        )
        persons, homes = _living_together(engine, coded, persons, comparisons, options)
        timer.mark("household")
        identities = _identities(coded, persons, homes, earlier.identities.beginning_at(options.first_numbers))
        timer.mark("identity")
        written = _write(engine, coded, persons, homes, identities, comparisons, decisions, options, out)
        saving.result()
        save_facts(out / "state", begun.training, compared.rules, is_first_january=coded.placeholders.is_first_january)
        timer.mark("write")
    report = _report(begun, compared, persons, written, timer, options)
    (out / "report.json").write_text(report.to_json() + "\n", encoding="utf-8")
    return report


@dataclass(frozen=True, slots=True)
class _Written:
    """What was written, counted: by name, by evidence code, by issue code."""

    counts: dict[str, int]
    evidence: dict[str, int]
    issues: dict[str, int]


def _report(
    begun: Start, compared: ComparedPairs, persons: Persons, written: _Written, timer: StepTimer, options: LinkOptions
) -> LinkReport:
    graded, model = compared.graded, persons.model
    pairs = {"pairs": len(graded.a), "pairs_compared": compared.compared, "patterns": len(graded.patterns)}
    limits = {"retrained_above_share": DRIFT_SHARE, "retrained_above_records": DRIFT_RECORDS}
    return LinkReport(
        counts=written.counts | pairs,
        evidence=written.evidence,
        model_source=model.source,
        model_note=model.note,
        held_out=asdict(model.held_out),
        held_out_by=persons.held_out_by,
        error_rates=persons.error_rates,
        rules=compared.rules,
        training={**asdict(begun.training), **limits, "anew_because": begun.anew_because},
        placeholders=begun.coded.placeholders.records,
        issues=written.issues,
        seconds=timer.seconds,
        peak_memory_bytes=options.peak_memory() if options.peak_memory else None,
    )


def _living_together(
    engine: Engine, coded: Coded, persons: Persons, comparisons: Comparisons, options: LinkOptions
) -> tuple[Persons, Households]:
    """Households, and the persons after a second look at who is left over in them."""
    residence = read_residence(coded, options.living_priority)
    homes = find_households(engine, residence, persons.label, options.household_size_limit)
    residual = residual_links(persons.scored, comparisons, persons.label, homes.label, coded.columns["agency"])
    if len(residual) == 0:
        return persons, homes
    persons = revise_persons(engine, persons, residual)
    return persons, find_households(engine, residence, persons.label, options.household_size_limit)


@dataclass(frozen=True, slots=True)
class _Identities:
    names: attributes.Names
    person: Assignment
    household: Assignment


def _compare(
    engine: Engine,
    begun: Start,
    rules: BlockingRules,
    comparisons: Comparisons,
    decisions: Decisions,
    is_full: bool,
    mark: Mark,
) -> ComparedPairs:
    known = None
    if not is_full and begun.memory is not None and begun.changes is not None:
        known = begun.changes.surviving(begun.memory)
    if known is None or begun.memory is None or begun.changes is None:
        return compare_all(engine, begun.coded, rules, comparisons, decisions, mark)
    night = begun.changes.nights(begun.coded)
    found = compare_changed(engine, begun.coded, rules, comparisons, decisions, known, night, mark)
    return replace(found, rules=begun.memory.rules)


def _decisions(path: Path | None, coded: Coded) -> Decisions:
    return read_decisions(path, coded.records["record_id"].combine_chunks()) if path else no_decisions()


def _identities(coded: Coded, persons: Persons, homes: Households, before: IdentityState) -> _Identities:
    ids = coded.records["record_id"].combine_chunks()
    places = earlier_places(ids, before)
    person_label = np.where(coded.is_person(), persons.label, -1)
    person = assign(person_label, *previous_numbers("person", places, before), before.next_number["person"])
    household = assign(homes.label, *previous_numbers("household", places, before), before.next_number["household"])
    names = attributes.Names(
        as_text("person", person.number), as_text("household", household.number), person_label, homes.label
    )
    return _Identities(names, person, household)


def _write(
    engine: Engine,
    coded: Coded,
    persons: Persons,
    homes: Households,
    identities: _Identities,
    comparisons: Comparisons,
    decisions: Decisions,
    options: LinkOptions,
    out: Path,
) -> _Written:
    names = identities.names
    strongest = outputs.strongest_links(persons.scored, persons.label)
    code, probability = outputs.evidence_of(coded.count, strongest, persons.scored, persons.model)
    linked = pa.table(
        {
            "record_id": coded.records["record_id"],
            "person_id": names.person,
            "household_id": names.household,
            "evidence_code": code,
            "probability": probability,
        }
    )
    life = attributes.life_status(coded, persons.label, code, options.life_status_priority)
    refused = outputs.refused_table(coded, persons)
    contradicted = find_contradictions(coded, persons, decisions)
    # The longest first, so that no thread is left with one at the end.
    jobs: list[Callable[[], object]] = [
        lambda: tables.PAIR.write(outputs.pair_table(coded, persons.scored, comparisons, persons.model), out),
        lambda: tables.LINK_REASON.write(outputs.reason_table(coded, strongest, persons.scored, comparisons), out),
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
    counts = _counts(coded, persons, names) | {"refused": refused.num_rows, "decisions_absent": decisions.absent}
    return _Written(counts, _tally(code), _tally(tables.ISSUE.read(out)["code"]))


def _counts(coded: Coded, persons: Persons, names: attributes.Names) -> dict[str, int]:
    return {
        "records": coded.count,
        "persons": len(present(names.person_label)),
        "households": len(present(names.household_label)),
        "links": int(persons.scored.is_link.sum()),
        "reviews": int(persons.scored.is_review.sum()),
    }


def _event_table(identities: _Identities) -> pa.Table:
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


def _save_state(coded: Coded, identities: _Identities, model: Model, out: Path) -> None:
    kinds = {"person": identities.person, "household": identities.household}
    state = IdentityState(
        coded.records["record_id"].combine_chunks(),
        {kind: found.number for kind, found in kinds.items()},
        {kind: found.next_number for kind, found in kinds.items()},
    )
    save_state(state, out / "state")
    model.save(out / MODEL_FILE)
    model.save(out / "state" / MODEL_FILE)
