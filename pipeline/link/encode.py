"""Records as integer codes: each distinct value is looked at once, pairs carry no text.

A node is a record's position in the order of record_id; every code is a value's position in the order of its values,
so the same records give the same codes whatever their order on arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.errors import UserError
from pipeline.link import fold
from pipeline.link.codes import combined
from pipeline.link.placeholder import Placeholders, find_placeholders

Codes = npt.NDArray[np.int64]
UNKNOWN = -1
_RARITY_GIVEN = (1 / 100, 1 / 400, 1 / 2000)
_RARITY_SURNAME = (1 / 300, 1 / 2000, 1 / 15000)
KNOWN_NAME_RECORDS = 5


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
    id_numbers: Codes
    placeholders: Placeholders

    @property
    def count(self) -> int:
        """Number of records."""
        return int(self.records.num_rows)

    def is_person(self) -> npt.NDArray[np.bool_]:
        """Which nodes are records of a person."""
        return np.asarray(self.columns["is_person"] == 1)


def read_records(path: Path) -> pa.Table:
    """NORMAL_RECORD in order of record_id.

    Raises:
        UserError: Two rows carry one record_id.
    """
    data = tables.NORMAL_RECORD.conform(pq.read_table(path))
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
        "is_person": (data["record_kind"].to_numpy(zero_copy_only=False) != "household").astype(np.int64),
        "agency": _codes(data["agency"]),
        "list": _codes(data["list_code"]),
        "role": _codes(data["role"]),
        "national_id": ids,
        "is_id_valid": (_equals(data["national_id_status"], "valid") & (ids >= 0)).astype(np.int64),
        "given": given,
        "surname": surname,
        "village": village,
        "sex": _codes(data["sex"]),
        "title": _codes(data["title"]),
        "relationship": _codes(data["relationship_code"]),
        "household_ref": _codes(data["household_ref"]),
        "house_code": _where(_codes(data["house_code"]), ~_equals(data["house_code_status"], "placeholder")),
        "house_no": _codes(data["house_no"]),
        "moo": _codes(data["moo"]),
        "tambon": _codes(data["tambon_code"]),
        "amphoe": _codes(data["amphoe_code"]),
        "birth_year": _integers(data["birth_year"]),
        "birth_month": _integers(data["birth_month"]),
        "birth_day": _integers(data["birth_day"]),
        "birth_text": _codes(data["birth_date"]),
    }
    placeholders = find_placeholders(columns, book.values)
    _add_name_keys(columns, book)
    _add_birth_keys(columns)
    columns["is_twin"] = _twins(columns)
    return Coded(data, columns, book, id_numbers, placeholders)


def _names(data: pa.Table) -> tuple[NameBook, Codes, Codes, Codes]:
    count = data.num_rows
    joined = pa.concat_arrays([data[name].combine_chunks() for name in ("first_name", "last_name", "village")])
    codes, values = _coded_values(joined)
    texts: list[str] = values.to_pylist()
    silent = [fold.silent_fold(t) for t in texts]
    sound = [fold.sound_fold(s) for s in silent]
    skeletons = [fold.skeleton(s) for s in sound]
    book = NameBook(
        values=texts,
        spelling=[fold.spelling_fold(t) for t in texts],
        silent=silent,
        sound=sound,
        skeleton=_code_texts(skeletons),
        fold_code=_code_texts(silent),
        initial=_code_texts([s[:1] for s in skeletons]),
        records=np.bincount(codes[codes >= 0], minlength=len(texts)).astype(np.int64),
    )
    return book, codes[:count], codes[count : 2 * count], codes[2 * count :]


def _national_ids(data: pa.Table) -> tuple[Codes, Codes]:
    status = data["national_id_status"]
    usable = ~(_equals(status, "placeholder") | _equals(status, "lost_digits"))
    codes, values = _coded_values(data["national_id"].combine_chunks())
    numeric = pc.match_substring_regex(values, r"^[0-9]{1,18}$")
    numbers = pc.cast(pc.if_else(numeric, values, "-1"), pa.int64()).to_numpy(zero_copy_only=False)
    return _where(codes, usable), numbers.astype(np.int64)


def _add_name_keys(columns: dict[str, Codes], book: NameBook) -> None:
    for role, borders in (("given", _RARITY_GIVEN), ("surname", _RARITY_SURNAME)):
        codes = columns[role]
        known = codes[codes >= 0]
        share = np.bincount(known, minlength=len(book.values)) / max(1, len(known))
        rarity = np.digitize(share, borders[::-1])
        columns[f"{role}_rarity"] = _through(codes, (len(borders) - rarity).astype(np.int64))
        columns[f"{role}_fold"] = _through(codes, book.fold_code)
        columns[f"{role}_key"] = _through(codes, book.skeleton)
        columns[f"{role}_initial"] = _through(codes, book.initial)


def _add_birth_keys(columns: dict[str, Codes]) -> None:
    year, month, day = columns["birth_year"], columns["birth_month"], columns["birth_day"]
    has_day = (month >= 0) & (day >= 0)
    has_all = has_day & (year >= 0)
    low, high = np.minimum(month, day), np.maximum(month, day)
    columns["birth_date"] = np.where(has_all, (year * 100 + month) * 100 + day, UNKNOWN)
    columns["birth_folded"] = np.where(has_all, (year * 100 + low) * 100 + high, UNKNOWN)
    columns["birth_month_day"] = np.where(has_day, month * 100 + day, UNKNOWN)


def _twins(columns: dict[str, Codes]) -> Codes:
    """Records whose surname and birth date stand in one agency's list under two given names.

    A list that names both shows that they are two children, not one whose name was changed.
    """
    twins = np.zeros(len(columns["agency"]), dtype=np.int64)
    family = (columns["birth_date"] >= 0) & (columns["surname_fold"] >= 0) & (columns["given_fold"] >= 0)
    nodes = np.flatnonzero(family & (columns["is_person"] == 1))
    if len(nodes) == 0:
        return twins
    family_key = combined([columns["birth_date"][nodes], columns["surname_fold"][nodes]])
    births = np.unique(family_key, return_inverse=True)[1]
    agency, given = columns["agency"][nodes], columns["given_fold"][nodes]
    named = np.unique(combined([births, agency, given]), return_index=True)[1]
    _, first, names = np.unique(combined([births[named], agency[named]]), return_index=True, return_counts=True)
    has_twins = np.zeros(int(births.max()) + 1, dtype=np.int64)
    has_twins[births[named][first[names > 1]]] = 1
    twins[nodes] = has_twins[births]
    return twins


def _coded_values(column: pa.Array) -> tuple[Codes, pa.Array]:
    encoded = column.dictionary_encode()
    values = encoded.dictionary
    order = pc.sort_indices(values).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    indices = encoded.indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False).astype(np.int64)
    return _through(indices, rank), values.take(pa.array(order))


def _codes(column: pa.ChunkedArray) -> Codes:
    return _coded_values(column.combine_chunks())[0]


def _code_texts(texts: list[str]) -> Codes:
    codes, values = _coded_values(pa.array(texts, pa.string()))
    empty = pc.index(values, "").as_py()
    return np.where(codes == empty, UNKNOWN, codes) if empty >= 0 else codes


def _integers(column: pa.ChunkedArray) -> Codes:
    return np.asarray(column.fill_null(UNKNOWN).to_numpy(), dtype=np.int64)


def _equals(column: pa.ChunkedArray, value: str) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.equal(column, value).fill_null(False).to_numpy(), dtype=np.bool_)


def _where(codes: Codes, keep: npt.NDArray[np.bool_]) -> Codes:
    return np.where(keep, codes, UNKNOWN)


def _through(codes: Codes, mapping: Codes) -> Codes:
    if len(mapping) == 0:
        return np.full(len(codes), UNKNOWN, dtype=np.int64)
    return np.where(codes >= 0, mapping[np.maximum(codes, 0)], UNKNOWN)
