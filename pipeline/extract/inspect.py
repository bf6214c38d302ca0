"""What is in a spreadsheet nobody has described yet: sheets, extents, headers and kinds of rows, without values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.contracts.draft import Synonyms, guess_names, synonyms
from pipeline.contracts.files import load_contract_book
from pipeline.errors import UserError
from pipeline.extract.grid import BLANK, KIND_NAMES, NUMBER, TEXT, ReadFaultError, Sheet, Workbook
from pipeline.extract.header_search import Header, find_header_by_shape
from pipeline.extract.reader import is_text_named_as_workbook, read_workbook
from pipeline.extract.row_kinds import DATA, Region, row_kinds
from pipeline.issues import issue_code
from pipeline.privacy import mask_label
from pipeline.settings import PACKAGED_CONTRACTS

MEMORY_BYTES = 3 * 2**30
SECONDS = 120
SAMPLE_ROWS = 60
_KIND_THAI = {
    "text": "ข้อความ",
    "number": "ตัวเลข",
    "date": "วันที่",
    "boolean": "จริง/เท็จ",
    "time": "เวลา",
    "error": "ค่าผิดพลาด",
    "formula_without_value": "สูตรไม่มีค่า",
    "id_13_digits": "เลข 13 หลัก",
    "digits_11": "เลข 11 หลัก",
}
_ROW_THAI = {
    DATA: "ข้อมูล",
    "title": "ชื่อเรื่อง",
    "header": "หัวตาราง",
    "group_label": "ชื่อกลุ่ม",
    "total": "ยอดรวม",
    "legend": "หมายเหตุ",
    "blank": "ว่าง",
}


@dataclass(frozen=True, slots=True)
class SheetSample:
    """One sheet as a draft of a contract needs it.

    Attributes:
        name: Sheet name; empty for a CSV file.
        headers: Joined header of each column.
        samples: Up to ``SAMPLE_ROWS`` cells of each column as text. Personal values: never printed or kept.
    """

    name: str
    headers: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]


def _read(path: Path) -> Workbook:
    if not path.is_file():
        raise UserError(f"There is no file {path.name}; check the path.", f"ไม่พบไฟล์ {path.name} โปรดตรวจชื่อและที่อยู่ของไฟล์")
    try:
        book = read_workbook(path, None, memory_bytes=MEMORY_BYTES, seconds=SECONDS)
        if is_text_named_as_workbook(book, path.name):
            # The night reads it only where it has the headers of a contract; here any line of a letter would be one.
            raise ReadFaultError("file_unreadable", "text instead of a workbook")
        return book
    except ReadFaultError as fault:
        code = issue_code(fault.code)
        raise UserError(
            f"{path.name}: {code.english} → {code.way_out_english} [{fault.code}: {fault.detail}].",
            f"{path.name}: {code.thai} → {code.way_out}",
        ) from None


def inspect_file(path: Path) -> dict[str, Any]:
    """Describe a spreadsheet by its shape alone.

    Args:
        path: The file.

    Returns:
        ``file``, ``content``, ``encoding`` and for each sheet its extent, header rows, columns (header, kinds of its
        cells, canonical columns that it may be: those a draft would propose) and counts of row kinds. No cell value.

    Raises:
        UserError: The file is missing or cannot be read.
    """
    book = _read(path)
    known = synonyms(load_contract_book(PACKAGED_CONTRACTS))
    return {
        "file": path.name,
        "content": book.content,
        "encoding": book.encoding,
        "sheets": [_describe(sheet, known) for sheet in book.sheets],
    }


def _find_header(sheet: Sheet) -> Header | None:
    """The header by its shape; none where the row holds a person: a list without a header begins with one."""
    header = find_header_by_shape(sheet)
    if header is None or any(mask_label(label.text) != label.text for label in header.labels):
        return None
    return header


def _describe(sheet: Sheet, known: Synonyms) -> dict[str, Any]:
    header = _find_header(sheet)
    found: dict[str, Any] = {
        "name": sheet.name,
        "is_hidden": sheet.is_hidden,
        "rows": len(sheet.cells),
        "columns": sheet.width,
        "merged_ranges": len(sheet.merges),
        "header_rows": [],
        "row_kinds": {},
        "headers": [],
    }
    if header is None:
        return found
    kinds = _kinds(sheet, header)
    data = [row for row, kind in enumerate(kinds) if kind == DATA]
    found["header_rows"] = [sheet.row_numbers[row] for row in range(header.top, header.bottom)]
    found["row_kinds"] = dict(sorted(Counter(kinds).items()))
    seen: Counter[str] = Counter()
    for column, label in enumerate(header.labels):
        if not label.keys:
            continue
        seen[label.keys[0]] += 1
        found["headers"].append(
            {
                "column": column + 1,
                "header": label.text,
                "occurrence": seen[label.keys[0]],
                "filled": sum(sheet.kinds[row][column] != BLANK for row in data),
                "kinds": _cell_kinds(sheet, data, column),
                "suspected": list(guess_names(label.text, _samples(sheet, data, column), known)[0]),
            }
        )
    return found


def _kinds(sheet: Sheet, header: Header) -> list[str]:
    labelled = tuple(column for column, label in enumerate(header.labels) if label.keys)
    return row_kinds(sheet, header, Region(labelled, labelled))


def _samples(sheet: Sheet, rows: Sequence[int], column: int) -> tuple[str, ...]:
    return tuple(sheet.cells[row][column].strip() for row in rows[:SAMPLE_ROWS] if sheet.cells[row][column].strip())


def _cell_kinds(sheet: Sheet, rows: Sequence[int], column: int) -> dict[str, int]:
    counts = Counter(_cell_kind(sheet, row, column) for row in rows if sheet.kinds[row][column] != BLANK)
    return dict(sorted(counts.items()))


def _cell_kind(sheet: Sheet, row: int, column: int) -> str:
    kind = sheet.kinds[row][column]
    digits = re.sub(r"[\s-]", "", sheet.cells[row][column])
    if kind in (TEXT, NUMBER) and digits.isdigit() and len(digits) in (11, 13):
        return "id_13_digits" if len(digits) == 13 else "digits_11"
    return KIND_NAMES[kind]


def describe_lines(found: dict[str, Any]) -> Sequence[str]:
    """The description as lines for a person."""
    kind = f"{found['content']} {found['encoding']}".strip()
    lines = [f"{found['file']} ({kind}) · {len(found['sheets'])} แผ่นงาน"]
    for sheet in found["sheets"]:
        hidden = " (ซ่อน)" if sheet["is_hidden"] else ""
        lines.append(f"  แผ่นงาน “{sheet['name']}”{hidden}: {sheet['rows']:,} แถว × {sheet['columns']:,} คอลัมน์")
        if not sheet["header_rows"]:
            lines.append("    ไม่พบหัวตาราง" if sheet["rows"] else "    แผ่นงานว่าง")
            continue
        rows = ", ".join(str(number) for number in sheet["header_rows"])
        counts = " · ".join(f"{_ROW_THAI.get(k, k)} {n:,}" for k, n in sheet["row_kinds"].items())
        lines.append(f"    หัวตารางแถวที่ {rows} · {counts}")
        for column in sheet["headers"]:
            kinds = ", ".join(f"{_KIND_THAI.get(k, k)} {n:,}" for k, n in column["kinds"].items()) or "ว่าง"
            suspected = f" → {' หรือ '.join(column['suspected'])}?" if column["suspected"] else ""
            again = f" (ครั้งที่ {column['occurrence']})" if column["occurrence"] > 1 else ""
            lines.append(f"      {column['column']:>3}. {column['header']}{again}: {kinds}{suspected}")
    return lines


def sheet_samples(path: Path) -> list[SheetSample]:
    """Headers and sample cells of each sheet that has a header, for ``khrua contract draft``.

    Args:
        path: The file.

    Raises:
        UserError: The file is missing or cannot be read.
    """
    found = []
    for sheet in _read(path).sheets:
        header = _find_header(sheet)
        if header is None or sheet.is_hidden:
            continue
        data = [row for row, kind in enumerate(_kinds(sheet, header)) if kind == DATA]
        samples = tuple(_samples(sheet, data, column) for column in range(sheet.width))
        found.append(SheetSample(sheet.name, tuple(label.text for label in header.labels), samples))
    return found
