"""Values as whole numbers: codes of texts, several codes as one, and looking things up by code.

The code of a text is its place among the distinct texts of its column: in order on the first night, and behind those
known before on later ones; -1 is the unknown. So the same records give the same codes, whatever their order on arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.columns import whole

Codes = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]
Value = TypeVar("Value", bound=np.generic)
Texts: TypeAlias = pa.ChunkedArray | pa.Array
UNKNOWN = -1
_LARGEST = 2**62
# So many times fewer texts than values: then it is worth to look the values up among the texts.
_SO_FEW = 4
# Codes that are looked up at a time.
_AT_ONCE = 1 << 17


def combined(columns: Sequence[Codes]) -> npt.NDArray[np.int64]:
    """One number for each combination of values, in the order of the combinations.

    Grouping then sorts plain integers, which is ten times as fast as sorting rows.
    """
    lows = [int(column.min(initial=0)) for column in columns]
    widths = [int(column.max(initial=0)) - low + 1 for column, low in zip(columns, lows, strict=True)]
    together = 1
    for count, width in enumerate(widths):
        if together >= _LARGEST // width:
            # Too many for one number: those before, and this one, are numbered first.
            before = [numbered(combined(columns[:count]))] if count else []
            return combined([*before, numbered(columns[count]), *columns[count + 1 :]])
        together *= width
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for start in range(0, len(key), _AT_ONCE):
        part = key[start : start + _AT_ONCE]
        for column, low, width in zip(columns, lows, widths, strict=True):
            part *= width
            part += column[start : start + _AT_ONCE]
            part -= low
    return key


def numbered(keys: Codes) -> npt.NDArray[np.int32]:
    """Place of each number among the distinct ones, in order.

    Small numbers are marked; others are sorted with their row behind them, or, where no row fits behind, hashed, so
    that only the distinct are sorted.
    """
    low, high = int(keys.min(initial=0)), int(keys.max(initial=0))
    if low == 0 and high < 2 * len(keys):
        marks = marked(keys, high + 1)
        return at(np.cumsum(marks, dtype=np.int32) - np.int32(1), keys)
    bits = len(keys).bit_length()
    if high - low < _LARGEST >> bits:
        ordered = (keys.astype(np.int64) - low) << bits
        ordered |= np.arange(len(keys), dtype=np.int64)
        ordered.sort()
        rows = ordered & ((1 << bits) - 1)
        ordered >>= bits
        found = np.empty(len(keys), dtype=np.int32)
        found[rows] = np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0, dtype=np.int32)
        return found
    coded = pa.array(keys).dictionary_encode()
    order = np.argsort(coded.dictionary.to_numpy())
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return at(place, coded.indices.to_numpy())


def at(values: npt.NDArray[Value], codes: Codes) -> npt.NDArray[Value]:
    """The value of each code; that of the unknown, -1, stands last.

    Quicker than ``values[codes]``: NumPy looks things up by numbers of eight bytes, which it makes of all codes at
    once; those of a part stay in the processor's cache.
    """
    found = np.empty(len(codes), dtype=values.dtype)
    for start in range(0, len(codes), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        np.take(values, codes[rows], mode="wrap", out=found[rows])
    return found


def present(codes: Codes) -> npt.NDArray[np.int64]:
    """The distinct codes, ascending, without the unknown: marked, not sorted, since codes are small numbers."""
    # The unknown, -1, marks the last place.
    return np.flatnonzero(marked(codes, int(codes.max(initial=UNKNOWN)) + 2)[:-1])


def marked(codes: Codes, size: int) -> Flags:
    """Which of ``size`` codes are there; the unknown, -1, is the last."""
    marks = np.zeros(size, dtype=bool)
    marks[codes] = True
    return marks


def by_appearance(values: Codes) -> tuple[Codes, Codes]:
    """For each value the place of its first appearance among the distinct ones, and those distinct values.

    Nothing is sorted, which is ten times as fast as ``np.unique`` where values repeat.
    """
    coded = pa.array(values).dictionary_encode()
    return coded.indices.to_numpy(), coded.dictionary.to_numpy()


def first_places(at: Codes) -> npt.NDArray[np.int64]:
    """Where each distinct value appears first, from the places that ``by_appearance`` gives."""
    largest = np.maximum.accumulate(at)
    return np.flatnonzero(np.diff(largest, prepend=-1))


def coded_texts(column: Texts) -> pa.DictionaryArray:
    """A column of texts as indices into a dictionary, made where it does not come so."""
    texts = whole(column)
    return texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def plain_texts(column: Texts) -> pa.Array:
    """A column of texts as texts."""
    texts = whole(column)
    return texts.cast(texts.type.value_type) if pa.types.is_dictionary(texts.type) else texts


def codes_of(column: Texts) -> Codes:
    """Code of each row, -1 where unknown, in as few bytes as hold those that are there.

    A column that :func:`coded_column` made is not copied.
    """
    indices = coded_texts(column).indices
    if indices.null_count == 0:
        return narrow(indices.to_numpy())
    # What stands in the place of a null is anything; a column made of codes has their -1 there, and nowhere else.
    codes = pa.Array.from_buffers(indices.type, len(indices), [None, indices.buffers()[1]], offset=indices.offset)
    found = codes.to_numpy()
    if np.count_nonzero(found == UNKNOWN) != indices.null_count:
        found = indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False)
    return narrow(found)


def coded_column(codes: Codes, texts: pa.Array) -> pa.DictionaryArray:
    """Codes, -1 where unknown, as a column of texts."""
    is_unknown = codes == UNKNOWN
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=is_unknown if is_unknown.any() else None), texts)


def recoded(column: Texts, known: pa.Array) -> pa.DictionaryArray:
    """A column of texts as indices into the known texts and, behind them, the others that some row has, in order."""
    coded = coded_texts(column)
    at, values = placed(coded.dictionary, is_used(coded), known)
    return coded_column(narrow(through(codes_of(coded), at)), values)


def placed(texts: pa.Array, used: Flags, known: pa.Array) -> tuple[Codes, pa.Array]:
    """Where each text stands among the known ones and, behind them in order, those used; -1 where it does not."""
    if len(known) == 0:
        return _in_order(texts, used)
    at = positions(texts, known)
    fresh = np.flatnonzero(at == UNKNOWN)
    behind, others = _in_order(texts.take(pa.array(fresh)), used[fresh])
    at = at.copy()
    at[fresh] = np.where(behind == UNKNOWN, UNKNOWN, behind + len(known))
    return at, pa.concat_arrays([known, others]) if len(others) else known


def _in_order(texts: pa.Array, used: Flags) -> tuple[Codes, pa.Array]:
    """Where each text stands among the distinct ones used, in order, -1 where it does not; and those."""
    coded = texts.dictionary_encode()
    at, distinct = coded.indices.to_numpy(zero_copy_only=False), coded.dictionary
    is_kept = np.zeros(len(distinct), dtype=bool)
    is_kept[at[used]] = True
    kept = np.flatnonzero(is_kept)
    order = pc.sort_indices(distinct.take(pa.array(kept))).to_numpy()
    place = np.full(len(distinct), UNKNOWN, dtype=np.int32)
    place[kept[order]] = np.arange(len(kept), dtype=np.int32)
    return place[at], distinct.take(pa.array(kept[order]))


def blanked(texts: pa.Array, is_used: Flags) -> pa.Array:
    """The texts with those not used replaced by a mark of their place: what was withdrawn is not kept."""
    if is_used.all():
        return texts
    marks = pa.array([f"\x00{place}" for place in np.flatnonzero(~is_used).tolist()], pa.string())
    return pc.replace_with_mask(texts, pa.array(~is_used), marks)


def is_used(column: pa.DictionaryArray) -> Flags:
    """Which texts of a dictionary some row has; it may hold others."""
    return marked(codes_of(column), len(column.dictionary) + 1)[:-1]


def positions(texts: pa.Array, values: pa.Array) -> Codes:
    """Where each text stands among distinct values, -1 where it does not."""
    if len(texts) < len(values) // _SO_FEW:
        return _few_positions(texts, values)
    at = pc.index_in(texts, value_set=values).fill_null(UNKNOWN)
    return np.asarray(at.to_numpy(zero_copy_only=False), dtype=np.int32)


def _few_positions(texts: pa.Array, values: pa.Array) -> Codes:
    """The same for few texts: the many values are looked up among them, and not the other way about."""
    coded = texts.dictionary_encode()
    at = pc.index_in(values, value_set=coded.dictionary)
    places = np.flatnonzero(at.is_valid().to_numpy(zero_copy_only=False))
    found = np.full(len(coded.dictionary) + 1, UNKNOWN, dtype=np.int32)
    found[at.drop_null().to_numpy()] = places
    # A null, -1, is the last entry.
    return found[codes_of(coded)]


def is_any_of(column: Texts, values: Sequence[str]) -> Flags:
    """Which rows of a column of texts are one of some values; the unknown is none."""
    coded = coded_texts(column)
    known = pc.is_in(coded.dictionary, value_set=pa.array(values, pa.string())).to_numpy(zero_copy_only=False)
    return at(np.append(known.astype(bool), False), codes_of(coded))


def where(codes: Codes, keep: Flags) -> Codes:
    """The codes to keep, in four bytes each; unknown elsewhere."""
    return np.where(keep, codes, np.int32(UNKNOWN))


def through(codes: Codes, mapping: Codes) -> Codes:
    """What each code maps to; the unknown stays unknown."""
    # The unknown, -1, is the last entry.
    return at(np.append(mapping, UNKNOWN).astype(np.int32), codes)


def narrow(codes: Codes) -> Codes:
    """The same codes in as few bytes as hold them: more of a column stays in the processor's cache."""
    largest = int(codes.max(initial=0))
    for kind in (np.int8, np.int16):
        if largest <= np.iinfo(kind).max:
            return codes.astype(kind, copy=False)
    return codes


def wide(codes: Codes) -> npt.NDArray[np.int32]:
    """Codes in four bytes each, as they are worked with."""
    return codes.astype(np.int32)
