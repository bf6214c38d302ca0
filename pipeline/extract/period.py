"""Which date a list, or a row of it, speaks of."""

from __future__ import annotations

import calendar
import re
from datetime import date

from pipeline.contracts import ContractList
from pipeline.extract.sheet_rows import DataRow
from pipeline.values.dates import full_date, parse_date
from pipeline.values.text import arabic_digits

_BUDDHIST = 543


def file_period(rule: ContractList, file_name: str) -> date | None:
    """The date a whole delivery speaks of, where the contract or the file's name says it.

    Args:
        rule: The list; ``period`` is an ISO date, or ``file:`` and an expression with the year and the month.
        file_name: Name as delivered.

    Returns:
        The date (a month: its last day); None when rows or the day of delivery say it.
    """
    if rule.period.startswith("file:"):
        return _from_name(rule.period.removeprefix("file:"), file_name)
    if rule.period == "received" or rule.period.startswith("column:"):
        return None
    return date.fromisoformat(rule.period)


def _from_name(pattern: str, file_name: str) -> date | None:
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
    month = _month(month_text)
    return date(year, month, calendar.monthrange(year, month)[1])


def _month(text: str | None) -> int:
    if not text:
        return 12
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
