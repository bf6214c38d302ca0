"""``khrua link``: one Parquet of records → who is whom, and who lives with whom."""

from __future__ import annotations

import json
import os
import resource
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.commands.delivered import Unchanged, digests, find_unchanged, save_digests
from pipeline.engine import DuckDBEngine
from pipeline.errors import UserError
from pipeline.settings import Settings, passing_library_home

if TYPE_CHECKING:
    from pipeline.link import Memory


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
) -> dict[str, Any]:
    """Normalise and link a file of records.

    Args:
        records: Parquet with ``record_id`` and ``agency``, the other columns of ``docs/commands.md`` where known.
        out: Folder for ``linked.parquet``, ``pairs.parquet``, ``refused.parquet``, ``model.json``, ``report.json``
            and ``state/``.
        previous: Folder of an earlier run, to keep its identifiers and model.
        full: Read every record and compare every pair again, not only what changed since; the answer is the same.
        retrain: Learn the weights anew.
        decisions: CSV of clerical decisions.
        duplicate_free: Agencies whose list holds each person once.
        settings: Threads and memory.

    Returns:
        The report: its counts at the top level, and everything else under ``report``.

    Raises:
        UserError: The file, the folder or the decisions cannot be used.
    """
    started = time.perf_counter()
    _prepare_out(out)
    _check_previous(previous)
    # The pool inside the engine: a fault waits for the thread before the engine is closed under it.
    with (
        DuckDBEngine(out / "state" / "spill", settings.threads, settings.memory_limit) as engine,
        ThreadPoolExecutor(1) as pool,
    ):
        is_quick = previous is not None and not full and not retrain
        reading = pool.submit(_read, records, is_coded=not is_quick)
        with passing_library_home():
            # Imported while the file is read: it takes a second.
            from pipeline.link import Kept, LinkOptions, link
            from pipeline.normalise import normalise_link_input
        table = reading.result()
        _check_agencies(table, duplicate_free)
        digesting = pool.submit(digests, engine, table)
        memory, unchanged = _unchanged(table, digesting, previous) if is_quick else (None, None)
        if unchanged:
            table = unchanged.others
        normal = normalise_link_input(table, threads=settings.threads or os.cpu_count() or 1)
        del table
        found = digesting.result()
        normalised = time.perf_counter()
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
        kept = Kept(memory, unchanged.rows) if memory and unchanged else None
        report = asdict(link(engine, normal, out, options, kept))
        if found is not None:
            save_digests(found, out / "state")
    # The command's file is named in the plural; the night's table, like every table, in the singular.
    tables.PAIR.path(out).replace(out / "pairs.parquet")
    report["seconds"] = {
        "normalise": round(normalised - started, 3),
        **report["seconds"],
        "whole": round(time.perf_counter() - started, 3),
    }
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    counts: dict[str, Any] = report["counts"]
    return {**counts, "report": report}


def _unchanged(
    table: pa.Table, digesting: Future[pa.Table | None], previous: Path | None
) -> tuple[Memory | None, Unchanged | None]:
    """What the run before left, and the records that stand as it was given them; None where it left nothing usable."""
    from pipeline.link import load_memory, state_folder

    state = state_folder(previous)
    memory = load_memory(state) if state else None
    found = digesting.result()
    if state is None or memory is None or found is None:
        return None, None
    return memory, find_unchanged(table, found, state)


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
        if not is_coded:
            return pq.read_table(records)
        texts = [f.name for f in pq.read_schema(records) if pa.types.is_string(f.type) and f.name != "record_id"]
        # Codes into a dictionary: a million records hold a few hundred thousand distinct texts.
        return pq.read_table(records, read_dictionary=texts).unify_dictionaries()
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(
            f"{records.name} is missing or is no Parquet file; give a Parquet file of records.",
            f"ไม่พบ {records.name} หรือไม่ใช่ไฟล์ Parquet ให้ระบุไฟล์ระเบียนแบบ Parquet",
        ) from error
