"""The distinct names and villages, their foldings, and how common each was when the model was learnt.

Frequencies are part of the model: they stay as they were found until it is learnt anew, so that a record which did not
change means the same every night. A name that came since counts as rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.columns import whole
from pipeline.link.codes import (
    Codes,
    Flags,
    Texts,
    blanked,
    coded_texts,
    codes_of,
    is_used,
    marked,
    placed,
    through,
)
from pipeline.link.fold import fold_names

ROLES = ("given", "surname")
# Shares of records from which on a name is uncommon, common, very common.
_BORDERS = {"given": (1 / 2000, 1 / 400, 1 / 100), "surname": (1 / 15000, 1 / 2000, 1 / 300)}
RAREST = 3
# A name in so many records is in use; a rarer one may be a slip.
KNOWN_NAME_RECORDS = 5
_FOLDINGS = ("spelling", "silent", "sound", "skeleton")


@dataclass(frozen=True, slots=True)
class NameBook:
    """Names by code: a name's code is its place.

    Attributes:
        values: Distinct names.
        spelling, silent, sound, skeleton: Foldings of each (fold.py).
        is_in_use: Whether a name was common enough to be no slip.
        rarity: Role → 0 very common … RAREST.
        is_placeholder: Role → whether the name stands for "not known".
    """

    values: pa.Array
    spelling: pa.Array
    silent: pa.Array
    sound: pa.Array
    skeleton: pa.Array
    is_in_use: Flags
    rarity: dict[str, npt.NDArray[np.int8]]
    is_placeholder: dict[str, Flags]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def fold_code(self) -> Codes:
        """One code for all names of one silent fold; -1 for the empty one."""
        return first_codes(self.silent)

    @property
    def skeleton_code(self) -> Codes:
        """One code for all names of one skeleton, -1 for the empty one."""
        return first_codes(self.skeleton)

    @property
    def initial_code(self) -> Codes:
        """One code for all names whose skeletons begin alike, -1 for the empty one."""
        return first_codes(pc.utf8_slice_codeunits(self.skeleton, 0, 1))

    def with_frequencies(self, given: Codes, surname: Codes, village: Codes) -> NameBook:
        """The same names, as common as they are among some records (codes, -1 unknown)."""
        size = len(self)
        counts = {
            role: np.bincount(codes[codes >= 0], minlength=size)
            for role, codes in (("given", given), ("surname", surname))
        }
        total = sum(counts.values()) + np.bincount(village[village >= 0], minlength=size)
        rarity = {
            role: (RAREST - np.digitize(found / max(1, int(found.sum())), _BORDERS[role])).astype(np.int8)
            for role, found in counts.items()
        }
        return replace(self, is_in_use=total >= KNOWN_NAME_RECORDS, rarity=rarity)

    def with_placeholders(self, found: dict[str, Flags]) -> NameBook:
        """The same names, with those of a role that stand for "not known"."""
        return replace(self, is_placeholder=found)

    def without_unused(self, columns: Sequence[Codes]) -> NameBook:
        """The same codes without the names that no column uses any more."""
        is_used = np.logical_or.reduce([marked(codes, len(self) + 1) for codes in columns])
        kept = is_used[:-1] | np.logical_or.reduce([self.is_placeholder[role] for role in ROLES])
        texts: dict[str, Any] = {name: blanked(getattr(self, name), kept) for name in ("values", *_FOLDINGS)}
        return replace(self, **texts)

    def table(self) -> pa.Table:
        """As a table, one row a name, to be kept."""
        columns = {name: getattr(self, name) for name in ("values", *_FOLDINGS, "is_in_use")}
        for role in ROLES:
            columns[f"{role}_rarity"] = self.rarity[role]
            columns[f"is_{role}_placeholder"] = self.is_placeholder[role]
        return pa.table(columns)


def book_of(table: pa.Table) -> NameBook:
    """The names that :meth:`NameBook.table` gave."""
    texts: dict[str, Any] = {name: whole(table[name]) for name in ("values", *_FOLDINGS)}
    return NameBook(
        **texts,
        is_in_use=_numbers(table["is_in_use"]).astype(bool),
        rarity={role: _numbers(table[f"{role}_rarity"]).astype(np.int8) for role in ROLES},
        is_placeholder={role: _numbers(table[f"is_{role}_placeholder"]).astype(bool) for role in ROLES},
    )


def code_names(columns: list[Texts], before: NameBook | None) -> tuple[NameBook, list[Codes]]:
    """The names of some columns behind those known before, and the code of each row of each column."""
    coded = [coded_texts(column) for column in columns]
    texts = pa.concat_arrays([column.dictionary for column in coded])
    used = np.concatenate([is_used(column) for column in coded])
    at, values = placed(texts, used, before.values if before else texts.slice(0, 0))
    fresh = _fresh(values.slice(len(before) if before else 0))
    book = _behind(before, fresh) if before else fresh
    ends = np.cumsum([len(column.dictionary) for column in coded])[:-1]
    return book, [through(codes_of(c), part) for c, part in zip(coded, np.split(at, ends), strict=True)]


def _fresh(values: pa.Array) -> NameBook:
    folded = fold_names(values)
    texts: dict[str, Any] = {name: getattr(folded, name) for name in _FOLDINGS}
    count = len(values)
    return NameBook(
        values,
        **texts,
        is_in_use=np.zeros(count, dtype=bool),
        rarity={role: np.full(count, RAREST, dtype=np.int8) for role in ROLES},
        is_placeholder={role: np.zeros(count, dtype=bool) for role in ROLES},
    )


def _behind(before: NameBook, fresh: NameBook) -> NameBook:
    names = ("values", *_FOLDINGS)
    texts: dict[str, Any] = {name: pa.concat_arrays([getattr(before, name), getattr(fresh, name)]) for name in names}
    return NameBook(
        **texts,
        is_in_use=np.append(before.is_in_use, fresh.is_in_use),
        rarity={role: np.append(before.rarity[role], fresh.rarity[role]) for role in ROLES},
        is_placeholder={role: np.append(before.is_placeholder[role], fresh.is_placeholder[role]) for role in ROLES},
    )


def first_codes(texts: pa.Array) -> Codes:
    """A code for each distinct text in the order in which they first stand there; -1 for the empty one.

    Texts that are put behind others leave the codes of those as they are.
    """
    codes = pa.concat_arrays([pa.array([""], pa.string()), texts]).dictionary_encode().indices.to_numpy()
    return np.asarray(codes[1:] - 1, dtype=np.int32)


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.generic]:
    return np.asarray(column.to_numpy())
