"""A typed date as numbers: which of the forms of domain.md it has, before era and century are settled.

Forms [domain.md section 6, intake-and-publication.md section 2]: ISO text from Excel dates, d/m/y and m/d/y with any
separator, yyyymmdd, ddmmyyyy, two-digit years, ``1 ม.ค. 2560``, full month names, Thai digits, unknown parts as
``24__/__/__`` or 00, a year alone, a month and year, an Excel serial number (of a Buddhist year: six digits). A time
behind any of them is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from pipeline.values.data import load

UNKNOWN = -1
"""A part that was typed as unknown."""

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\Z"
)
_THREE = re.compile(r"([0-9x_?*\-]{1,4})\s*[/.\-, ]\s*([0-9x_?*\-]{1,2})\s*[/.\-, ]\s*([0-9x_?*\-]{1,4})\Z")
_UNKNOWN_THREE = re.compile(r"([0-9x_?*]{1,4})[/.\-]([0-9x_?*]{1,2})[/.\-]([0-9x_?*]{1,4})\Z")
_TWO = re.compile(r"([0-9x_?*]{1,4})\s*[/.\-]\s*([0-9x_?*]{1,4})\Z")
_ERA_WORDS = re.compile(
    r"พุทธศักราช|คริสต์ศักราช|พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|b\.?e\.?(?=\s|\d|\Z)|a\.?d\.?(?=\s|\d|\Z)|c\.?e\.?(?=\s|\d|\Z)"
)
_NOISE = re.compile(
    r"วัน(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัส|ศุกร์|เสาร์|อาทิตย์)?(?:ที่)?|เดือน|ปี|เกิด|ประมาณ|ราวๆ?|\bof\b|(?<=\d)(?:st|nd|rd|th)\b"
)
_NAMED = re.compile(r"(\d{1,2}|[x_?*\-]{1,2})?[\s/.,\-]*([ก-๎a-z.\s]+?)[\s/.,\-]*(\d{2,4})?\Z")
_NAMED_FIRST = re.compile(r"([a-z]+)[\s.,]+(\d{1,2})[\s,]+(\d{4})\Z")
_TIME = re.compile(
    r"(?<=\d)(?:t|\s+)(?:เวลา\s*)?(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:น\.?|[ap]\.?m\.?)?|\d{1,2}\.\d{2}\s*น\.?)\Z"
)
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class DateParts:
    """Numbers of a typed date. None: not typed; ``UNKNOWN``: typed as unknown.

    Attributes:
        first: Day, or what stands where the day usually stands.
        second: Month, likewise.
        year: Year as typed, in any era, two or four digits.
        is_settled: Whether first is surely the day and second the month.
        era: ``be`` or ``ce`` where the text says so.
        form: Which form the text has.
        rules: Codes of the repairs made.
        other: Another way in which the same digits read as a date.
    """

    first: int | None
    second: int | None
    year: int | None
    is_settled: bool = False
    era: str | None = None
    form: str = "numbers"
    rules: tuple[str, ...] = ()
    other: DateParts | None = None


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {word: int(number) for number, words in load("months")["months"].items() for word in words}


def _number(part: str | None) -> int | None:
    if part is None or part == "":
        return None
    if part.isdigit():
        return int(part) or UNKNOWN
    return UNKNOWN


def _year(part: str | None) -> int | None:
    number = _number(part)
    if part is not None and part.isdigit() and len(part) in (1, 3):
        return UNKNOWN
    if part == "00":
        # Two-digit years: 00 is 2500 or 2000, a year like any other.
        return 0
    return number


def _from_iso(text: str) -> DateParts | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day = (_number(g) for g in match.groups())
    return DateParts(day, month, year, is_settled=True, form="iso")


def _looks_like_year(year: int) -> bool:
    return 1880 <= year <= 2120 or 2400 <= year <= 2660


def _from_eight(text: str) -> DateParts | None:
    """Year first or day first, whichever reads as a date; year first when neither does but the year could be one."""
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    by_year = DateParts(day or UNKNOWN, month or UNKNOWN, year, is_settled=True, form="yyyymmdd")
    if _looks_like_year(year) and month <= 12 and day <= 31:
        return by_year
    first, second, last = int(text[:2]), int(text[2:4]), int(text[4:])
    if _looks_like_year(last) and max(first, second) <= 31 and min(first, second) <= 12 and (second or not first):
        return DateParts(first or UNKNOWN, second or UNKNOWN, last, form="ddmmyyyy")
    return by_year if _looks_like_year(year) else None


def _from_run(text: str) -> DateParts | None:
    """Eight digits and other runs without a separator."""
    if not text.isdigit():
        return None
    if len(text) == 4:
        return DateParts(None, None, int(text), is_settled=True, form="year")
    if len(text) == 7:
        parts = _from_run("0" + text)
        return replace(parts, rules=(*parts.rules, "date.leading_zero")) if parts else None
    if len(text) == 8:
        return _from_eight(text)
    if len(text) == 6:
        return _from_six(text)
    return _from_serial(text) if len(text) == 5 else None


def _from_serial(text: str) -> DateParts:
    """The day that Excel counts from the end of 1899; five digits reach from 1927 to 2173."""
    serial = _EXCEL_EPOCH + timedelta(days=int(text))
    return DateParts(
        serial.day, serial.month, serial.year, is_settled=True, form="serial", rules=("date.excel_serial",)
    )


def _from_six(text: str) -> DateParts | None:
    """Day, month and two-digit year, or the serial number of a date whose year is Buddhist (2400: 182,622).

    About one serial in eight reads as a day and month too: which of the two it is only an age can settle.
    """
    serial: DateParts | None = _from_serial(text)
    if serial and not 2400 <= (serial.year or 0) <= 2660:
        serial = None
    first, second, year = int(text[:2]), int(text[2:4]), int(text[4:])
    if max(first, second) > 31 or min(first, second) > 12 or (first and not second):
        return serial
    return DateParts(first or UNKNOWN, second or UNKNOWN, year, form="ddmmyy", other=serial)


def _from_numbers(text: str) -> DateParts | None:
    match = _UNKNOWN_THREE.match(text) or _THREE.match(text)
    if match:
        a, b, c = match.groups()
        if len(a) == 4:
            return DateParts(_number(c), _number(b), _year(a), is_settled=True, form="year_first")
        return DateParts(_number(a), _number(b), _year(c))
    match = _TWO.match(text)
    if not match:
        return None
    a, b = match.groups()
    if len(a) == 4:
        return DateParts(None, _number(b), _year(a), is_settled=True, form="month_year")
    if len(b) == 4:
        return DateParts(None, _number(a), _year(b), is_settled=True, form="month_year")
    return None


def _from_names(text: str) -> DateParts | None:
    match = _NAMED_FIRST.match(text)
    if match and match.group(1) in _months():
        return DateParts(
            int(match.group(2)), _months()[match.group(1)], int(match.group(3)), is_settled=True, form="named"
        )
    match = _NAMED.match(text)
    if not match or not match.group(2):
        return None
    month = _months().get(re.sub(r"[.\s]+", "", match.group(2)))
    if month is None:
        return None
    return DateParts(_number(match.group(1)), month, _year(match.group(3)), is_settled=True, form="named")


def _take_era(text: str) -> tuple[str, str | None]:
    match = _ERA_WORDS.search(text)
    if not match:
        return text, None
    era = "be" if match.group()[0] in "พb" else "ce"
    return f"{text[: match.start()]} {text[match.end() :]}", era


def read_parts(text: str) -> DateParts | None:
    """Find the numbers of a date.

    Args:
        text: A cleaned text with Arabic digits.

    Returns:
        The parts, or None when the text has no form of a date.
    """
    iso = _from_iso(text)
    if iso:
        return iso
    plain, era = _TIME.sub("", text.lower()), None
    if not plain.isascii() or any(c.isalpha() for c in plain):
        plain, era = _take_era(plain)
        plain = " ".join(_NOISE.sub(" ", plain).split())
    if re.fullmatch(r"\d+\.0|\d{5,6}\.\d+", plain):
        # Behind the point of a serial number stands the time of day.
        plain = plain.partition(".")[0]
    parts = _from_run(plain) or _from_numbers(plain) or _from_names(plain)
    if parts is None:
        return None
    return replace(parts, era=era) if era else parts
