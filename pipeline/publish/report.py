"""The night's report: one self-contained page for the data officer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.durable import write_durably
from pipeline.publish import words
from pipeline.publish.auditing import AuditResult
from pipeline.publish.charts import bars
from pipeline.publish.fault_headers import FaultHeaders
from pipeline.publish.figures import COUNTS, Figures
from pipeline.publish.limits import Move

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parent / "templates"
SUPPRESSED = "น้อยกว่าเกณฑ์"
POOR = "households_poor"
HIDDEN = (
    "assessed_count",
    "not_assessed_count",
    "poor_count",
    "headcount_ratio",
    "intensity",
    "adjusted_headcount_ratio",
    "target_poor_count",
)
COUNT_NAMES = {
    "deliveries": "ไฟล์ที่ตรวจหรือใช้",
    "rows_delivered": "แถวในไฟล์ที่ใช้",
    "rows_accepted": "แถวที่รับ",
    "rows_rejected": "แถวที่ไม่รับ",
    "records": "ระเบียน",
    "persons": "บุคคล",
    "households": "ครัวเรือน",
    "households_assessed": "ครัวเรือนที่ประเมินแล้ว",
    "households_poor": "ครัวเรือนยากจน",
    "issues": "ข้อบกพร่องในข้อมูล",
    "pairs_for_review": "คู่ที่รอเจ้าหน้าที่ตรวจ",
    "merges_refused": "การรวมที่ระบบไม่ยอมรับ",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the night ended, as the headline says it.

    Attributes:
        is_published: Whether there is a new publication.
        has_gaps: Published, with some agencies' data stale or set aside.
        thai: Why, one sentence or two.
        english: The same for support.
        details: Further lines.
    """

    is_published: bool
    thai: str
    english: str
    has_gaps: bool = False
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything a report shows.

    Attributes:
        run_id: The run.
        run_date: The night's date.
        province: Thai name of the province.
        small_count: Cells of poverty figures below this are not shown.
        verdict: How the night ended.
        now: Figures of tonight's warehouse; empty when none was built.
        before: Figures of the publication before; None: there was none.
        moves: Counts beside their limits.
        audits: How the audits came out; empty when they were not reached.
        linkage: ``report.json`` and ``model.json`` of the link stage, as they are.
        seconds: Seconds of each stage.
        lists: Agency name and rows of each list written.
        headers: Headers that a fault of a whole file is about.
        accept_change: Why a change beyond the limits was accepted.
    """

    run_id: str
    run_date: date
    province: str
    small_count: int
    verdict: Verdict
    now: Figures = field(default_factory=Figures)
    before: Figures | None = None
    moves: tuple[Move, ...] = ()
    audits: tuple[AuditResult, ...] = ()
    linkage: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    lists: Sequence[tuple[str, int]] = ()
    headers: FaultHeaders = field(default_factory=dict)
    accept_change: str = ""


def write_report(content: ReportContent, target: Path) -> Path:
    """Write the report in one step.

    Args:
        content: What it shows.
        target: ``report/<run_id>/index.html``.

    Returns:
        ``target``.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_durably(target, render_report(content).encode())
    return target


