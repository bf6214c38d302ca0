"""``khrua link``: one Parquet of records → who is whom, and who lives with whom."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.columns import whole
from pipeline.commands.delivered import Digests, save_delivered
from pipeline.commands.given import GivenRecords, check_is_there, read_given
from pipeline.commands.run_folder import check_out, check_previous, holds_run, set_aside, writing_into
from pipeline.engine import DuckDBEngine
from pipeline.handover import BEFORE, DECISIONS_FILE, PRIVATE, STATE
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.link import LinkOptions, LinkReport

# A value that is set aside in more than this share of all records is told.
_MOST_ALIKE = 0.5
# Columns of the records under the names that they have among placeholders.
_OF_RECORD = {"given": "first_name", "surname": "last_name", "birth_day": "birth_date"}


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
    check_is_there(records)
    check_out(out, (records, decisions))
    check_previous(previous)
    with writing_into(out, previous) as spill:
        started = time.perf_counter()
        given = read_given(records, None if full or retrain else previous, duplicate_free, spill, settings)
        normalised = time.perf_counter()
        from pipeline.link import LinkOptions

        options = LinkOptions(
            previous=previous,
            full=full,
            retrain=retrain,
            decisions=decisions or _earlier_decisions(previous),
            duplicate_free=duplicate_free,
            has_attributes=False,
            clock=time.perf_counter,
            peak_memory=peak_memory_bytes,
        )
        # Asked before this run takes the place of that one.
        kept_private = previous is not None and _keeps_private(previous)
        report = _linked(given, out, options, spill, settings, _Started(started, normalised))
        for line in _lines(report, out, options.decisions, kept_private=kept_private):
            tell(line)
        return {**report["counts"], "report": report}


@dataclass(frozen=True, slots=True)
class _Started:
    """When the command was, and when its records stood normalised, by the clock of the report."""

    at: float
    normalised_at: float

    def seconds(self) -> dict[str, float]:
        now = time.perf_counter()
        return {"normalise": round(self.normalised_at - self.at, 3), "whole": round(now - self.at, 3)}


def _linked(
    given: GivenRecords, out: Path, options: LinkOptions, spill: Path, settings: Settings, started: _Started
) -> dict[str, Any]:
    """Link what a file gives, and leave to the next run what it needs; the report."""
    from pipeline.link import link

    begins_anew = options.previous is None and holds_run(out)
    report: dict[str, Any] = {}

    def leave(run: Path, of_stage: LinkReport) -> None:
        # The command's file is named in the plural; the night's table, like every table, in the singular.
        tables.PAIR.path(run).replace(run / "pairs.parquet")
        _leave(run / STATE, given.digests, given.unread, options.decisions)
        if begins_anew:
            set_aside(out / STATE, run / STATE / BEFORE)
        report.update(asdict(of_stage))
        report["identifiers_begin_anew"] = begins_anew
        report["unread"] = _by_column(given.unread)
        report["columns_not_read"] = list(given.columns_not_read)
        report["seconds"] |= started.seconds()
        text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
        (run / "report.json").write_text(f"{text}\n", encoding="utf-8")

    with DuckDBEngine(spill, settings.threads, settings.memory_limit) as engine:
        options = replace(options, leave=leave, issues=given.unread)
        link(engine, given.hand_over_normal(), out, options, given.hand_over_kept())
    return report


def _by_column(unread: pa.Table) -> dict[str, int]:
    """How many cells of each column could not be read."""
    counted = pc.value_counts(whole(unread["column"])).to_pylist()
    return {row["values"]: row["counts"] for row in sorted(counted, key=lambda row: str(row["values"]))}


def _lines(report: dict[str, Any], out: Path, decisions: Path | None, *, kept_private: bool) -> Iterator[str]:
    """What somebody should read beside the result.

    Args:
        report: The report.
        out: Folder of the run.
        decisions: File of decisions.
        kept_private: Whether the run before kept its records.
    """
    from pipeline.link.decision_lines import decision_lines

    if report["identifiers_begin_anew"]:
        before = out / STATE / BEFORE
        yield (
            f"โฟลเดอร์ {out.name} มีผลของครั้งก่อน และไม่ได้ระบุ --previous จึงเขียนทับ ทุกคนและทุกครัวเรือนได้รหัสใหม่ "
            f"และคำวินิจฉัยเดิมไม่มีผล หากต้องการใช้รหัสเดิมต่อ ให้ระบุ --previous {quote(str(before))} ในครั้งถัดไป"
        )
        yield (
            f"The folder {out.name} held an earlier run and no --previous was given: it was written over, every person "
            "and household got a new identifier, and its clerks' decisions were not taken on. "
            f"To go on with the old identifiers, give --previous {quote(str(before))} next time."
        )
    name = decisions.name if decisions else ""
    yield from decision_lines(report["counts"], report["decision_lines"], name, "contradiction.parquet")
    if unread := report["unread"]:
        listed, records = ", ".join(f"{column} {n:,}" for column, n in unread.items()), report["counts"]["records"]
        yield (
            f"ช่องที่มีข้อความแต่อ่านไม่ได้ ถือว่าไม่ทราบ ({listed} จาก {records:,} ระเบียน) ดู issue.parquet · "
            f"cells that could not be read, and count as unknown: {listed}, of {records:,} records; see issue.parquet"
        )
    records = report["counts"]["records"]
    if records == 0:
        yield (
            "ไฟล์นี้ไม่มีระเบียน รหัสบุคคลและครัวเรือนของครั้งก่อนจึงสิ้นสุดทั้งหมด · the file holds no record: all persons and "
            "households of the run before, if there was one, have ended"
        )
    yield from _lines_of_repeated(report)
    if report["training"]["anew_because"] == "memory_not_usable" and kept_private:
        yield (
            "สิ่งที่ครั้งก่อนเก็บไว้ใช้ไม่ได้ (เป็นของรุ่นอื่นหรือเสียหาย) จึงเทียบทุกระเบียนใหม่ รหัสเดิมยังใช้ต่อ · what the earlier run "
            "kept cannot be used (another version left it, or it is damaged): everything was compared anew, and "
            "identifiers go on"
        )
    if unknown := report["columns_not_read"]:
        listed = ", ".join(unknown)
        yield (
            f"คอลัมน์ที่ไม่ได้ใช้ เพราะไม่รู้จักชื่อ (ดูชื่อที่ใช้ได้ใน docs/commands.md): {listed} · "
            f"columns that are not used, because none is known by that name (docs/commands.md has the names): {listed}"
        )


def _lines_of_repeated(report: dict[str, Any]) -> Iterator[str]:
    records: int = report["counts"]["records"]
    unknown = {column: n for column, n in report["placeholders"].items() if n > _MOST_ALIKE * records}
    told = {_OF_RECORD.get(column, column) for column in unknown}
    used = {column: n for column, n in report["often"].items() if column not in told}
    for columns, thai, english in (
        (unknown, "ถือว่าไม่ทราบ", "and count as unknown"),
        (used, "และใช้ตามที่เป็น โปรดตรวจไฟล์", "and are used as they stand; look whether the file is right"),
    ):
        if columns:
            listed = ", ".join(f"{column} {n:,}" for column, n in columns.items())
            yield (
                f"ค่าที่ซ้ำกันมากเกินกว่าจะเป็นของคนเดียว {thai} ({listed} จาก {records:,} ระเบียน) · values that stand too "
                f"often to be anybody's own, {english}: {listed}, of {records:,} records"
            )


def _keeps_private(previous: Path) -> bool:
    """Whether the run before kept more than identifiers and model; what was set aside in a state does not."""
    from pipeline.link import state_folder

    state = state_folder(previous)
    return state is not None and (state / PRIVATE).is_dir()


def _earlier_decisions(previous: Path | None) -> Path | None:
    """The decisions of the run before: what clerks said holds until another file says otherwise."""
    from pipeline.link import state_folder

    state = state_folder(previous)
    path = state / DECISIONS_FILE if state else None
    return path if path is not None and path.is_file() else None


def _leave(state: Path, digests: Digests | None, unread: pa.Table, decisions: Path | None) -> None:
    """Leave what each row said, and the decisions beside the run they hold in, for the next and ``khrua explain``."""
    if digests is not None:
        save_delivered(digests, unread, state)
    if decisions is not None:
        (state / DECISIONS_FILE).write_bytes(decisions.read_bytes())
