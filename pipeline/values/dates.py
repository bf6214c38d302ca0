"""Dates as typed → CE dates, partial ones kept partial.

Sources: domain.md section 6 (78 % Excel dates with the Buddhist year, 17 % text with both orders in one column, 3.6 %
yyyymmdd, ``24__/__/__``; age agrees with year − 543 in 99.4 %), intake-and-publication.md section 2 (an age column
confirms the era). Nothing is guessed: what an age would settle and no age does is flagged.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from pipeline.values.date_parts import UNKNOWN, DateParts, read_parts
from pipeline.values.text import arabic_digits, clean

Era = Literal["be", "ce", "auto"]
Order = Literal["dmy", "mdy", "auto"]

BE_OFFSET = 543
OLDEST_AGE = 125
"""No one alive or registered is older; the oldest verified age is 122."""
AGE_TOLERANCE = 1
"""Ages are counted in years reached or in year differences: both are within one."""

_EXCEL_ZERO = ("1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "0000-00-00", "0001-01-01", "9999-12-31")
_AGE = re.compile(
    r"(\d{1,3})(?:\.\d+)?\s*(?:ปี|ป\.?|ขวบ|y|years?|yrs?)?(?:\s*\d{1,2}\s*(?:เดือน|ด\.?))?(?:\s*\d{1,2}\s*วัน)?\Z"
)
_MONTHS_OLD = re.compile(r"\d{1,2}\s*(?:เดือน|ด\.)(?:\s*\d{1,2}\s*วัน)?\Z|\d{1,3}\s*วัน\Z")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date that may be known in part.

    Attributes:
        value: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` in CE; None when unknown.
        year: CE year.
        month: 1–12.
        day: 1–31.
        status: ``value``, ``missing``, ``placeholder``, ``unknown`` (typed as unknown), ``unreadable``, ``impossible``
            (no such day: the year, and the month if there is one, are kept), ``out_of_range`` (in the future, or
            longer ago than a life).
        source: ``date``, or ``age`` where the year comes from an age alone.
        rules: Codes of the repairs made.
        flags: ``order_ambiguous``, ``digits_ambiguous`` (a day, or the serial number of another), ``era_guessed``,
            ``maybe_unknown_day`` (1 January), ``age_disagrees``.
    """

    value: str | None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    status: str = "value"
    source: str = "date"
    rules: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Years:
    """What years may be: those that the list's era, the date of its evidence and an age allow.

    Attributes:
        era: Era the contract gives for the list's dates.
        latest: Date of the evidence; nothing in the list is later. None: unknown.
        age: Age in years at that date, where the list gives one.
    """

    era: str = "auto"
    latest: date | None = None
    age: int | None = None

    def fits_age(self, year: int) -> bool:
        """Whether a birth in this CE year agrees with the age."""
        return (
            self.age is not None
            and self.latest is not None
            and abs(self.latest.year - year - self.age) <= AGE_TOLERANCE
        )

    def disagrees_with_age(self, year: int) -> bool:
        """Whether a birth in this CE year is more than two years from what the age says."""
        if self.age is None or self.latest is None:
            return False
        # One year more than AGE_TOLERANCE: the date of the evidence may be that of the delivery, not of the visit.
        return abs(self.latest.year - year - self.age) > AGE_TOLERANCE + 1

    def is_possible(self, year: int) -> bool:
        """Whether a CE year is neither in the future nor longer ago than a life."""
        last = self.latest.year if self.latest else 2100
        return last - OLDEST_AGE <= year <= last if self.latest else 1880 <= year <= last


def parse_age(raw: str | None) -> int | None:
    """Read an age in years.

    Args:
        raw: The cell as typed: ``45``, ``๔๕ ปี``, ``45.0``, ``2 ปี 3 เดือน``, ``8 เดือน`` (0).

    Returns:
        Years from 0 to 125, or None.
    """
    if raw is None:
        return None
    cell = clean(raw)
    if cell.value is None:
        return None
    text = arabic_digits(cell.value).lower().replace("อายุ", "").strip()
    if _MONTHS_OLD.match(text):
        return 0
    match = _AGE.match(text)
    age = int(match.group(1)) if match else None
    return age if age is not None and age <= OLDEST_AGE else None


# ---------------------------------------------------------------- the year


