"""Typed cells: what a spreadsheet cell holds before a writer puts it into a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a list knows it, CE; month and day are 0 where unknown.

    Attributes:
        year: CE year.
        month: 1–12 or 0.
        day: 1–31 or 0.
        wrong_era: The clerk wrote the year in the other era.
    """

    year: int
    month: int
    day: int
    wrong_era: bool = False

    @property
    def buddhist_year(self) -> int:
        """Year as it is written where the list writes Buddhist years."""
        return self.year if self.wrong_era else self.year + 543

    @property
    def christian_year(self) -> int:
        """Year as it is written where the list writes CE years."""
        return self.year + 543 if self.wrong_era else self.year


@dataclass(frozen=True, slots=True)
class ExcelDate:
    """A cell that holds a date; its year may be Buddhist."""

    value: date


Cell: TypeAlias = str | int | float | ExcelDate | None


def excel_date(year: int, month: int, day: int) -> ExcelDate | None:
    """The date, or None where the calendar has no such day (29 February of most Buddhist years)."""
    try:
        return ExcelDate(date(year, month, day))
    except ValueError:
        return None
