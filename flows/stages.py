"""What each task of the night does: it hands paths and settings to a room, and counts to the night. No Prefect here."""

from __future__ import annotations

import getpass
import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.console import clerk_lines, contract_lines, stop_lines
from flows.night import Night, NightResult
from pipeline import __version__, tables
from pipeline.attributes import load_attributes
from pipeline.commands.home import no_longer_taken_back, taken_back_fingerprints
from pipeline.commands.link import peak_memory_bytes
from pipeline.contracts import ContractBook
from pipeline.contracts.files import load_contract_book
from pipeline.durable import write_durably
from pipeline.engine import DuckDBEngine
from pipeline.errors import ExitCode, HomeError, NothingPublishedError, UserError
from pipeline.extract.agency import (
    AgencyTask,
    ExtractResult,
    agency_tasks,
    extract_agency,
    fetch_agency,
    inputs_fingerprint,
)
from pipeline.extract.combine import combine
from pipeline.extract.inbox import shown_name
from pipeline.home import Home
from pipeline.link import LinkOptions, is_as_left
from pipeline.link import link as link_records
from pipeline.link.review import write_review
from pipeline.normalise import normalise as normalise_stage
from pipeline.privacy import load_key
from pipeline.publish.build import Resources
from pipeline.publish.lookups import read_indicator_words
from pipeline.publish.manifest import LINK, current_run_id, read_manifest
from pipeline.publish.publishing import PublishRequest, PublishResult, report_unpublished
from pipeline.publish.publishing import publish as publish_night
from pipeline.publish.stages import StageFolders
from pipeline.publish.swap import input_fingerprint
from pipeline.score import score as score_stage
from pipeline.score.stage import INPUTS as SCORE_INPUTS

COUNTERS = "counters.json"
TAKEN_BACK_THAI = " ข้อมูลชุดนี้เคยเผยแพร่แล้วถูกถอนกลับ หากต้องการเผยแพร่อีกให้ใช้ --accept-change พร้อมเหตุผล"
TAKEN_BACK_ENGLISH = " These inputs were published and rolled back; --accept-change WHY publishes them again."


class Work:
    """What the tasks of one night keep in memory between them: contracts, key, how each agency went."""

    def __init__(self, night: Night) -> None:
        """Read the contracts and the key.

        Raises:
            UserError: The contracts folder or the key cannot be used.
        """
        self.book: ContractBook = load_contract_book(night.settings.contracts)
        self.attributes = load_attributes(night.settings.contracts / "attributes.yaml")
        self.key, self.is_new_key = load_key(night.home.root, night.settings.key_file)
        self.tasks: dict[str, AgencyTask] = {t.agency: t for t in agency_tasks(self.book, night.settings.inbox)}
        self.extracted: dict[str, ExtractResult] = {}
        self.published: PublishResult | None = None


def agencies(night: Night) -> list[str]:
    """Codes of the agencies of the night; reads the contracts and the key."""
    night.work = Work(night)
    return list(night.work.tasks)


def fetch(night: Night, agency: str) -> int:
    """Copy an agency's new files into the archive; returns how many files stand in its folder."""
    return fetch_agency(night.work.tasks[agency], night.home, night.settings)


def extract(night: Night, agency: str) -> dict[str, int]:
    """Read an agency's deliveries."""
    work = night.work
    result = extract_agency(
        work.tasks[agency],
        attributes=work.attributes,
        province=work.book.province,
        home=night.home,
        settings=night.settings,
        key=work.key,
        out=night.stage_folder("extract") / "agencies" / agency,
        clock=time.perf_counter,
    )
    checked = night.seconds.get("great_expectations", 0.0) + result.check_seconds
    night.seconds["great_expectations"] = round(checked, 3)
    work.extracted[agency] = result
    return {"records": result.records, "new_files": result.new_files, "files_set_aside": len(result.codes)}


