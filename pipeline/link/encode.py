"""Records as integer codes: each distinct value is looked at once, pairs carry no text.

A node is a record's position in the order of record_id; a code is a text's place in its column's dictionary
(records.py), so the same records give the same codes whatever their order on arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.engine import Engine
from pipeline.link.codes import (
    UNKNOWN,
    Codes,
    at,
    coded_texts,
    codes_of,
    is_any_of,
    narrow,
    where,
)
from pipeline.link.namebook import ROLES, NameBook, code_names
from pipeline.link.placeholder import Placeholders, find_placeholders
from pipeline.link.twins import find_twins

_SHORTEST_ID, _LONGEST_ID = 7, 13


@dataclass(frozen=True, slots=True)
class Coded:
    """A night's records as codes.

    Attributes:
        records: NORMAL_RECORD in order of record_id: row n is node n.
        columns: Code columns by name, -1 where unknown, in as few bytes as hold them; one entry a node.
        names: The distinct names of this and earlier nights.
        id_numbers: The distinct national IDs as numbers, by code; -1 when not a number.
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


@dataclass(frozen=True, slots=True)
class Frozen:
    """What stays as it was when the model was learnt: names with their frequencies, and placeholders found since.

    Attributes:
        names: The names.
        is_first_january: Whether 1 January is typed where the day of birth is not known.
    """

    names: NameBook
    is_first_january: bool


def encode(
    records: pa.Table, frozen: Frozen | None = None, engine: Engine | None = None, *, has_twins: bool = True
) -> Coded:
    """Give every value its code and find placeholders by their frequency.

    Args:
        records: NORMAL_RECORD, texts as codes (records.py).
        frozen: Of the run that learnt the model; None: frequencies are those of these records.
        engine: Works on several columns at once; None: one after another.
        has_twins: Find twins among them too; else whoever asks knows them from the run before.
    """
    texts = [records[name] for name in ("first_name", "last_name", "village")]
    jobs: list[Callable[[], Any]] = [
        partial(code_names, texts, frozen.names if frozen else None),
        partial(_national_ids, records),
        partial(plain_columns, records),
    ]
    (book, names), (ids, id_numbers), columns = _done(engine, jobs)
    columns |= dict(zip((*ROLES, "village"), names, strict=True))
    columns["national_id"] = ids
    is_valid = is_any_of(records["national_id_status"], ("valid",)) & (columns["national_id"] >= 0)
    columns["is_id_valid"] = is_valid.astype(np.int32)
    placeholders = find_placeholders(
        columns, book.values, book.is_placeholder, bool(frozen and frozen.is_first_january)
    )
    book = book.with_placeholders(placeholders.names)
    if frozen is None:
        book = book.with_frequencies(*(columns[name] for name in (*ROLES, "village")))
    add_keys(columns, book, engine)
    narrowed = {name: narrow(codes) for name, codes in columns.items()}
    if has_twins:
        narrowed["is_twin"] = narrow(find_twins(narrowed))
    return Coded(records, narrowed, book, id_numbers, placeholders)


def _done(engine: Engine | None, jobs: list[Callable[[], Any]]) -> list[Any]:
    return engine.map_each(jobs, lambda job: job()) if engine else [job() for job in jobs]


def plain_columns(records: pa.Table) -> dict[str, Codes]:
    """Columns whose codes say what the record says, whatever stands in others."""
    is_placeholder = is_any_of(records["house_code_status"], ("placeholder",))
    return {
        "is_person": (~is_any_of(records["record_kind"], ("household",))).astype(np.int32),
        "agency": codes_of(records["agency"]),
        "list": codes_of(records["list_code"]),
        "role": codes_of(records["role"]),
        "sex": codes_of(records["sex"]),
        "title": codes_of(records["title"]),
        "relationship": codes_of(records["relationship_code"]),
        "household_ref": codes_of(records["household_ref"]),
        "house_code": where(codes_of(records["house_code"]), ~is_placeholder),
        "house_no": codes_of(records["house_no"]),
        "moo": codes_of(records["moo"]),
        "tambon": codes_of(records["tambon_code"]),
        "amphoe": codes_of(records["amphoe_code"]),
        "birth_year": _integers(records["birth_year"]),
        "birth_month": _integers(records["birth_month"]),
        "birth_day": _integers(records["birth_day"]),
        "birth_text": codes_of(records["birth_date"]),
    }


def _national_ids(records: pa.Table) -> tuple[Codes, npt.NDArray[np.int64]]:
    column = coded_texts(records["national_id"])
    codes, values = codes_of(column), column.dictionary
    length = pc.utf8_length(values)
    # A shorter number is a running number that got into the column, and says nothing of who somebody is.
    is_short = pc.less(length, _SHORTEST_ID).to_numpy(zero_copy_only=False).astype(bool)
    unusable = is_any_of(records["national_id_status"], ("placeholder", "lost_digits"))
    usable = ~unusable & ~at(np.append(is_short, False), codes)
    # Longer numbers do not fit the digits that are compared one by one.
    numeric = pc.and_(pc.ascii_is_decimal(values), pc.less_equal(length, _LONGEST_ID))
    numbers = pc.cast(pc.if_else(numeric, values, "-1"), pa.int64()).to_numpy(zero_copy_only=False)
    return where(codes, usable), numbers.astype(np.int64)


def add_keys(columns: dict[str, Codes], book: NameBook, engine: Engine | None = None) -> None:
    """Add the columns that follow from others: how rare names are, their foldings, parts of the birth date."""
    folded = {"fold": book.fold_code, "key": book.skeleton_code, "initial": book.initial_code}
    jobs: list[Callable[[], dict[str, Codes]]] = [partial(_birth_keys, columns)]
    jobs += [partial(_name_keys, columns[role], role, {**folded, "rarity": book.rarity[role]}) for role in ROLES]
    for found in _done(engine, jobs):
        columns |= found


def _name_keys(names: Codes, role: str, codes: dict[str, Codes]) -> dict[str, Codes]:
    # The unknown, -1, is the last entry.
    of_names = {key: narrow(np.append(of_name, np.int32(UNKNOWN))) for key, of_name in codes.items()}
    return {f"{role}_{key}": at(of_name, names) for key, of_name in of_names.items()}


def _birth_keys(columns: dict[str, Codes]) -> dict[str, Codes]:
    year, month, day = columns["birth_year"], columns["birth_month"], columns["birth_day"]
    has_day = (month >= 0) & (day >= 0)
    has_all = has_day & (year >= 0)
    low, high = np.minimum(month, day), np.maximum(month, day)
    return {
        "birth_date": where((year * 100 + month) * 100 + day, has_all),
        "birth_folded": where((year * 100 + low) * 100 + high, has_all),
        "birth_month_day": where(month * 100 + day, has_day),
    }


def _integers(column: pa.ChunkedArray) -> Codes:
    return np.asarray(column.fill_null(UNKNOWN).to_numpy(), dtype=np.int32)


def agency_rank(coded: Coded, priority: Sequence[str]) -> Codes:
    """Place of each record's agency in a declared order; those not named come last."""
    order = {agency: i for i, agency in enumerate(priority)}
    agencies = coded_texts(coded.records["agency"])
    ranks = np.array([order.get(a, len(order)) for a in agencies.dictionary.to_pylist()], dtype=np.int32)
    return at(ranks, codes_of(agencies))
