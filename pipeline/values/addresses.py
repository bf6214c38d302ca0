"""Addresses as typed: house number, moo, village, and a whole address in one cell.

Sources: domain.md section 6 (76 % of house numbers have 2–3 digits; 5.5 % are dates made by Excel; ``ม.5``, ``หมู่ 5``,
``หมู่ที่ ๕``; ชุมชน for หมู่ in towns), linkage.md section 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.values.date_parts import read_parts
from pipeline.values.text import arabic_digits, clean, has_thai

_HOUSE_WORD = re.compile(r"(?:บ้านเลขที่|บ้าน\s?ลท\.?|เลขที่บ้าน|เลขที่|บลท\.?|no\.?)\s*[:.]?\s*", re.IGNORECASE)
_MOO_WORD = re.compile(r"(?:หมู่บ้านที่|หมู่ที่|หมู่|ม\s?\.|moo|m\.)\s*[:.]?\s*", re.IGNORECASE)
_VILLAGE_WORD = re.compile(r"(?:หมู่บ้าน|ชุมชน|บ้าน|บ\.)\s*")
_MOO = re.compile(r"(\d{1,3})(?:\.0+)?")
_HOUSE_NO = re.compile(r"\d{1,5}(?:\s*[/\-]\s*\d{1,5})*\s*(?:[ก-ฮ](?![ก-๎.]|\s\.)|[A-Za-z](?![A-Za-z]))?")
_PLAIN_HOUSE = re.compile(r"[1-9]\d{0,4}(?:/[1-9]\d{0,4})?\Z")
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


@dataclass(frozen=True, slots=True)
class Village:
    """A village: number, name or both.

    Attributes:
        moo: Village number without leading zeros; None when unknown.
        name: Village or community name.
        status: ``value``, ``missing``, ``placeholder`` or ``unreadable``.
        rules: Codes of the repairs made.
    """

    moo: str | None = None
    name: str | None = None
    status: str = "value"
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A whole address in one cell, in its parts as typed.

    Attributes:
        house_no: House number.
        moo: Village number.
        village: Village or community name.
        tambon: Tambon by name.
        amphoe: Amphoe by name.
        province: Province by name.
        status: ``value``, ``missing`` or ``placeholder``.
        rules: Codes of the repairs made.
    """

    house_no: str | None = None
    moo: str | None = None
    village: str | None = None
    tambon: str | None = None
    amphoe: str | None = None
    province: str | None = None
    status: str = "value"
    rules: tuple[str, ...] = ()


# ---------------------------------------------------------------- house number


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
    if raw is not None and _PLAIN_HOUSE.match(raw):
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
    match = _HOUSE_NO.match(bare)
    if not match:
        left = clean(_HOUSE_WORD.sub("", bare).strip())
        if left.value is not None and len(left.value) < len(cell.value):
            return parse_house_no(left.value)
        return HouseNumber(left.value, status="unreadable" if left.value else "placeholder", rules=tuple(rules))
    value, rest = _tidy_house(match.group()), bare[match.end() :].strip(" ,")
    moo = parse_moo(rest).moo if _MOO_WORD.match(rest) else None
    if value.strip("0") == "":
        return HouseNumber(None, moo, "placeholder", tuple(rules))
    if value != text:
        rules.append("house_no.tidied")
    return HouseNumber(value, moo, "value", tuple(rules))


# ---------------------------------------------------------------- village


def parse_moo(raw: str | None) -> Village:
    """Read a village number, which may carry the village's name.

    Args:
        raw: The cell as typed: ``5``, ``05``, ``ม.5``, ``หมู่ที่ ๕ บ้านหนองบัว``, ``ชุมชนสุขใจ``.

    Returns:
        The number without leading zeros, and a name where one stands beside it.
    """
    if raw is not None and raw.isascii() and raw.isdigit() and len(raw) <= 2 and raw[0] != "0":
        return Village(raw)
    cell = clean(raw)
    if cell.value is None:
        return Village(status=cell.status, rules=cell.rules)
    text = arabic_digits(cell.value)
    bare = _MOO_WORD.sub("", text, count=1) if _MOO_WORD.match(text) else text
    match = _MOO.match(bare)
    if match:
        moo = str(int(match.group(1)))
        name = parse_village(bare[match.end() :].strip(" ,.-()")).name
        rules = cell.rules if moo == cell.value else (*cell.rules, "moo.tidied")
        if moo == "0":
            return Village(None, name, "placeholder" if name is None else "value", rules)
        return Village(moo, name, "value", rules)
    name = parse_village(text).name
    return Village(None, name, "value" if name else "unreadable", (*cell.rules, "moo.is_name") if name else cell.rules)


def parse_village(raw: str | None) -> Village:
    """Read a village or community name.

    Args:
        raw: The cell as typed: ``บ้านหนองบัว``, ``บ.หนองบัว ม.5``, ``ชุมชนสุขใจ``.

    Returns:
        The name without บ้าน (``ชุมชน`` is kept: a community is not a village), and a number typed beside it.
    """
    cell = clean(raw)
    if cell.value is None:
        return Village(status=cell.status, rules=cell.rules)
    text = arabic_digits(cell.value)
    rules = cell.rules
    moo = None
    number = re.search(r"(?:\A|\s)" + _MOO_WORD.pattern + r"(\d{1,3})\b", text, re.IGNORECASE)
    if number:
        moo = str(int(number.group(1)))
        text = f"{text[: number.start()]} {text[number.end() :]}".strip()
        rules = (*rules, "village.moo_inside")
    bare = _bare_village(text)
    if bare != text:
        rules = (*rules, "village.word")
    if bare.isdigit():
        return Village(moo or str(int(bare)), None, "value", rules)
    name = bare if has_thai(bare) else bare.upper()
    return Village(moo, name or None, "value" if name or moo else "missing", rules)


