"""Text columns as codes into a dictionary: a million records hold a few hundred thousand distinct texts.

Columns of plain texts are accepted as well.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as texts."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def first_known(*columns: pa.ChunkedArray) -> pa.ChunkedArray:
    """For each row the first of the columns that is known; columns wholly unknown cost nothing."""
    known = [c for c in columns if c.null_count < len(c)]
    if not known:
        return columns[0]
    if len(known) == 1 or known[0].null_count == 0:
        return known[0]
    return pc.coalesce(*(plain(c) for c in known))


def by_value(column: pa.ChunkedArray, function: Callable[[pa.Array], pa.Array]) -> pa.ChunkedArray:
    """A function of each row's text, worked out once for each text of the dictionary."""
    if not pa.types.is_dictionary(column.type):
        return function(column)
    chunks = [function(chunk.dictionary).take(chunk.indices) for chunk in column.chunks]
    return pa.chunked_array(chunks, chunks[0].type) if chunks else function(plain(column))


def constant(value: str, count: int) -> pa.DictionaryArray:
    """One text in every row."""
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([value]))
