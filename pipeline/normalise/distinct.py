"""Each distinct value once: find them, and put back in place what they are mapped to.

A million records hold a few hundred thousand distinct names (linkage.md finding 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.columns import whole

Row = tuple[object, ...]
Kernel = Callable[[Sequence[Row]], list[Row]]
Positions = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Distinct:
    """Distinct rows of some columns, and which of them stands in each record.

    Attributes:
        rows: The distinct rows.
        index: For each record the position of its row.
    """

    rows: pa.RecordBatch
    index: Positions


def find_distinct(data: pa.Table, columns: Sequence[str]) -> Distinct:
    """The distinct combinations of columns.

    Args:
        data: A table.
        columns: Columns of it.

    Returns:
        The distinct rows with an index for every record.
    """
    (index, first), *others = [_distinct_cells(data[c]) for c in columns]
    cells = [first]
    for codes, more in others:
        index, known, beside = _pairs(index, len(cells[0]), codes, len(more))
        cells = [*(c.take(known) for c in cells), more.take(beside)]
    return Distinct(pa.RecordBatch.from_arrays(cells, names=list(columns)), index)


def _pairs(left: Positions, left_size: int, right: Positions, right_size: int) -> tuple[Positions, pa.Array, pa.Array]:
    """Code of each row's pair, and the left and right codes of each pair."""
    if right_size < 2:
        return left, pa.array(np.arange(left_size)), pa.array(np.zeros(left_size, dtype=np.int32))
    if left_size < 2:
        return right, pa.array(np.zeros(right_size, dtype=np.int32)), pa.array(np.arange(right_size))
    pairs = pa.array(left.astype(np.int64) * right_size + right).dictionary_encode()
    known, beside = np.divmod(pairs.dictionary.to_numpy(), right_size)
    return pairs.indices.to_numpy(), pa.array(known), pa.array(beside)


def _distinct_cells(column: pa.ChunkedArray) -> tuple[Positions, pa.Array]:
    """Code of each row, and the cells the codes stand for; unknown has a code of its own, the last."""
    if column.null_count == len(column):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        return np.zeros(len(column), dtype=np.int32), pa.nulls(1, kind)
    coded = whole(column)
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    indices, cells = coded.indices, coded.dictionary
    if len(cells) > len(indices):
        # A few rows of a large table come with the cells of all its rows.
        used = indices.dictionary_encode()
        indices, cells = used.indices, cells.take(used.dictionary)
    if indices.null_count:
        indices = indices.fill_null(len(cells))
        cells = pa.concat_arrays([cells, pa.nulls(1, cells.type)])
    return indices.to_numpy().astype(np.int32, copy=False), cells


def as_tuples(rows: pa.RecordBatch) -> list[Row]:
    """The rows, one tuple each."""
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def mapped_table(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """Mapped rows as a table."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def spread(mapped: pa.Table, index: Positions, unknown: dict[pa.DataType, pa.Array], *, is_coded: bool) -> pa.Table:
    """Mapped distinct rows back in the place of every record.

    Args:
        mapped: One row for each distinct row.
        index: For each record the position of its row.
        unknown: By type a column in which nothing is known: of the many that are so, one is kept in memory.
        is_coded: Texts come as codes into a dictionary.
    """
    places = pa.array(index)
    arrays = []
    for column in mapped.columns:
        values = whole(column)
        if values.null_count == len(values):
            arrays.append(unknown[values.type])
        elif is_coded and values.type == pa.string():
            # Many cells come to one value: the dictionary holds it once.
            coded = values.dictionary_encode()
            arrays.append(pa.DictionaryArray.from_arrays(coded.indices.take(places), coded.dictionary))
        elif len(values) == 1:
            arrays.append(pa.repeat(values[0], len(index)))
        else:
            arrays.append(values.take(places))
    return pa.Table.from_arrays(arrays, names=mapped.column_names)
