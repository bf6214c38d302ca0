"""Which date a list, or a row of it, speaks of."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta

from pipeline.contracts import ContractList
from pipeline.extract.sheet_rows import DataRow
from pipeline.values.dates import full_date, parse_date
from pipeline.values.text import arabic_digits

_BUDDHIST = 543


# A list corrected and sent again may end some days earlier than before; one that ends four weeks earlier is the
# edition of another month.
_CORRECTION = timedelta(days=28)
# One mistyped or withdrawn row does not make a list a later one.
_ROWS_OF_A_DATE = 3


def file_period(rule: ContractList, file_name: str) -> date | None:
    """The date a whole delivery speaks of, where the contract or the file's name says it.

    Args:
        rule: The list; ``period`` is an ISO date, or ``file:`` and an expression with the year and the month.
        file_name: Name as delivered.

    Returns:
        The date (a month: its last day); None when rows or the day of delivery say it.
    """
    span = file_span(rule, file_name)
    return span[1] if span else None


def rows_span(days: Iterable[date | None]) -> tuple[date, date] | None:
    """The span of an edition whose rows give their dates: an edition that ends before its first day is older.

    Args:
        days: Dates of its rows.

    Returns:
        The third newest date less four weeks, and the newest date; None without a date.
    """
    known = sorted((day for day in days if day is not None), reverse=True)[:_ROWS_OF_A_DATE]
    return (known[-1] - _CORRECTION, known[0]) if known else None


def file_span(rule: ContractList, file_name: str) -> tuple[date, date] | None:
    """First and last day of what a whole delivery speaks of; see :func:`file_period`."""
    if rule.period.startswith("file:"):
        return _from_name(rule.period.removeprefix("file:"), file_name)
    if rule.period == "received" or rule.period.startswith("column:"):
        return None
    day = date.fromisoformat(rule.period)
    return day, day


def _from_name(pattern: str, file_name: str) -> tuple[date, date] | None:
    found = re.search(pattern, file_name)
    if found is None:
        return None
    named = found.groupdict()
    if "year" in named:
        year_text, month_text = named["year"], named.get("month")
    else:
        groups = [group for group in found.groups() if group]
        year_text = next((g for g in groups if len(arabic_digits(g)) == 4 and g.isdigit()), groups[0] if groups else "")
        month_text = next((g for g in groups if g is not year_text), None)
    if not year_text:
        return None
    year = int(arabic_digits(year_text))
    year = year + 2500 if year < 100 else year
    year = year - _BUDDHIST if year > 2400 else year
    if not month_text:
        return date(year, 1, 1), date(year, 12, 31)
    month = _month(month_text)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _month(text: str) -> int:
    digits = arabic_digits(text)
    if digits.isdigit():
        return min(max(int(digits), 1), 12)
    return parse_date(f"1 {text} 2560", era="be").month or 12


def row_period(rule: ContractList, row: DataRow) -> date | None:
    """The date a row speaks of, where a column says it in full."""
    if not rule.period.startswith("column:"):
        return None
    name = rule.period.removeprefix("column:")
    for number, column in enumerate(rule.columns):
        value = row.values[number]
        if column.name != name or value.raw is None:
            continue
        if value.day is not None:
            return value.day
        return full_date(parse_date(value.raw, era=rule.era, order=rule.date_order).value)
    return None
