"""Workbooks through calamine, every cell as it was typed."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from pipeline.extract.biff import scan_xls
from pipeline.extract.container import check_container
from pipeline.extract.grid import (
    BLANK,
    BOOLEAN,
    DATE,
    ERROR,
    NO_VALUE,
    NUMBER,
    TEXT,
    TIME,
    ReadFaultError,
    Sheet,
    Workbook,
    make_sheet,
)
from pipeline.extract.sheet_xml import SheetMarks, scan_workbook

_EXACT_INTEGER = 1e21


def read_zip(path: Path) -> Workbook:
    """Read an .xlsx, .xlsb or .ods.

    Raises:
        ReadFaultError: The container or the workbook is not sound.
    """
    kind, _ = check_container(path)
    marks: dict[str, SheetMarks] = {}
    if kind == "xlsx":
        with zipfile.ZipFile(path) as archive:
            marks = scan_workbook(archive)
    book = _open(path)
    sheets = [
        _sheet(book, meta, order, marks.get(meta.name, SheetMarks()))
        for order, meta in enumerate(book.sheets_metadata)
        if _is_worksheet(meta)
    ]
    return Workbook(kind, "", sheets)


def read_ole2(path: Path) -> Workbook:
    """Read an .xls.

    Raises:
        ReadFaultError: The container or the workbook is not sound.
    """
    marks = scan_xls(path)
    book = _open(path)
    worksheets = [(order, meta) for order, meta in enumerate(book.sheets_metadata) if _is_worksheet(meta)]
    by_position = marks if len(marks) == len(worksheets) else [SheetMarks() for _ in worksheets]
    sheets = [_sheet(book, meta, order, by_position[i]) for i, (order, meta) in enumerate(worksheets)]
    return Workbook("xls", "", sheets)


def read_protected(path: Path, passwords: Sequence[str]) -> Workbook:
    """Read a workbook that asks for a password.

    Args:
        path: The file; beside it, in the private folder of this reading, stands what was decrypted.
        passwords: Passwords of the agency.

    Raises:
        ReadFaultError: ``file_password``: none of them opens it.
    """
    import msoffcrypto

    for number, password in enumerate(passwords):
        target = path.with_name(f"open-{number}")
        try:
            with path.open("rb") as source, target.open("wb") as out:
                book = msoffcrypto.OfficeFile(source)
                book.load_key(password=password)
                book.decrypt(out)
        except Exception:
            # msoffcrypto raises many classes for a wrong password; the next one may fit.
            continue
        is_zip = target.read_bytes()[:2] == b"PK"
        return read_zip(target) if is_zip else read_ole2(target)
    raise ReadFaultError("file_password", "no password fits")


def _open(path: Path) -> Any:
    import python_calamine

    try:
        # Read from bytes: from a path calamine would trust the file's ending.
        with path.open("rb") as file:
            return python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError:
        raise ReadFaultError("file_password", "workbook") from None
    except Exception as error:
        raise ReadFaultError("file_unreadable", type(error).__name__) from None


def _is_worksheet(meta: Any) -> bool:
    return "WorkSheet" in str(meta.typ)


def _sheet(book: Any, meta: Any, order: int, marks: SheetMarks) -> Sheet:
    try:
        sheet = book.get_sheet_by_name(meta.name)
        grid = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except Exception as error:
        raise ReadFaultError("file_unreadable", f"sheet: {type(error).__name__}") from None
    rows = [[cell(value) for value in row] for row in grid]
    _place(rows, marks.errors, ("", ERROR))
    _place(rows, marks.without_value, ("", NO_VALUE))
    merges = [(top, left, bottom, right) for (top, left), (bottom, right) in merged]
    return make_sheet(meta.name, order, rows, is_hidden=not str(meta.visible).endswith(".Visible"), merges=merges)


def _place(rows: list[list[tuple[str, str]]], positions: list[tuple[int, int]], mark: tuple[str, str]) -> None:
    for row, column in positions:
        while len(rows) <= row:
            rows.append([])
        line = rows[row]
        line.extend([("", BLANK)] * (column + 1 - len(line)))
        if line[column][1] == BLANK:
            line[column] = mark


def cell(value: object) -> tuple[str, str]:
    """A typed cell as a person sees it, and its kind.

    A 13-digit number is exact as a float and is shown without ``.0``; a date keeps the year the cell holds, which in
    Thai lists is often the Buddhist one.
    """
    if isinstance(value, str):
        return (value, TEXT) if value.strip() else ("", BLANK)
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE", BOOLEAN)
    if isinstance(value, int):
        return (str(value), NUMBER)
    if isinstance(value, float):
        return (number_text(value), NUMBER)
    if isinstance(value, datetime):
        whole_day = value.time() == time(0)
        return (value.date().isoformat() if whole_day else value.isoformat(timespec="minutes"), DATE)
    if isinstance(value, date):
        return (value.isoformat(), DATE)
    if isinstance(value, time | timedelta):
        return (str(value), TIME)
    return ("", BLANK)


def number_text(value: float) -> str:
    """A number with the 15 digits Excel shows, without ``.0`` and without an exponent for whole numbers."""
    if value.is_integer() and abs(value) < _EXACT_INTEGER:
        return str(int(value))
    return f"{value:.15g}"
