"""``khrua link``: one Parquet of records → who is whom, and who lives with whom."""

from __future__ import annotations

import json
import os
import resource
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.commands.delivered import Digests, digests, find_unchanged, in_order, save_digests
from pipeline.engine import DuckDBEngine
from pipeline.errors import UserError
from pipeline.handover import DECISIONS_FILE, settle_state
from pipeline.settings import Settings, passing_library_home

if TYPE_CHECKING:
    from pipeline.link import Kept, LinkOptions

# Of a run that is written over, what goes on: which record was whom, the model, the clerks' words. No texts of lists.
_SET_ASIDE = ("identity.parquet", "counters.json", "model.json", DECISIONS_FILE)
_BEFORE = "before"
# Columns in which texts seldom repeat: read as texts and coded at once, they cost half of what coding them part by part
# and then joining the parts' dictionaries does.
_MOSTLY_DISTINCT = ("national_id", "house_code", "last_name")


def peak_memory_bytes() -> int:
    """The largest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def link_file(
    records: Path,
    out: Path,
    *,
    previous: Path | None,
    full: bool,
    retrain: bool,
    decisions: Path | None,
    duplicate_free: tuple[str, ...],
    settings: Settings,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Normalise and link a file of records.

    Args:
        records: Parquet with ``record_id`` and ``agency``, the other columns of ``docs/commands.md`` where known.
        out: Folder for ``linked.parquet``, ``pairs.parquet``, ``refused.parquet``, ``model.json``, ``report.json``
            and ``state/``.
        previous: Folder of an earlier run, to keep its identifiers and model.
        full: Read every record and compare every pair again, not only what changed since; the answer is the same.
        retrain: Learn the weights anew.
        decisions: CSV of clerical decisions; None: those of ``previous``.
        duplicate_free: Agencies whose list holds each person once.
        settings: Threads and memory.
        tell: Is given each line that somebody should read beside the result, in Thai and English.

    Returns:
        The report: its counts at the top level, and everything else under ``report``.

    Raises:
        UserError: The file, the folder or the decisions cannot be used.
    """
    started = time.perf_counter()
    _prepare_out(out)
    _check_previous(previous)
    settle_state(out / "state")
    spill = out / "state" / "spill"
    given = _read_given(records, None if full or retrain else previous, duplicate_free, spill, settings)
    normalised = time.perf_counter()
    begins_anew = previous is None and _set_aside(out, tell)
    decisions = decisions or _earlier_decisions(previous)
    from pipeline.link import LinkOptions
    from pipeline.link.decision_lines import decision_lines

    options = LinkOptions(
        previous=previous,
        full=full,
        retrain=retrain,
        decisions=decisions,
        duplicate_free=duplicate_free,
        has_attributes=False,
        clock=time.perf_counter,
        peak_memory=peak_memory_bytes,
    )
    report = _linked(given, out, options, spill, settings)
    ended = time.perf_counter()
    report["identifiers_begin_anew"] = begins_anew
    name = decisions.name if decisions else ""
    for line in decision_lines(report["counts"], report["decision_lines"], name, "contradiction.parquet"):
        tell(line)
    return _finished(report, out, {"normalise": round(normalised - started, 3)}, {"whole": round(ended - started, 3)})


def _linked(given: _Given, out: Path, options: LinkOptions, spill: Path, settings: Settings) -> dict[str, Any]:
    """Link what a file gives, and leave to the next run what it needs."""
    from pipeline.link import link

    with DuckDBEngine(spill, settings.threads, settings.memory_limit) as engine, ThreadPoolExecutor(1) as pool:
        rows = pool.submit(in_order, given.digests, given.record_ids) if given.digests is not None else None

        def leave(state: Path) -> None:
            _leave(state, rows.result() if rows else None, options.decisions)

        options = replace(options, leave=leave)
        return asdict(link(engine, given.hand_over_normal(), out, options, given.hand_over_kept()))


def _finished(report: dict[str, Any], out: Path, before: dict[str, float], after: dict[str, float]) -> dict[str, Any]:
    """Write the report with the seconds of the whole command, and give it back as the command shows it."""
    # The command's file is named in the plural; the night's table, like every table, in the singular.
    tables.PAIR.path(out).replace(out / "pairs.parquet")
    report["seconds"] = {**before, **report["seconds"], **after}
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    counts: dict[str, Any] = report["counts"]
    return {**counts, "report": report}


@dataclass(slots=True)
class _Given:
    """What a file gives to linkage. Records are handed over, not lent: the stage lets them go when they are in order.

    Attributes:
        normal: NORMAL_RECORD of its records, or of those that are not kept; None once handed over.
        kept: Records of the run before that stand unchanged; None where all are read.
        record_ids, digests: What each of its rows says, for the next run; None where that cannot be told.
    """

    normal: pa.Table | None
    kept: Kept | None
    record_ids: pa.ChunkedArray | None
    digests: Digests | None

    def hand_over_normal(self) -> pa.Table:
        """The records, held here no longer."""
        normal, self.normal = self.normal, None
        return normal

    def hand_over_kept(self) -> Kept | None:
        """What stands unchanged, held here no longer."""
        kept, self.kept = self.kept, None
        return kept


