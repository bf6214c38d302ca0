"""Where record_ids stand among others that are in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.codes import UNKNOWN

_BLOCK = 1 << 13
# So many times fewer record_ids than known ones: then each is looked for by itself.
_SO_FEW = 64


def is_ascending(ids: pa.Array | pa.ChunkedArray) -> bool:
    """Whether each is greater than the one before."""
    return bool(len(ids) < 2 or pc.all(pc.less(ids.slice(0, len(ids) - 1), ids.slice(1))).as_py())


def places_among(ids: pa.Array, known: pa.Array) -> npt.NDArray[np.int64]:
    """Where each record_id stands among the known ones, -1 where it does not.

    A block of the one need only be looked for in a block of the other. The table to look things up in stays small
    enough for the processor's cache, and a block that did not change needs none.

    Args:
        ids: None of them null; those in order are found quickest.
        known: Distinct, ascending.
    """
    if len(ids) < len(known) // _SO_FEW:
        return _places_of_few(ids, known)
    if not is_ascending(ids):
        order = pc.sort_indices(ids)
        found = np.empty(len(ids), dtype=np.int64)
        found[order.to_numpy()] = _places_in_order(ids.take(order), known)
        return found
    return _places_in_order(ids, known)


def _places_of_few(ids: pa.Array, known: pa.Array) -> npt.NDArray[np.int64]:
    at = np.minimum(pc.search_sorted(known, ids).to_numpy().astype(np.int64), len(known) - 1)
    is_there = pc.equal(known.take(pa.array(at)), ids).to_numpy(zero_copy_only=False)
    return np.where(is_there.astype(bool), at, UNKNOWN)


def _places_in_order(ids: pa.Array, known: pa.Array) -> npt.NDArray[np.int64]:
    at = np.full(len(ids), UNKNOWN, dtype=np.int64)
    begin = 0
    for start in range(0, len(ids) if len(known) else 0, _BLOCK):
        block = ids.slice(start, _BLOCK)
        # From the block before, whose last record_id may be repeated in this one.
        begin = bisect_left(known, block[0].as_py(), lo=begin, key=pa.StringScalar.as_py)
        end = bisect_right(known, block[-1].as_py(), lo=begin, key=pa.StringScalar.as_py)
        near = known.slice(begin, end - begin)
        if near.equals(block):
            at[start : start + len(block)] = np.arange(begin, end)
        else:
            found = pc.add(pc.index_in(block, value_set=near), begin).fill_null(UNKNOWN)
            at[start : start + len(block)] = found.to_numpy(zero_copy_only=False)
    return at
