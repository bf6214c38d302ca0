"""HTML tables saved as .xls: what many Thai web systems call an Excel export."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from pipeline.extract.grid import BLANK, Merge, ReadFaultError, Sheet, Workbook, make_sheet, text_cell
from pipeline.extract.text_reader import decode

_CHARSET = re.compile(rb"charset\s*=\s*[\"'\\]*\s*([\w-]+)", re.IGNORECASE)
_THAI_CHARSETS = ("windows-874", "tis-620", "tis620", "iso-8859-11", "cp874", "x-windows-874")
_SPAN_LIMIT = 1_000
_CELL_LIMIT = 5_000_000


class _Tables(HTMLParser):
    """Collects every table that has rows of its own; a cell's spans are kept as merges."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[list[tuple[str, str]]], list[Merge]]] = []
        self._stack: list[tuple[list[list[tuple[str, str]]], list[Merge], dict[tuple[int, int], None]]] = []
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._cells = 0
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self._stack.append(([], [], {}))
        elif tag in ("style", "script"):
            self._hidden += 1
        elif not self._stack:
            return
        elif tag == "tr":
            self._end_cell()
            self._stack[-1][0].append([])
        elif tag in ("td", "th"):
            self._end_cell()
            self._cell = []
            found = dict(attrs)
            self._span = (_span(found.get("rowspan")), _span(found.get("colspan")))
        elif tag in ("br", "p", "div") and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._stack:
            self._end_cell()
            rows, merges, _ = self._stack.pop()
            if rows:
                self.tables.append((rows, merges))

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._hidden:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        while self._stack:
            self.handle_endtag("table")

    def _end_cell(self) -> None:
        if self._cell is None or not self._stack:
            return
        rows, merges, taken = self._stack[-1]
        if not rows:
            rows.append([])
        row = len(rows) - 1
        line = rows[-1]
        while (row, len(line)) in taken:
            line.append(("", BLANK))
        height, width = self._span
        self._cells += width
        if self._cells > _CELL_LIMIT:
            raise ReadFaultError("file_too_large", "table")
        left = len(line)
        line.append(text_cell(re.sub(r"\s+", " ", "".join(self._cell)).strip()))
        line.extend([("", BLANK)] * (width - 1))
        if height > 1 or width > 1:
            merges.append((row, left, row + height - 1, left + width - 1))
            for below in range(row + 1, row + height):
                taken.update(dict.fromkeys((below, column) for column in range(left, left + width)))
        self._cell = None


def _span(value: str | None) -> int:
    digits = re.sub(r"\D", "", value or "")
    return min(max(int(digits[:6] or 1), 1), _SPAN_LIMIT)


def read_html(path: Path) -> Workbook:
    """Read the tables of an HTML file, one sheet each; the tables that lay the page out hold one cell and are left out.

    Raises:
        ReadFaultError: ``file_unreadable``: no table, or no encoding fits.
    """
    data = path.read_bytes()
    declared = _CHARSET.search(data[:4096])
    if declared and declared.group(1).decode("ascii", "replace").lower() in _THAI_CHARSETS and not _is_utf8(data):
        text, encoding = _thai(data)
    else:
        text, encoding = decode(data)
    parser = _Tables()
    parser.feed(text)
    parser.close()
    sheets: list[Sheet] = []
    for rows, merges in parser.tables:
        sheet = make_sheet(f"table{len(sheets) + 1}", len(sheets), rows, merges=merges)
        if sheet.width > 1:
            sheets.append(sheet)
    if not sheets:
        raise ReadFaultError("file_unreadable", "no table")
    return Workbook("html", encoding, sheets)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _thai(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("cp874"), "cp874"
    except UnicodeDecodeError:
        raise ReadFaultError("file_unreadable", "encoding") from None
