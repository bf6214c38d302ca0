"""Grids into files: .xlsx, .xls, .csv. The same grids give the same bytes wherever and whenever they are written."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.synthetic.cells import Cell, ExcelDate
from pipeline.synthetic.grid import Grid

# Workbooks say when they were made; a fixed moment keeps their bytes the same.
CREATED = datetime(2026, 7, 1, tzinfo=UTC).replace(tzinfo=None)
_DATE_FORM = "d/m/yyyy"
# Letters that the Windows Thai code page does not have.
_NOT_IN_CP874 = {0x200B: "\u00a0", 0xFEFF: "\u00a0"}


def write_file(path: Path, kind: str, encoding: str, grids: list[Grid]) -> None:
    """Write one file.

    Args:
        path: Where.
        kind: ``xlsx``, ``xls`` or ``csv``.
        encoding: Of a CSV: ``cp874`` or ``utf-8-sig``.
        grids: Its sheets; one for a CSV.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "xlsx":
        _write_xlsx(path, grids)
    elif kind == "xls":
        _write_xls(path, grids)
    else:
        _write_csv(path, encoding, grids[0])


def _write_xlsx(path: Path, grids: list[Grid]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": CREATED, "author": "Khrua"})
    dated = book.add_format({"num_format": _DATE_FORM})
    heading = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        starts = {merge[:2] for merge in grid.merges}
        for at, row in enumerate(grid.rows):
            for column, cell in enumerate(row):
                if (at, column) not in starts:
                    _put_xlsx(sheet, at, column, cell, dated)
        for top, left, bottom, right in grid.merges:
            sheet.merge_range(top, left, bottom, right, str(grid.rows[top][left]), heading)
    book.close()


def _put_xlsx(sheet: Any, row: int, column: int, cell: Cell, dated: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, ExcelDate):
        sheet.write_datetime(row, column, cell.value, dated)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _write_xls(path: Path, grids: list[Grid]) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    dated = xlwt.easyxf(num_format_str=_DATE_FORM)
    for grid in grids:
        sheet = book.add_sheet(grid.name)
        starts = {merge[:2] for merge in grid.merges}
        for at, row in enumerate(grid.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, ExcelDate):
                    sheet.write(at, column, cell.value, dated)
                elif cell is not None and (at, column) not in starts:
                    sheet.write(at, column, cell)
        for top, left, bottom, right in grid.merges:
            sheet.write_merge(top, bottom, left, right, grid.rows[top][left])
    book.save(str(path))


def _write_csv(path: Path, encoding: str, grid: Grid) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    width = max(len(row) for row in grid.rows)
    for row in grid.rows:
        writer.writerow(["" if cell is None else _as_text(cell) for cell in row] + [""] * (width - len(row)))
    content = text.getvalue()
    if encoding == "cp874":
        content = content.translate(_NOT_IN_CP874)
    path.write_bytes(content.encode(encoding))


def _as_text(cell: Cell) -> str:
    if isinstance(cell, ExcelDate):
        return f"{cell.value.day}/{cell.value.month}/{cell.value.year}"
    return str(cell)
