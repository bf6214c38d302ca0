"""What is read from which cells: one kernel a concept, from distinct cells to values, rules and flags.

A kernel is a pure function from distinct rows to rows. Every result ends with ``rules`` and ``flags``, each one text
with codes separated by spaces, null when there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import pyarrow as pa

from pipeline.normalise.distinct import Kernel, Row
from pipeline.normalise.lookups import household_type_of, look_up
from pipeline.normalise.plain import (
    Plain,
    plain_birth_dates,
    plain_dates,
    plain_given_names,
    plain_house_codes,
    plain_house_numbers,
    plain_household_refs,
    plain_national_ids,
    plain_surnames,
)
from pipeline.values.addresses import parse_address
from pipeline.values.areas import resolve_area
from pipeline.values.dates import full_date, parse_birth_date, parse_date
from pipeline.values.digits import read_digits
from pipeline.values.house_code import parse_house_code
from pipeline.values.house_numbers import parse_house_no
from pipeline.values.names import PersonName, parse_full_name, parse_given_name, parse_surname
from pipeline.values.national_id import parse_national_id
from pipeline.values.text import clean
from pipeline.values.titles import parse_title
from pipeline.values.villages import parse_moo, parse_village

_TEXT = pa.string()


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that is read from one or more cells.

    Attributes:
        name: Name of the concept; its first column names issues and repairs.
        columns: Cells it is read from.
        kernel: Distinct cells → values.
        schema: Columns of the values.
        plain: Which distinct rows need no kernel, and the values of those.
    """

    name: str
    columns: tuple[str, ...]
    kernel: Kernel
    schema: pa.Schema
    plain: Plain | None = None


def _join(codes: Sequence[str]) -> str | None:
    return " ".join(dict.fromkeys(codes)) if codes else None


def _text(cell: object) -> str | None:
    return cast("str | None", cell)


def _with_status(flags: tuple[str, ...], status: str) -> str | None:
    """Flags and, unless all is well, the status as one more flag."""
    return _join((*flags, status) if status not in ("value", "valid") else flags)


def _name_row(name: PersonName) -> Row:
    return (
        name.title,
        name.sex,
        name.first_name,
        name.middle_name,
        name.last_name,
        _join(name.rules),
        _with_status(name.flags, name.status),
    )


def read_titles(rows: Sequence[Row]) -> list[Row]:
    """Titles: value, sex."""
    found = [parse_title(_text(r[0])) for r in rows]
    return [(t.value, t.sex, _join(t.rules), _with_status((), t.status)) for t in found]


def read_given_names(rows: Sequence[Row]) -> list[Row]:
    """Given-name cells: the parts of a name."""
    return [_name_row(parse_given_name(_text(r[0]))) for r in rows]


def read_surnames(rows: Sequence[Row]) -> list[Row]:
    """Surname cells: the parts of a name, surname only."""
    return [_name_row(parse_surname(_text(r[0]))) for r in rows]


def read_full_names(rows: Sequence[Row]) -> list[Row]:
    """Full-name cells: the parts of a name."""
    return [_name_row(parse_full_name(_text(r[0]))) for r in rows]


def read_national_ids(rows: Sequence[Row]) -> list[Row]:
    """National IDs: value, status, kind."""
    found = [parse_national_id(_text(r[0])) for r in rows]
    return [(n.value, n.status, n.kind, _join(n.rules), _with_status((), n.status)) for n in found]


def read_house_codes(rows: Sequence[Row]) -> list[Row]:
    """House codes: value, status."""
    found = [parse_house_code(_text(r[0])) for r in rows]
    return [(h.value, h.status, _join(h.rules), _with_status((), h.status)) for h in found]


def read_birth_dates(rows: Sequence[Row]) -> list[Row]:
    """Birth dates with ages: value, year, month, day, source of the year."""
    out: list[Row] = []
    for raw, age, era, order, latest in rows:
        born = parse_birth_date(
            _text(raw),
            _text(age),
            era=_text(era) or "auto",
            order=_text(order) or "auto",
            latest=cast("date | None", latest),
        )
        source = born.source if born.year is not None else None
        flags = _with_status(born.flags, born.status)
        out.append((born.value, born.year, born.month, born.day, source, _join(born.rules), flags))
    return out


def read_dates(rows: Sequence[Row]) -> list[Row]:
    """Other dates: value as partial text, and as a date when full."""
    out: list[Row] = []
    for raw, era, order, latest in rows:
        found = parse_date(
            _text(raw), era=_text(era) or "auto", order=_text(order) or "auto", latest=cast("date | None", latest)
        )
        out.append((found.value, full_date(found.value), _join(found.rules), _with_status(found.flags, found.status)))
    return out


def read_house_numbers(rows: Sequence[Row]) -> list[Row]:
    """House numbers: value, and a moo typed beside it."""
    found = [parse_house_no(_text(r[0])) for r in rows]
    return [
        (h.value, h.moo, household_type_of(_text(r[0])), _join(h.rules), _with_status((), h.status))
        for h, r in zip(found, rows, strict=True)
    ]


def read_moos(rows: Sequence[Row]) -> list[Row]:
    """Village numbers: number, and a name typed beside it."""
    found = [parse_moo(_text(r[0])) for r in rows]
    return [(v.moo, v.name, _join(v.rules), _with_status((), v.status)) for v in found]