def _four_digit_year(typed: int, era: str, years: Years) -> tuple[int | None, tuple[str, ...]]:
    if typed >= 2400 and not (era == "ce" and typed <= 2100):
        if typed >= 2700:
            # The offset was added twice (3060): undone only where the age says so.
            twice = typed - 2 * BE_OFFSET
            return (twice, ("date.era_added_twice",)) if years.fits_age(twice) else (None, ())
        rules = ("date.era_be",) if era != "ce" else ("date.era_be", "date.era_differs")
        return typed - BE_OFFSET, rules
    if typed >= 1880:
        excel_short = 2500 + typed % 100 - BE_OFFSET
        if years.age is not None and not years.fits_age(typed) and years.fits_age(excel_short) and typed >= 1930:
            # "12/3/60" typed in Buddhist years, which Excel read as 1960: only where the age says so.
            return excel_short, ("date.excel_two_digit_year",)
        return typed, ("date.era_differs",) if era == "be" else ()
    once_more = typed + BE_OFFSET
    return (once_more, ("date.era_subtracted_twice",)) if years.fits_age(once_more) else (None, ())


def _two_digit_year(typed: int, era: str, years: Years) -> tuple[int | None, tuple[str, ...], tuple[str, ...]]:
    be = [2400 + typed - BE_OFFSET, 2500 + typed - BE_OFFSET]
    ce = [1900 + typed, 2000 + typed]
    candidates = {"be": be, "ce": ce}.get(era, be + ce)
    possible = [y for y in candidates if years.is_possible(y)]
    # An age goes before the contract's era: hand-made lists mix both.
    fitting = [y for y in be + ce if years.is_possible(y) and years.fits_age(y)]
    if fitting:
        # The candidates lie 43 years and more apart: only one can fit.
        return fitting[0], ("date.two_digit_year",), ()
    if not possible:
        return None, ("date.two_digit_year",), ()
    if era == "auto":
        # Thai lists write Buddhist years; without an age the era is a guess and said to be one.
        thai = [y for y in be if y in possible]
        return max(thai or possible), ("date.two_digit_year",), ("era_guessed",)
    flags = ("era_guessed",) if len(possible) > 1 else ()
    return max(possible), ("date.two_digit_year",), flags


def _settle_year(parts: DateParts, years: Years) -> tuple[int | None, tuple[str, ...], tuple[str, ...]]:
    typed = parts.year
    if typed is None or typed == UNKNOWN:
        return None, (), ()
    era = parts.era or years.era
    if typed < 100:
        return _two_digit_year(typed, era, years)
    year, rules = _four_digit_year(typed, era, years)
    return year, rules, ()


# ---------------------------------------------------------------- day and month


def _settle_order(parts: DateParts, order: str) -> tuple[int | None, int | None, tuple[str, ...], tuple[str, ...]]:
    """Day, month, rules, flags."""
    first, second = parts.first, parts.second
    if first is None or second is None or UNKNOWN in (first, second):
        return first, second, (), ()
    if parts.is_settled:
        return (second, first, ("date.order_ydm",), ()) if second > 12 >= first else (first, second, (), ())
    if first > 12 or second > 12:
        if second > 12 and first <= 12:
            return second, first, ("date.order_mdy",) if order != "mdy" else (), ()
        return first, second, ("date.order_dmy",) if order == "mdy" else (), ()
    if order == "mdy":
        return second, first, (), ()
    return first, second, (), ("order_ambiguous",) if order == "auto" and first != second else ()


def _known(part: int | None) -> int | None:
    return None if part is None or part == UNKNOWN else part


def _real_part(year: int, month: int | None, day: int | None) -> tuple[int | None, int | None, bool]:
    """Month and day as far as there is such a day, and whether there is. 31 November leaves November."""
    if month is None:
        return None, None, day is None or day <= 31
    if not 1 <= month <= 12:
        return None, None, False
    if day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        return month, None, False
    return month, day, True


def iso_text(year: int, month: int | None, day: int | None) -> str:
    """A partial date as text: as much as is known, from the year down.

    Args:
        year: CE year.
        month: 1–12 or None.
        day: 1–31 or None; left out when the month is unknown.
    """
    if month is None:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" if day is None else f"{year:04d}-{month:02d}-{day:02d}"


def _is_too_late(years: Years, year: int, month: int | None, day: int | None) -> bool:
    if years.latest is None:
        return False
    return (year, month or 1, day or 1) > (years.latest.year, years.latest.month, years.latest.day)


