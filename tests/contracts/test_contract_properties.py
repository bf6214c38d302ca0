"""Whatever stands in a contract or in the headers of a file, the answer is faults with lines, never an exception."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.contracts import ContractBook
from pipeline.contracts.draft import MARK, DraftSheet, draft_contract, guess_names, synonyms
from pipeline.contracts.files import check_contracts, load_contract_book

FOLDER = Path(__file__).resolve().parents[2] / "data_contracts"
SHARED = ("agreements.yaml", "attributes.yaml", "province.yaml")
# Pieces that people do type into contracts, and pieces that break YAML.
PIECES = st.sampled_from(
    [
        "[",
        "}",
        ": ",
        "- x",
        "'",
        '"',
        "null",
        "true",
        "2569",
        "value: {",
        "properties:",
        "&a",
        "*a",
        "ชื่อ",
        "\t",
        "<<: x",
    ]
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="khrua-contracts-") as name:
        for shared in SHARED:
            shutil.copy(FOLDER / shared, Path(name) / shared)
        (Path(name) / "agencies").mkdir()
        yield Path(name)


@lru_cache(maxsize=1)
def the_book() -> ContractBook:
    return load_contract_book(FOLDER)


@hypothesis_settings(max_examples=60)
@given(data=st.data())
def test_a_contract_broken_anywhere_is_told_with_a_line_of_the_file(folder: Path, data: st.DataObject) -> None:
    lines = (FOLDER / "agencies" / "prd.odcs.yaml").read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
        lines[at] = data.draw(
            st.one_of(PIECES.map(lambda p, i=indent: i + p), PIECES.map(lambda p, s=lines[at]: s + p), st.just(""))
        )
    path = folder / "agencies" / "prd.odcs.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    faults = check_contracts(folder)
    assert all(1 <= fault.line <= len(lines) + 1 for fault in faults)
    assert faults == check_contracts(folder)
    assert set(load_contract_book(folder).contracts) == (set() if faults else {"prd"})


HEADERS = st.lists(st.text(min_size=0, max_size=25), min_size=1, max_size=12)


@hypothesis_settings(max_examples=60)
@given(headers=HEADERS, sheet=st.text(max_size=15))
def test_a_draft_of_any_headers_has_faults_on_marked_lines_only(folder: Path, headers: list[str], sheet: str) -> None:
    text = draft_contract("prd", [DraftSheet(sheet, tuple(headers))], the_book())
    (folder / "agencies" / "prd.odcs.yaml").write_text(text, encoding="utf-8", newline="")
    lines = text.split("\n")
    assert [f.text for f in check_contracts(folder) if MARK not in lines[f.line - 1]] == []


@given(cells=st.lists(st.from_regex(r"[1-8]99\d{10}", fullmatch=True), min_size=1, max_size=5))
def test_a_draft_never_repeats_a_sample_cell(cells: list[str]) -> None:
    sheet = DraftSheet("รายชื่อ", ("เลข", "ชื่อ"), (tuple(cells), ("สมชาย",)))
    text = draft_contract("prd", [sheet], the_book())
    assert not any(cell in text for cell in cells)
    assert "สมชาย" not in text


def test_sample_cells_tell_a_code_column_from_a_name_column_under_the_same_header() -> None:
    known = synonyms(the_book())
    assert guess_names("ตำบล", ["โพธิ์กลาง"], known) == (("tambon",), True)
    assert guess_names("ตำบล", ["300101", "300102"], known) == (("tambon_code",), True)
    assert guess_names("ข้อมูล ก", ["1990000000001"], known) == (("national_id",), False)
    assert guess_names("ข้อมูล ก", ["แดง"], known) == ((), False)


@pytest.mark.parametrize(
    ("header", "choice"),
    [
        ("ชื่อ-สกุล", "last_name หรือ full_name"),
        ("ประเภท", "assistance_kind_code หรือ disability_code หรือ need_code"),
        ("วันที่", "assistance_date หรือ last_seen_date"),
    ],
)
def test_a_header_that_contracts_read_in_several_ways_is_left_to_the_officer(header: str, choice: str) -> None:
    text = draft_contract("prd", [DraftSheet("รายชื่อ", ("เลขบัตรประชาชน", header))], the_book())
    line = next(line for line in text.splitlines() if "decide_1" in line)
    assert MARK in line and choice in line
    assert "lookups" not in text


def test_sheets_with_the_same_headers_become_one_list() -> None:
    sheets = [DraftSheet(name, ("เลขประจำตัวประชาชน", "ชื่อ")) for name in ("เมือง", "ปากช่อง")]
    text = draft_contract("prd", [*sheets, DraftSheet("หมายเหตุ", ("", ""))], the_book())
    assert text.count("deliveryMode") == 1
    assert '"เมือง|ปากช่อง"' in text


def test_headers_that_other_contracts_ignore_are_ignored_and_levels_of_a_header_are_understood() -> None:
    sheet = DraftSheet("รายชื่อ", ("ลำดับ", "ข้อมูลบุคคล / เลขประจำตัวประชาชน", "ข้อมูลบุคคล / ชื่อ", "สีที่ชอบ"))
    text = draft_contract("prd", [sheet], the_book())
    assert re.findall(r"- name: (\w+)", text) == ["list_1", "national_id", "first_name", "decide_1"]
    assert 'ignoredHeaders\n        value:\n          - "ลำดับ"' in text


def test_a_file_name_that_is_no_agency_code_is_left_to_the_officer() -> None:
    text = draft_contract("รายชื่อ ปี 2569", [DraftSheet("", ("ชื่อ",))])
    assert re.search(rf"^id: decide  {MARK}", text, flags=re.MULTILINE)
    assert "2569" not in text
