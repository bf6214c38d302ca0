"""Which rows of a file of records are as they were when the run before read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.engine import Engine, read_arrow, write_arrow

_FILE = "delivered.arrow"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Rows that stand unchanged, and the others.

    Attributes:
        rows: Places of the unchanged among the records of the run before, ascending.
        others: The other rows of the file, as delivered.
    """

    rows: npt.NDArray[np.int64]
    others: pa.Table


def digests(engine: Engine, records: Path) -> pa.Table | None:
    """record_id and a number that follows from the whole row, in order of record_id.

    Args:
        engine: Reads the file.
        records: Parquet of records.

    Returns:
        The table; None for a file that cannot be read so, which is for the reader of all rows to say.
    """
    try:
        frame = engine.sql("commands/sql/row_digest", {"path": str(records)})
    except duckdb.Error:
        return None
    found = engine.arrow(frame)
    engine.drop(frame)
    return found.sort_by("record_id").combine_chunks()


def save_digests(found: pa.Table, state: Path) -> None:
    """Keep them beside the records they are of."""
    write_arrow(found, state / "private" / _FILE)


def find_unchanged(engine: Engine, records: Path, found: pa.Table, state: Path) -> Unchanged | None:
    """Compare a file with what the run before was given.

    Args:
        engine: Reads the file.
        records: Parquet of records.
        found: Its digests.
        state: State folder of the run before.

    Returns:
        None where the run before left no digests, or where record_ids are missing or repeated.
    """
    path = state / "private" / _FILE
    if not path.is_file() or not _is_ordered(found["record_id"].combine_chunks()):
        return None
    before = read_arrow(path).combine_chunks()
    known, wanted = before["record_id"].combine_chunks(), found["record_id"].combine_chunks()
    at = pc.search_sorted(known, wanted).to_numpy().astype(np.int64)
    inside = np.minimum(at, max(0, len(known) - 1))
    is_same = np.zeros(len(wanted), dtype=bool)
    if len(known):
        is_there = pc.equal(known.take(pa.array(inside)), wanted).to_numpy(zero_copy_only=False)
        is_same = is_there & (before["digest"].to_numpy()[inside] == found["digest"].to_numpy())
    chosen = pa.table({"record_id": wanted.filter(pa.array(~is_same))})
    frame = engine.sql("commands/sql/chosen_row", {"path": str(records)}, {"chosen": chosen})
    others = engine.arrow(frame)
    engine.drop(frame)
    return Unchanged(at[is_same], others)


def _is_ordered(ids: pa.Array) -> bool:
    """Whether every record_id is there and none repeats."""
    return ids.null_count == 0 and (len(ids) < 2 or bool(pc.all(pc.less(ids[:-1], ids[1:])).as_py()))
