"""Villages and communities: number, name, or both in one cell.

Source: domain.md section 6 (``ม.5``, ``หมู่ 5``, ``หมู่ที่ ๕``; ชุมชน for หมู่ in towns).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.values.text import arabic_digits, clean, has_thai

_MOO_WORD = re.compile(r"(?:หมู่บ้านที่|หมู่ที่|หมู่|ม\s?\.|moo|m\.)\s*[:.]?\s*", re.IGNORECASE)
_VILLAGE_WORD = re.compile(r"(?:หมู่บ้าน|ชุมชน|บ้าน|บ\.)\s*")
_MOO = re.compile(r"(\d{1,3})(?:\.0+)?")


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


def moo_beside(rest: str) -> str | None:
    """The village number in what stands behind a house number, such as ``ม.5``.

    Args:
        rest: Cleaned text with Arabic digits.
    """
    return parse_moo(rest).moo if _MOO_WORD.match(rest) else None
