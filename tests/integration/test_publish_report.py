"""The night's report: self-contained, honest about small counts and about what differs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from publish_province import (
    COLUMNS,
    GIVEN,
    HEADERS,
    NIGHT,
    SURNAMES,
    TinyProvince,
    make_request,
    national_id,
    tiny_province,
)

from pipeline.link.expectation import Finding
from pipeline.link.model import Note, Source
from pipeline.publish.build import RunFacts, build_warehouse
from pipeline.publish.charts import bars
from pipeline.publish.figures import read_figures
from pipeline.publish.publishing import publish
from pipeline.publish.readonly import open_readonly
from pipeline.publish.report import (
    EM_WARNINGS,
    MODEL_NOTES,
    MODEL_SOURCES,
    ReportContent,
    Verdict,
    linkage_lines,
    render_report,
    suppressed,
)


class Page(HTMLParser):
    """Collects addresses, tags and visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [
            v or "" for name, v in attrs if name in {"href", "src", "xlink:href", "srcset", "action", "data"}
        ]

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights: the second with a stand-in, a late list and one more fault."""
    tmp = tmp_path_factory.mktemp("report")
    request = make_request(tmp)
    publish(request)
    tiny = tiny_province()
    army = next(d for d in tiny.rows["delivery"] if d["agency"] == "army2")
    army.update(status_code="stand_in", code="full_delivery_lost_rows")
    tiny.add("issue", agency="community_dev", code="delivery_late", severity="warn", stage="extract")
    tiny.add(
        "issue",
        agency="admin",
        code="national_id_bad_checksum",
        severity="warn",
        stage="normalise",
        column="national_id",
        row_number=3,
    )
    later = make_request(tmp, tiny, run_id="20261125-01")
    assert later.folders.link is not None
    report = {"model_source": "learnt", "held_out": {"precision": 0.9987, "recall": 0.981, "f1": 0.99}}
    (later.folders.link / "report.json").write_text(json.dumps(report), encoding="utf-8")
    publish(later)
    return request.home


def html(home: Path, run_id: str = "20261125-01") -> str:
    return (home / "report" / run_id / "index.html").read_text(encoding="utf-8")


def test_the_page_asks_nothing_of_any_address_and_runs_no_script(home: Path) -> None:
    page = html(home)
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert Page(page).addresses == []
    assert "script" not in Page(page).tags


def test_the_page_is_thai_and_its_tags_are_closed(home: Path) -> None:
    page = html(home)
    assert '<html lang="th">' in page
    for tag in ("table", "section", "tbody", "svg", "ul"):
        assert len(re.findall(rf"<{tag}[\s>]", page)) == page.count(f"</{tag}>")


def test_the_headline_tells_what_is_missing_from_the_publication(home: Path) -> None:
    words = Page(html(home)).words
    assert "เผยแพร่แล้ว" in words
    assert "ข้อมูลของ 2 หน่วยงานล่าช้าหรือถูกพักไว้" in words
    assert "กองทัพภาคที่ 2 [army2]: ใช้ข้อมูลชุดก่อน 1 ไฟล์" in words
    assert "ข้อมูลเก่ากว่ากำหนด" in words


def test_small_counts_of_poverty_are_suppressed_and_said_to_be(home: Path) -> None:
    page = html(home)
    # One small amphoe alone could be had from the province's total: the other is hidden with it.
    for name in ("ครบุรี", "เมืองนครราชสีมา"):
        rows = re.findall(rf"<tr><td>{name}</td>(.*?)</tr>", page, re.DOTALL)
        assert rows == ['<td class="suppressed" colspan="6">ปกปิดจำนวนน้อย (น้อยกว่า 10)</td>']
    poverty = page[page.index("<h2>ความยากจน") : page.index("<h2>ครัวเรือนตกเกณฑ์")]
    assert "66.7%" not in poverty
    assert "70.0%" not in poverty


def test_households_of_no_known_amphoe_are_told_apart_and_stand_among_no_amphoe(tmp_path: Path) -> None:
    tiny = tiny_province()
    amphoe = next(r for r in tiny.rows["area_poverty"] if r["area_code"] == "3001" and r["measure_code"] == "H")
    tiny.rows["area_poverty"].append(
        {**amphoe, "area_code": "unknown", "assessed_count": 12, "not_assessed_count": 3, "poor_count": 10}
    )
    request = make_request(tmp_path, tiny)
    connection = build_warehouse(
        tmp_path / "w.duckdb", request.folders, request.book, RunFacts(request.run_id, NIGHT), request.indicators
    )
    with connection:
        figures = read_figures(connection)
    assert [r["area_code"] for r in figures["poverty_amphoe"]] == ["3001", "3002"]
    content = ReportContent(request.run_id, NIGHT, "นครราชสีมา", 10, Verdict(True, "", ""), now=figures)
    words = Page(render_report(content)).words
    assert "ไม่ทราบว่าอยู่อำเภอใด 15 ครัวเรือน ในนั้นยังไม่ได้ประเมิน 3 ครัวเรือน" in words


def test_ordinary_households_in_which_nobody_lives_now_are_told_of(tmp_path: Path) -> None:
    tiny = tiny_province()
    for household in tiny.rows["household"][:2]:
        household["member_count"] = 0
    request = make_request(tmp_path, tiny)
    connection = build_warehouse(
        tmp_path / "w.duckdb", request.folders, request.book, RunFacts(request.run_id, NIGHT), request.indicators
    )
    with connection:
        figures = read_figures(connection)
    content = ReportContent(request.run_id, NIGHT, "นครราชสีมา", 10, Verdict(True, "", ""), now=figures)
    assert "ครัวเรือนทั่วไป 2 ครัวเรือนไม่มีสมาชิกปัจจุบัน" in Page(render_report(content)).words


def test_every_model_that_linkage_may_use_has_a_name_in_the_report() -> None:
    assert set(MODEL_SOURCES) == set(get_args(Source))


def amphoe(code: str, poor: int, assessed: int) -> dict[str, object]:
    return {
        "area_code": code,
        "poor_count": poor,
        "assessed_count": assessed,
        "not_assessed_count": 0,
        "headcount_ratio": poor / assessed,
        "is_small_count": 0 < poor < 10,
    }


def test_small_ones_stand_last_by_code_and_never_by_rank() -> None:
    rows = suppressed([amphoe("3001", 20, 100), amphoe("3009", 9, 10), amphoe("3002", 1, 100), amphoe("3003", 50, 100)])
    assert [r["area_code"] for r in rows] == ["3003", "3001", "3002", "3009"]
    assert [r["poor_count"] for r in rows] == [50, 20, None, None]
    assert rows[3]["headcount_ratio"] is None


def test_a_single_small_one_takes_the_next_smallest_with_it() -> None:
    rows = suppressed([amphoe("3001", 20, 100), amphoe("3002", 9, 100), amphoe("3003", 50, 100)])
    assert [r["area_code"] for r in rows if r["is_small_count"]] == ["3001", "3002"]
    rows = suppressed([amphoe("3001", 0, 100), amphoe("3002", 9, 100), amphoe("3003", 50, 100)])
    assert [r["area_code"] for r in rows if r["is_small_count"]] == ["3002", "3003"]


def test_a_small_province_shows_no_figure_of_its_poor(tmp_path: Path) -> None:
    page = publish(make_request(tmp_path, tiny_province(households=9))).report.read_text(encoding="utf-8")
    rows = {Page(row).words.split()[0]: Page(row).words for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)}
    assert rows["ครัวเรือนยากจน"] == "ครัวเรือนยากจน ปกปิดจำนวนน้อย —"
    poverty = page[page.index("<h2>ความยากจน") : page.index("<h2>ครัวเรือนตกเกณฑ์")]
    assert "66.7%" not in poverty
    # What is hidden is not unknown.
    assert "ครัวเรือน ปกปิดจำนวนน้อย — — — — — — —" in Page(poverty).words
    assert "ไม่มีข้อมูล" not in Page(poverty).words


def test_a_chart_is_svg_for_the_inside_of_a_page() -> None:
    chart = bars([{"name": "อำเภอทดสอบ", "share": 0.25, "text": "25.0%"}], "name", "share", "text", "H")
    assert chart.startswith("<svg ")
    assert "อำเภอทดสอบ" in chart
    assert "25.0%" in chart
    assert "xmlns" not in chart
    assert "url(" not in chart


def test_each_fault_stands_with_its_sentence_its_way_out_and_its_move(home: Path) -> None:
    rows = re.findall(r"<tr>(?:(?!</tr>).)*national_id_bad_checksum.*?</tr>", html(home), re.S)
    words = Page(rows[-1]).words
    assert "เลขประจำตัวประชาชนไม่ถูกต้อง" in words
    assert "ตรวจเลข 13 หลักกับบัตร" in words
    assert "+1" in words


def test_the_first_report_compares_with_nothing_and_says_so(home: Path) -> None:
    first = Page(html(home, "20261124-01")).words
    assert "เทียบฉบับก่อน" not in first
    assert "ต่างจากฉบับก่อน" not in first
    assert "ยังไม่มีฉบับก่อนให้เทียบ" in first
    assert "เทียบกับเกณฑ์การเปลี่ยนแปลง" not in first


def test_the_model_and_its_held_out_quality_are_shown(home: Path) -> None:
    words = Page(html(home)).words
    assert "เรียนรู้คืนนี้จากคู่ที่มีเลขประจำตัว" in words
    assert "0.9987" in words
    assert "0.9810" in words


def test_each_note_on_a_model_and_each_finding_of_the_cross_check_has_its_sentence() -> None:
    assert set(MODEL_NOTES) == set(get_args(Note)) - {""}
    assert set(EM_WARNINGS) == set(get_args(Finding)) - {""}


def test_the_seeds_of_the_prior_and_what_the_cross_check_found_are_shown() -> None:
    seeded = {"model_source": "seeded", "model_seeds": {"matches": 80_974, "non_matches": 37_717}}
    quiet = dict(linkage_lines({"report": {**seeded, "em_check": {"warning": ""}}}))
    assert "คนเดียวกัน 80,974 คู่ คนละคน 37,717 คู่" in quiet.values()
    assert not set(EM_WARNINGS.values()) & set(quiet.values())
    loud = dict(linkage_lines({"report": {**seeded, "em_check": {"warning": "em_disagrees"}}}))
    assert EM_WARNINGS["em_disagrees"] in loud.values()
    assert dict(linkage_lines({"report": {"model_source": "prior", "model_seeds": {}, "em_check": None}})) == {
        "แบบจำลองที่ใช้": MODEL_SOURCES["prior"]
    }


def test_reconciliation_audits_and_seconds_are_shown(home: Path) -> None:
    words = Page(html(home)).words
    for heading in ("กระทบยอด", "การตรวจสอบก่อนเผยแพร่", "ใช้เวลา"):
        assert heading in words
    assert "3.4 วินาที" in words


def test_no_person_stands_in_the_report(home: Path) -> None:
    page = html(home)
    assert not any(name in page for name in (*GIVEN, *SURNAMES))
    assert national_id(11) not in page
    assert not re.search(r"\d{11}", Page(page).words)


def test_what_agencies_typed_is_shown_as_text(tmp_path: Path) -> None:
    tiny = tiny_province()
    tiny.rows["delivery"][0].update(file_name="<b>บัญชี</b>.xlsx", status_code="stand_in", code="file_empty")
    page = publish(make_request(tmp_path, tiny)).report.read_text(encoding="utf-8")
    assert "<b>บัญชี" not in page
    assert "&lt;b&gt;บัญชี" in page


def stopped_by_missing_columns() -> TinyProvince:
    """The province where a new file of army2 lacks two required columns and its old one stands in."""
    tiny = tiny_province()
    old = next(d for d in tiny.rows["delivery"] if d["agency"] == "army2")
    old.update(status_code="stand_in", code="required_column_missing")
    new = {**old, "delivery_id": "f" * 16, "file_name": "ชุดใหม่.xlsx", "status_code": "quarantined"}
    tiny.rows["delivery"].append({**new, "rows_delivered": 9, "rows_accepted": 0, "rows_rejected": 0})
    place = {"agency": "army2", "delivery_id": "f" * 16, "file_name": "ชุดใหม่.xlsx", "sheet": "แผ่น1", "stage": "extract"}
    for column, header in zip(COLUMNS[:2], HEADERS[:2], strict=True):
        tiny.add("issue", **place, column=column, header=header, code="required_column_missing", severity="stop")
    tiny.add("issue", **place, column="นายใครก็ได้", header="นายใครก็ได้", code="column_unknown", severity="warn")
    return tiny


def test_a_stopped_file_stands_once_with_what_stands_in_the_missing_headers_and_an_english_line(tmp_path: Path) -> None:
    page = publish(make_request(tmp_path, stopped_by_missing_columns())).report.read_text(encoding="utf-8")
    table = page[page.index("ไฟล์ที่พักไว้หรือใช้ชุดก่อนแทน") : page.index("อะไรถูกปฏิเสธหรือควรแก้")]
    rows = [Page(row).words for row in re.findall(r"<tr><td>.*?</tr>", table, re.DOTALL)]
    assert len(rows) == 1
    assert "ชุดใหม่.xlsx พักไว้ตรวจสอบ ใช้ชุดก่อนแทน: บัญชี_army2.xlsx" in rows[0]
    assert "ขาดคอลัมน์ที่จำเป็น: “ชื่อ”, “เลขประจำตัวประชาชน” required_column_missing a required column is missing" in rows[0]


def test_a_header_that_the_contract_does_not_know_stands_nowhere_in_the_report(tmp_path: Path) -> None:
    tiny = stopped_by_missing_columns()
    for delivery in tiny.rows["delivery"]:
        if delivery["agency"] == "army2":
            delivery["code"] = "column_unknown"
    page = publish(make_request(tmp_path, tiny)).report.read_text(encoding="utf-8")
    assert "column_unknown" in page
    assert "นายใครก็ได้" not in page


def test_each_fault_has_its_code_and_an_english_line_below_the_thai(home: Path) -> None:
    row = next(r for r in re.findall(r"<tr>.*?</tr>", html(home), re.DOTALL) if "national_id_bad_checksum" in r)
    assert "เลขตรวจสอบไม่ตรง) national_id_bad_checksum the national ID fails its checksum" in Page(row).words


def test_every_table_scrolls_in_a_box_of_its_own(home: Path) -> None:
    page = html(home)
    assert len(re.findall(r'<div class="scroll[^>]*><table', page)) == page.count("<table") > 10
    assert ".scroll { overflow-x: auto; }" in page


def test_a_file_named_after_a_person_is_shown_without_the_name(tmp_path: Path) -> None:
    tiny = tiny_province()
    person = tiny.rows["person"][0]
    name = f"{person['first_name']} {person['last_name']}.xlsx"
    for table in ("delivery", "issue", "record"):
        for row in tiny.rows[table]:
            row["file_name"] = name
    tiny.rows["delivery"][0].update(status_code="stand_in", code="file_empty")
    result = publish(replace(make_request(tmp_path, tiny)))
    page = result.report.read_text(encoding="utf-8")
    assert person["last_name"] not in page
    assert f"[{tiny.rows['delivery'][0]['delivery_id']}]" in page


def test_a_person_whom_no_list_knows_is_hidden_in_file_and_sheet_names_by_the_title(tmp_path: Path) -> None:
    tiny = tiny_province()
    for table in ("delivery", "issue", "record"):
        for row in tiny.rows[table]:
            row["file_name"] = "รายชื่อ นายสมหมาย ทดสอบดี.xlsx"
    for table in ("issue", "record", "sheet_count", "delivered_row"):
        for row in tiny.rows[table]:
            if row.get("sheet") is not None:
                row["sheet"] = "น.ส.มาลัย ทดสอบดี"
    tiny.rows["delivery"][0].update(status_code="stand_in", code="file_empty")
    result = publish(make_request(tmp_path, tiny))
    with open_readonly(result.warehouse) as connection:
        shown = connection.execute(
            "select file_name from ops.delivery union all select file_name from ops.issue "
            "union all select sheet from ops.issue union all select sheet from ops.reconciliation "
            "union all select sheet from core.source_record"
        ).fetchall()
    assert shown and not [text for (text,) in shown if text and "ทดสอบดี" in text]
    assert "ทดสอบดี" not in result.report.read_text(encoding="utf-8")