def _settle(parts: DateParts, years: Years, order: str, rules: tuple[str, ...]) -> PartialDate:
    year, year_rules, year_flags = _settle_year(parts, years)
    first, second, order_rules, flags = _settle_order(parts, order)
    day, month = _known(first), _known(second)
    rules = (*rules, *parts.rules, *order_rules, *year_rules)
    flags = (*flags, *year_flags)
    if year is None:
        is_typed = parts.year is not None and parts.year != UNKNOWN
        return PartialDate(None, status="out_of_range" if is_typed else "unknown", rules=rules)
    month, day, is_real = _real_part(year, month, day)
    if not years.is_possible(year) or _is_too_late(years, year, month, day):
        return PartialDate(None, status="out_of_range", rules=rules)
    if (month, day) == (1, 1):
        flags = (*flags, "maybe_unknown_day")
    if years.disagrees_with_age(year):
        flags = (*flags, "age_disagrees")
    if "era_differs" in "".join(rules) and years.fits_age(year):
        rules = tuple(r for r in rules if r != "date.era_differs")
    status = "value" if is_real else "impossible"
    return PartialDate(iso_text(year, month, day), year, month, day, status, "date", rules, flags)


def _settle_digits(parts: DateParts, years: Years, order: str, rules: tuple[str, ...]) -> PartialDate:
    """Settle a date whose digits may read in a second way: an age decides, or the first that is possible does."""
    found = _settle(parts, years, order, rules)
    if parts.other is None:
        return found
    other = _settle(parts.other, years, order, rules)
    if other.year is None or (found.year is not None and years.fits_age(found.year)):
        return found
    if found.year is None or years.fits_age(other.year):
        return other
    return replace(found, flags=(*found.flags, "digits_ambiguous"))


def parse_date(
    raw: str | None, *, era: str = "auto", order: str = "auto", latest: date | None = None, age: int | None = None
) -> PartialDate:
    """Read a date in any of the forms of domain.md section 6.

    Args:
        raw: The cell as typed; an Excel date as ISO text with the year the cell holds.
        era: ``be``, ``ce`` or ``auto``. Years say their own era where they can (2400 and later are Buddhist).
        order: ``dmy``, ``mdy`` or ``auto`` for dates in numbers; a part above 12 settles it in any case.
        latest: Date of the evidence: nothing in the list is later.
        age: Age at that date; confirms era and century, never changes a date that reads one way only.

    Returns:
        The date. ``24__/__/__`` is unknown, ``__/__/2474`` is 1931, 00/03/2517 is 1974-03.
    """
    cell = clean(raw)
    if cell.value is None:
        return PartialDate(None, status=cell.status, rules=cell.rules)
    text = arabic_digits(cell.value)
    rules = cell.rules if text == cell.value else (*cell.rules, "date.thai_digits")
    if text[:10] in _EXCEL_ZERO:
        return PartialDate(None, status="placeholder", rules=rules)
    parts = read_parts(text)
    if parts is None:
        is_unknown = re.fullmatch(r"[\s/.\-_?xX*0]+|24__.*|25__.*", text) is not None
        return PartialDate(None, status="unknown" if is_unknown else "unreadable", rules=rules)
    return _settle_digits(parts, Years(era, latest, age), order, rules)


def parse_birth_date(
    raw: str | None, raw_age: str | None = None, *, era: str = "auto", order: str = "auto", latest: date | None = None
) -> PartialDate:
    """Read a birth date, with the age beside it.

    Args:
        raw: The birth date cell.
        raw_age: The age cell.
        era: Era of the list's dates.
        order: Order of day and month.
        latest: Date of the evidence.

    Returns:
        The date; where there is none but an age, the year the age implies (``source`` is ``age``).
    """
    age = parse_age(raw_age)
    born = parse_date(raw, era=era, order=order, latest=latest, age=age)
    if born.year is None and age is not None and latest is not None:
        year = latest.year - age
        return PartialDate(
            str(year), year, None, None, born.status, "age", (*born.rules, "date.year_from_age"), born.flags
        )
    return born


@lru_cache(maxsize=4096)
def full_date(value: str | None) -> date | None:
    """The date of a full ISO text; None when partial.

    Args:
        value: ``YYYY-MM-DD`` or a part of it.
    """
    return date.fromisoformat(value) if value is not None and len(value) == 10 else None
