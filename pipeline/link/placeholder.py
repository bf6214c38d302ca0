"""Values that stand for "not known", found by how often they stand there, and IDs that many people share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes, combined

UNKNOWN = -1
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
    """How many records had a placeholder set aside, by column; no values."""

    given: int
    surname: int
    birth_day: int
    national_id: int

    def as_counts(self) -> dict[str, int]:
        """For the report."""
        return {
            "given": self.given,
            "surname": self.surname,
            "birth_day": self.birth_day,
            "national_id": self.national_id,
        }


def find_placeholders(columns: dict[str, Codes], names: list[str]) -> Placeholders:
    """Set placeholders in ``columns`` to unknown, in place, and count them."""
    words = np.array([name.lower() in _WORDS for name in names], dtype=bool)
    return Placeholders(
        given=_clear_names(columns, "given", words),
        surname=_clear_names(columns, "surname", words),
        birth_day=_clear_first_january(columns),
        national_id=_clear_shared_ids(columns),
    )


def _clear_names(columns: dict[str, Codes], role: str, words: npt.NDArray[np.bool_]) -> int:
    codes = columns[role]
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    bad = np.append(words, False)
    if len(counts) > 1 and counts.sum() > 0:
        second, top = np.partition(counts, -2)[-2:]
        if top >= max(_NAME_MINIMUM, _NAME_SHARE * counts.sum(), _NAME_RATIO * second):
            bad[int(np.argmax(counts))] = True
    # The unknown, -1, is the last entry.
    hit = bad[codes]
    columns[role] = _without(codes, hit)
    return int(hit.sum())


def _without(codes: Codes, hit: npt.NDArray[np.bool_]) -> Codes:
    return np.where(hit, np.int32(UNKNOWN), codes)


def _clear_first_january(columns: dict[str, Codes]) -> int:
    month, day = columns["birth_month"], columns["birth_day"]
    dated = int(((month >= 0) & (day >= 0)).sum())
    hit = (month == 1) & (day == 1)
    if hit.sum() < max(_FIRST_JANUARY_MINIMUM, _FIRST_JANUARY_RATIO * dated / 365):
        return 0
    columns["birth_month"] = _without(month, hit)
    columns["birth_day"] = _without(day, hit)
    return int(hit.sum())


def _clear_shared_ids(columns: dict[str, Codes]) -> int:
    ids = columns["national_id"]
    holders = np.flatnonzero((ids >= 0) & (columns["is_person"] == 1))
    if len(holders) == 0:
        return 0
    size = int(ids.max()) + 1
    both = (columns["given"] >= 0) & (columns["birth_year"] >= 0)
    named = holders[both[holders]]
    # A person is told apart roughly by given name and birth year; spelling variants and slips leave a few.
    bad = np.ones(size, dtype=bool)
    for name in ("given", "birth_year"):
        kinds = np.unique(combined([ids[named], columns[name][named]]), return_index=True)[1]
        bad &= np.bincount(ids[named][kinds], minlength=size) > _ID_NAMES
    bad |= np.bincount(ids[holders], minlength=size) > _ID_RECORDS
    hit = np.append(bad, False)[ids]
    columns["national_id"] = _without(ids, hit)
    columns["is_id_valid"] = np.where(hit, np.int32(0), columns["is_id_valid"])
    return int(hit.sum())
