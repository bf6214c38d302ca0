"""``khrua explain``: the waterfall of two records and the tree of a person, through the command line."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from link_records import national_id, village
from typer.testing import CliRunner

from pipeline import cli
from pipeline.commands.explain import _branches
from pipeline.commands.link import link_file
from pipeline.errors import ExitCode, UserError
from pipeline.settings import settings_from_environment

PERSON = {"first_name": "สมชาย", "last_name": "ใจดีกระโทก", "sex": "M", "birth_date": "1960-05-17"}
PLACE = {"tambon_code": "300101", "moo": "4", "house_no": "12"}
ROWS: list[dict[str, object]] = [
    {"record_id": "admin:s1", "national_id": national_id(900_001), **PERSON, **PLACE},
    {"record_id": "health:s1", "national_id": national_id(900_001), **PERSON},
    {"record_id": "community_dev:s1", **PERSON, **PLACE},
    # Another valid ID under the same name, birth date and address: two persons.
    {"record_id": "health:s2", "national_id": national_id(900_002), **PERSON, **PLACE},
    {"record_id": "admin:z1", "first_name": "อัญชิสา", "last_name": "เลิศวิริยะ", "sex": "F", "birth_date": "1999-12-30"},
    # Two old men of one village and year: compared by a rule, and nobody would take them for one.
    {"record_id": "admin:w1", **PLACE, "first_name": "บรรเจิด", "last_name": "หาญกล้า", "birth_date": "1931-01-07"},
    {"record_id": "health:w1", **PLACE, "first_name": "เกริกไกร", "last_name": "ทรงศิลป์", "birth_date": "1931-08-19"},
]


DEPTHS = [0, 1, 2, 2, 3, 1, 2, 0, 1]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The --out folder of a linkage of a small village and of the records above."""
    folder = tmp_path_factory.mktemp("explain")
    around = [
        {k: v for k, v in row.items() if k in ("record_id", "national_id", "house_code", *PERSON, *PLACE)}
        for row in village(120, seed=3)[0]
    ]
    rows = [{**row, "agency": str(row["record_id"]).split(":")[0]} for row in [*around, *ROWS]]
    records = folder / "records.parquet"
    columns = sorted({name for row in rows for name in row})
    pq.write_table(pa.Table.from_pylist([{c: row.get(c) for c in columns} for row in rows]), records)
    settings = settings_from_environment({}, run_date=date(2026, 11, 24))
    link_file(
        records, folder / "out", previous=None, full=False, retrain=False, decisions=None, duplicate_free=(),
        settings=settings,
    )  # fmt: skip
    return folder / "out"


