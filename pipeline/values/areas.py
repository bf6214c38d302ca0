"""Tambon, amphoe and province by name or code → DOPA codes, offline, with geothai.

Rules (domain.md section 6, intake-and-publication.md section 1): short forms (ต. อ. จ., อ.เมือง) are read; an area
that was abolished gives its successor where there is exactly one; a tambon name that occurs in several amphoe stays
unresolved without its amphoe; no area is made up from a name that is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import geothai
from geothai.abolished import abolished_areas, match_abolished

from pipeline.values.data import load
from pipeline.values.text import arabic_digits, clean

AreaStatus = Literal["value", "amphoe_only", "province_only", "ambiguous", "unknown", "missing"]

_TAMBON_WORD = re.compile(r"(?:ตำบล|แขวง|ต\s?\.|ต\s)\s*")
_AMPHOE_WORD = re.compile(r"(?:กิ่งอำเภอ|กิ่ง\s?อ\.|อำเภอ|เขต|อ\s?\.|อ\s)\s*")
_PROVINCE_WORD = re.compile(r"(?:จังหวัด|จ\s?\.|จ\s)\s*")
_CAPITAL = re.compile(r"เมือง\s*ฯ?\Z")
_CODE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{8}")


@dataclass(frozen=True, slots=True)
class Area:
    """Where an address lies.

    Attributes:
        tambon_code: Six digits (DOPA); None unless certain.
        amphoe_code: Four digits.
        province_code: Two digits.
        moo: Village number that an eight-digit village code carries.
        status: ``value`` (tambon known), ``amphoe_only``, ``province_only``, ``ambiguous`` (the name occurs in several
            amphoe), ``unknown`` (a name that no list knows) or ``missing``.
        rules: Codes of the repairs made.
        flags: ``tambon_unknown``, ``amphoe_unknown``, ``province_unknown``, ``code_unknown``, ``code_disagrees``,
            ``amphoe_disagrees`` (the tambon lies in another amphoe).
    """

    tambon_code: str | None = None
    amphoe_code: str | None = None
    province_code: str | None = None
    moo: str | None = None
    status: AreaStatus = "missing"
    rules: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


# ---------------------------------------------------------------- names of one level


def _name(raw: str | None, word: re.Pattern[str]) -> str:
    """The bare name of an area; empty when the cell says nothing."""
    value = clean(raw).value
    if value is None:
        return ""
    return word.sub("", arabic_digits(value), count=1).strip(" .,") if word.match(value) else arabic_digits(value)


@lru_cache(maxsize=1)
def _province_names() -> dict[str, str]:
    """Normalised name → code, short forms in use included."""
    names = {geothai.normalize(name): p.code for p in geothai.provinces() for name in (p.name_th, p.name_en)}
    short = load("province_abbreviations")["abbreviations"]
    return {**names, **{geothai.normalize(word): names[geothai.normalize(name)] for word, name in short.items()}}


@lru_cache(maxsize=1)
def _amphoe_names() -> dict[str, tuple[str, ...]]:
    """Normalised name → codes; an abolished amphoe stands for its successors where no living one has its name."""
    found: dict[str, list[str]] = {}
    for province in geothai.provinces():
        for d in geothai.districts(province.code):
            for name in {geothai.normalize(d.name_th), geothai.normalize(d.name_en)}:
                found.setdefault(name, []).append(d.code)
            if d.code.endswith("01") and province.code != "10":
                # "อ.เมือง" is the capital amphoe of whichever province is meant.
                found.setdefault("เมือง", []).append(d.code)
    living = set(found)
    for area in abolished_areas():
        name = geothai.normalize(area.name_th)
        if area.level == "district" and name not in living:
            found.setdefault(name, []).extend(area.successors)
    return {name: tuple(dict.fromkeys(codes)) for name, codes in found.items()}


def province_code_of(name: str) -> str | None:
    """Code of a province by its name.

    Args:
        name: Bare name, Thai or English, such as ``นครราชสีมา``; short forms that are in use (โคราช, กทม) are read.
    """
    return _province_names().get(geothai.normalize(name))


def _amphoe_code(name: str, province: str | None) -> str | None:
    """Code of an amphoe by name, in a province; without one, only a name that one amphoe of the country has."""
    key = "เมือง" if _CAPITAL.match(name) else geothai.normalize(name)
    found = [code for code in _amphoe_names().get(key, ()) if province is None or code[:2] == province]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _old_tambon_names() -> frozenset[str]:
    return frozenset(geothai.normalize(a.name_th) for a in abolished_areas() if a.level == "subdistrict")


@lru_cache(maxsize=65536)
def _tambon_codes(name: str, amphoe: str | None, province: str | None) -> tuple[tuple[str, ...], bool]:
    """Codes of the tambon that fit, and whether they are successors of an abolished one."""
    district = geothai.district(amphoe) if amphoe else None
    area = geothai.province(province) if province else None
    where = {"district": district.name_th if district else None, "province": area.name_th if area else None}
    current = [a.subdistrict.code for a in geothai.match(name, **where)]
    # เมือง… amphoe names repeat over provinces, so the code decides.
    current = [c for c in current if (not amphoe or c[:4] == amphoe) and (not province or c[:2] == province)]
    if current:
        return tuple(current), False
    if geothai.normalize(name) not in _old_tambon_names():
        return (), False
    old = [a for a in match_abolished(name, **where) if not amphoe or a.code[:4] == amphoe]
    return tuple(sorted({s for a in old for s in a.successors})), True


# ---------------------------------------------------------------- codes


@lru_cache(maxsize=1)
def _successors() -> dict[str, tuple[str, ...]]:
    return {a.code: a.successors for a in abolished_areas()}


@lru_cache(maxsize=65536)
def area_of_code(code: str) -> Area:
    """The area of a DOPA code.

    Args:
        code: Two (province), four (amphoe), six (tambon) or eight digits (village: tambon and moo).

    Returns:
        The area; an abolished code gives its only successor, else status ``ambiguous`` or ``unknown``.
    """
    if not _CODE.fullmatch(code):
        return Area(status="unknown", flags=("code_unknown",))
    if len(code) == 8:
        moo = str(int(code[6:])) if code[6:] != "00" else None
        return replace(area_of_code(code[:6]), moo=moo)
    if len(code) == 6 and code.endswith("00"):
        return area_of_code(code[:4])
    if len(code) == 4 and code.endswith("00"):
        return area_of_code(code[:2])
    if len(code) == 6 and geothai.subdistrict(code):
        return Area(code, code[:4], code[:2], status="value")
    if len(code) == 4 and geothai.district(code):
        return Area(None, code, code[:2], status="amphoe_only")
    if len(code) == 2 and geothai.province(code):
        return Area(None, None, code, status="province_only")
    successors = _successors().get(code, ())
    if len(successors) == 1:
        return replace(area_of_code(successors[0]), rules=("area.successor",))
    return Area(status="ambiguous" if successors else "unknown", flags=("code_unknown",))


@lru_cache(maxsize=1)
def _split_off() -> dict[str, frozenset[str]]:
    """Amphoe → the amphoe split off from it: from the tambon that moved (geothai) and from amphoe_splits.yaml."""
    found: dict[str, set[str]] = {}
    for old, successors in _successors().items():
        for new in successors:
            if len(old) == 6 and old[:4] != new[:4]:
                found.setdefault(old[:4], set()).add(new[:4])
    for new, parents in load("amphoe_splits")["splits"].items():
        for old in parents:
            found.setdefault(old, set()).add(new)
    return {old: frozenset(new) for old, new in found.items()}


# ---------------------------------------------------------------- an address


def _by_tambon(name: str, amphoe: str | None, province: str | None, amphoe_name: str) -> Area:
    """The area by a tambon's name; ``amphoe_name`` is what was typed, known or not."""
    if amphoe_name and not amphoe:
        # The amphoe's name is not known. The tambon alone decides only where its name is unique in the province.
        alone = _by_tambon(name, None, province, "")
        flags = ("amphoe_unknown", *alone.flags)
        return replace(
            alone, flags=flags, rules=(*alone.rules, "area.tambon_unique") if alone.tambon_code else alone.rules
        )
    codes, is_successor = _tambon_codes(name, amphoe, province)
    if len(codes) == 1:
        return replace(area_of_code(codes[0]), rules=("area.successor",) if is_successor else ())
    if codes:
        amphoes = {c[:4] for c in codes}
        shared = amphoe or (amphoes.pop() if len(amphoes) == 1 else None)
        return Area(None, shared, province, status="ambiguous")
    if amphoe:
        elsewhere, _ = _tambon_codes(name, None, amphoe[:2])
        moved = [c for c in elsewhere if c[:4] in _split_off().get(amphoe, ())]
        if len(moved) == 1:
            return replace(area_of_code(moved[0]), rules=("area.old_amphoe",))
        flag = "amphoe_disagrees" if elsewhere else "tambon_unknown"
        return Area(None, amphoe, amphoe[:2], status="amphoe_only", flags=(flag,))
    return Area(None, None, province, status="unknown", flags=("tambon_unknown",))


