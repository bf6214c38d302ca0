"""Values that stand for "not known", found by how often they stand there, and IDs that many people share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.codes import Codes, Flags, at, by_appearance, combined, first_places, where

# Words for "unknown" that normalise may have let through; frequency finds the rest.
_WORDS = frozenset({"ไม่ทราบ", "ไม่ระบุ", "ไม่มี", "ไม่ทราบชื่อ", "ไม่ปรากฏ", "ไม่มีข้อมูล", "unknown", "none", "-", "."})
# The commonest given name stands for under 1 % of people; five times the next one and over 5 % is no name.
_NAME_SHARE = 0.05
_NAME_RATIO = 5.0
_NAME_MINIMUM = 30
# 1 January is a person's true birthday once in 365: four times as often means that it is typed for "unknown".
_FIRST_JANUARY_RATIO = 4.0
_FIRST_JANUARY_MINIMUM = 10
# One person stands in a handful of lists; an ID under more different names than this belongs to nobody.
_ID_NAMES = 3
_ID_RECORDS = 100


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands for "not known". What was found so once stays so until the model is learnt anew.

    Attributes:
        names: Role (given, surname) → for each name whether it is one.
        is_first_january: Whether 1 January is typed where the day of birth is not known.
        records: Column → in how many records one was set aside.
    """

    names: dict[str, Flags]
    is_first_january: bool
    records: dict[str, int]


def find_placeholders(
    columns: dict[str, Codes], names: pa.Array, before: dict[str, Flags], was_first_january: bool
) -> Placeholders:
    """Set placeholders in ``columns`` to unknown, in place.

    Args:
        columns: Code columns.
        names: The distinct names, by code.
        before: Role → for each name whether an earlier run found that it is one.
        was_first_january: Whether an earlier run found that of 1 January.
    """
    words = pc.is_in(pc.utf8_lower(names), value_set=pa.array(sorted(_WORDS))).to_numpy(zero_copy_only=False)
    found = {role: _not_names(columns[role], words | before[role]) for role in ("given", "surname")}
    records = {role: _clear(columns, role, at(np.append(bad, False), columns[role])) for role, bad in found.items()}
    is_first_january = was_first_january or _is_first_january_typed(columns)
    if is_first_january:
        hit = (columns["birth_month"] == 1) & (columns["birth_day"] == 1)
        records["birth_day"] = _clear(columns, "birth_day", hit)
        _clear(columns, "birth_month", hit)
    else:
        records["birth_day"] = 0
    records["national_id"] = _clear_shared_ids(columns)
    return Placeholders(found, is_first_january, records)


def _not_names(codes: Codes, bad: Flags) -> Flags:
    counts = np.bincount(codes[codes >= 0], minlength=len(bad))
    if len(counts) > 1 and counts.sum() > 0:
        second, top = np.partition(counts, -2)[-2:]
        if top >= max(_NAME_MINIMUM, _NAME_SHARE * counts.sum(), _NAME_RATIO * second):
            bad[int(np.argmax(counts))] = True
    return bad


def _clear(columns: dict[str, Codes], name: str, hit: Flags) -> int:
    count = int(np.count_nonzero(hit))
    if count:
        columns[name] = where(columns[name], ~hit)
    return count


def _is_first_january_typed(columns: dict[str, Codes]) -> bool:
    month, day = columns["birth_month"], columns["birth_day"]
    dated = int(((month >= 0) & (day >= 0)).sum())
    hits = int(((month == 1) & (day == 1)).sum())
    return hits >= max(_FIRST_JANUARY_MINIMUM, _FIRST_JANUARY_RATIO * dated / 365)


def _clear_shared_ids(columns: dict[str, Codes]) -> int:
    ids = columns["national_id"]
    holders = np.flatnonzero((ids >= 0) & (columns["is_person"] == 1))
    if len(holders) == 0:
        return 0
    size = int(ids.max()) + 1
    records = np.bincount(ids[holders], minlength=size)
    bad = records > _ID_NAMES
    named = holders[bad[ids[holders]]]
    named = named[(columns["given"][named] >= 0) & (columns["birth_year"][named] >= 0)]
    # A person is told apart roughly by given name and birth year; spelling variants and slips leave a few.
    for name in ("given", "birth_year"):
        kinds = first_places(by_appearance(combined([ids[named], columns[name][named]]))[0])
        bad &= np.bincount(ids[named][kinds], minlength=size) > _ID_NAMES
    bad |= records > _ID_RECORDS
    hit = at(np.append(bad, False), ids)
    columns["is_id_valid"] = np.where(hit, np.int32(0), columns["is_id_valid"])
    return _clear(columns, "national_id", hit)