def _read_given(
    records: Path, previous: Path | None, duplicate_free: tuple[str, ...], spill: Path, settings: Settings
) -> _Given:
    """Read and normalise the records that ``previous`` does not know as they are; all without it."""
    # The pool inside the engine: a fault waits for the thread before the engine is closed under it. An engine of its
    # own: closed, it gives back memory that it would keep to the end.
    with DuckDBEngine(spill, settings.threads, settings.memory_limit) as engine, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_read, records, is_coded=previous is None)
        with passing_library_home():
            # Imported while the file is read: it takes a second.
            from pipeline.link import Kept, load_memory, state_folder
            from pipeline.normalise import normalise_link_input
        table = reading.result()
        _check_agencies(table, duplicate_free)
        digesting = pool.submit(digests, engine, table)
        kept = None
        state = state_folder(previous)
        memory = load_memory(state) if state else None
        others = table
        if state and memory and (found := digesting.result()) is not None:
            unchanged = find_unchanged(table, found, memory.records, state)
            if unchanged is not None:
                kept, others = Kept(memory, unchanged.rows), unchanged.others
        normal = normalise_link_input(others, threads=settings.threads or os.cpu_count() or 1)
        ids = table["record_id"] if "record_id" in table.column_names else None
        return _Given(normal, kept, ids, digesting.result())


def _earlier_decisions(previous: Path | None) -> Path | None:
    """The decisions of the run before: what clerks said holds until another file says otherwise."""
    from pipeline.link import state_folder

    state = state_folder(previous)
    path = state / DECISIONS_FILE if state else None
    return path if path is not None and path.is_file() else None


def _leave(state: Path, rows: Digests | None, decisions: Path | None) -> None:
    """Leave what each row said, and the decisions beside the run they hold in, for the next and ``khrua explain``."""
    if rows is not None:
        save_digests(rows, state)
    if decisions is not None:
        (state / DECISIONS_FILE).write_bytes(decisions.read_bytes())


def _prepare_out(out: Path) -> None:
    """Make the folder; what holds names inside it is closed to others even where the folder was there before."""
    try:
        for folder in (out, out / "state", out / "state" / "private"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (out / "state", out / "state" / "private"):
            folder.chmod(0o700)
    except OSError as error:
        raise UserError(
            f"The folder {out.name} after --out cannot be written ({type(error).__name__}); name another.",
            f"เขียนโฟลเดอร์ {out.name} หลัง --out ไม่ได้ โปรดระบุโฟลเดอร์อื่น",
        ) from error


def _set_aside(out: Path, tell: Callable[[str], None]) -> bool:
    """Where a run is written over and nobody goes on from it: say so, and keep what a later run can go on from."""
    state = out / "state"
    if not (state / _SET_ASIDE[0]).is_file():
        return False
    before = state / _BEFORE
    before.mkdir(exist_ok=True, mode=0o700)
    for name in _SET_ASIDE:
        (before / name).unlink(missing_ok=True)
        if (state / name).is_file():
            shutil.copyfile(state / name, before / name)
    tell(
        f"โฟลเดอร์ {out.name} มีผลของครั้งก่อน และไม่ได้ระบุ --previous จึงเขียนทับ ทุกคนและทุกครัวเรือนได้รหัสใหม่ และคำวินิจฉัยเดิมไม่มีผล "
        f"หากต้องการใช้รหัสเดิมต่อ ให้ระบุ --previous {before} ในครั้งถัดไป"
    )
    tell(
        f"The folder {out.name} holds an earlier run and no --previous is given: it is written over, every person and "
        "household gets a new identifier, and its clerks' decisions are not taken on. "
        f"To go on with the old identifiers, give --previous {before} next time."
    )
    return True


def _check_previous(previous: Path | None) -> None:
    if previous is not None and not previous.is_dir():
        raise UserError(
            f"The folder {previous.name} after --previous does not exist; name the --out folder of an earlier run.",
            f"ไม่พบโฟลเดอร์ {previous.name} หลัง --previous ให้ระบุโฟลเดอร์ --out ของครั้งก่อน",
        )


def _check_agencies(table: pa.Table, duplicate_free: tuple[str, ...]) -> None:
    known = set(pc.unique(table["agency"]).to_pylist()) if "agency" in table.column_names else set(duplicate_free)
    if unknown := sorted(set(duplicate_free) - known):
        raise UserError(
            f"No record is of agency {', '.join(unknown)} after --duplicate-free; correct the name.",
            f"ไม่มีระเบียนของหน่วยงาน {', '.join(unknown)} หลัง --duplicate-free โปรดแก้ชื่อ",
        )


def _read(records: Path, *, is_coded: bool) -> pa.Table:
    try:
        return _read_coded(records) if is_coded else pq.read_table(records)
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(
            f"{records.name} is missing or is no Parquet file; give a Parquet file of records.",
            f"ไม่พบ {records.name} หรือไม่ใช่ไฟล์ Parquet ให้ระบุไฟล์ระเบียนแบบ Parquet",
        ) from error


def _read_coded(records: Path) -> pa.Table:
    """The records, their texts as codes into a dictionary: a million hold a few hundred thousand distinct texts."""
    schema = pq.read_schema(records)
    texts = [f.name for f in schema if pa.types.is_string(f.type) and f.name != "record_id"]
    with pq.ParquetFile(records, read_dictionary=[name for name in texts if name not in _MOSTLY_DISTINCT]) as file:
        table = file.read().unify_dictionaries()
    for name in (name for name in texts if name in _MOSTLY_DISTINCT):
        coded = table[name].combine_chunks().dictionary_encode()
        table = table.set_column(table.column_names.index(name), name, coded)
    return table