def _by_names(tambon: str, amphoe: str, province: str, home: str | None) -> Area:
    typed = province_code_of(province) if province else None
    flags = ("province_unknown",) if province and typed is None else ()
    where = typed or home
    code = _amphoe_code(amphoe, where) if amphoe else None
    if tambon:
        found = _by_tambon(tambon, code, where, amphoe)
        if found.tambon_code is None and typed is None and amphoe and code is None:
            # Neither name is known at home, but together they are one place of another province.
            far = _amphoe_code(amphoe, None)
            there = _by_tambon(tambon, far, far[:2], amphoe) if far else found
            found = replace(there, rules=(*there.rules, "area.other_province")) if there.tambon_code else found
    elif code:
        found = Area(None, code, code[:2], status="amphoe_only")
    elif amphoe:
        found = Area(None, None, where, status="unknown", flags=("amphoe_unknown",))
    else:
        found = Area(None, None, typed, status="province_only" if typed else "missing")
    return replace(found, flags=(*flags, *found.flags))


def _as_code(text: str) -> str | None:
    digits = text[:-2] if text.endswith(".0") else text
    return digits if _CODE.fullmatch(digits) else None


@lru_cache(maxsize=131072)
def resolve_area(
    tambon: str | None = None,
    amphoe: str | None = None,
    province: str | None = None,
    tambon_code: str | None = None,
    home_province: str | None = None,
) -> Area:
    """Find the area of an address from its names and codes.

    Args:
        tambon: Tambon by name (or code), such as ``ต.ในเมือง``.
        amphoe: Amphoe by name (or code), such as ``อ.เมือง``.
        province: Province by name.
        tambon_code: Tambon or village code; goes before the names.
        home_province: Code of the province that the list is of, meant where no province is typed.

    Returns:
        The area, as far as it is certain.
    """
    names = (_name(tambon, _TAMBON_WORD), _name(amphoe, _AMPHOE_WORD), _name(province, _PROVINCE_WORD))
    code_text = arabic_digits(clean(tambon_code).value or "").replace(" ", "").replace("-", "")
    code = _as_code(code_text) or _as_code(names[0])
    if _as_code(names[0]):
        names = ("", names[1], names[2])
    if not code and _as_code(names[1]):
        code, names = _as_code(names[1]), (names[0], "", names[2])
    by_name = _by_names(*names, home_province) if any(names) else Area()
    if not code_text and not code:
        return by_name
    by_code = area_of_code(code) if code else Area(status="unknown", flags=("code_unknown",))
    return _reconcile(by_code, by_name)


def _reconcile(by_code: Area, by_name: Area) -> Area:
    """The code goes before the names; where they disagree that is said."""
    if by_code.province_code is None:
        return replace(by_name, flags=(*by_name.flags, *by_code.flags))
    if by_name.tambon_code and by_code.tambon_code and by_name.tambon_code != by_code.tambon_code:
        return replace(by_code, flags=(*by_code.flags, "code_disagrees"))
    if (
        by_code.tambon_code is None
        and by_name.tambon_code
        and by_name.tambon_code.startswith(by_code.amphoe_code or by_code.province_code)
    ):
        return replace(by_name, moo=by_code.moo)
    return by_code