def page_templates() -> Environment:
    """Templates of pages: everything is escaped, and a name that is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_report(content: ReportContent) -> str:
    """The report as HTML, with everything it needs inside."""
    environment = page_templates()
    environment.filters["number"] = number
    environment.filters["percent"] = percent
    environment.filters["signed"] = signed
    environment.filters["thai_date"] = words.thai_date
    environment.filters["short_date"] = words.short_thai_date
    return environment.get_template("report.html.j2").render(
        c=content,
        now=content.now,
        before=content.before,
        words=words,
        differences=differences(content.now, content.before, content.small_count),
        agency_rows=agency_rows(content.now, content.before),
        set_aside=set_aside_rows(content.now, content.headers),
        issue_rows=issue_rows(content.now, content.before),
        evidence=evidence_rows(content.now, content.before),
        poverty=poverty_sections(content),
        linkage=linkage_lines(content.linkage),
        style=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
    )


def number(value: float | int | None) -> str:
    """``1,234``; an em dash where nothing is known."""
    return "—" if value is None else f"{value:,.0f}"


def percent(value: float | None, digits: int = 1) -> str:
    """``12.3 %``; an em dash where nothing is known."""
    return "—" if value is None else f"{value * 100:.{digits}f}%"


def signed(value: int | None) -> str:
    """``+12``, ``−3``, the word for no change; an em dash where there is nothing to compare with."""
    if value is None:
        return "—"
    return "เท่าเดิม" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,}"


def differences(now: Figures, before: Figures | None, small_count: int) -> list[dict[str, Any]]:
    """Each count of the run beside that of the publication before; a small count of the poor is not shown."""
    if not now.counts:
        return []
    earlier = before.counts if before else {}
    rows = []
    for name in COUNTS:
        count, old = now.counts[name], earlier.get(name)
        is_small = name == POOR and any(v is not None and 0 < v < small_count for v in (count, old))
        rows.append(
            {
                "name": COUNT_NAMES[name],
                "is_small": is_small,
                "now": None if is_small else count,
                "before": None if is_small else old,
                "change": None if is_small or old is None else count - old,
                "share": None if is_small or not old else (count - old) / old,
            }
        )
    return rows


def agency_rows(now: Figures, before: Figures | None) -> list[dict[str, Any]]:
    """One row for each agency, with how its accepted rows moved."""
    earlier = {r["agency"]: r for r in before["agencies"]} if before else {}
    rows = []
    for row in now["agencies"]:
        old = earlier.get(row["agency"])
        rows.append({**row, "change": row["accepted"] - old["accepted"] if old else None})
    return rows


def set_aside_rows(now: Figures, headers: FaultHeaders) -> list[dict[str, Any]]:
    """One row for each file that was set aside or stands in for itself, with the headers its fault is about."""
    return [{**r, "headers": headers.get((r["agency"], r["delivery_id"], r["code"]), ())} for r in now["set_aside"]]


def issue_rows(now: Figures, before: Figures | None) -> list[dict[str, Any]]:
    """One row for each kind of fault, with how its count moved."""
    earlier = {(r["code"], r["severity"]): r["issue_count"] for r in before["issues"]} if before else {}
    return [
        {**r, "change": r["issue_count"] - earlier.get((r["code"], r["severity"]), 0) if before else None}
        for r in now["issues"]
    ]


def evidence_rows(now: Figures, before: Figures | None) -> list[dict[str, Any]]:
    """One row for each step of the ladder of evidence."""
    total = sum(r["record_count"] for r in now["evidence"]) or 1
    earlier = {r["evidence_code"]: r["record_count"] for r in before["evidence"]} if before else {}
    return [
        {
            "code": r["evidence_code"],
            "words": words.EVIDENCE.get(r["evidence_code"], ""),
            "count": r["record_count"],
            "share": r["record_count"] / total,
            "change": r["record_count"] - earlier.get(r["evidence_code"], 0) if before else None,
        }
        for r in now["evidence"]
    ]


def poverty_sections(content: ReportContent) -> list[dict[str, Any]]:
    """For each method the province's figures, and a chart and table of its amphoe; small cells are not shown."""
    methods = sorted({r["method_code"] for r in content.now["poverty_province"]})
    sections = []
    for method in methods:
        province = [_shown(r) for r in content.now["poverty_province"] if r["method_code"] == method]
        amphoe = suppressed([r for r in content.now["poverty_amphoe"] if r["method_code"] == method])
        drawn = [r for r in amphoe if not r["is_small_count"] and r["headcount_ratio"]]
        sections.append(
            {
                "method": method,
                "name": province[0]["method_thai"],
                "province": province,
                "before": _province_before(content.before, method),
                "amphoe": amphoe,
                "suppressed": sum(1 for r in amphoe if r["is_small_count"]),
                "chart": bars(drawn, "area_name_thai", "headcount_ratio", "text", "สัดส่วนครัวเรือนยากจน (H)"),
            }
        )
    return sections


def suppressed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one method as they may be read: poorest first, then the small ones by their code, without figures.

    A place in the order would tell a small one's rank. A single small one could be had from the province's total: the
    next smallest is then hidden with it (complementary suppression).
    """
    small = {r["area_code"] for r in rows if r["is_small_count"]}
    if len(small) == 1:
        # One without any poor would not do: it adds nothing to the sum that the small one is taken from.
        rest = sorted(
            (r for r in rows if r["area_code"] not in small),
            key=lambda r: (r["poor_count"] == 0, r["poor_count"], r["assessed_count"], r["area_code"]),
        )
        small |= {r["area_code"] for r in rest[:1]}
    shown = [_shown({**r, "is_small_count": r["area_code"] in small}) for r in rows]
    return sorted(
        shown,
        key=lambda r: (r["is_small_count"], -(r["headcount_ratio"] or 0.0), r["area_code"]),
    )


def _province_before(before: Figures | None, method: str) -> dict[str, dict[str, Any]]:
    if before is None:
        return {}
    return {r["unit_code"]: _shown(r) for r in before["poverty_province"] if r["method_code"] == method}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row of poverty figures as it may be read: a small cell keeps its place and loses its figures."""
    if row["is_small_count"]:
        return {**row, "text": SUPPRESSED, **{k: None for k in HIDDEN if k in row}}
    return {**row, "text": f"{percent(row['headcount_ratio'])}  ({row['poor_count']:,} / {row['assessed_count']:,})"}


