"""The link stage: NORMAL_RECORD in; persons, households, reasons and the state of the next night out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from pipeline.columns import whole
from pipeline.engine import Engine
from pipeline.handover import STATE, new_run
from pipeline.link.changes import DRIFT_RECORDS, DRIFT_SHARE
from pipeline.link.decisions import no_decisions, read_decisions
from pipeline.link.earlier import read_earlier, save_checksums, state_folder
from pipeline.link.held_out import Measured
from pipeline.link.memory import Saving, save_facts
from pipeline.link.night import Found, Given, compare, find
from pipeline.link.options import LinkOptions, StepTimer
from pipeline.link.record_ids import places_among
from pipeline.link.records import often_repeated
from pipeline.link.report import LinkReport
from pipeline.link.start import Kept, start
from pipeline.link.train import prepare_learning
from pipeline.link.writing import Written, identify, write

# Columns in which a person's or a household's own value stands.
_ONES_OWN = ("national_id", "first_name", "last_name", "birth_date", "house_code")


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
    state = state_folder(options.previous)
    # What others do not wait for is done beside them, one thing after the other.
    with new_run(out) as folder, ThreadPoolExecutor(1) as flushing, ThreadPoolExecutor(1) as beside:
        earlier_read = beside.submit(read_earlier, state)
        if options.retrain or state is None:
            beside.submit(prepare_learning, normal_record)
        saving = Saving(beside, flushing, folder / STATE)
        begun = start(engine, normal_record, kept, state, saving.records, retrain=options.retrain)
        # The records stand in order now: those given, and later the earlier ones, are not needed a second time.
        del normal_record, kept
        timer.mark("encode")
        earlier = earlier_read.result()
        ids = whole(begun.coded.records["record_id"])
        decisions = read_decisions(options.decisions, ids) if options.decisions else no_decisions()
        among = begun.changes.places_among if begun.changes else places_among
        places = beside.submit(among, ids, earlier.identities.record_id)
        given = Given(engine, beside, decisions, earlier.model, options, folder, saving, timer.mark)
        compared = compare(given, begun)
        begun = begun.without_memory()
        found = find(given, begun, compared)
        del begun, compared
        timer.mark("household")
        identities = identify(engine, found, earlier.identities.beginning_at(options.first_numbers), places.result())
        timer.mark("identity")
        written = write(given, found, identities)
        checksums = saving.end()
        measured = found.measured.result()
        timer.mark("write")
        report = _report(found, measured, written, timer, options)
        (folder / "report.json").write_text(report.to_json() + "\n", encoding="utf-8")
        if options.leave is not None:
            options.leave(folder, report)
        first_january = found.begun.coded.placeholders.is_first_january
        save_checksums(folder / STATE)
        save_facts(folder / STATE, found.begun.training, found.rules, checksums, is_first_january=first_january)
    return report


def _report(found: Found, measured: Measured, written: Written, timer: StepTimer, options: LinkOptions) -> LinkReport:
    begun, model = found.begun, found.model
    limits = {"retrained_above_share": DRIFT_SHARE, "retrained_above_records": DRIFT_RECORDS}
    return LinkReport(
        counts=written.counts | found.counts,
        evidence=written.evidence,
        model_source=model.source,
        model_origin=model.origin or model.source,
        model_note=model.note,
        model_seeds=model.seeds,
        em_check=asdict(found.em_check) if found.em_check else None,
        held_out=asdict(model.held_out),
        held_out_by=measured.held_out_by,
        error_rates=measured.error_rates,
        rules=found.rules,
        training={**asdict(begun.training), **limits, "anew_because": begun.anew_because},
        placeholders=begun.coded.placeholders.records,
        often=often_repeated(begun.coded.records, _ONES_OWN),
        issues=written.issues,
        decision_lines=written.decision_lines,
        seconds=timer.seconds,
        peak_memory_bytes=options.peak_memory() if options.peak_memory else None,
    )
