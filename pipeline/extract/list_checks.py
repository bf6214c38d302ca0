"""A list's rows as the frame that Great Expectations looks at, and its findings as faults of the file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.contracts import EVERY_ROLE, Assertion, ContractColumn
from pipeline.extract.kernels import Value
from pipeline.extract.sheet_claims import FileFault
from pipeline.extract.sheet_rows import is_missing
from pipeline.extract.verdicts import ListRows

_NOT_IN_LIST = "value_not_in_list"


def check_rows(found: ListRows) -> list[FileFault]:
    """Run the assertions of a list on its accepted rows.

    Args:
        found: The list.

    Returns:
        ``assertion_failed`` (the file stops) and ``assertion_warned``; none where the contract asserts nothing.
    """
    if not found.rule.assertions:
        return []
    # pandas and Great Expectations are loaded for new files only.
    from pipeline.extract.suite import check_list

    required = [column_label(found, c) for c in found.rule.columns if c.is_required]
    checks = check_list(list_frame(found), required, found.rule.assertions)
    return [_fault(found, check.assertion) for check in checks if not check.is_passed]


def column_label(found: ListRows, column: ContractColumn) -> str:
    """A column as assertions and issues name it: with its role in a list of several."""
    role = found.reader.role_of(column)
    return column.name if len(found.rule.roles) == 1 or role == EVERY_ROLE else f"{role}.{column.name}"


def list_frame(found: ListRows) -> pd.DataFrame:
    """One row for each accepted row, one column for each column of the contract; numbers as numbers."""
    data: dict[str, pd.Series] = {}
    for number, column in enumerate(found.rule.columns):
        label = column_label(found, column)
        values = [entry.row.values[number] for entry in found.accepted]
        if column.type == "number":
            data[label] = pd.Series([value.number for value in values], dtype="float64")
        else:
            data[label] = pd.Series([_shown(value) for value in values], dtype="object")
        if column.lookups or column.type in ("code", "boolean"):
            marks = [None if is_missing(value) else float(value.code != _NOT_IN_LIST) for value in values]
            data[f"in_lookups:{label}"] = pd.Series(marks, dtype="float64")
    return pd.DataFrame(data, index=range(len(found.accepted)))


def _shown(value: Value) -> str | None:
    if is_missing(value):
        return None
    if value.day is not None:
        return value.day.isoformat()
    return value.text or value.raw


def _fault(found: ListRows, assertion: Assertion) -> FileFault:
    stops = assertion.severity == "stop"
    labels: Sequence[ContractColumn] = [c for c in found.rule.columns if column_label(found, c) == assertion.column]
    return FileFault(
        "assertion_failed" if stops else "assertion_warned",
        found.sheets[0].sheet.name if len(found.sheets) == 1 else "",
        assertion.column or assertion.kind,
        labels[0].header if labels else "",
        "stop" if stops else "warn",
    )
