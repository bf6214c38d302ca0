"""Which records are as they were when the run before was given them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
        others: The other records, as delivered.
    """

    rows: npt.NDArray[np.int64]
    others: pa.Table


def digests(engine: Engine, records: pa.Table) -> pa.Table | None:
    """record_id and a number that follows from the whole row as text, in order of record_id.

    Args:
        engine: Works them out.
        records: Records as delivered; a column that is not there counts as unknown in every row.

    Returns:
        The table; None where a column that every row must have is missing, or one cannot be read as text.
    """
    texts = _texts(records)
    if texts is None:
        return None
    frame = engine.sql("commands/sql/row_digest", scanned={"delivered": texts})
    found = engine.arrow(frame)
    engine.drop(frame)
    return found.sort_by("record_id").combine_chunks()


def _texts(records: pa.Table) -> pa.Table | None:
    # Imported when needed: it sets up libraries that look at the environment.
    from pipeline.normalise.coded import plain
    from pipeline.normalise.link_input import OPTIONAL, REQUIRED, as_text

    if not set(REQUIRED) <= set(records.column_names):
        return None
    nothing = pa.nulls(len(records), pa.string())
    try:
        texts = {c: as_text(records[c]) if c in records.column_names else nothing for c in (*REQUIRED, *OPTIONAL)}
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        # A column that cannot be read as text: for the reader of the rows to say.
        return None
    return pa.table({**texts, "record_id": plain(texts["record_id"])})


def save_digests(found: pa.Table, state: Path) -> None:
    """Keep them beside the records they are of."""
    write_arrow(found, state / "private" / _FILE)


def find_unchanged(records: pa.Table, found: pa.Table, state: Path) -> Unchanged | None:
    """Compare records with what the run before was given.

    Args:
        records: Records as delivered.
        found: Their digests.
        state: State folder of the run before.

    Returns:
        None where the run before left no digests, or where record_ids are missing or repeated.
    """
    before = _read(state / "private" / _FILE)
    if before is None or not _is_ordered(found["record_id"].combine_chunks()):
        return None
    known, wanted = before["record_id"].combine_chunks(), found["record_id"].combine_chunks()
    at = pc.search_sorted(known, wanted).to_numpy().astype(np.int64)
    inside = np.minimum(at, max(0, len(known) - 1))
    is_same = np.zeros(len(wanted), dtype=bool)
    if len(known):
        is_there = pc.equal(known.take(pa.array(inside)), wanted).to_numpy(zero_copy_only=False)
        is_same = is_there & (before["digest"].to_numpy()[inside] == found["digest"].to_numpy())
    changed = wanted.filter(pa.array(~is_same))
    is_changed = pc.is_in(records["record_id"].cast(pa.string()), value_set=changed)
    return Unchanged(at[is_same], records.filter(is_changed))


def _read(path: Path) -> pa.Table | None:
    try:
        return read_arrow(path).combine_chunks()
    except (OSError, pa.ArrowInvalid):
        return None


def _is_ordered(ids: pa.Array) -> bool:
    """Whether every record_id is there and none repeats."""
    return ids.null_count == 0 and (len(ids) < 2 or bool(pc.all(pc.less(ids[:-1], ids[1:])).as_py()))
