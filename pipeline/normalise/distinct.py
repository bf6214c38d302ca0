"""Each distinct value once: find them, map them (in several processes when there are many), put them back in place.

A million records hold a few hundred thousand distinct names (linkage.md finding 7).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Row = tuple[object, ...]
Kernel = Callable[[Sequence[Row]], list[Row]]

PARALLEL_ROWS = 400_000
"""Below this many distinct values one process is done before a second has started and been sent its share."""
_CHUNK_ROWS = 20_000


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
    encoded = [_encoded(data[c]) for c in columns]
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


def _encoded(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], pa.Array]:
    """Code of each row, and the texts the codes stand for; unknown has a code of its own, the last."""
    whole = column.combine_chunks()
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    indices, dictionary = whole.indices, whole.dictionary
    if indices.null_count:
        indices = indices.fill_null(len(dictionary))
        dictionary = pa.concat_arrays([dictionary, pa.nulls(1, dictionary.type)])
    return indices.to_numpy(zero_copy_only=False).astype(np.int64), dictionary


class Mapper:
    """Maps kernels over distinct rows, in this process or in several.

    Args:
        processes: Most processes to use; 1 keeps everything in this one.
    """

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Mapper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def map(self, kernel: Kernel, rows: Sequence[Row]) -> list[Row]:
        """Apply a kernel to rows; the result has one row for each, in the same order.

        Args:
            kernel: A pure function at the top of a module.
            rows: Distinct rows.
        """
        if self._processes < 2 or len(rows) < PARALLEL_ROWS:
            return kernel(rows)
        if self._pool is None:
            # spawn: a fork of a process with engine threads may stand still for ever.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context)
        chunks = [rows[i : i + _CHUNK_ROWS] for i in range(0, len(rows), _CHUNK_ROWS)]
        return [row for part in self._pool.map(kernel, chunks) for row in part]


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
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    places = pa.array(index)
    arrays = []
    for column, field in zip(columns, schema, strict=True):
        values = pa.array(column, type=field.type)
        if values.null_count == len(values):
            arrays.append(pa.nulls(len(index), field.type))
        elif is_coded and field.type == pa.string():
            # Many cells come to one value: the dictionary holds it once.
            coded = values.dictionary_encode()
            arrays.append(pa.DictionaryArray.from_arrays(coded.indices.take(places), coded.dictionary))
        elif len(values) == 1:
            arrays.append(pa.repeat(values[0], len(index)))
        else:
            arrays.append(values.take(places))
    return pa.Table.from_arrays(arrays, names=schema.names)
