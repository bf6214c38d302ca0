"""What the console says of what was set aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.console import contract_lines, stop_lines
from pipeline.contracts import ContractFault
from pipeline.issues import ISSUE_CODES


def issue(code: str, file_name: str | None = None, agency: str = "health", header: str = "") -> dict[str, object]:
    severity = "warn" if code == "column_unknown" else "stop"
    return {"agency": agency, "file_name": file_name, "code": code, "severity": severity, "header": header}


@pytest.mark.parametrize("code", sorted(code for code, one in ISSUE_CODES.items() if one.severity == "stop"))
def test_the_way_out_is_told_in_thai_and_english(code: str) -> None:
    one = ISSUE_CODES[code]
    (line,) = stop_lines([issue(code, "empty.xlsx")], lambda _: "สสจ.")
    assert line.startswith(f"สสจ. [health] empty.xlsx: {one.thai}")
    assert line.endswith(f"[{code}]")
    if code != "contract_faulty":
        assert f"→ {one.way_out} ·" in line and f"→ {one.way_out_english} [" in line


def test_every_code_has_a_way_out_in_english() -> None:
    ways = {code: one.way_out_english for code, one in ISSUE_CODES.items()}
    assert [code for code, way in ways.items() if not way or not way.isascii()] == []


def test_a_file_is_told_once_with_all_the_columns_that_are_missing() -> None:
    rows = [issue("required_column_missing", "a.xlsx", header=header) for header in ("ชื่อ", "นามสกุล")]
    (line,) = stop_lines(rows, lambda _: "")
    assert line.count("“ชื่อ”, “นามสกุล”") == 2


@pytest.mark.parametrize("code", ["header_not_found", "required_column_missing"])
def test_columns_that_are_wanted_stand_beside_the_headers_that_the_file_has(code: str) -> None:
    rows = [issue(code, "a.xlsx", header="นามสกุล"), issue("column_unknown", "a.xlsx", header="นายสมหมาย ทดสอบดี")]
    rows += [issue("column_unknown", "a.xlsx", header="สกุลเดิม"), issue("column_unknown", "b.xlsx", header="อื่น")]
    (line,) = stop_lines(rows, lambda _: "")
    assert "“นามสกุล” (ในไฟล์มี “นาย…”, “สกุลเดิม”)" in line
    assert "“นามสกุล” (the file has “นาย…”, “สกุลเดิม”)" in line


@pytest.mark.parametrize(
    ("folder", "file_name", "shown"),
    [
        ("นายสมชาย_ใจดี_1990112345678", None, "นาย…_1-9901-xxxxx-xx-x [unknown_1a2b3c4d]"),
        ("", "ID 1990112345678.xlsx", "[pao] ID 1-9901-xxxxx-xx-x.xlsx"),
    ],
)
def test_the_console_shows_no_national_id_and_no_name_of_a_file_or_folder(
    folder: str, file_name: str | None, shown: str
) -> None:
    agency = "unknown_1a2b3c4d" if folder else "pao"
    (line,) = stop_lines([issue("file_empty", file_name, agency)], lambda _: folder)
    assert line.startswith(f"{shown}:")


def test_the_faults_of_a_contract_are_told_with_their_lines_and_the_folder_to_check() -> None:
    fault = ContractFault(Path("/c/agencies/health.odcs.yaml"), 12, "ผิด", "wrong")
    lines = contract_lines([fault], Path("/c"))
    assert lines[0] == "health.odcs.yaml:12: ผิด (wrong)"
    assert lines[1].count('khrua contract check "/c"') == 2
    assert contract_lines([], Path("/c")) == ()
