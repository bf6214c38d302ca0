"""A whole address in one cell → its parts as typed.

Source: domain.md section 6 (ต./ตำบล/แขวง, อ./อำเภอ/เขต, จ., ม.5 / หมู่ 5 / หมู่ที่ ๕, บ้านเลขที่, ชุมชน for หมู่ in towns).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.values.house_numbers import HOUSE_NO, parse_house_no
from pipeline.values.text import arabic_digits, clean
from pipeline.values.villages import parse_moo, parse_village

_MOO_DIGITS = re.compile(r"\d{1,3}")


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
            house = HOUSE_NO.match(body)
            if house:
                found["house"] = house.group()
            loose += body[house.end() if house else 0 :].split()
        elif kind == "moo":
            number = _MOO_DIGITS.match(body)
            if number:
                found.setdefault("moo", number.group())
                loose += body[number.end() :].split()
        elif kind == "house":
            house = HOUSE_NO.match(body)
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
