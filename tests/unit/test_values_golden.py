"""What each typed value becomes, in one table (tests/golden/values.csv): a changed rule shows as a changed row."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.values.addresses import parse_address
from pipeline.values.areas import resolve_area
from pipeline.values.dates import parse_birth_date
from pipeline.values.house_code import parse_house_code
from pipeline.values.house_numbers import parse_house_no
from pipeline.values.names import parse_full_name
from pipeline.values.national_id import parse_national_id
from pipeline.values.phonetic import skeleton
from pipeline.values.titles import parse_title
from pipeline.values.villages import parse_moo, parse_village

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "values.csv"
COLUMNS = ("kind", "raw", "value", "status", "rules", "flags")
SURVEY = date(2024, 10, 1)


def _text(*parts: str | None) -> str:
    return " | ".join(part or "" for part in parts)


def _title(raw: str) -> tuple[str, str, str, str]:
    t = parse_title(raw)
    return _text(t.value, t.sex), t.status, " ".join(t.rules), ""


def _name(raw: str) -> tuple[str, str, str, str]:
    n = parse_full_name(raw)
    value = _text(n.title, n.sex, n.first_name, n.middle_name, n.last_name)
    return value, n.status, " ".join(n.rules), " ".join(n.flags)


def _national_id(raw: str) -> tuple[str, str, str, str]:
    i = parse_national_id(raw)
    return _text(i.value, i.kind), i.status, " ".join(i.rules), ""


def _house_code(raw: str) -> tuple[str, str, str, str]:
    h = parse_house_code(raw)
    return _text(h.value), h.status, " ".join(h.rules), ""


def _birth(raw: str) -> tuple[str, str, str, str]:
    cell, _, age = raw.partition(" @")
    b = parse_birth_date(cell, age or None, latest=SURVEY)
    return _text(b.value, b.source), b.status, " ".join(b.rules), " ".join(b.flags)


def _house_no(raw: str) -> tuple[str, str, str, str]:
    h = parse_house_no(raw)
    return _text(h.value, h.moo), h.status, " ".join(h.rules), ""


def _moo(raw: str) -> tuple[str, str, str, str]:
    v = parse_moo(raw)
    return _text(v.moo, v.name), v.status, " ".join(v.rules), ""


def _village(raw: str) -> tuple[str, str, str, str]:
    v = parse_village(raw)
    return _text(v.name, v.moo), v.status, " ".join(v.rules), ""


def _address(raw: str) -> tuple[str, str, str, str]:
    a = parse_address(raw)
    area = resolve_area(a.tambon, a.amphoe, a.province, None, "30")
    value = _text(a.house_no, a.moo, a.village, a.tambon, a.amphoe, a.province, area.tambon_code)
    return value, area.status, " ".join((*a.rules, *area.rules)), " ".join(area.flags)


def _skeleton(raw: str) -> tuple[str, str, str, str]:
    return skeleton(raw), "", "", ""


KINDS: dict[str, Callable[[str], tuple[str, str, str, str]]] = {
    "title": _title,
    "name": _name,
    "national_id": _national_id,
    "house_code": _house_code,
    "birth": _birth,
    "house_no": _house_no,
    "moo": _moo,
    "village": _village,
    "address": _address,
    "skeleton": _skeleton,
}


def _golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_the_golden_table_is_read_as_it_says(kind: str) -> None:
    rows = [row for row in _golden() if row["kind"] == kind]
    assert len(rows) >= 5
    read = [dict(zip(COLUMNS, (kind, row["raw"], *KINDS[kind](row["raw"])), strict=True)) for row in rows]
    assert read == rows
