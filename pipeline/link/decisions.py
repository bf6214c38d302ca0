"""Clerical decisions: an append-only list that linkage always obeys. The last word on a pair counts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import UserError
from pipeline.link.codes import Codes
from pipeline.values.dates import parse_date

# Year, month, day, or day, month, year in full: a day that could be read in two ways would set the last word at random.
_DATE = re.compile(r"\d{4}-(0?[1-9]|1[0-2])-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
COLUMNS = ("record_id_a", "record_id_b", "decision", "decided_by", "decided_at", "reason")
_ANSWER = COLUMNS[2:]
# A reason may have several lines, nothing else.
_ONE_LINE = COLUMNS[:-1]
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions on records that are here tonight, as nodes (a < b).

    Attributes:
        same, different, unsure: Pairs, one row each.
        absent: Lines of the file whose decision names a record that is not here; without effect tonight.
        incomplete: Lines of the file whose decision holds although they do not say who decided, when or why.
    """

    same: Codes
    different: Codes
    unsure: Codes
    absent: tuple[int, ...] = ()
    incomplete: tuple[int, ...] = ()

    def all_pairs(self) -> Codes:
        """All pairs decided on."""
        return np.concatenate([self.same, self.different, self.unsure])


def no_decisions() -> Decisions:
    """No clerk has decided anything."""
    none = np.empty((0, 2), dtype=np.int64)
    return Decisions(none, none, none)


def read_decisions(path: Path, record_ids: pa.Array) -> Decisions:
    """Read a CSV of decisions.

    A line without who, when or why is obeyed, and told: linkage always obeys. A line without any answer, as the review
    list has them before a clerk writes into it, is no decision.

    Args:
        path: CSV, UTF-8, with the columns of ``COLUMNS``.
        record_ids: The night's record identifiers, ascending.

    Raises:
        UserError: The file cannot be read, a column is missing, a quotation mark is left open, a decision is not one of
            same, different, unsure, or a date is none.
    """
    rows = [(number, row) for number, row in _rows(path) if any(row[name].strip() for name in _ANSWER)]
    _check_lines(
        path,
        [number for number, row in rows if row["decision"] not in (SAME, DIFFERENT, UNSURE)],
        "a decision is not one of same, different, unsure: correct these lines.",
        "คำวินิจฉัยต้องเป็น same, different หรือ unsure แก้บรรทัดเหล่านี้",
    )
    _check_lines(
        path,
        [number for number, row in rows if _time(row["decided_at"]) is None],
        "decided_at is no date in these lines: write it as 2026-11-30 or 30/11/2026 (2569 is read too).",
        "decided_at ในบรรทัดเหล่านี้ไม่ใช่วันที่ ให้เขียนเช่น 2026-11-30 หรือ 30/11/2569",
    )
    last: dict[tuple[str, str], _Word] = {}
    for number, row in rows:
        a, b = sorted((row["record_id_a"].strip(), row["record_id_b"].strip()))
        is_complete = all(row[name].strip() for name in _ANSWER)
        word = _Word(_time(row["decided_at"]) or "", number, row["decision"], is_complete)
        last[a, b] = max(last.get((a, b), word), word)
    return _as_nodes(last, record_ids)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Every row with the line of the file on which it ends."""
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), restval="", strict=True)
    _check_header(reader.fieldnames or ())
    rows: list[tuple[int, dict[str, str]]] = []
    broken: list[int] = []
    # A quotation mark that is not closed takes the lines below into its cell: nobody's word may be lost in it.
    try:
        rows += ((reader.line_num, row) for row in reader)
    except csv.Error:
        broken.append(reader.line_num + 1)
    broken += [n for n, row in rows if None in row or any("\n" in row[name] for name in _ONE_LINE)]
    _check_lines(
        path,
        broken,
        "a quotation mark is not closed, or a line has more cells than the header: correct the file at these lines.",
        'มีเครื่องหมาย " ที่ไม่ปิด หรือมีช่องเกินหัวตาราง โปรดแก้ไฟล์ที่บรรทัดเหล่านี้',
    )
    return rows


class _Word(NamedTuple):
    """What was said of a pair; the last word is the largest."""

    time: str
    line: int
    decision: str
    is_complete: bool


def _check_lines(path: Path, numbers: Sequence[int], english: str, thai: str) -> None:
    if numbers:
        raise UserError(english, thai, details=tuple(f"{path.name}: {number}" for number in numbers))


def _time(typed: str) -> str | None:
    """When a decision was taken, as text that sorts by time; "" where nobody says, None where it is no date.

    Excel shows a date in the order day, month, year as soon as it has opened the file.
    """
    if not typed.strip():
        return ""
    day, *clock = typed.strip().replace("T", " ").split(" ", 1)
    if not _DATE.fullmatch(day):
        return None
    found = parse_date(day, order="dmy")
    return None if found.day is None else " ".join([str(found.value), *clock])


def _text(path: Path) -> str:
    """The file as UTF-8, else as cp874, in which Excel saves a Thai CSV unless told otherwise."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The decisions file {path.name} cannot be opened; name the right file.",
            f"เปิดไฟล์คำวินิจฉัย {path.name} ไม่ได้ โปรดระบุไฟล์ที่ถูกต้อง",
        ) from error
    for encoding in ("utf-8-sig", "cp874"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(
        f"The decisions file {path.name} is neither UTF-8 nor cp874; save it as 'CSV UTF-8' in Excel.",
        f"ไฟล์คำวินิจฉัย {path.name} ไม่ใช่ UTF-8 หรือ cp874 โปรดบันทึกจาก Excel เป็น CSV UTF-8",
    )


def _check_header(found: Sequence[str]) -> None:
    missing = [c for c in COLUMNS if c not in found]
    if len(found) == 1 and all(column in found[0] for column in COLUMNS):
        raise UserError(
            "the columns of the decisions file are not parted by commas; save it as 'CSV UTF-8 (comma delimited)'.",
            "คอลัมน์ในไฟล์คำวินิจฉัยไม่ได้คั่นด้วยจุลภาค โปรดบันทึกเป็น CSV UTF-8 ที่คั่นด้วยจุลภาค",
        )
    if missing:
        raise UserError(
            f"the decisions file lacks columns: {', '.join(missing)}. Add them and run again.",
            f"ไฟล์คำวินิจฉัยขาดคอลัมน์: {', '.join(missing)} เพิ่มแล้วรันใหม่",
        )


def _as_nodes(last: dict[tuple[str, str], _Word], record_ids: pa.Array) -> Decisions:
    names = sorted({name for pair in last for name in pair})
    positions = pc.index_in(pa.array(names, pa.string()), value_set=record_ids).to_pylist()
    node = dict(zip(names, positions, strict=True))
    found: dict[str, list[tuple[int, int]]] = {SAME: [], DIFFERENT: [], UNSURE: []}
    absent, incomplete = [], []
    for (a, b), word in last.items():
        left, right = node[a], node[b]
        if left is None or right is None or left == right:
            absent.append(word.line)
            continue
        found[word.decision].append((min(left, right), max(left, right)))
        if not word.is_complete:
            incomplete.append(word.line)
    same, different, unsure = (np.array(sorted(v), dtype=np.int64).reshape(-1, 2) for v in found.values())
    return Decisions(same, different, unsure, tuple(sorted(absent)), tuple(sorted(incomplete)))
