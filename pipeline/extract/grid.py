"""Sheets as a person sees them: every cell as text and the kind of cell it was typed as.

Kinds are one letter a cell, so that a row's kinds are one short string: a kernel can tell the number 5 from the
text "5", and a real date from a text that looks like one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BLANK = " "
TEXT = "t"
NUMBER = "n"
BOOLEAN = "b"
DATE = "d"
TIME = "c"
ERROR = "e"
NO_VALUE = "f"
KIND_NAMES = {
    TEXT: "text",
    NUMBER: "number",
    DATE: "date",
    BOOLEAN: "boolean",
    TIME: "time",
    ERROR: "error",
    NO_VALUE: "formula_without_value",
}

# Rows, columns, first row, first column, last row, last column are positions from 0.
Merge = tuple[int, int, int, int]


class ReadFaultError(Exception):
    """A file that is not read, by issue code; ``detail`` is a technical word and never a value of the file."""

    def __init__(self, code: str, detail: str = "", line: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.line = line


@dataclass(slots=True)
class Sheet:
    """One sheet.

    Attributes:
        name: As delivered; empty for a CSV file.
        order: Position in the file, from 0.
        is_hidden: The sheet is not shown to a person who opens the file.
        cells: Rows from the first of the sheet, all of one width, as a person sees them; dates as ISO text with the
            year that the cell holds.
        kinds: One string a row, one letter a cell.
        row_numbers: What Excel shows (a CSV: the line on which the record begins), from 1.
        merges: Merged ranges.
        fields: Of a CSV, how many fields each record has: a comma too many or too few shifts them. Empty otherwise.
    """

    name: str
    order: int
    is_hidden: bool
    cells: list[list[str]]
    kinds: list[str]
    row_numbers: list[int]
    merges: list[Merge] = field(default_factory=list)
    fields: list[int] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Columns of the used extent."""
        return len(self.cells[0]) if self.cells else 0


@dataclass(slots=True)
class Workbook:
    """What was read from one file.

    Attributes:
        content: ``xlsx`` | ``xls`` | ``xlsb`` | ``ods`` | ``html`` | ``csv``, by content and not by name.
        encoding: Encoding of a text file; empty otherwise.
        sheets: In the order of the file.
    """

    content: str
    encoding: str
    sheets: list[Sheet]


def make_sheet(
    name: str,
    order: int,
    rows: list[list[tuple[str, str]]],
    *,
    is_hidden: bool = False,
    row_numbers: list[int] | None = None,
    merges: list[Merge] | None = None,
    is_delimited: bool = False,
) -> Sheet:
    """Build a sheet from rows of (text, kind), padded to one width; blank rows and columns at the end are cut off."""
    while rows and all(kind == BLANK for _, kind in rows[-1]):
        rows.pop()
    width = max((i + 1 for row in rows for i, cell in enumerate(row) if cell[1] != BLANK), default=0)
    cells = [[text for text, _ in row[:width]] + [""] * (width - len(row)) for row in rows]
    kinds = ["".join(kind for _, kind in row[:width]).ljust(width, BLANK) for row in rows]
    numbers = row_numbers[: len(rows)] if row_numbers is not None else list(range(1, len(rows) + 1))
    fields = [len(row) for row in rows] if is_delimited else []
    return Sheet(name, order, is_hidden, cells, kinds, numbers, merges or [], fields)


def text_cell(text: str) -> tuple[str, str]:
    """A cell of a file that knows text only."""
    return (text, TEXT) if text.strip() else ("", BLANK)


def to_json(book: Workbook) -> dict[str, Any]:
    """The workbook as plain data, for the way from the reading process to ours."""
    return {
        "content": book.content,
        "encoding": book.encoding,
        "sheets": [
            [s.name, s.order, s.is_hidden, s.cells, s.kinds, s.row_numbers, s.merges, s.fields] for s in book.sheets
        ],
    }


def from_json(data: dict[str, Any]) -> Workbook:
    """The inverse of :func:`to_json`."""
    sheets = [Sheet(*entry) for entry in data["sheets"]]
    for sheet in sheets:
        sheet.merges = [(m[0], m[1], m[2], m[3]) for m in sheet.merges]
    return Workbook(data["content"], data["encoding"], sheets)
