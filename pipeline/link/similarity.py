"""How alike two different names are, on code points, for distinct pairs of names.

Levels of similarity (null where a name is missing, 8 when the names are one value):
0 different, 1 slightly alike, 2 one holds or begins the other, 3 close, 4 one edit apart and both are known names,
5 one edit apart, 6 same sound, 7 same but for spelling class.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from pipeline.link.encode import KNOWN_NAME_RECORDS, NameBook

DIFFERENT, ALIKE, PARTIAL, CLOSE, EDIT_KNOWN, EDIT, SOUND, SPELLING, SAME = range(9)
SIMILARITY_SCHEMA = pa.schema([("x", pa.int32()), ("y", pa.int32()), ("similarity", pa.int8())])
NEAR_SCHEMA = pa.schema([("x", pa.int32()), ("y", pa.int32()), ("is_near", pa.bool_())])
_ALIKE = 0.80
_CLOSE = 0.90
_ID_DIGITS = 13


class NameKernel:
    """Compares batches of pairs (x, y) of name codes."""

    def __init__(self, book: NameBook) -> None:
        self._values = np.array([v.lower() for v in book.values], dtype=object)
        self._spelling = np.array(book.spelling, dtype=object)
        self._silent = np.array(book.silent, dtype=object)
        self._sound = np.array(book.sound, dtype=object)
        self._is_known = book.records >= KNOWN_NAME_RECORDS

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Similarity of each pair of the batch."""
        x, y = batch["x"].to_numpy(), batch["y"].to_numpy()
        level = self._levels(x, y)
        return pa.table({"x": batch["x"], "y": batch["y"], "similarity": pa.array(level, pa.int8())})

    def _levels(self, x: npt.NDArray[np.int32], y: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
        level = np.zeros(len(x), dtype=np.int8)
        spelling_x, spelling_y = self._spelling[x], self._spelling[y]
        alike = cpdist(spelling_x, spelling_y, scorer=JaroWinkler.similarity, dtype=np.float32)
        level[alike >= _ALIKE] = ALIKE
        level[alike >= _CLOSE] = CLOSE
        near = np.flatnonzero(alike >= 0.5)
        self._edits(x, y, near, level)
        self._partial(x, y, near, level)
        level[np.asarray(self._sound[x] == self._sound[y], dtype=bool)] = SOUND
        same = (spelling_x == spelling_y) | (self._silent[x] == self._silent[y])
        level[np.asarray(same, dtype=bool)] = SPELLING
        empty = np.asarray((spelling_x == "") | (spelling_y == ""), dtype=bool)
        level[empty] = DIFFERENT
        return level

    def _edits(
        self,
        x: npt.NDArray[np.int32],
        y: npt.NDArray[np.int32],
        rows: npt.NDArray[np.int64],
        level: npt.NDArray[np.int8],
    ) -> None:
        typed = cpdist(
            self._values[x[rows]], self._values[y[rows]], scorer=OSA.distance, score_cutoff=2, dtype=np.int32
        )
        folded = cpdist(
            self._spelling[x[rows]], self._spelling[y[rows]], scorer=OSA.distance, score_cutoff=2, dtype=np.int32
        )
        length = np.array(
            [min(len(a), len(b)) for a, b in zip(self._values[x[rows]], self._values[y[rows]], strict=True)]
        )
        edits = np.minimum(typed, folded)
        level[rows[(edits == 2) & (length >= 6)]] = CLOSE
        one = rows[(edits <= 1) & (length >= 3)]
        # A slip makes a rare name out of a known one; two known names one letter apart are mostly two names.
        both_known = self._is_known[x[one]] & self._is_known[y[one]]
        level[one] = np.where(both_known, EDIT_KNOWN, EDIT)

    def _partial(
        self,
        x: npt.NDArray[np.int32],
        y: npt.NDArray[np.int32],
        rows: npt.NDArray[np.int64],
        level: npt.NDArray[np.int8],
    ) -> None:
        weak = rows[level[rows] <= CLOSE]
        for row in weak.tolist():
            short, long = self._silent[x[row]], self._silent[y[row]]
            if len(short) > len(long):
                short, long = long, short
            if len(short) >= 3 and len(long) >= len(short) + 2 and (long.startswith(short) or long.endswith(short)):
                level[row] = max(int(level[row]), PARTIAL)


class IdKernel:
    """Tells which pairs of different IDs are one digit or one swap of neighbours apart."""

    def __init__(self, id_numbers: npt.NDArray[np.int64]) -> None:
        self._numbers = id_numbers

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Pairs of the batch that are near."""
        x, y = batch["x"].to_numpy(), batch["y"].to_numpy()
        near = is_near(self._numbers[x], self._numbers[y])
        return pa.table({"x": x[near], "y": y[near], "is_near": np.ones(int(near.sum()), dtype=bool)}).cast(NEAR_SCHEMA)


def is_near(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether two 13-digit numbers differ in one digit, or by one swap of neighbouring digits."""
    different = np.zeros(len(a), dtype=np.int8)
    swaps = np.zeros(len(a), dtype=np.int8)
    rest_a, rest_b = a.copy(), b.copy()
    last_a = last_b = np.full(len(a), -1, dtype=np.int64)
    was_different = np.zeros(len(a), dtype=bool)
    for _ in range(_ID_DIGITS):
        rest_a, digit_a = np.divmod(rest_a, 10)
        rest_b, digit_b = np.divmod(rest_b, 10)
        now = digit_a != digit_b
        swaps += now & was_different & (digit_a == last_b) & (digit_b == last_a)
        different += now
        last_a, last_b, was_different = digit_a, digit_b, now
    return np.asarray((a >= 0) & (b >= 0) & ((different == 1) | ((different == 2) & (swaps == 1))))


def near_numbers(
    suspects: npt.NDArray[np.int64], known: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions (in ``suspects``, in ``known``) of numbers one digit or one swap of neighbours apart.

    Args:
        suspects: Numbers to mend: IDs that fail their checksum.
        known: Ascending numbers to look among.
    """
    if len(suspects) == 0 or len(known) == 0:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty
    found: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
    rows = np.arange(len(suspects), dtype=np.int64)
    for place in range(_ID_DIGITS):
        unit = 10**place
        digit = (suspects // unit) % 10
        candidates = [suspects + step * unit for step in range(-9, 10) if step]
        allowed = [(digit + step >= 0) & (digit + step <= 9) for step in range(-9, 10) if step]
        above = (suspects // (unit * 10)) % 10
        candidates.append(suspects + (above - digit) * unit + (digit - above) * unit * 10)
        allowed.append((above != digit) & (place < _ID_DIGITS - 1))
        for candidate, is_allowed in zip(candidates, allowed, strict=True):
            at = np.searchsorted(known, candidate)
            hit = is_allowed & (at < len(known)) & (known[np.minimum(at, len(known) - 1)] == candidate)
            found.append((rows[hit], at[hit].astype(np.int64)))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
