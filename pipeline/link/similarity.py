"""How alike two different names are, on code points, for distinct pairs of names.

Levels of similarity (-1 where a name is missing, 8 when the names are one value):
0 different, 1 slightly alike, 2 one holds or begins the other, 3 close, 4 one edit apart and both are known names,
5 one edit apart, 6 same sound, 7 same but for spelling class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import OSA, JaroWinkler, Postfix, Prefix
from rapidfuzz.process import cpdist

from pipeline.engine import Engine
from pipeline.link.codes import UNKNOWN, Codes, by_appearance
from pipeline.link.namebook import NameBook, first_codes

DIFFERENT, ALIKE, PARTIAL, CLOSE, EDIT_KNOWN, EDIT, SOUND, SPELLING, SAME = range(9)
Levels = npt.NDArray[np.int8]
_ALIKE = 0.80
_CLOSE = 0.90
# Below it no edit or part can be found that counts.
_WORTH_A_LOOK = 0.5
# Below it the scorer may stop counting; a little lower, so that rounding decides nothing.
_LOWEST = 0.49
_ID_DIGITS = 13
_PLACES_PER_NUMBER = 16
_BATCH = 65_536


@dataclass(frozen=True, slots=True)
class _Differing:
    """Pairs of names of which some differ.

    Attributes:
        level: Similarity of those that do not differ, or of which one is missing.
        rows: Those that differ.
        at: For each of these the place of its two names among the distinct pairs.
        distinct: The distinct pairs, the smaller code first, packed into one number each.
    """

    level: Levels
    rows: Codes
    at: Codes
    distinct: Codes

    def filled(self, levels: Levels) -> Levels:
        """Similarity of all of them, given that of the distinct pairs."""
        self.level[self.rows] = levels[self.at]
        return self.level


class NameComparer:
    """Compares names by their codes; each distinct pair is looked at once."""

    def __init__(self, book: NameBook) -> None:
        self._values, self._spelling, self._silent = (
            _objects(texts) for texts in (pc.utf8_lower(book.values), book.spelling, book.silent)
        )
        self._is_in_use = book.is_in_use
        self._length, self._spelling_length, self._silent_length = (
            _lengths(texts) for texts in (book.values, book.spelling, book.silent)
        )
        self._spelling_code, self._silent_code, self._sound_code = (
            first_codes(texts) for texts in (book.spelling, book.silent, book.sound)
        )

    def __call__(self, x: Codes, y: Codes) -> Levels:
        """Similarity of names x and y, code by code; -1 where one is missing.

        Args:
            x: Codes of names, -1 for none.
            y: Codes of names, -1 for none.
        """
        differing = self._differing(x, y)
        return differing.filled(self._levels(differing.distinct))

    def many(self, engine: Engine, columns: Sequence[Codes], a: Codes, b: Codes) -> list[Levels]:
        """The same of pairs of records, for several columns at once.

        Args:
            engine: Works on several parts at once.
            columns: Codes of names, an entry a record, -1 for none.
            a: First record of each pair.
            b: Second record of each pair.
        """
        differing = engine.map_each(columns, lambda column: self._differing(np.take(column, a), np.take(column, b)))
        parts = [part for d in differing for part in np.split(d.distinct, range(_BATCH, len(d.distinct), _BATCH))]
        levels = np.concatenate([np.empty(0, dtype=np.int8), *engine.map_each(parts, self._levels)])
        ends = np.cumsum([len(d.distinct) for d in differing])[:-1]
        return [d.filled(part) for d, part in zip(differing, np.split(levels, ends), strict=True)]

    def _differing(self, x: Codes, y: Codes) -> _Differing:
        level = np.where(x == y, np.int8(SAME), np.int8(DIFFERENT))
        level[(x < 0) | (y < 0)] = -1
        rows = np.flatnonzero(level == DIFFERENT)
        one, other = x[rows], y[rows]
        pairs = np.minimum(one, other).astype(np.int64) * len(self._values) + np.maximum(one, other)
        return _Differing(level, rows, *by_appearance(pairs))

    def _levels(self, pairs: Codes) -> Levels:
        level = np.zeros(len(pairs), dtype=np.int8)
        if len(pairs) == 0:
            return level
        x, y = np.divmod(pairs, len(self._values))
        alike = cpdist(
            self._spelling[x],
            self._spelling[y],
            scorer=JaroWinkler.similarity,
            score_cutoff=_LOWEST,
            dtype=np.float32,
        )
        level[alike >= _ALIKE] = ALIKE
        level[alike >= _CLOSE] = CLOSE
        near = np.flatnonzero(alike >= _WORTH_A_LOOK)
        self._edits(x[near], y[near], near, level)
        # Two names in use that are more than a letter apart are two names: those of brothers and sisters begin alike.
        level[(level == CLOSE) & self._is_in_use[x] & self._is_in_use[y]] = ALIKE
        self._partial(x, y, near[level[near] <= CLOSE], level)
        level[self._sound_code[x] == self._sound_code[y]] = SOUND
        same = (self._spelling_code[x] == self._spelling_code[y]) | (self._silent_code[x] == self._silent_code[y])
        level[same] = SPELLING
        level[(self._spelling_code[x] == UNKNOWN) | (self._spelling_code[y] == UNKNOWN)] = DIFFERENT
        return level

    def _edits(self, x: Codes, y: Codes, rows: Codes, level: Levels) -> None:
        """Levels of pairs one or two edits apart, as typed or with their spelling folded."""
        edits = np.minimum(
            *(
                cpdist(texts[x], texts[y], scorer=OSA.distance, score_cutoff=2, dtype=np.int32)
                for texts in (self._values, self._spelling)
            )
        )
        length = np.minimum(self._length[x], self._length[y])
        level[rows[(edits == 2) & (length >= 6)]] = CLOSE
        one = (edits <= 1) & (length >= 3)
        # A slip makes a rare name out of a known one; two known names one letter apart are mostly two names.
        both_known = self._is_in_use[x[one]] & self._is_in_use[y[one]]
        level[rows[one]] = np.where(both_known, EDIT_KNOWN, EDIT)

    def _partial(self, x: Codes, y: Codes, rows: Codes, level: Levels) -> None:
        """Pairs of which one begins or ends the other: a name cut short, or one of two names left out."""
        lengths = self._silent_length[x[rows]], self._silent_length[y[rows]]
        short, long = np.minimum(*lengths), np.maximum(*lengths)
        # Letters count as they are written: พงศ์ has three, of which two are heard.
        written = np.minimum(self._spelling_length[x[rows]], self._spelling_length[y[rows]])
        worth = (written >= 3) & (short >= 2) & (long >= short + 2)
        rows, short = rows[worth], short[worth]
        left, right = self._silent[x[rows]], self._silent[y[rows]]
        held = [cpdist(left, right, scorer=s.similarity, dtype=np.int32) >= short for s in (Prefix, Postfix)]
        found = rows[held[0] | held[1]]
        level[found] = np.maximum(level[found], PARTIAL)


def _objects(texts: pa.Array) -> npt.NDArray[np.object_]:
    return np.asarray(texts.to_numpy(zero_copy_only=False))


def _lengths(texts: pa.Array) -> npt.NDArray[np.int64]:
    return np.asarray(pc.utf8_length(texts).to_numpy(), dtype=np.int64)


# What two numbers differ by that are one digit or one swap of neighbours apart; others differ by it too.
_STEPS = np.unique(
    [[k * 10**place, 9 * k * 10**place] for k in range(1, 10) for place in range(_ID_DIGITS)],
).astype(np.int64)


def is_near(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether two 13-digit numbers differ in one digit, or by one swap of neighbouring digits."""
    found = np.zeros(len(a), dtype=bool)
    step = np.abs(a - b)
    rows = np.flatnonzero(_STEPS[np.minimum(np.searchsorted(_STEPS, step), len(_STEPS) - 1)] == step)
    found[rows] = _is_near_by_digit(a[rows], b[rows])
    return found


def _is_near_by_digit(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
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


def _place(numbers: npt.NDArray[np.int64], bits: int) -> npt.NDArray[np.uint64]:
    """Place of each number in a table of two to the power of so many places."""
    return (numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits)


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
    # A look at one place of a table rules most candidates out: looking among the ordered numbers costs ten times more.
    bits = min(max(12, (_PLACES_PER_NUMBER * len(known)).bit_length()), 28)
    is_there = np.zeros(1 << bits, dtype=bool)
    is_there[_place(known, bits)] = True
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
            likely = rows[is_allowed & is_there[_place(candidate, bits)]]
            at = np.minimum(np.searchsorted(known, candidate[likely]), len(known) - 1)
            hit = known[at] == candidate[likely]
            found.append((likely[hit], at[hit].astype(np.int64)))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
