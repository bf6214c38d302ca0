"""The link stage: NORMAL_RECORD in; persons, households, reasons and the state of the next night out."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.engine import Engine
from pipeline.link import attributes
from pipeline.link.blocking import BlockingRules, load_rules
from pipeline.link.changes import DRIFT_RECORDS, DRIFT_SHARE
from pipeline.link.comparison import Comparisons, load_comparisons
from pipeline.link.decisions import Decisions, no_decisions, read_decisions
from pipeline.link.earlier import read_earlier
from pipeline.link.encode import Coded
from pipeline.link.household import Households, find_households
from pipeline.link.identity import (
    IdentityState,
    as_text,
    assign,
    earlier_places,
    previous_numbers,
)
from pipeline.link.memory import save_facts, save_tables
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
from pipeline.link.residence import Residence, read_residence
from pipeline.link.residual import residual_links
from pipeline.link.start import Kept, Start, start
from pipeline.link.train import prepare_learning
from pipeline.link.writing import Identities, PairsUnderWay, Written, begin_pairs, write_all


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
    with ThreadPoolExecutor(1) as pool:
        if options.retrain or earlier.model is None:
            # The interpreter is free for it while arrays are worked on.
            pool.submit(prepare_learning, normal_record)
        begun = start(normal_record, kept, earlier.state, retrain=options.retrain)
        coded = begun.coded
        # Coded they are another table; where nobody else holds this one, its memory is free.
        del normal_record
        timer.mark("encode")
        decisions = _decisions(options.decisions, coded)
        retrain = options.retrain or begun.anew_because == "drift"
        compared = _compare(engine, begun, rules, comparisons, decisions, options.full, timer.mark)
        # Read and written while the rest goes on: nothing after this changes them.
        residence = pool.submit(read_residence, coded, options.living_priority)
        saving = pool.submit(save_tables, out / "state", coded, compared.graded)
        persons = find_persons(
            engine, coded, comparisons, decisions, compared, earlier.model, retrain, options.duplicate_free, timer.mark
        )
        persons, homes, pairs = _living_together(
            engine, pool, coded, residence.result(), persons, comparisons, options, out
        )
        del residence
        timer.mark("household")
        identities = _identities(coded, persons, homes, earlier.identities.beginning_at(options.first_numbers))
        timer.mark("identity")
        written = write_all(engine, coded, persons, homes, identities, pairs, decisions, options, out)
        saving.result()
        save_facts(out / "state", begun.training, compared.rules, is_first_january=coded.placeholders.is_first_january)
        timer.mark("write")
    report = _report(begun, compared, persons, written, timer, options)
    (out / "report.json").write_text(report.to_json() + "\n", encoding="utf-8")
    return report


def _report(
    begun: Start, compared: ComparedPairs, persons: Persons, written: Written, timer: StepTimer, options: LinkOptions
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
    engine: Engine,
    pool: Executor,
    coded: Coded,
    residence: Residence,
    persons: Persons,
    comparisons: Comparisons,
    options: LinkOptions,
    out: Path,
) -> tuple[Persons, Households, PairsUnderWay]:
    """Households, the persons after a second look at who is left over in them, and their pairs as they are written."""
    homes = find_households(engine, residence, persons.label, options.household_size_limit)
    residual = residual_links(persons.scored, comparisons, persons.label, homes.label, coded.columns["agency"])
    if len(residual):
        persons = revise_persons(engine, persons, residual)
    # Persons are final: what follows from them alone is written while households are found again.
    pairs = begin_pairs(pool, coded, persons, comparisons, out)
    if len(residual):
        homes = find_households(engine, residence, persons.label, options.household_size_limit)
    return persons, homes, pairs


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


def _identities(coded: Coded, persons: Persons, homes: Households, before: IdentityState) -> Identities:
    ids = coded.records["record_id"].combine_chunks()
    places = earlier_places(ids, before)
    person_label = np.where(coded.is_person(), persons.label, -1)
    person = assign(person_label, *previous_numbers("person", places, before), before.next_number["person"])
    household = assign(homes.label, *previous_numbers("household", places, before), before.next_number["household"])
    names = attributes.Names(
        as_text("person", person.number), as_text("household", household.number), person_label, homes.label
    )
    return Identities(names, person, household)