def read_villages(rows: Sequence[Row]) -> list[Row]:
    """Village names: name, a number typed beside it, the kind of dwelling it names."""
    found = [parse_village(_text(r[0])) for r in rows]
    return [
        (v.name, v.moo, household_type_of(_text(r[0])), _join(v.rules), _with_status((), v.status))
        for v, r in zip(found, rows, strict=True)
    ]


def read_addresses(rows: Sequence[Row]) -> list[Row]:
    """Addresses in one cell: house number, moo, village, the kind of dwelling."""
    found = [parse_address(_text(r[0])) for r in rows]
    return [
        (a.house_no, a.moo, a.village, household_type_of(_text(r[0])), _join(a.rules), _with_status((), a.status))
        for a, r in zip(found, rows, strict=True)
    ]


def read_areas(rows: Sequence[Row]) -> list[Row]:
    """Areas: tambon, amphoe and province codes, moo of a village code, the amphoe's name as typed."""
    out: list[Row] = []
    for tambon, amphoe, province, code, address, home in rows:
        whole = parse_address(_text(address))
        area = resolve_area(
            _text(tambon) or whole.tambon,
            _text(amphoe) or whole.amphoe,
            _text(province) or whole.province,
            _text(code),
            _text(home),
        )
        typed = clean(_text(amphoe) or whole.amphoe).value
        flags = _with_status(area.flags, area.status)
        out.append((area.tambon_code, area.amphoe_code, area.province_code, area.moo, typed, _join(area.rules), flags))
    return out


def _read_codes(name: str, rows: Sequence[Row]) -> list[Row]:
    found = [look_up(name, _text(r[0])) for r in rows]
    return [(c.code, None, _with_status((), c.status)) for c in found]


def read_sexes(rows: Sequence[Row]) -> list[Row]:
    """Sex words: M or F."""
    return _read_codes("sex", rows)


def read_relationships(rows: Sequence[Row]) -> list[Row]:
    """Relationship words: code."""
    return _read_codes("relationship", rows)


def read_household_types(rows: Sequence[Row]) -> list[Row]:
    """Household type words: code."""
    return _read_codes("household_type", rows)


def read_life_statuses(rows: Sequence[Row]) -> list[Row]:
    """Life status words: code."""
    return _read_codes("life_status", rows)


def read_household_refs(rows: Sequence[Row]) -> list[Row]:
    """The agency's own household numbers: trimmed, without the ``.0`` of a number cell."""
    out: list[Row] = []
    for (raw,) in rows:
        text = clean(_text(raw)).value
        if text is not None and text.endswith(".0"):
            text = read_digits(text).value
        out.append((text, None, None))
    return out


def _schema(text: str, **others: pa.DataType) -> pa.Schema:
    fields = [pa.field(name, _TEXT) for name in text.split()]
    fields += [pa.field(name, kind) for name, kind in others.items()]
    return pa.schema([*fields, pa.field("rules", _TEXT), pa.field("flags", _TEXT)])


_NAME = _schema("title sex first_name middle_name last_name")
_DATE = _schema("value", date=pa.date32())
_DATE_COLUMNS = ("date_era", "date_order", "evidence_date")

CONCEPTS: tuple[Concept, ...] = (
    Concept("title", ("title",), read_titles, _schema("value sex")),
    Concept("first_name", ("first_name",), read_given_names, _NAME, plain_given_names),
    Concept("last_name", ("last_name",), read_surnames, _NAME, plain_surnames),
    Concept("full_name", ("full_name",), read_full_names, _NAME),
    Concept("national_id", ("national_id",), read_national_ids, _schema("value status kind"), plain_national_ids),
    Concept("house_code", ("house_code",), read_house_codes, _schema("value status"), plain_house_codes),
    Concept(
        "birth_date",
        ("birth_date", "age", *_DATE_COLUMNS),
        read_birth_dates,
        pa.schema(
            [
                ("value", _TEXT),
                ("year", pa.int32()),
                ("month", pa.int32()),
                ("day", pa.int32()),
                ("source", _TEXT),
                ("rules", _TEXT),
                ("flags", _TEXT),
            ]
        ),
        plain_birth_dates,
    ),
    Concept("death_date", ("death_date", *_DATE_COLUMNS), read_dates, _DATE, plain_dates),
    Concept("last_seen_date", ("last_seen_date", *_DATE_COLUMNS), read_dates, _DATE, plain_dates),
    Concept("house_no", ("house_no",), read_house_numbers, _schema("value moo household_type"), plain_house_numbers),
    Concept("moo", ("moo",), read_moos, _schema("value village")),
    Concept("village", ("village",), read_villages, _schema("value moo household_type")),
    Concept("address", ("address",), read_addresses, _schema("value moo village household_type")),
    Concept(
        "tambon",
        ("tambon", "amphoe", "province", "tambon_code", "address", "home_province"),
        read_areas,
        _schema("value amphoe_code province_code moo amphoe"),
    ),
    Concept("sex", ("sex",), read_sexes, _schema("value")),
    Concept("relationship", ("relationship",), read_relationships, _schema("value")),
    Concept("household_type", ("household_type",), read_household_types, _schema("value")),
    Concept("life_status", ("life_status",), read_life_statuses, _schema("value")),
    Concept("household_ref", ("household_ref",), read_household_refs, _schema("value"), plain_household_refs),
)
