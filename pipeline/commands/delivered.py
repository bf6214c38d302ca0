"""Which records are as they were when the run before was given them, and what of those could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.engine import Engine, read_arrow, write_arrow

_FILE, _UNREAD_FILE = "delivered.arrow", "unread.arrow"
_UNREAD = ("agency", "record_id", "column", "code", "severity", "stage")
Digests = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Rows that stand unchanged, and the others.

    Attributes:
        rows: Places of the unchanged among the records of the run before, ascending.
        others: The other records, as delivered.
        unread: ISSUE rows of the unchanged: what could not be read.
    """

    rows: npt.NDArray[np.int64]
    others: pa.Table
    unread: pa.Table


def digests(engine: Engine, records: pa.Table) -> Digests | None:
    """For each record a number that follows from the whole row as text.

    Args:
        engine: Works them out.
        records: Records as delivered; a column that is not there counts as unknown in every row.

    Returns:
        The numbers; None where a column that every row must have is missing, or one cannot be read as text.
    """
    texts = _texts(records)
    if texts is None:
        return None
    numbered = texts.append_column("row_number", pa.array(np.arange(len(texts), dtype=np.int32)))
    frame = engine.sql("commands/sql/row_digest", scanned={"delivered": numbered})
    table = engine.arrow(frame)
    engine.drop(frame)
    found = np.empty(len(texts), dtype=np.uint64)
    found[table["row_number"].to_numpy()] = table["digest"].to_numpy()
    return found


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


def in_order(found: Digests, record_ids: pa.ChunkedArray) -> Digests:
    """The digests in the order of record_id, in which a run keeps its records."""
    return np.asarray(found[pc.sort_indices(record_ids.cast(pa.string())).to_numpy()], dtype=np.uint64)


def save_delivered(ordered: Digests, unread: pa.Table, state: Path) -> None:
    """Keep them beside the records they are of, in the same order, and what could not be read of those."""
    write_arrow(unread.select(_UNREAD), state / "private" / _UNREAD_FILE)
    write_arrow(pa.table({"digest": ordered}), state / "private" / _FILE)


def find_unchanged(records: pa.Table, found: Digests, before: pa.Table, state: Path) -> Unchanged | None:
    """Compare records with what the run before was given.

    Args:
        records: Records as delivered.
        found: Their digests.
        before: The records of the run before, in order of record_id.
        state: Its state folder.

    Returns:
        None where the run before left no digests, or where a record_id is repeated.
    """
    left = _read(state / "private")
    if left is None or len(left[0]) != len(before):
        return None
    known, unread = left
    ids, known_ids = records["record_id"].cast(pa.string()), before["record_id"].combine_chunks()
    at = pc.index_in(pa.array(found), value_set=known)
    # A number of 64 bits may, hardly ever, be that of another record.
    is_same = pc.fill_null(pc.equal(known_ids.take(at), ids.combine_chunks()), False)
    rows = np.sort(at.filter(is_same).to_numpy().astype(np.int64), kind="stable")
    others = records.filter(pc.invert(is_same))
    # A record that is delivered twice, once as it was, is for the reader of the rows to refuse.
    doubled = _are_among(others["record_id"].cast(pa.string()).drop_null(), known_ids, rows)
    if (rows[1:] == rows[:-1]).any() or doubled.any():
        return None
    return Unchanged(rows, others, unread.filter(pa.array(_are_among(unread["record_id"], known_ids, rows))))


def _are_among(ids: pa.ChunkedArray, known: pa.Array, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which of some record_ids are those of unchanged records."""
    wanted = ids.combine_chunks()
    if len(known) == 0:
        return np.zeros(len(wanted), dtype=bool)
    at = np.minimum(pc.search_sorted(known, wanted).to_numpy().astype(np.int64), len(known) - 1)
    is_there = pc.equal(known.take(pa.array(at)), wanted).to_numpy(zero_copy_only=False)
    is_unchanged = np.zeros(len(known), dtype=bool)
    is_unchanged[rows] = True
    return np.asarray(is_there.astype(bool) & is_unchanged[at])


def _read(folder: Path) -> tuple[pa.Array, pa.Table] | None:
    try:
        unread = tables.ISSUE.conform(read_arrow(folder / _UNREAD_FILE))
        return read_arrow(folder / _FILE)["digest"].combine_chunks(), unread
    except (OSError, KeyError, pa.ArrowInvalid):
        return None
