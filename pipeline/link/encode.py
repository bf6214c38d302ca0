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
    by_appearance,
    coded_texts,
    codes_of,
    combined,
    indices_of,
    is_any_of,
    narrow,
    through,
    where,
)
from pipeline.link.namebook import ROLES, NameBook, code_names
from pipeline.link.pairing import alike_in, may_repeat
from pipeline.link.placeholder import Placeholders, find_placeholders

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


def encode(records: pa.Table, frozen: Frozen | None = None, engine: Engine | None = None) -> Coded:
    """Give every value its code and find placeholders by their frequency.

    Args:
        records: NORMAL_RECORD, texts as codes (records.py).
        frozen: Of the run that learnt the model; None: frequencies are those of these records.
        engine: Works on several columns at once; None: one after another.
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
    columns["is_twin"] = _twins(columns)
    return Coded(records, {name: narrow(codes) for name, codes in columns.items()}, book, id_numbers, placeholders)


def _done(engine: Engine | None, jobs: list[Callable[[], Any]]) -> list[Any]:
    return engine.map_each(jobs, lambda job: job()) if engine else [job() for job in jobs]


def plain_columns(records: pa.Table) -> dict[str, Codes]:
    """Columns whose codes say what the record says, whatever stands in others."""
    is_placeholder = is_any_of(records["house_code_status"], ("placeholder",))
    return {
        "is_person": (~is_any_of(records["record_kind"], ("household",))).astype(np.int32),
        "agency": _codes_of(records["agency"]),
        "list": _codes_of(records["list_code"]),
        "role": _codes_of(records["role"]),
        "sex": _codes_of(records["sex"]),
        "title": _codes_of(records["title"]),
        "relationship": _codes_of(records["relationship_code"]),
        "household_ref": _codes_of(records["household_ref"]),
        "house_code": where(_codes_of(records["house_code"]), ~is_placeholder),
        "house_no": _codes_of(records["house_no"]),
        "moo": _codes_of(records["moo"]),
        "tambon": _codes_of(records["tambon_code"]),
        "amphoe": _codes_of(records["amphoe_code"]),
        "birth_year": _integers(records["birth_year"]),
        "birth_month": _integers(records["birth_month"]),
        "birth_day": _integers(records["birth_day"]),
        "birth_text": _codes_of(records["birth_date"]),
    }


def _national_ids(records: pa.Table) -> tuple[Codes, npt.NDArray[np.int64]]:
    column = coded_texts(records["national_id"])
    codes, values = indices_of(column), column.dictionary
    length = pc.utf8_length(values)
    # A shorter number is a running number that got into the column, and says nothing of who somebody is.
    is_short = pc.less(length, _SHORTEST_ID).to_numpy(zero_copy_only=False).astype(bool)
    unusable = is_any_of(records["national_id_status"], ("placeholder", "lost_digits"))
    usable = ~unusable & ~np.append(is_short, False)[codes]
    # Longer numbers do not fit the digits that are compared one by one.
    numeric = pc.and_(pc.match_substring_regex(values, "^[0-9]+$"), pc.less_equal(length, _LONGEST_ID))
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
    return {f"{role}_{key}": through(names, of_name) for key, of_name in codes.items()}


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


def _twins(columns: dict[str, Codes]) -> Codes:
    """Records whose surname and birth date stand in one agency's list under two given names.

    A list that names both shows that they are two children, not one whose name was changed.
    """
    twins = np.zeros(len(columns["agency"]), dtype=np.int32)
    family = (columns["birth_date"] >= 0) & (columns["surname_fold"] >= 0) & (columns["given_fold"] >= 0)
    family &= columns["is_person"] == 1
    births = [columns["birth_date"], columns["surname_fold"]]
    # Few stand twice in one list: the others are not looked at further.
    nodes = np.flatnonzero(family & may_repeat([*births, columns["agency"]]))
    if len(nodes) == 0:
        return twins
    birth, _ = by_appearance(combined([column[nodes] for column in births]))
    of_list, _ = by_appearance(combined([birth, columns["agency"][nodes]]))
    given = columns["given_fold"][nodes]
    # Every record writes its given name over that of the one before: who then reads another is not alone.
    last = np.empty(int(of_list.max()) + 1, dtype=given.dtype)
    last[of_list] = given
    alike = alike_in(births, nodes[last[of_list] != given])
    twins[alike[family[alike]]] = 1
    return twins


def _codes_of(column: pa.ChunkedArray) -> Codes:
    return codes_of(coded_texts(column))


def _integers(column: pa.ChunkedArray) -> Codes:
    return np.asarray(column.fill_null(UNKNOWN).to_numpy(), dtype=np.int32)


def agency_rank(coded: Coded, priority: Sequence[str]) -> npt.NDArray[np.int64]:
    """Place of each record's agency in a declared order; those not named come last."""
    order = {agency: i for i, agency in enumerate(priority)}
    agencies = coded_texts(coded.records["agency"])
    ranks = np.array([order.get(a, len(order)) for a in agencies.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(ranks[indices_of(agencies)], dtype=np.int64)
