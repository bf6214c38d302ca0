"""A night's records, their texts as codes into dictionaries that only grow from night to night.

An earlier run's dictionaries come first, tonight's new texts behind them: a record that did not change keeps its codes,
and records of two nights are compared by code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.columns import whole
from pipeline.engine import Engine
from pipeline.errors import UserError
from pipeline.link.codes import UNKNOWN, Flags, blanked, coded_column, codes_of, is_used, recoded
from pipeline.link.record_ids import places_among

Rows = npt.NDArray[np.int64]
RECORD_ID = "record_id"
_TEXTS = tuple(c.name for c in tables.NORMAL_RECORD.columns if c.type == tables.TEXT and c.name != RECORD_ID)
# So many people may share a value by chance.
_OFTEN = 20
_NO_TEXTS = pa.array([], pa.string())


@dataclass(frozen=True, slots=True)
class Night:
    """Records of a night beside those of the run before.

    Attributes:
        records: NORMAL_RECORD in order of record_id, texts as codes.
        row_before: For each record its row in the run before, -1 where it was not there.
        is_read: Which records were read tonight; the others stand as they were.
    """

    records: pa.Table
    row_before: Rows
    is_read: Flags


def read_night(engine: Engine, source: Path | pa.Table, before: pa.Table | None) -> Night:
    """All records of a night.

    Args:
        engine: Works on several columns at once.
        source: NORMAL_RECORD, as a file or a table.
        before: The records of the run before, as it coded them; None: there is none.

    Raises:
        UserError: Two rows carry one record_id.
    """
    records = read_records(source, before, engine)
    return Night(records, _rows_before(records, before), np.ones(len(records), dtype=bool))


def join_night(engine: Engine, before: pa.Table, kept: Rows, others: pa.Table) -> Night:
    """The same of a night on which most records stand unchanged.

    Args:
        engine: Works on several columns at once.
        before: The records of the run before.
        kept: Rows of it, ascending, that stand unchanged.
        others: NORMAL_RECORD of all other records of the night, none of them among those kept.
    """
    rest = read_records(others, before, engine)
    # How many of those kept come before each of the others.
    place = np.searchsorted(kept, pc.search_sorted(whole(before[RECORD_ID]), whole(rest[RECORD_ID])).to_numpy())
    at = np.insert(kept, place, len(before) + np.arange(len(rest)))
    is_other = at >= len(before)
    others = np.flatnonzero(is_other)
    columns = engine.map_each(before.column_names, lambda name: _joined(before[name], rest[name], at, others))
    rows = at.copy()
    rows[is_other] = _rows_before(rest, before)
    return Night(pa.table(columns, names=before.column_names), rows, is_other)


def read_records(source: Path | pa.Table, before: pa.Table | None = None, engine: Engine | None = None) -> pa.Table:
    """NORMAL_RECORD in order of record_id, from a file or a table, its texts as codes.

    Args:
        source: NORMAL_RECORD.
        before: Records of the run before, whose dictionaries come first.
        engine: Works on several columns at once; None: one after another.

    Raises:
        UserError: Two rows carry one record_id.
    """
    given = source if isinstance(source, pa.Table) else tables.NORMAL_RECORD.read_coded(source)
    data = tables.NORMAL_RECORD.conform(given, keep_coded=True).combine_chunks()
    ids = whole(data[RECORD_ID])
    if len(ids) > 1 and pc.any(pc.equal(ids[1:], ids[:-1])).as_py():
        raise UserError(
            "record_id is not unique: every record needs its own identifier; correct the input and run again.",
            "record_id ซ้ำกัน แต่ละระเบียนต้องมีรหัสของตนเอง แก้ข้อมูลแล้วรันใหม่",
        )

    def coded(name: str) -> pa.Array:
        return recoded(data[name], _NO_TEXTS if before is None else _dictionary(before[name]))

    found = engine.map_each(_TEXTS, coded) if engine else [coded(name) for name in _TEXTS]
    texts = dict(zip(_TEXTS, found, strict=True))
    return pa.table({name: texts.get(name, data[name]) for name in data.column_names})


def to_keep(records: pa.Table) -> pa.Table:
    """The records without the texts that no record has any more.

    Whoever was withdrawn from every list is then in no dictionary that is kept.
    """
    for number, name in enumerate(records.column_names):
        column = whole(records[name])
        if pa.types.is_dictionary(column.type):
            texts = blanked(column.dictionary, is_used(column))
            records = records.set_column(number, name, pa.DictionaryArray.from_arrays(column.indices, texts))
    return records


def often_repeated(records: pa.Table, columns: Sequence[str]) -> dict[str, int]:
    """Of some columns of texts those of which one value stands in more than half of the records: in how many."""
    largest = {name: int(np.bincount(codes_of(records[name]) + 1)[1:].max(initial=0)) for name in columns}
    return {name: n for name, n in largest.items() if 2 * n > len(records) and n >= _OFTEN}


def _dictionary(column: pa.ChunkedArray) -> pa.Array:
    return whole(column).dictionary


def _joined(before: pa.ChunkedArray, rest: pa.ChunkedArray, at: Rows, others: Rows) -> pa.Array:
    """Rows of both, those of the second counted on; the second's dictionary begins with the first's.

    Args:
        before: One column.
        rest: The other.
        at: The rows.
        others: Where the rows of the second are, all in their order.
    """
    one, other = whole(before), whole(rest)
    if before.null_count == len(before) and rest.null_count == len(rest):
        if not pa.types.is_dictionary(one.type):
            return pa.nulls(len(at), one.type)
        return pa.DictionaryArray.from_arrays(pa.nulls(len(at), pa.int8()), other.dictionary)
    if not pa.types.is_dictionary(one.type):
        return whole(pa.chunked_array([one, other]).take(pa.array(at)))
    codes, more = codes_of(one), codes_of(other)
    kind = np.promote_types(codes.dtype, more.dtype)
    # Of a night without records there is nothing to take: then all are others.
    found = np.take(codes.astype(kind, copy=False), at, mode="clip") if len(codes) else np.empty(len(at), dtype=kind)
    found[others] = more
    return coded_column(found, other.dictionary)


def _rows_before(records: pa.Table, before: pa.Table | None) -> Rows:
    if before is None:
        return np.full(len(records), UNKNOWN, dtype=np.int64)
    return places_among(whole(records[RECORD_ID]), whole(before[RECORD_ID]))
