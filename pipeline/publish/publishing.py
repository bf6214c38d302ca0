"""The publication of one night, from the stages' tables to what people read, in an order that a crash cannot spoil.

Aside: warehouse, audits, limits, lists. Then the audit log; without it nothing is delivered. Then the lists go to their
places and the link is swapped, which is the one moment of publication. The report says how it ended, either way.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from pipeline.contracts import ContractBook
from pipeline.errors import NothingPublishedError, UserError, where_it_failed
from pipeline.home import Home
from pipeline.publish.audit_log import append_audit
from pipeline.publish.auditing import AuditResult, audit, require_passed
from pipeline.publish.build import Resources, RunFacts, build_warehouse, close_warehouse
from pipeline.publish.fault_headers import FaultHeaders, read_fault_headers
from pipeline.publish.figures import Figures, read_figures
from pipeline.publish.limits import Move, moves, require_within_limits
from pipeline.publish.lookups import IndicatorWords
from pipeline.publish.manifest import LINK, current_run_id
from pipeline.publish.readonly import open_readonly
from pipeline.publish.report import ReportContent, Verdict, read_linkage, write_report
from pipeline.publish.returned_book import ReturnedListError
from pipeline.publish.returns import ReturnedFile, list_agencies, open_sources, write_returns
from pipeline.publish.stages import StageFolders
from pipeline.publish.swap import clear_scratch, inspect_built, scratch_folder, swap_in, with_audit_hash

NO_REPORT = (
    "เผยแพร่แล้ว แต่เขียนรายงานไม่ได้ โปรดตรวจสิทธิ์และพื้นที่ดิสก์ของ report/ · published, but the report could not be written"
)


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """What a publication needs.

    Attributes:
        home: The home folder.
        run_id: The run.
        run_date: The night's date.
        folders: Where the stages wrote their tables.
        book: Contracts, agreements, province, vocabulary.
        key: The home's secret.
        indicators: Words of the indicators and methods (:func:`pipeline.publish.lookups.read_indicator_words`).
        accept_change: Why a change beyond the limits is accepted; empty: it is not.
        fingerprint: Hash of all inputs of the night.
        run_by: Who runs, for the audit log.
        seconds: Seconds of the stages so far, for the report.
        resources: Memory, threads and spill.
        on_list: Told of each agency whose list is written.
    """

    home: Path
    run_id: str
    run_date: date
    folders: StageFolders
    book: ContractBook
    key: bytes
    indicators: IndicatorWords | None = None
    accept_change: str = ""
    fingerprint: str = ""
    run_by: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    resources: Resources | None = None
    on_list: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing from a publication.

    Attributes:
        line: For people: the agency and how many of its files.
        agency: Code; empty when it concerns no agency.
        is_set_aside_only: Files were set aside, and nothing stands in or is late.
    """

    line: str
    agency: str = ""
    is_set_aside_only: bool = False


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What was published.

    Attributes:
        warehouse: The published file.
        report: The night's report; None when it could not be written.
        lists: The lists that went out.
        counts: Counts of ``ops.run``.
        gaps: One for each agency whose data are stale or set aside; empty: nothing is missing.
        audits: How the audits came out.
        moves: Counts beside their limits.
    """

    warehouse: Path
    report: Path | None
    lists: tuple[ReturnedFile, ...]
    counts: dict[str, int]
    gaps: tuple[Gap, ...]
    audits: tuple[AuditResult, ...]
    moves: tuple[Move, ...]


@dataclass(slots=True)
class _Progress:
    """What is known so far, for the report of a night that ends early."""

    now: Figures = field(default_factory=Figures)
    headers: FaultHeaders = field(default_factory=dict)
    before: Figures | None = None
    audits: tuple[AuditResult, ...] = ()
    moves: tuple[Move, ...] = ()
    lists: tuple[ReturnedFile, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def publish(request: PublishRequest) -> PublishResult:
    """Publish one night.

    Args:
        request: What is needed.

    Returns:
        What was published.

    Raises:
        AuditError: A promise is broken; nothing was swapped in.
        NothingPublishedError: The publication would move beyond its limits, or could not be written.
        HomeError: The audit log or a folder cannot be written.
    """
    progress = _Progress(seconds=dict(request.seconds))
    clear_scratch(request.home)
    scratch = scratch_folder(request.home, request.run_id)
    scratch.mkdir(mode=0o700, parents=True)
    try:
        warehouse = _publish_or_say_why(request, scratch, progress)
    except UserError as error:
        with suppress(Exception):
            # A report that cannot be written must not hide why the night stopped.
            _write_report(request, progress, Verdict(False, error.thai, error.english, details=error.details))
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    gaps = find_gaps(progress.now)
    report = None
    try:
        report = _write_report(request, progress, _published_verdict(gaps, progress))
    except Exception:
        # The swap is done: what is published stays published, and the officer is told what is missing.
        gaps = (*gaps, Gap(NO_REPORT))
    return PublishResult(warehouse, report, progress.lists, progress.now.counts, gaps, progress.audits, progress.moves)


def _publish_or_say_why(request: PublishRequest, scratch: Path, progress: _Progress) -> Path:
    try:
        return _publish(request, scratch, progress)
    except (duckdb.Error, OSError, ReturnedListError) as error:
        # The message of DuckDB may quote a row: only its class and place are told.
        raise NothingPublishedError(
            f"The publication could not be written ({type(error).__name__} at {where_it_failed(error)}); the earlier "
            "one stays. Free some disk space and run again; if that does not help, report this line.",
            "เขียนฉบับเผยแพร่ไม่สำเร็จ ฉบับเดิมยังใช้ได้ โปรดตรวจพื้นที่ดิสก์แล้วรันใหม่ ถ้ายังไม่ได้ให้แจ้งผู้พัฒนาพร้อมบรรทัดภาษาอังกฤษ",
        ) from None


def report_unpublished(request: PublishRequest, error: UserError) -> Path:
    """Write the report of a night that ended before publication, from the stages that did run.

    Args:
        request: With the folders of the stages that ran; the others None.
        error: Why nothing was published.

    Returns:
        The report.
    """
    progress = _Progress(before=_current_figures(request.home), seconds=dict(request.seconds))
    clear_scratch(request.home)
    scratch = scratch_folder(request.home, request.run_id)
    try:
        connection = build_warehouse(
            scratch / "unpublished.duckdb",
            request.folders,
            request.book,
            _facts(request),
            request.indicators,
            request.resources,
        )
        with connection:
            progress.now = read_figures(connection)
            progress.headers = read_fault_headers(connection, request.book)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _write_report(request, progress, Verdict(False, error.thai, error.english, details=error.details))


def find_gaps(figures: Figures) -> tuple[Gap, ...]:
    """One for each agency whose data are stale, replaced by an earlier delivery, or set aside."""
    gaps = []
    for row in figures["agencies"]:
        words = []
        if row["set_aside"]:
            words.append(f"พักไว้ {row['set_aside']} ไฟล์ ({row['set_aside']} set aside)")
        if row["stand_ins"]:
            words.append(f"ใช้ข้อมูลชุดก่อน {row['stand_ins']} ไฟล์ ({row['stand_ins']} stand-in)")
        if row["is_late"]:
            words.append("ข้อมูลเก่ากว่ากำหนด (late)")
        if words:
            line = f"{row['name_thai']} [{row['agency']}]: {', '.join(words)}"
            is_set_aside_only = not (row["stand_ins"] or row["is_late"])
            gaps.append(Gap(line, row["agency"], is_set_aside_only))
    return tuple(gaps)


def _publish(request: PublishRequest, scratch: Path, progress: _Progress) -> Path:
    progress.before = _current_figures(request.home)
    started = time.perf_counter()
    built = scratch / f"{request.run_id}.duckdb"
    connection = build_warehouse(
        built, request.folders, request.book, _facts(request), request.indicators, request.resources
    )
    try:
        progress.now = read_figures(connection)
        progress.headers = read_fault_headers(connection, request.book)
        progress.audits = audit(connection)
        require_passed(progress.audits)
        before = progress.before.counts if progress.before else None
        progress.moves = moves(before, progress.now.counts, request.book.province.change_limits)
        require_within_limits(progress.moves, request.accept_change)
        close_warehouse(connection)
    finally:
        connection.close()
    publication = inspect_built(built, request.run_date)
    progress.seconds["warehouse"] = round(time.perf_counter() - started, 3)
    started = time.perf_counter()
    written = _write_lists(request, scratch / "returns")
    progress.seconds["returns"] = round(time.perf_counter() - started, 3)
    line = append_audit(request.home, _event(request, publication.sha256, written))
    progress.lists = _place_lists(request, written)
    try:
        return swap_in(request.home, built, with_audit_hash(publication, line))
    except BaseException:
        _take_back(request, progress)
        raise


def _take_back(request: PublishRequest, progress: _Progress) -> None:
    """The lists of a publication that did not come to be are gone again, and the audit log says so where it can."""
    for one in progress.lists:
        one.path.unlink(missing_ok=True)
    progress.lists = ()
    with suppress(UserError):
        append_audit(request.home, {"event": "publish_undone", "run_id": request.run_id})


def _facts(request: PublishRequest) -> RunFacts:
    return RunFacts(
        request.run_id,
        request.run_date,
        current_run_id(request.home),
        request.accept_change.strip(),
        request.fingerprint,
    )


def _current_figures(home: Path) -> Figures | None:
    if current_run_id(home) is None:
        return None
    with open_readonly(home / "warehouse" / LINK) as connection:
        return read_figures(connection)


def _write_lists(request: PublishRequest, folder: Path) -> tuple[ReturnedFile, ...]:
    written = []
    resources = request.resources or Resources()
    with open_sources(request.folders, request.book, request.run_date, resources) as connection:
        for agency in list_agencies(connection, request.book, request.run_date):
            target = folder / agency / f"{request.run_id}.xlsx"
            written.append(
                write_returns(
                    connection, request.book, agency, request.run_id, request.run_date, request.key, target, folder
                )
            )
            if request.on_list is not None:
                request.on_list(agency)
    return tuple(written)


def _place_lists(request: PublishRequest, written: Sequence[ReturnedFile]) -> tuple[ReturnedFile, ...]:
    placed = []
    for one in written:
        target = Home(request.home).returns / one.agency / one.path.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        one.path.replace(target)
        placed.append(replace(one, path=target))
    return tuple(placed)


def _event(request: PublishRequest, sha256: str, written: Sequence[ReturnedFile]) -> dict[str, object]:
    return {
        "event": "publish",
        "run_id": request.run_id,
        "run_date": request.run_date.isoformat(),
        "run_by": request.run_by,
        "accept_change": request.accept_change.strip(),
        "warehouse_sha256": sha256,
        "lists": [
            {
                "agency": one.agency,
                "sha256": one.sha256,
                "rows": one.rows,
                "agreement_id": one.agreement_id,
                "shows_help_of": one.shows_help_of,
            }
            for one in written
        ],
    }


def _published_verdict(gaps: tuple[Gap, ...], progress: _Progress) -> Verdict:
    if gaps:
        return Verdict(
            True,
            f"เผยแพร่ฉบับใหม่แล้ว แต่ข้อมูลของ {len(gaps)} หน่วยงานล่าช้าหรือถูกพักไว้",
            f"Published; the data of {len(gaps)} agencies are stale or set aside.",
            has_gaps=True,
            details=tuple(gap.line for gap in gaps),
        )
    return Verdict(True, "เผยแพร่ฉบับใหม่แล้ว การตรวจสอบผ่านทุกข้อ", "Published; every audit passed.")


def _write_report(request: PublishRequest, progress: _Progress, verdict: Verdict) -> Path:
    names = {agency: contract.name_thai for agency, contract in request.book.contracts.items()}
    content = ReportContent(
        run_id=request.run_id,
        run_date=request.run_date,
        province=request.book.province.name_thai,
        small_count=request.book.province.small_count,
        verdict=verdict,
        now=progress.now,
        before=progress.before,
        moves=progress.moves,
        audits=progress.audits,
        linkage=read_linkage(request.folders.link),
        seconds=progress.seconds,
        lists=[(names.get(one.agency, one.agency), one.rows) for one in progress.lists],
        headers=progress.headers,
        accept_change=request.accept_change,
    )
    return write_report(content, Home(request.home).report / request.run_id / "index.html")
