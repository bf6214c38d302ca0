"""Records as integer codes: each distinct value is looked at once, pairs carry no text.

A node is a record's position in the order of record_id; every code is a value's position in the order of its values,
so the same records give the same codes whatever their order on arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.errors import UserError
from pipeline.link.codes import (
    UNKNOWN,
    Codes,
    code_texts,
    coded_texts,
    combined,
    in_order,
    indices_of,
    is_any_of,
    positions,
    through,
    used_texts,
    where,
)
from pipeline.link.fold import fold_names
from pipeline.link.placeholder import Placeholders, find_placeholders

_RARITY_GIVEN = (1 / 100, 1 / 400, 1 / 2000)
_RARITY_SURNAME = (1 / 300, 1 / 2000, 1 / 15000)
KNOWN_NAME_RECORDS = 5
_SHORTEST_ID, _LONGEST_ID = 7, 13


@dataclass(frozen=True, slots=True)
class NameBook:
    """The distinct names and villages of a night, with their foldings.

    Attributes:
        values: Distinct values in order; a name's code is its position.
        spelling, silent, sound: Foldings of each (fold.py).
        skeleton: Code of each name's blocking skeleton.
        records: In how many records each stands.
    """

    values: list[str]
    spelling: list[str]
    silent: list[str]
    sound: list[str]
    skeleton: Codes
    fold_code: Codes
    initial: Codes
    records: Codes


@dataclass(frozen=True, slots=True)
class Coded:
    """A night's records as codes.

    Attributes:
        records: NORMAL_RECORD in order of record_id: row n is node n.
        columns: Code columns by name, -1 where unknown; one entry a node.
        names: The distinct names.
        id_numbers: The distinct usable national IDs as numbers, by code; -1 when not a number.
        placeholders: What was set aside as a placeholder, counted.
    """

    records: pa.Table
    columns: dict[str, Codes]
    names: NameBook
    id_numbers: npt.NDArray[np.int64]
    placeholders: Placeholders

    @property
    def count(self) -> int:
        """Number of records."""
        return int(self.records.num_rows)

    def is_person(self) -> npt.NDArray[np.bool_]:
        """Which nodes are records of a person."""
        return np.asarray(self.columns["is_person"] == 1)


def read_records(source: Path | pa.Table) -> pa.Table:
    """NORMAL_RECORD in order of record_id, from a file or a table, its texts as codes into dictionaries.

    Raises:
        UserError: Two rows carry one record_id.
    """
    given = source if isinstance(source, pa.Table) else tables.NORMAL_RECORD.read_coded(source)
    data = tables.NORMAL_RECORD.conform(given, keep_coded=True).combine_chunks()
    ids = data["record_id"].combine_chunks()
    if len(ids) > 1 and pc.any(pc.equal(ids[1:], ids[:-1])).as_py():
        raise UserError(
            "record_id is not unique: every record needs its own identifier; correct the input and run again.",
            "record_id ซ้ำกัน แต่ละระเบียนต้องมีรหัสของตนเอง แก้ข้อมูลแล้วรันใหม่",
        )
    return data


def encode(data: pa.Table) -> Coded:
    """Give every value its code and find placeholders by their frequency."""
    book, given, surname, village = _names(data)
    ids, id_numbers = _national_ids(data)
    columns: dict[str, Codes] = {
        "is_person": (~is_any_of(data["record_kind"], ("household",))).astype(np.int32),
        "agency": _codes_of(data["agency"]),
        "list": _codes_of(data["list_code"]),
        "role": _codes_of(data["role"]),
        "national_id": ids,
        "is_id_valid": (is_any_of(data["national_id_status"], ("valid",)) & (ids >= 0)).astype(np.int32),
        "given": given,
        "surname": surname,
        "village": village,
        "sex": _codes_of(data["sex"]),
        "title": _codes_of(data["title"]),
        "relationship": _codes_of(data["relationship_code"]),
        "household_ref": _codes_of(data["household_ref"]),
        "house_code": where(_codes_of(data["house_code"]), ~is_any_of(data["house_code_status"], ("placeholder",))),
        "house_no": _codes_of(data["house_no"]),
        "moo": _codes_of(data["moo"]),
        "tambon": _codes_of(data["tambon_code"]),
        "amphoe": _codes_of(data["amphoe_code"]),
        "birth_year": _integers(data["birth_year"]),
        "birth_month": _integers(data["birth_month"]),
        "birth_day": _integers(data["birth_day"]),
        "birth_text": _codes_of(data["birth_date"]),
    }
    placeholders = find_placeholders(columns, book.values)
    _add_name_keys(columns, book)
    _add_birth_keys(columns)
    columns["is_twin"] = _twins(columns)
    return Coded(data, columns, book, id_numbers, placeholders)


def _names(data: pa.Table) -> tuple[NameBook, Codes, Codes, Codes]:
    columns = [coded_texts(data[name]) for name in ("first_name", "last_name", "village")]
    values = in_order(pa.concat_arrays([used_texts(column) for column in columns]))
    given, surname, village = (through(indices_of(column), positions(column.dictionary, values)) for column in columns)
    codes = np.concatenate([given, surname, village])
    texts: list[str] = values.to_pylist()
    folded = fold_names(texts)
    book = NameBook(
        values=texts,
        spelling=folded.spelling,
        silent=folded.silent,
        sound=folded.sound,
        skeleton=_code_nonempty(folded.skeleton),
        fold_code=_code_nonempty(folded.silent),
        initial=_code_nonempty([text[:1] for text in folded.skeleton]),
        records=np.bincount(codes[codes >= 0], minlength=len(texts)).astype(np.int64),
    )
    return book, given, surname, village


def _national_ids(data: pa.Table) -> tuple[Codes, npt.NDArray[np.int64]]:
    codes, values = code_texts(data["national_id"])
    length = pc.utf8_length(values)
    # A shorter number is a running number that got into the column, and says nothing of who somebody is.
    is_short = pc.less(length, _SHORTEST_ID).to_numpy(zero_copy_only=False).astype(bool)
    usable = ~is_any_of(data["national_id_status"], ("placeholder", "lost_digits")) & ~np.append(is_short, False)[codes]
    # Longer numbers do not fit the digits that are compared one by one.
    numeric = pc.and_(pc.match_substring_regex(values, "^[0-9]+$"), pc.less_equal(length, _LONGEST_ID))
    numbers = pc.cast(pc.if_else(numeric, values, "-1"), pa.int64()).to_numpy(zero_copy_only=False)
    return where(codes, usable), numbers.astype(np.int64)


def _add_name_keys(columns: dict[str, Codes], book: NameBook) -> None:
    for role, borders in (("given", _RARITY_GIVEN), ("surname", _RARITY_SURNAME)):
        codes = columns[role]
        known = codes[codes >= 0]
        share = np.bincount(known, minlength=len(book.values)) / max(1, len(known))
        rarity = np.digitize(share, borders[::-1])
        columns[f"{role}_rarity"] = through(codes, (len(borders) - rarity).astype(np.int64))
        columns[f"{role}_fold"] = through(codes, book.fold_code)
        columns[f"{role}_key"] = through(codes, book.skeleton)
        columns[f"{role}_initial"] = through(codes, book.initial)


def _add_birth_keys(columns: dict[str, Codes]) -> None:
    year, month, day = columns["birth_year"], columns["birth_month"], columns["birth_day"]
    has_day = (month >= 0) & (day >= 0)
    has_all = has_day & (year >= 0)
    low, high = np.minimum(month, day), np.maximum(month, day)
    columns["birth_date"] = where((year * 100 + month) * 100 + day, has_all)
    columns["birth_folded"] = where((year * 100 + low) * 100 + high, has_all)
    columns["birth_month_day"] = where(month * 100 + day, has_day)


def _twins(columns: dict[str, Codes]) -> Codes:
    """Records whose surname and birth date stand in one agency's list under two given names.

    A list that names both shows that they are two children, not one whose name was changed.
    """
    twins = np.zeros(len(columns["agency"]), dtype=np.int32)
    family = (columns["birth_date"] >= 0) & (columns["surname_fold"] >= 0) & (columns["given_fold"] >= 0)
    nodes = np.flatnonzero(family & (columns["is_person"] == 1))
    if len(nodes) == 0:
        return twins
    family_key = combined([columns["birth_date"][nodes], columns["surname_fold"][nodes]])
    births = np.unique(family_key, return_inverse=True)[1]
    agency, given = columns["agency"][nodes], columns["given_fold"][nodes]
    named = np.unique(combined([births, agency, given]), return_index=True)[1]
    _, first, names = np.unique(combined([births[named], agency[named]]), return_index=True, return_counts=True)
    has_twins = np.zeros(int(births.max()) + 1, dtype=np.int32)
    has_twins[births[named][first[names > 1]]] = 1
    twins[nodes] = has_twins[births]
    return twins


def _code_nonempty(texts: list[str]) -> Codes:
    codes, values = code_texts(pa.array(texts, pa.string()))
    empty = pc.index(values, "").as_py()
    return where(codes, codes != empty)


def _codes_of(column: pa.ChunkedArray) -> Codes:
    return code_texts(column)[0]


def _integers(column: pa.ChunkedArray) -> Codes:
    return np.asarray(column.fill_null(UNKNOWN).to_numpy(), dtype=np.int32)


def agency_rank(coded: Coded, priority: Sequence[str]) -> npt.NDArray[np.int64]:
    """Place of each record's agency in a declared order; those not named come last."""
    order = {agency: i for i, agency in enumerate(priority)}
    agencies = coded_texts(coded.records["agency"])
    ranks = np.array([order.get(a, len(order)) for a in agencies.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(ranks[indices_of(agencies)], dtype=np.int64)
