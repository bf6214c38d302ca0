"""Each distinct value once: find them, and put back in place what they are mapped to.

A million records hold a few hundred thousand distinct names (linkage.md finding 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Row = tuple[object, ...]
Kernel = Callable[[Sequence[Row]], list[Row]]


@dataclass(frozen=True, slots=True)
class Distinct:
    """Distinct rows of some columns, and which of them stands in each record.

    Attributes:
        rows: Distinct rows, one tuple each.
        index: For each record the position of its row.
    """

    rows: list[Row]
    index: npt.NDArray[np.int64]


def find_distinct(data: pa.Table, columns: Sequence[str]) -> Distinct:
    """The distinct combinations of columns.

    Args:
        data: A table.
        columns: Columns of it.

    Returns:
        The distinct rows with an index for every record.
    """
    encoded = [distinct_texts(data[c]) for c in columns]
    values: list[list[object]] = [dictionary.to_pylist() for _, dictionary in encoded]
    codes = [indices for indices, _ in encoded]
    if len(columns) == 1:
        return Distinct([(v,) for v in values[0]], codes[0])
    combined = np.zeros(data.num_rows, dtype=np.int64)
    size = 1
    for code, value in zip(codes, values, strict=True):
        if len(value) < 2:
            continue
        if size * len(value) >= 2**62:
            _, combined = np.unique(combined, return_inverse=True)
            size = data.num_rows
        combined, size = combined * len(value) + code, size * len(value)
    _, first, index = np.unique(combined, return_index=True, return_inverse=True)
    columns_of_first = [[v[i] for i in c[first]] for v, c in zip(values, codes, strict=True)]
    return Distinct(list(zip(*columns_of_first, strict=True)), index.astype(np.int64))


def distinct_texts(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], pa.Array]:
    """Code of each row, and the texts the codes stand for; unknown has a code of its own, the last."""
    whole = column.combine_chunks()
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    indices, dictionary = whole.indices, whole.dictionary
    if indices.null_count:
        indices = indices.fill_null(len(dictionary))
        dictionary = pa.concat_arrays([dictionary, pa.nulls(1, dictionary.type)])
    return indices.to_numpy(zero_copy_only=False).astype(np.int64), dictionary


def spread(schema: pa.Schema, rows: Sequence[Row], index: npt.NDArray[np.int64], *, is_coded: bool = False) -> pa.Table:
    """Mapped distinct rows back in the place of every record.

    Args:
        schema: Columns of the mapped rows.
        rows: Mapped rows.
        index: For each record the position of its row.
        is_coded: Texts come as codes into a dictionary.

    Returns:
        A table with one row for each record.
    """
    return spread_table(mapped_table(schema, rows), index, is_coded=is_coded)


def mapped_table(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """Mapped rows as a table."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def spread_table(mapped: pa.Table, index: npt.NDArray[np.int64], *, is_coded: bool = False) -> pa.Table:
    """A mapped table back in the place of every record.

    Args:
        mapped: One row for each distinct value.
        index: For each record the position of its row.
        is_coded: Texts come as codes into a dictionary.
    """
    places = pa.array(index)
    arrays = []
    for column in mapped.columns:
        values = column.combine_chunks()
        if values.null_count == len(values):
            arrays.append(pa.nulls(len(index), values.type))
        elif is_coded and values.type == pa.string():
            # Many cells come to one value: the dictionary holds it once.
            coded = values.dictionary_encode()
            arrays.append(pa.DictionaryArray.from_arrays(coded.indices.take(places), coded.dictionary))
        elif len(values) == 1:
            arrays.append(pa.repeat(values[0], len(index)))
        else:
            arrays.append(values.take(places))
    return pa.Table.from_arrays(arrays, names=mapped.column_names)
