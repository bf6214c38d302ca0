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
        column = found.rule.columns[fault.column] if fault.column >= 0 else None
        role = found.reader.role_of(column) if column else ""
        role = role if role in row.roles else (row.roles[0] if row.roles else "")
        at = sheet.columns.mapped.get(fault.column)
        yield {
            "agency": agency,
            "sheet": sheet.sheet.name,
            "row_number": row.number,
            "column": column_label(found, column) if column else None,
            "header": sheet.header.labels[at].text if at is not None else (column.header if column else None),
            "code": fault.code,
            "severity": fault.severity or issue_code(fault.code).severity,
            "stage": STAGE,
            "record_id": record_id_of(found.rule, ids, base, role) if base and role else None,
        }


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
            rows.extend(_delivered(agency, sheet, kinds))
            counts.append(_count(agency, sheet.sheet.name, kinds))
    for other in ignored:
        kinds = ["blank" if is_blank_row(other, row) else "excluded" for row in range(len(other.cells))]
        counts.append(_count(agency, other.name, kinds))
    return DELIVERED_ROW.from_rows(rows), SHEET_COUNT.from_rows(counts)


def _delivered(agency: str, sheet: SheetRows, kinds: Sequence[str]) -> Iterator[dict[str, object]]:
    headers = [label.text for label in sheet.header.labels]
    for position, cells in enumerate(sheet.sheet.cells):
        yield {
            "agency": agency,
            "sheet": sheet.sheet.name,
            "row_number": sheet.sheet.row_numbers[position],
            "sheet_order": sheet.sheet.order,
            "row_kind": kinds[position],
            "cells": [_as_seen(text, kind) for text, kind in zip(cells, sheet.sheet.kinds[position], strict=False)],
            "headers": headers if position == sheet.header.bottom - 1 else None,
        }


def _as_seen(text: str, kind: str) -> str:
    """A cell as a person sees it in Excel: a date as day/month/year, with the year that the cell holds."""
    found = _ISO_DATE.fullmatch(text) if kind == DATE else None
    return f"{int(found[3])}/{int(found[2])}/{found[1]}" if found else text


def _count(agency: str, name: str, kinds: Sequence[str]) -> dict[str, object]:
    counted = Counter(kinds)
    if counted.get(DATA):
        raise AssertionError("a data row without a verdict")
    return {"agency": agency, "sheet": name, "physical_rows": len(kinds), **counted}
