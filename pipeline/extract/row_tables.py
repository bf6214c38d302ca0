"""Physical rows, counts and issues of a file as tables. ``delivery_id`` and ``file_name`` are filled in per night."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa

from pipeline.extract.grid import DATE, Sheet
from pipeline.extract.header_search import is_blank_row
from pipeline.extract.list_checks import column_label
from pipeline.extract.record_id import RecordIds
from pipeline.extract.record_rows import record_id_of
from pipeline.extract.row_kinds import DATA
from pipeline.extract.sheet_claims import FileFault
from pipeline.extract.sheet_rows import DataRow, SheetRows
from pipeline.extract.verdicts import ListRows
from pipeline.issues import issue_code
from pipeline.tables import DELIVERED_ROW, ISSUE, SHEET_COUNT

STAGE = "extract"
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")


def file_issues(agency: str, faults: Sequence[FileFault]) -> pa.Table:
    """Faults of a file or sheet as issues."""
    return ISSUE.from_rows(
        {
            "agency": agency,
            "sheet": fault.sheet or None,
            "column": fault.column or fault.header or None,
            "header": fault.header or None,
            "code": fault.code,
            "severity": fault.severity or issue_code(fault.code).severity,
            "stage": STAGE,
        }
        for fault in faults
    )


def row_issues(agency: str, found: ListRows, ids: RecordIds) -> pa.Table:
    """Faults of a list's rows as issues."""
    bases = {(entry.row.sheet, entry.row.position): entry.base for entry in found.accepted}
    rows = (
        issue
        for sheet in found.sheets
        for row in sheet.rows
        for issue in _row_issues(agency, found, ids, sheet, row, bases.get((row.sheet, row.position)))
    )
    notes = (_note_issue(agency, sheet, position) for sheet in found.sheets for position in sheet.doubtful)
    return ISSUE.from_rows([*rows, *notes])


def _note_issue(agency: str, sheet: SheetRows, position: int) -> dict[str, object]:
    code = "row_read_as_note"
    return {
        "agency": agency,
        "sheet": sheet.sheet.name,
        "row_number": sheet.sheet.row_numbers[position],
        "code": code,
        "severity": issue_code(code).severity,
        "stage": STAGE,
    }


def _row_issues(
    agency: str, found: ListRows, ids: RecordIds, sheet: SheetRows, row: DataRow, base: str | None
) -> Iterator[dict[str, object]]:
    for fault in row.faults:
        # What the sheet does not have, nobody can mend in it; a required column that is missing stands alone.
        numbers = [n for n in fault.columns if n in sheet.columns.mapped] or fault.columns
        column = found.rule.columns[numbers[0]] if numbers else None
        role = found.reader.role_of(column) if column else ""
        role = role if role in row.roles else (row.roles[0] if row.roles else "")
        yield {
            "agency": agency,
            "sheet": sheet.sheet.name,
            "row_number": row.number,
            "column": column_label(found, column) if column else None,
            "header": ", ".join(_own_header(found, sheet, number) for number in numbers) or None,
            "code": fault.code,
            "severity": fault.severity or issue_code(fault.code).severity,
            "stage": STAGE,
            "record_id": record_id_of(found.rule, ids, base, role) if base and role else None,
            **_other(found, row, fault.other),
        }


def _other(found: ListRows, row: DataRow, other: DataRow | None) -> dict[str, object]:
    if other is None:
        return {}
    names = {sheet.sheet.order: sheet.sheet.name for sheet in found.sheets}
    return {"other_sheet": names[other.sheet] if other.sheet != row.sheet else None, "other_row_number": other.number}


def _own_header(found: ListRows, sheet: SheetRows, number: int) -> str:
    """The header of a contract's column as this sheet has it; as the contract has it where the sheet lacks it."""
    at = sheet.columns.mapped.get(number)
    return found.rule.columns[number].header if at is None else sheet.header.labels[at].text


def sheet_tables(agency: str, found: Sequence[ListRows], ignored: Sequence[Sheet]) -> tuple[pa.Table, pa.Table]:
    """The physical rows of the sheets that are read, and the counts of all sheets.

    Args:
        agency: Agency code.
        found: The lists.
        ignored: Sheets that no list claims: their rows are excluded by the contract.
    """
    rows: list[dict[str, object]] = []
    counts: list[dict[str, object]] = []
    for entry in found:
        for sheet in entry.sheets:
            kinds = list(sheet.kinds)
            for row in sheet.rows:
                kinds[row.position] = row.kind
            rows.extend(_delivered(agency, entry, sheet, kinds))
            counts.append(_count(agency, sheet.sheet.name, kinds))
    for other in ignored:
        kinds = ["blank" if is_blank_row(other, row) else "excluded" for row in range(len(other.cells))]
        counts.append(_count(agency, other.name, kinds))
    return DELIVERED_ROW.from_rows(rows), SHEET_COUNT.from_rows(counts)


def _delivered(agency: str, found: ListRows, sheet: SheetRows, kinds: Sequence[str]) -> Iterator[dict[str, object]]:
    described = {
        "headers": [label.text for label in sheet.header.labels],
        "columns": _columns_read(found, sheet),
        "merges": _header_merges(sheet),
    }
    nothing = dict.fromkeys(described)
    for position, cells in enumerate(sheet.sheet.cells):
        yield {
            "agency": agency,
            "sheet": sheet.sheet.name,
            "row_number": sheet.sheet.row_numbers[position],
            "sheet_order": sheet.sheet.order,
            "row_kind": kinds[position],
            "cells": [_as_seen(text, kind) for text, kind in zip(cells, sheet.sheet.kinds[position], strict=False)],
            **(described if position == sheet.header.bottom - 1 else nothing),
        }


def _columns_read(found: ListRows, sheet: SheetRows) -> list[str | None]:
    """What each column of a sheet is read as, under the name that issues have for it."""
    labels = {at: column_label(found, found.rule.columns[number]) for number, at in sheet.columns.mapped.items()}
    return [labels.get(at) for at in range(sheet.sheet.width)]


def _header_merges(sheet: SheetRows) -> list[str]:
    """Merged cells of the header rows, so that the header can go back as it came."""
    found = []
    for first, left, last, right in sheet.sheet.merges:
        if sheet.header.top <= first < sheet.header.bottom and left < sheet.sheet.width:
            # A label merged down into the data, or beyond the last filled column, is a label of the header alone.
            bottom, end = min(last, sheet.header.bottom - 1), min(right, sheet.sheet.width - 1)
            numbers = sheet.sheet.row_numbers
            found.append(f"{numbers[first]} {left} {numbers[bottom]} {end}")
    return found


def _as_seen(text: str, kind: str) -> str:
    """A cell as a person sees it in Excel: a date as day/month/year, with the year that the cell holds."""
    found = _ISO_DATE.fullmatch(text) if kind == DATE else None
    return f"{int(found[3])}/{int(found[2])}/{found[1]}" if found else text


def _count(agency: str, name: str, kinds: Sequence[str]) -> dict[str, object]:
    counted = Counter(kinds)
    if counted.get(DATA):
        raise AssertionError("a data row without a verdict")
    return {"agency": agency, "sheet": name, "physical_rows": len(kinds), **counted}
