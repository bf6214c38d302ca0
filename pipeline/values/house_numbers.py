"""House numbers, those that Excel turned into dates included.

Source: domain.md section 6 (76 % have 2–3 digits; 5.5 % of a real file are dates made by Excel), linkage.md section 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.values.date_parts import read_parts
from pipeline.values.text import arabic_digits, clean
from pipeline.values.villages import moo_beside

_HOUSE_WORD = re.compile(r"(?:บ้านเลขที่|บ้าน\s?ลท\.?|เลขที่บ้าน|เลขที่|บลท\.?|no\.?)\s*[:.]?\s*", re.IGNORECASE)
HOUSE_NO = re.compile(r"\d{1,5}(?:\s*[/\-]\s*\d{1,5})*\s*(?:[ก-ฮ](?![ก-๎.]|\s\.)|[A-Za-z](?![A-Za-z]))?")
"""What a house number looks like at the beginning of a text."""
PLAIN_HOUSE_NO = "[1-9][0-9]{0,4}(?:/[1-9][0-9]{0,4})?"
"""A house number that needs no repair; read alike by Python and by Arrow (RE2)."""
_PLAIN_HOUSE = re.compile(PLAIN_HOUSE_NO)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T][\d:.]+)?\Z")
_NO_HOUSE = re.compile(r"ไม่มี|ไม่ทราบ|ไม่ระบุ|ทะเบียนบ้านกลาง|บ้านกลาง|เร่ร่อน")


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number.

    Attributes:
        value: Such as ``25`` or ``25/2``; None when unknown.
        moo: Village number typed in the same cell.
        status: ``value``, ``missing``, ``placeholder`` or ``unreadable`` (kept as typed).
        rules: Codes of the repairs made.
    """

    value: str | None
    moo: str | None = None
    status: str = "value"
    rules: tuple[str, ...] = ()


def _from_date(text: str) -> tuple[str, str] | None:
    """A house number that Excel turned into a date, put back; with its rule.

    ``25/2`` becomes 25 February of the year of typing; ``5/60`` becomes 1 May of a year that ends in 60.
    """
    iso = _ISO_DATE.match(text)
    if iso:
        year, month, day = (int(g) for g in iso.groups())
        typed_year = year - 543 if year >= 2400 else year
        if day == 1 and not 1990 <= typed_year <= 2060:
            return f"{month}/{year % 100}", "house_no.excel_month_year"
        return f"{day}/{month}", "house_no.excel_date"
    if not any(c.isalpha() for c in text):
        return None
    parts = read_parts(text if re.search(r"\d{2,4}\Z", text) else f"{text} 2000")
    if parts is None or parts.form != "named" or parts.second is None:
        return None
    if parts.first is not None and parts.first > 0:
        return f"{parts.first}/{parts.second}", "house_no.excel_date"
    if parts.year is not None and parts.year > 0 and re.search(r"\d{2,4}\Z", text):
        return f"{parts.second}/{parts.year % 100}", "house_no.excel_month_year"
    return None


def _tidy_house(text: str) -> str:
    """No spaces around the stroke, no leading zeros: system exports pad, people do not."""
    joined = re.sub(r"\s*([/\-])\s*", r"\1", text).replace(" ", "")
    return re.sub(r"(?<!\d)0+(?=\d)", "", joined)


def parse_house_no(raw: str | None) -> HouseNumber:
    """Read a house number.

    Args:
        raw: The cell as typed: ``25/2``, ``บ้านเลขที่ ๒๕``, ``25 ม.5``, ISO text of an Excel date, ``25-ก.พ.``.

    Returns:
        The number; one that a date stood for is put back as d/m with rule ``house_no.excel_date``.
    """
    if raw is not None and _PLAIN_HOUSE.fullmatch(raw):
        return HouseNumber(raw)
    cell = clean(raw)
    if cell.value is None:
        return HouseNumber(None, status=cell.status, rules=cell.rules)
    text = arabic_digits(cell.value)
    rules = list(cell.rules) + (["house_no.thai_digits"] if text != cell.value else [])
    bare = _HOUSE_WORD.sub("", text, count=1)
    if _NO_HOUSE.match(bare) or not bare:
        return HouseNumber(None, status="placeholder", rules=tuple(rules))
    restored = _from_date(bare)
    if restored:
        return HouseNumber(restored[0], rules=(*rules, restored[1]))
    if re.fullmatch(r"\d+\.0+", bare):
        bare = bare.split(".")[0]
    match = HOUSE_NO.match(bare)
    if not match:
        left = clean(_HOUSE_WORD.sub("", bare).strip())
        if left.value is not None and len(left.value) < len(cell.value):
            return parse_house_no(left.value)
        return HouseNumber(left.value, status="unreadable" if left.value else "placeholder", rules=tuple(rules))
    value, rest = _tidy_house(match.group()), bare[match.end() :].strip(" ,")
    moo = moo_beside(rest)
    if value.strip("0") == "":
        return HouseNumber(None, moo, "placeholder", tuple(rules))
    if value != text:
        rules.append("house_no.tidied")
    return HouseNumber(value, moo, "value", tuple(rules))