def _bare_village(text: str) -> str:
    """A village's name without บ้าน in front, however often it was typed; a community (ชุมชน) keeps its word."""
    while True:
        text = clean(text).value or ""
        match = None if text.startswith("ชุมชน") else _VILLAGE_WORD.match(text)
        if not match or match.end() == len(text):
            return text
        text = text[match.end() :]


# ---------------------------------------------------------------- a whole address

# A keyword begins a part when it stands at the start, after a space or a digit; short forms with a dot anywhere
# but inside another abbreviation: ต.ในเมืองอ.เมืองจ.นครราชสีมา.
_KEYWORDS = {
    "house": r"บ้านเลขที่|เลขที่บ้าน|เลขที่",
    "moo": r"หมู่บ้านที่|หมู่ที่|หมู่(?=\s?\d)|ม\s?\.(?=\s?\d)|moo(?=\s?\d)",
    "village": r"หมู่บ้าน|ชุมชน|บ้าน|บ\.",
    "road": r"ตรอก|ซอย|ซ\.|ถนน|ถ\.",
    "tambon": r"ตำบล|แขวง|ต\s?\.",
    "amphoe": r"กิ่งอำเภอ|อำเภอ|เขต|อ\s?\.",
    "province": r"จังหวัด|จ\s?\.",
    "postcode": r"รหัสไปรษณีย์|รหัส(?=\s?\d)",
}
_LONG_KEYWORDS = re.compile(
    r"(?:(?<=\s)|(?<=\d)|(?<=[,)])|\A)(?:" + "|".join(f"(?P<{k}>{v})" for k, v in _KEYWORDS.items()) + ")"
)
_GLUED_SHORT = re.compile(r"(?<![\s.])(?<=[ก-๎])(?=(?:ต|อ|จ)\.(?![ก-ฮ]\.))")
_POSTCODE = re.compile(r"(?:(?<=\s)|(?<=[ก-๎]))\d{5}\Z")


def _segments(text: str) -> list[tuple[str, str]]:
    """Keyword and text of each part, in order; the part before the first keyword has the keyword ``head``."""
    found = list(_LONG_KEYWORDS.finditer(text))
    parts: list[tuple[str, str]] = [("head", text[: found[0].start()] if found else text)]
    for i, match in enumerate(found):
        end = found[i + 1].start() if i + 1 < len(found) else len(text)
        kind = match.lastgroup or "head"
        body = text[match.end() : end].strip(" ,.")
        last_kind, last_body = parts[-1]
        if kind == "village":
            body = match.group() + body
        if not last_body and last_kind in ("tambon", "amphoe", "province", "village") and kind == "village":
            # "ต. บ้านใหม่": the word after the keyword belongs to the name.
            parts[-1] = (last_kind, body)
            continue
        parts.append((kind, body))
    return [(kind, body.strip(" ,")) for kind, body in parts]


def _bare_words(words: list[str], found: dict[str, str]) -> None:
    """Words left without a keyword, last ones first: province, amphoe, tambon where none was named."""
    levels = [level for level in ("tambon", "amphoe", "province") if level not in found]
    if levels != ["tambon", "amphoe", "province"] or not 2 <= len(words) <= 3:
        return
    found.update(zip(levels, words, strict=False))


def parse_address(raw: str | None) -> Address:
    """Read a whole address in one cell.

    Args:
        raw: The cell as typed, such as ``25/2 ม.5 บ้านหนองบัว ต.ในเมือง อ.เมือง จ.นครราชสีมา 30000``.

    Returns:
        The parts as typed; names of areas are resolved by :func:`pipeline.values.areas.resolve_area`.
    """
    cell = clean(raw)
    if cell.value is None:
        return Address(status=cell.status, rules=cell.rules)
    text = _POSTCODE.sub("", _GLUED_SHORT.sub(" ", arabic_digits(cell.value))).strip()
    found: dict[str, str] = {}
    loose: list[str] = []
    for kind, body in _segments(text):
        if kind == "head":
            house = _HOUSE_NO.match(body)
            if house:
                found["house"] = house.group()
            loose += body[house.end() if house else 0 :].split()
        elif kind == "moo":
            number = _MOO.match(body)
            if number:
                found.setdefault("moo", number.group())
                loose += body[number.end() :].split()
        elif kind == "house":
            house = _HOUSE_NO.match(body)
            found["house"] = house.group() if house else body
            loose += body[house.end() :].split() if house else []
        elif body:
            found.setdefault(kind, body)
    _bare_words(loose, found)
    house_no = parse_house_no(found.get("house"))
    village = parse_village(found.get("village"))
    return Address(
        house_no.value,
        parse_moo(found.get("moo")).moo or house_no.moo or village.moo,
        village.name,
        found.get("tambon"),
        found.get("amphoe"),
        found.get("province"),
        "value",
        (*cell.rules, *house_no.rules),
    )
