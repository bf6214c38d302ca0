"""``khrua explain``: why two records are one person or are not, and which records a person is made of."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import tables
from pipeline.commands.home import require_publication
from pipeline.errors import HomeError, UserError
from pipeline.handover import STATE, reading
from pipeline.home import Home
from pipeline.link.joins import Joined, PersonExplained, explain_person
from pipeline.link.linked_files import LinkedFiles
from pipeline.link.model import MILLIBIT
from pipeline.link.pair_explained import REASON_WORDS, VERDICT_WORDS, WOULD_WORDS, PairExplained, explain_pair
from pipeline.link.waterfall import Waterfall
from pipeline.publish.audit_log import append_audit
from pipeline.publish.charts import waterfall as draw_waterfall
from pipeline.publish.explanation_page import ExplanationPart, explanation_page
from pipeline.publish.words import EVIDENCE

MODEL_WORDS = {
    "learnt": "เรียนรู้จากคู่ที่มีเลขประจำตัว",
    "state": "โมเดลของรอบก่อน",
    "em": "ค่าคาดหมายสูงสุด (EM)",
    "seeded": "ค่าเริ่มต้นที่มากับระบบ ปรับด้วยคู่ที่แน่ใจได้โดยไม่ใช้เลข",
    "prior": "ค่าเริ่มต้นที่มากับระบบ",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run that can be asked: its files, and of a home the publication."""

    files: LinkedFiles
    home: Path | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """What was found: a pair or a person, and of a person the pair behind each join."""

    run: Run
    pair: PairExplained | None = None
    person: PersonExplained | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything, ready for JSON; weights are 1/1000 bit."""
        found: dict[str, Any] = {"run_id": self.run.run_id}
        if self.pair:
            return {**found, **asdict(self.pair), "is_one_person": self.pair.is_one_person}
        return {**found, **asdict(self.person)} if self.person else found

    def lines(self) -> list[str]:
        """What the officer reads."""
        if self.pair:
            return list(_pair_lines(self.pair, self.run))
        return list(_person_lines(self.person)) if self.person else []


def explain(first: str, second: str | None, run: Run) -> Explained:
    """Explain two records, or the person that is named alone.

    Args:
        first: A record_id, or a person_id when nothing else is named.
        second: Another record_id.
        run: The run that is asked.

    Raises:
        UserError: A name is unknown, or what is needed was removed.
        HomeError: The audit log of the home cannot be written: nothing is shown.
    """
    run.files.require()
    if second is not None:
        pair = explain_pair(run.files, first, second)
        _note(run, {"record_id_a": pair.record_id_a, "record_id_b": pair.record_id_b})
        return Explained(run, pair=pair)
    person = explain_person(run.files, first)
    _note(run, {"person_id": person.person_id})
    return Explained(run, person=person)


def open_home(home: Path) -> Run:
    """The current publication of a home.

    Raises:
        UserError: There is none.
    """
    try:
        run_id = require_publication(home)
    except HomeError as error:
        # Here a home is an option like another: a wrong one is a fault of usage.
        raise UserError(
            f"{error.english} For the result of 'khrua link' name its --out folder with --linked.",
            f"{error.thai} ถ้าเป็นผลของ khrua link ให้ระบุโฟลเดอร์ --out ของคำสั่งนั้นด้วย --linked",
        ) from error
    where = Home(home)
    linked, state = where.stage(run_id, "link"), where.state / run_id
    return Run(
        _files(linked, tables.PAIR.path(linked), state, where.review / "decisions.csv"), home=home, run_id=run_id
    )


@contextmanager
def open_linked(folder: Path) -> Iterator[Run]:
    """The ``--out`` folder of ``khrua link``, into which no run writes meanwhile.

    Raises:
        AnotherRunError: A run writes into it.
        UserError: There is no such folder.
    """
    if not folder.is_dir():
        raise UserError(
            f"There is no folder {folder.name}; name the --out folder of 'khrua link' after --linked.",
            f"ไม่พบโฟลเดอร์ {folder.name} โปรดระบุโฟลเดอร์ --out ของ khrua link หลัง --linked",
        )
    with reading(folder):
        state = folder / STATE
        yield Run(_files(folder, folder / "pairs.parquet", state, state / "decisions.csv"))


def _files(linked: Path, pair: Path, state: Path, decisions: Path | None = None) -> LinkedFiles:
    return LinkedFiles(
        linked=tables.LINKED.path(linked),
        reason=tables.LINK_REASON.path(linked),
        pair=pair,
        refused=tables.REFUSED.path(linked),
        model=state / "model.json",
        state=state,
        decisions=decisions,
    )


def _note(run: Run, asked: dict[str, object]) -> None:
    """Put a look-up into the home's audit log before it is shown: names that the run knows, never what was typed."""
    if run.home is None:
        return
    who = {"run_by": getpass.getuser(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    append_audit(run.home, {"event": "explain", "run_id": run.run_id or "", **who, **asked})


def write_chart(found: Explained, target: Path) -> None:
    """Draw the waterfall of a pair, or of every join of a person, as one self-contained page.

    Raises:
        UserError: The file cannot be written, or is no page by its name.
    """
    check_chart(target)
    if found.pair:
        title, parts = "น้ำหนักหลักฐานของสองระเบียน · match weight of two records", [_pair_part(found.pair, found.run)]
    else:
        title, parts = "ระเบียนของบุคคล · records of a person", list(_person_parts(found))
    try:
        target.write_text(explanation_page(title, parts), encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"The chart {target.name} cannot be written ({type(error).__name__}); name another file after --chart.",
            f"เขียนไฟล์ {target.name} หลัง --chart ไม่ได้ โปรดระบุไฟล์อื่น",
        ) from error


def check_chart(target: Path) -> None:
    """Before anything is looked up: what stands where the page would go may be a table of the run.

    Raises:
        UserError: It is no page by its name.
    """
    if Path(os.path.realpath(target)).suffix.lower() not in (".html", ".htm"):
        raise UserError(
            f"The chart {target.name} is a page: give it a name that ends with .html after --chart.",
            f"แผนภาพ {target.name} เป็นหน้าเว็บ โปรดตั้งชื่อไฟล์หลัง --chart ให้ลงท้ายด้วย .html",
        )


def _person_parts(found: Explained) -> Iterator[ExplanationPart]:
    if found.person is None:
        return
    yield ExplanationPart(found.person.person_id, tuple(_person_lines(found.person)))
    for record in found.person.records:
        if record.joined_by:
            yield _pair_part(explain_pair(found.run.files, record.record_id, record.joined_by), found.run)


def _pair_part(pair: PairExplained, run: Run) -> ExplanationPart:
    heading = f"{pair.record_id_a} — {pair.record_id_b}"
    return ExplanationPart(heading, tuple(_verdict_lines(pair, run)), _drawn(pair.waterfall))


def _drawn(fall: Waterfall) -> str:
    """Bars of what says something; a comparison without weight is left to the table of the console."""
    prior, total = fall.prior_weight / MILLIBIT, fall.weight / MILLIBIT
    rows = [{"label": "ก่อนเปรียบเทียบ · prior", "start": 0.0, "end": prior, "text": _bits(fall.prior_weight)}]
    rows += [
        {
            "label": f"{step.thai} · {step.comparison}",
            "start": (step.total - step.weight) / MILLIBIT,
            "end": step.total / MILLIBIT,
            "text": _bits(step.weight),
        }
        for step in fall.steps
        if step.is_known
    ]
    rows.append({"label": "รวม · total", "start": 0.0, "end": total, "text": _bits(fall.weight), "is_sum": True})
    lines = [
        {"label": "ตรวจ · review", "at": fall.review_weight / MILLIBIT},
        {"label": "เชื่อม · link", "at": fall.link_weight / MILLIBIT},
    ]
    return draw_waterfall(rows, lines, "บิต · bits")


def _bits(weight: int) -> str:
    return f"{weight / MILLIBIT:+.2f}"


def _pair_lines(pair: PairExplained, run: Run) -> Iterator[str]:
    fall = pair.waterfall
    yield f"ระเบียน · records: {pair.record_id_a}  {pair.record_id_b}"
    yield f"โมเดล · model: {MODEL_WORDS[fall.model_source]} · {fall.model_source}"
    yield "น้ำหนัก (บิต) · weight (bits)   รวม · total"
    yield f"{_bits(fall.prior_weight):>9} {_bits(fall.prior_weight):>9}  ก่อนเปรียบเทียบ · prior"
    for step in fall.steps:
        english = f"{step.comparison}: {step.level.replace('_', ' ')}"
        yield f"{_bits(step.weight):>9} {_bits(step.total):>9}  {step.thai} · {english}"
    yield from _verdict_lines(pair, run)


def _verdict_lines(pair: PairExplained, run: Run) -> Iterator[str]:
    fall = pair.waterfall
    yield f"ความน่าจะเป็น · probability: {fall.probability:.6f} ({_bits(fall.weight)} บิต · bits)"
    yield (
        f"เกณฑ์ · thresholds: เชื่อม · link ≥ {_bits(fall.link_weight)} ({fall.link_probability:.6f}), "
        f"ตรวจ · review ≥ {_bits(fall.review_weight)} ({fall.review_probability:.6f})"
    )
    code = pair.evidence_code
    yield f"ระดับหลักฐาน · evidence code: {f'{code} {EVIDENCE[code]}' if code else '–'}"
    yield "ผล · verdict: " + " · ".join(VERDICT_WORDS[pair.verdict])
    if pair.reason_code in REASON_WORDS:
        yield "เพราะ · because: " + " · ".join(REASON_WORDS[pair.reason_code]) + f" ({pair.reason_code})"
    if pair.is_review and pair.verdict != "review":
        yield "และ · and: " + " · ".join(VERDICT_WORDS["review"])
    if pair.would_be:
        yield " · ".join(WOULD_WORDS[pair.would_be])
    if pair.rules:
        yield "กฎคัดคู่ · put together by: " + ", ".join(pair.rules)
    if pair.decision:
        yield f"คำวินิจฉัยที่บันทึกไว้ · a clerk's word on file: {pair.decision}"
    yield _where(run) + _who(pair)
    yield pair.thai
    yield pair.english


def _where(run: Run) -> str:
    return f"ในฉบับเผยแพร่ {run.run_id} · in the publication: " if run.run_id else "ในผลการเชื่อมโยง · in the result: "


def _who(pair: PairExplained) -> str:
    if not pair.is_one_person:
        return f"คนละคน · two persons ({pair.person_id_a}, {pair.person_id_b})"
    told = f"คนเดียวกัน · one person ({pair.person_id_a})"
    return told if pair.verdict == "linked" else f"{told} ผ่านระเบียนอื่น · through other records"


def _person_lines(person: PersonExplained | None) -> Iterator[str]:
    if person is None:
        return
    yield f"{person.person_id}: {len(person.records)} ระเบียน · records"
    yield from map(_record_line, person.records, _branches([record.depth for record in person.records]))


def _branches(depths: Sequence[int]) -> list[str]:
    """What a tree is drawn with before each of its nodes, from their depths in order: 1 stands below 0."""
    found = []
    # Whether a later node stands below the same one, by depth: read from the last to the first.
    goes_on: set[int] = set()
    for depth in reversed(depths):
        above = "".join("│  " if level in goes_on else "   " for level in range(1, depth))
        found.append(f"{above}{'├─ ' if depth in goes_on else '└─ '}" if depth else "")
        goes_on = {level for level in goes_on if level < depth} | {depth}
    return found[::-1]


def _record_line(record: Joined, branch: str) -> str:
    margin = (
        "ไม่มีคู่รองลงมา · no runner-up"
        if record.margin_millibit is None
        else f"ห่างจากคู่รองลงมา · margin {_bits(record.margin_millibit)} บิต · bits"
    )
    told = [
        record.record_id,
        f"หน่วยงาน · agency {record.agency or '–'}",
        f"{record.evidence_code} {record.probability:.6f}",
        margin,
    ]
    if record.joined_by and record.join_weight_millibit is not None:
        link = f"{record.join_evidence_code} {record.join_probability:.6f}, {_bits(record.join_weight_millibit)}"
        told.insert(1, f"เชื่อมกับ · joined by {record.joined_by} ({link} บิต · bits)")
    return branch + "  ".join(told)
