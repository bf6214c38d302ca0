"""Values that stand for "not known", found by how often they stand there, and IDs that many people share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
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
    return Placeholders(
        given=_clear_names(columns, "given", names),
        surname=_clear_names(columns, "surname", names),
        birth_day=_clear_first_january(columns),
        national_id=_clear_shared_ids(columns),
    )


def _clear_names(columns: dict[str, Codes], role: str, names: list[str]) -> int:
    codes = columns[role]
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    words = np.array([i for i, name in enumerate(names) if name.lower() in _WORDS], dtype=np.int64)
    bad = np.zeros(len(names), dtype=bool)
    bad[words] = True
    if len(counts) > 1 and counts.sum() > 0:
        top, second = np.sort(counts)[::-1][:2]
        first = int(np.argmax(counts))
        if top >= max(_NAME_MINIMUM, _NAME_SHARE * counts.sum(), _NAME_RATIO * second):
            bad[first] = True
    hit = (codes >= 0) & bad[np.maximum(codes, 0)] if len(names) else np.zeros(len(codes), dtype=bool)
    columns[role] = np.where(hit, UNKNOWN, codes)
    return int(hit.sum())


def _clear_first_january(columns: dict[str, Codes]) -> int:
    month, day = columns["birth_month"], columns["birth_day"]
    dated = int(((month >= 0) & (day >= 0)).sum())
    hit = (month == 1) & (day == 1)
    if hit.sum() < max(_FIRST_JANUARY_MINIMUM, _FIRST_JANUARY_RATIO * dated / 365):
        return 0
    columns["birth_month"] = np.where(hit, UNKNOWN, month)
    columns["birth_day"] = np.where(hit, UNKNOWN, day)
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
    kinds = np.unique(np.stack([ids[named], columns["given"][named], columns["birth_year"][named]]), axis=1)
    givens = np.unique(kinds[:2], axis=1)
    years = np.unique(kinds[[0, 2]], axis=1)
    bad = (np.bincount(givens[0], minlength=size) > _ID_NAMES) & (np.bincount(years[0], minlength=size) > _ID_NAMES)
    bad |= np.bincount(ids[holders], minlength=size) > _ID_RECORDS
    hit = (ids >= 0) & bad[np.maximum(ids, 0)]
    columns["national_id"] = np.where(hit, UNKNOWN, ids)
    columns["is_id_valid"] = np.where(hit, 0, columns["is_id_valid"])
    return int(hit.sum())