def gather(night: Night, codes: Sequence[str]) -> str:
    """Put the agencies' tables together; returns the fingerprint of everything the night rests on."""
    results = [night.work.extracted[code] for code in codes]
    combine([result.out for result in results], night.stage_folder("extract"))
    shutil.rmtree(night.stage_folder("extract") / "agencies")
    digest = hashlib.sha256(f"{__version__}\n{inputs_fingerprint(results)}".encode())
    # Contracts stand in the agencies' own fingerprints; the files beside them concern everybody.
    folder = night.settings.contracts
    for path in sorted([*folder.glob("*.yaml"), *(folder / "indicators").glob("*.yaml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    if (decisions := _decisions(night)) is not None:
        digest.update(decisions.name.encode() + b"\0" + decisions.read_bytes())
    return digest.hexdigest()


def _decisions(night: Night) -> Path | None:
    """What clerks decided; None where nobody has decided anything yet."""
    path = night.home.review / "decisions.csv"
    return path if path.is_file() else None


def nothing_new(night: Night, fingerprint: str) -> NightResult | None:
    """The night's end when its inputs are those of the current publication; None when there is work to do."""
    run_id = current_run_id(night.home.root)
    is_taken_back = fingerprint in taken_back_fingerprints(night.home.root) and not night.settings.accept_change
    if run_id is None or not (is_taken_back or fingerprint == input_fingerprint(night.home.root)):
        return None
    late, faults = _late_lines(night), fault_lines(night)
    shutil.rmtree(night.home.run(night.run_id), ignore_errors=True)
    gaps = tuple(sorted(r.agency for r in night.work.extracted.values() if r.has_gap))
    return NightResult(
        night.run_id,
        ExitCode.PUBLISHED,
        f"ไม่มีข้อมูลใหม่ ฉบับปัจจุบัน ({run_id}) ยังใช้ได้ จึงไม่เผยแพร่ฉบับใหม่" + (TAKEN_BACK_THAI if is_taken_back else ""),
        f"Nothing is new; the current publication ({run_id}) stands." + (TAKEN_BACK_ENGLISH if is_taken_back else ""),
        report=night.home.report / run_id / "index.html",
        warehouse=night.home.warehouse / LINK,
        seconds=night.seconds,
        details=(
            *(f"ยังพักไว้หรือใช้ข้อมูลชุดก่อน · still set aside: {code}" for code in gaps),
            *faults,
            *late,
            *clerk_lines(night.home.stage(run_id, "link"), run_id),
        ),
    )


def _late_lines(night: Night) -> tuple[str, ...]:
    """One line for each agency whose last delivery is older than its contract allows."""
    issues = tables.ISSUE.read(night.stage_folder("extract")).select(["agency", "code"]).to_pylist()
    late = sorted({row["agency"] for row in issues if row["code"] == "delivery_late"})
    return tuple(
        f"{night.work.book.contracts[code].name_thai} [{code}]: ข้อมูลเก่ากว่ากำหนด โปรดขอข้อมูลชุดใหม่จากหน่วยงาน "
        "(late; ask the agency for a new delivery)"
        for code in late
    )


def _engine(night: Night) -> DuckDBEngine:
    return DuckDBEngine(night.home.spill, night.settings.threads, night.settings.memory_limit)


def normalise(night: Night) -> dict[str, int]:
    """Canonical values of every record.

    Raises:
        NothingPublishedError: No agency has a single record.
    """
    record = tables.RECORD.path(night.stage_folder("extract"))
    with _engine(night) as engine:
        province = night.work.book.province.province_code
        result = normalise_stage(engine, record, night.stage_folder("normalise"), province_code=province, threads=2)
    if result.rows_out == 0:
        raise NothingPublishedError(
            "No agency delivered a single readable row, so nothing was published; the report says why.",
            "ไม่มีแถวที่อ่านได้จากหน่วยงานใดเลย จึงไม่เผยแพร่ รายงานบอกสาเหตุไว้",
        )
    return {"records": result.rows_out, "repairs": result.repair_count, "issues": result.issue_count}


def link(night: Night) -> dict[str, int]:
    """Persons and households, with the identifiers of the current publication."""
    book = night.work.book
    priority = book.province.source_priority
    # An agency vouches for a list; one that keeps other lists as well vouches for none here.
    duplicate_free = tuple(
        code
        for code, contract in sorted(book.contracts.items())
        if all(one.is_duplicate_free for one in contract.lists)
    )
    options = LinkOptions(
        previous=_previous_state(night),
        first_numbers=read_counters(night.home),
        decisions=_decisions(night),
        duplicate_free=duplicate_free,
        living_priority=priority["living_together"],
        registered=priority["registered"],
        life_status_priority=priority["life_status"],
        household_size_limit=book.province.household_size_limit,
        clock=time.perf_counter,
        peak_memory=peak_memory_bytes,
    )
    normal = tables.NORMAL_RECORD.path(night.stage_folder("normalise"))
    with _engine(night) as engine:
        return link_records(engine, normal, night.stage_folder("link"), options).counts


def _previous_state(night: Night) -> Path | None:
    """State of the current publication; None before the first one.

    Raises:
        HomeError: A publication stands without its state, or that is damaged: to go on would give every person another
            identifier.
    """
    current = current_run_id(night.home.root)
    if current is None:
        return None
    folder = night.home.state / current
    if not (folder / "identity.parquet").is_file() or not is_as_left(folder):
        raise HomeError(
            f"The state of the current publication (state/{current}) is missing, damaged or closed to you, and "
            "without it every identifier would change; put it back from a backup, or 'khrua rollback' to a publication "
            "that has its own.",
            f"สถานะของฉบับปัจจุบัน (state/{current}) หาย เสียหาย หรือไม่มีสิทธิ์อ่าน หากรันต่อรหัสบุคคลทุกตัวจะเปลี่ยน "
            "โปรดนำกลับจากข้อมูลสำรอง หรือใช้ khrua rollback กลับไปยังฉบับที่ยังมีสถานะ",
        )
    return folder


def read_counters(home: Home) -> dict[str, int]:
    """The smallest person and household numbers never given out in this home, whatever was rolled back since."""
    path = home.identity / COUNTERS
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def score(night: Night) -> dict[str, int]:
    """Indicators, poverty, areas, assistance."""
    folders = {"extract": night.stage_folder("extract"), "link": night.stage_folder("link")}
    inputs = {
        table.name: table.path(folders["extract" if table.path(folders["extract"]).exists() else "link"])
        for table in SCORE_INPUTS
    }
    with _engine(night) as engine:
        report = score_stage(
            engine,
            inputs,
            night.stage_folder("score"),
            indicators=night.settings.contracts / "indicators",
            province=night.work.book.province,
        )
    return report.counts


def _request(night: Night, fingerprint: str) -> PublishRequest:
    ran = {stage: night.stage_folder(stage) for stage in ("extract", "normalise", "link", "score")}
    return PublishRequest(
        home=night.home.root,
        run_id=night.run_id,
        run_date=night.settings.run_date,
        folders=StageFolders(**{stage: path for stage, path in ran.items() if path.is_dir()}),
        book=night.work.book,
        key=night.work.key,
        indicators=read_indicator_words(night.settings.contracts / "indicators"),
        accept_change=night.settings.accept_change,
        fingerprint=fingerprint,
        run_by=getpass.getuser(),
        seconds=night.seconds,
        resources=Resources(night.settings.threads, night.settings.memory_limit, night.home.spill),
        on_list=lambda agency: night.progress.advance("publish", agency),
    )


def publish(night: Night, fingerprint: str) -> dict[str, int]:
    """Warehouse, audits, lists, report, swap.

    The state that the next night reads is in its place before the swap: a publication without its state would lose
    every identifier.
    """
    _keep_state(night)
    try:
        published = publish_night(_request(night, fingerprint))
    except BaseException:
        if current_run_id(night.home.root) != night.run_id:
            shutil.rmtree(night.home.state / night.run_id, ignore_errors=True)
        raise
    night.work.published = published
    linked = night.stage_folder("link")
    pair, refused, contradiction = (t.read(linked) for t in (tables.PAIR, tables.REFUSED, tables.CONTRADICTION))
    write_review(pair, refused, contradiction, night.home.review / f"{night.run_id}.csv")
    with suppress(OSError):
        # The publication stands; what could not be removed is tried again on the next night.
        no_longer_taken_back(night.home.root, fingerprint)
        _forget_old_runs(night)
    return published.counts


def report_failure(night: Night, error: UserError) -> None:
    """Write the report of a night that stopped before publication; whatever fails here hides no error."""
    report = night.home.report / night.run_id / "index.html"
    if night.is_prepared:
        with suppress(Exception):
            # A report that cannot be written must not hide why the night stopped.
            _report_unpublished(night, report, error)
        with suppress(OSError):
            _forget_old_runs(night)
        with suppress(OSError, pa.ArrowInvalid):
            # A full disk leaves half a table.
            error.details = (*error.details, *fault_lines(night))
    if report.exists():
        error.details = (*error.details, f"รายงาน · report: {report}")


def _report_unpublished(night: Night, report: Path, error: UserError) -> None:
    if report.exists():
        return
    extracted = night.stage_folder("extract")
    has_extracted = tables.DELIVERY.path(extracted).exists()
    folders = StageFolders(extract=extracted if has_extracted else None)
    report_unpublished(replace(_request(night, ""), folders=folders), error)


def _keep_state(night: Night) -> None:
    """Put what the next night reuses into ``state/<run_id>``, and raise the counters of the home."""
    target = night.home.state / night.run_id
    if target.exists():
        shutil.rmtree(target)
    (night.stage_folder("link") / "state").replace(target)
    write_durably(night.home.identity / COUNTERS, (target / COUNTERS).read_bytes())


def _forget_old_runs(night: Night) -> None:
    """Remove tables with names or IDs of all but the last runs, and states without a publication.

    The current publication keeps its records in its state, however many nights have failed since.
    """
    keep = night.work.book.province.keep_private_runs
    runs = sorted(p for p in night.home.run("x").parent.iterdir() if p.is_dir())
    for run in runs[:-keep] if keep else runs:
        # Also in the state of a night that ended before it was published.
        for private in [path for path in run.rglob("private") if path.is_dir()]:
            shutil.rmtree(private)
    published = {p.run_id for p in read_manifest(night.home.root)}
    recent = {run.name for run in (runs[-keep:] if keep else [])} | {current_run_id(night.home.root)}
    for state in night.home.state.iterdir():
        if state.name not in published:
            shutil.rmtree(state)
        elif state.name not in recent and (state / "private").exists():
            shutil.rmtree(state / "private")


def fault_lines(night: Night) -> tuple[str, ...]:
    """Why files and agencies were set aside tonight, the way out, and the faults of the contracts."""
    return (*stop_lines(_issues(night), lambda agency: _agency_name(night, agency)), *_contract_lines(night))


def _issues(night: Night) -> list[dict[str, Any]]:
    folder = night.stage_folder("extract")
    return tables.ISSUE.read(folder).to_pylist() if tables.ISSUE.path(folder).exists() else []


def _contract_lines(night: Night) -> tuple[str, ...]:
    return contract_lines(night.work.book.faults, night.settings.contracts)


def _agency_name(night: Night, agency: str) -> str:
    """What the officer calls an agency: its name, or that of a folder in the inbox that is no agency's code."""
    contract = night.work.book.contracts.get(agency)
    if contract:
        return contract.name_thai
    task = night.work.tasks.get(agency)
    return shown_name(task.folder.name) if task and task.folder and task.folder.name != agency else ""


def result(night: Night) -> NightResult:
    """How the night ended, after publication."""
    published = night.work.published
    if published is None:
        raise NothingPublishedError("The night ended before publication.", "รอบนี้จบก่อนการเผยแพร่")
    gaps, counts = published.gaps, published.counts
    told = {row["agency"] for row in _issues(night) if row["severity"] == "stop"}
    # A file that was set aside stands with its fault; the count of an agency's files adds nothing to that.
    details = [gap.line for gap in gaps if not (gap.is_set_aside_only and gap.agency in told)] + [*fault_lines(night)]
    details += clerk_lines(night.stage_folder("link"), night.run_id)
    if night.work.is_new_key:
        details.append(
            "สร้างกุญแจลับใหม่ที่ identity/key โปรดสำรองไว้ในที่ปลอดภัย · "
            "a new secret key was made; keep a safe copy of identity/key"
        )
    return NightResult(
        night.run_id,
        ExitCode.PUBLISHED_WITH_GAPS if gaps else ExitCode.PUBLISHED,
        f"เผยแพร่ฉบับ {night.run_id} แล้ว: {counts['records']:,} ระเบียน {counts['persons']:,} คน "
        f"{counts['households']:,} ครัวเรือน",
        f"Published {night.run_id}: {counts['records']:,} records, {counts['persons']:,} persons, "
        f"{counts['households']:,} households.",
        counts,
        published.report,
        night.home.warehouse / LINK,
        night.seconds,
        tuple(details),
    )