def read_linkage(folder: Path | None) -> dict[str, Any]:
    """``report.json`` and ``model.json`` of the link stage; what is missing or unreadable stays out."""
    found: dict[str, Any] = {}
    for name in ("report", "model"):
        path = folder / f"{name}.json" if folder else None
        if path is not None and path.is_file():
            found[name] = json.loads(path.read_text(encoding="utf-8"))
    return found


def linkage_lines(linkage: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which model linked the records and how well it does on pairs held out, as far as the link stage says."""
    report = linkage.get("report", {})
    source, held_out = report.get("model_source"), report.get("held_out") or {}
    lines = [("แบบจำลองที่ใช้", MODEL_SOURCES.get(str(source), str(source)))] if source else []
    if note := MODEL_NOTES.get(str(report.get("model_note"))):
        lines.append(("หมายเหตุ", note))
    if seeds := report.get("model_seeds"):
        same, other = seeds.get("matches", 0), seeds.get("non_matches", 0)
        lines.append(("คู่ที่แน่ใจซึ่งใช้ปรับค่าตั้งต้น", f"คนเดียวกัน {same:,} คู่ คนละคน {other:,} คู่"))
    if warning := EM_WARNINGS.get(str((report.get("em_check") or {}).get("warning"))):
        lines.append(("คำเตือนจากการตรวจทาน", warning))
    for key, name in HELD_OUT.items():
        value = held_out.get(key)
        if isinstance(value, int | float):
            lines.append((name, f"{value:,}" if isinstance(value, int) else f"{value:.4f}"))
    return lines


MODEL_SOURCES = {
    "em": "ประมาณจากรูปแบบของคู่โดยไม่มีเลขประจำตัว (EM)",
    "learnt": "เรียนรู้คืนนี้จากคู่ที่มีเลขประจำตัว",
    "state": "แบบจำลองของฉบับเผยแพร่ก่อนหน้า",
    "seeded": "ค่าตั้งต้นที่มากับระบบ ปรับด้วยคู่ที่แน่ใจได้โดยไม่ใช้เลขประจำตัว",
    "prior": "ค่าตั้งต้นที่มากับระบบ",
}
# What the nightly cross-check by expectation–maximisation found past its published limits (docs/linkage.md).
EM_WARNINGS = {
    "em_disagrees": "วิธี EM ซึ่งไม่ใช้เลขประจำตัว เห็นต่างจากแบบจำลองเกินเกณฑ์ ควรสุ่มตรวจคู่ที่เชื่อม หรือเรียนรู้ใหม่ด้วย --retrain "
    "(EM differs from the model beyond the limit: check a sample of links, or learn anew)",
    "model_links_housemates": "แบบจำลองเชื่อมคนในบ้านเดียวกันที่ชื่อและวันเกิดต่างกันมากเกินเกณฑ์ ควรสุ่มตรวจก่อนนำไปใช้ "
    "(the model joins people of one house with other names and birth dates: check before use)",
}
MODEL_NOTES = {
    "too_few_labels": "คู่ที่มีเลขประจำตัวมีน้อยเกินกว่าจะเรียนรู้แบบจำลองใหม่คืนนี้",
    "refused_not_monotone": "แบบจำลองที่เรียนรู้คืนนี้ไม่สมเหตุสมผล (น้ำหนักไม่เรียงตามลำดับ) จึงใช้แบบจำลองเดิม",
    "refused_not_precise": "แบบจำลองที่เรียนรู้คืนนี้แม่นน้อยกว่าเดิม จึงใช้แบบจำลองเดิม",
    "refused_seeds": "ค่าตั้งต้นที่ปรับด้วยคู่ที่แน่ใจได้ผลแย่กว่าค่าตั้งต้นเดิมกับคู่ที่มีเลขประจำตัว จึงใช้ค่าตั้งต้นเดิม",
    "learnt_anew_after_fall": "แบบจำลองเดิมได้ผลกับข้อมูลคืนนี้แย่ลงเกินเกณฑ์ จึงเรียนรู้ใหม่",
}
HELD_OUT = {
    "pairs": "คู่ที่กันไว้ทดสอบ",
    "precision": "ความแม่น (precision) กับคู่ที่กันไว้",
    "recall": "ความครบ (recall) กับคู่ที่กันไว้",
    "f1": "F1 กับคู่ที่กันไว้",
}