def ask(*arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["explain", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def ask_json(*arguments: str) -> dict[str, Any]:
    return dict(json.loads(ask(*arguments, "--json")))


def fault(*arguments: str) -> UserError:
    with pytest.raises(UserError) as caught:
        CliRunner().invoke(cli.app, ["explain", *arguments], catch_exceptions=False)
    assert re.search("[ก-๛]", caught.value.thai) and re.search("[a-z]", caught.value.english)
    return caught.value


def test_two_records_of_one_person_show_every_weight_and_the_sentence_of_the_run(linked: Path) -> None:
    found = ask_json("health:s1", "admin:s1", "--linked", str(linked))
    assert (found["verdict"], found["evidence_code"], found["is_one_person"]) == ("linked", "A1", True)
    fall = found["waterfall"]
    assert fall["weight"] == fall["prior_weight"] + sum(step["weight"] for step in fall["steps"])
    kept = pq.read_table(linked / "pairs.parquet", filters=[("record_id_a", "=", "admin:s1")]).to_pylist()
    assert fall["weight"] == next(r["weight_millibit"] for r in kept if r["record_id_b"] == "health:s1")
    reasons = pq.read_table(linked / "link_reason.parquet", filters=[("record_id", "=", "health:s1")]).to_pylist()
    assert found["thai"] == reasons[0]["explanation"]
    text = ask("admin:s1", "health:s1", "--linked", str(linked))
    assert "ก่อนเปรียบเทียบ · prior" in text and "เลขประจำตัวประชาชนตรงกัน · id: same valid" in text
    assert "คนเดียวกัน · one person" in text and "เกณฑ์ · thresholds" in text


def test_two_valid_ids_are_told_as_refused_and_why(linked: Path) -> None:
    found = ask_json("admin:s1", "health:s2", "--linked", str(linked))
    assert (found["verdict"], found["reason_code"], found["is_one_person"]) == ("refused", "two_valid_ids", False)
    text = ask("admin:s1", "health:s2", "--linked", str(linked))
    assert "ไม่ยอมรวมเป็นคนเดียวกัน เพราะเลขประจำตัวที่ถูกต้องสองเลข" in text


def test_records_that_no_rule_put_together_are_compared_now(linked: Path) -> None:
    found = ask_json("admin:s1", "admin:z1", "--linked", str(linked))
    assert (found["verdict"], found["would_be"], found["rules"]) == ("never_compared", "below_floor", [])
    assert found["waterfall"]["weight"] < found["waterfall"]["review_weight"]
    assert "ไม่มีกฎคัดคู่ใดจับคู่สองระเบียนนี้" in ask("admin:s1", "admin:z1", "--linked", str(linked))


def test_records_that_a_rule_put_together_and_the_model_passed_over_name_the_rule(linked: Path) -> None:
    found = ask_json("admin:w1", "health:w1", "--linked", str(linked))
    assert (found["verdict"], found["would_be"]) == ("below_floor", None)
    assert "address_year" in found["rules"]


def test_a_person_is_a_tree_of_joins_and_a_record_leads_to_it(linked: Path) -> None:
    person = ask_json("admin:s1", "health:s1", "--linked", str(linked))["person_id_a"]
    found = ask_json(person, "--linked", str(linked))
    assert {r["record_id"] for r in found["records"]} >= {"admin:s1", "health:s1"}
    assert [r["depth"] for r in found["records"]][:2] == [0, 1]
    first, second = found["records"][:2]
    assert second["joined_by"] == first["record_id"] and second["join_evidence_code"] == "A1"
    assert {r["agency"] for r in found["records"]} <= {"admin", "health", "community_dev"}
    assert ask_json("admin:s1", "--linked", str(linked)) == found
    assert "└─ " in ask(person, "--linked", str(linked))


def test_branches_of_a_tree_go_on_where_a_sibling_follows() -> None:
    drawn = [branch + str(depth) for branch, depth in zip(_branches(DEPTHS), DEPTHS, strict=True)]
    assert drawn == ["0", "├─ 1", "│  ├─ 2", "│  └─ 2", "│     └─ 3", "└─ 1", "   └─ 2", "0", "└─ 1"]


def test_no_name_and_no_id_stands_in_the_output_or_the_chart(linked: Path, tmp_path: Path) -> None:
    person = ask_json("admin:s1", "health:s1", "--linked", str(linked))["person_id_a"]
    values = {
        str(v) for row in ROWS for k, v in row.items() if k in ("national_id", "first_name", "last_name", "birth_date")
    }
    questions = [("admin:s1", "health:s1"), ("admin:s1", "health:s2"), ("admin:s1", "admin:z1"), (person,)]
    for number, question in enumerate(questions):
        chart = tmp_path / f"{number}.html"
        told = ask(*question, "--linked", str(linked), "--chart", str(chart))
        told += ask(*question, "--linked", str(linked), "--json") + chart.read_text(encoding="utf-8")
        assert [value for value in values if value in told] == []


def test_a_chart_takes_the_place_of_pages_alone(linked: Path, tmp_path: Path) -> None:
    table = linked / "linked.parquet"
    before = table.read_bytes()
    (tmp_path / "link.html").symlink_to(table)
    for chart in (table, tmp_path / "link.html", tmp_path / "chart"):
        arguments = ["explain", "admin:s1", "--linked", str(linked), "--chart", str(chart)]
        done = CliRunner().invoke(cli.app, arguments)
        assert isinstance(done.exception, UserError) and "ends with .html" in done.exception.english
    assert table.read_bytes() == before and not (tmp_path / "chart").exists()


def test_the_chart_is_one_file_that_asks_nothing_of_the_network(linked: Path, tmp_path: Path) -> None:
    chart = tmp_path / "chart.html"
    ask("admin:s1", "health:s1", "--linked", str(linked), "--chart", str(chart))
    page = chart.read_text(encoding="utf-8")
    assert "<svg" in page and "เลขประจำตัวประชาชนตรงกัน" in page and "รวม · total" in page
    assert not re.search(r"https?:|<script|<link|@import|url\(", page)
    ask("admin:s1", "--linked", str(linked), "--chart", str(chart))
    assert chart.read_text(encoding="utf-8").count("<svg") >= 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("admin:s1", "no-such"), "Record 2"),
        (("no-such", "admin:s1"), "Record 1"),
        (("admin:s1", "admin:s1"), "one record"),
        (("P999999999",), "No person"),
    ],
)
def test_an_unknown_name_is_told_without_repeating_what_was_typed(
    linked: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    told = fault(*arguments, "--linked", str(linked))
    assert sentence in told.english and told.exit_code == ExitCode.USAGE
    assert "no-such" not in told.english + told.thai and "P999999999" not in told.english


def test_a_folder_that_holds_no_linkage_or_no_publication_is_told_with_the_way_out(tmp_path: Path) -> None:
    for arguments, word in (
        (("a", "b", "--linked", str(tmp_path / "nowhere")), "--linked"),
        (("a", "b", "--linked", str(tmp_path)), "linked.parquet"),
        (("a", "b", "--home", str(tmp_path)), "khrua run"),
        (("a", "b", "--home", str(tmp_path), "--linked", str(tmp_path)), "either"),
    ):
        told = fault(*arguments)
        assert word in told.english and told.exit_code == ExitCode.USAGE
    chart = tmp_path / "nowhere" / "chart.html"
    assert not chart.exists()


def test_without_its_records_a_run_still_explains_the_pairs_it_kept(linked: Path, tmp_path: Path) -> None:
    bare = Path(shutil.copytree(linked, tmp_path / "bare"))
    shutil.rmtree(bare / "state" / "private")
    assert ask_json("admin:s1", "health:s1", "--linked", str(bare))["verdict"] == "linked"
    assert {r["agency"] for r in ask_json("admin:s1", "--linked", str(bare))["records"]} == {None}
    assert "removed" in fault("admin:s1", "admin:z1", "--linked", str(bare)).english


def test_a_chart_that_cannot_be_written_names_the_option(linked: Path, tmp_path: Path) -> None:
    told = fault("admin:s1", "health:s1", "--linked", str(linked), "--chart", str(tmp_path / "no" / "chart.html"))
    assert "--chart" in told.english
