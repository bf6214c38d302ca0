"""Which records are as they were when the run before was given them, and what of those could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.columns import whole
from pipeline.engine import Engine, read_arrow, write_arrow

if TYPE_CHECKING:
    from pipeline.link.memory import Memory

_FILE, _UNREAD_FILE = "delivered.arrow", "unread.arrow"
_UNREAD = ("agency", "record_id", "column", "code", "severity", "stage")
_BATCH_ROWS = 1 << 16
Digests = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Records that stand unchanged, and the others.

    Attributes:
        rows: Places of the unchanged among the records of the run before, ascending.
        unread: ISSUE rows of the unchanged: what could not be read.
        others: The other records, as delivered.
        digests: Of all records, in the order of record_id.
    """

    rows: npt.NDArray[np.int64]
    unread: pa.Table
    others: pa.Table
    digests: Digests


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
    # Threads share the work batch by batch.
    batches = pa.Table.from_batches(numbered.to_batches(_BATCH_ROWS), numbered.schema)
    frame = engine.sql("commands/sql/row_digest", scanned={"delivered": batches})
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
        columns = {c: as_text(records[c]) if c in records.column_names else nothing for c in (*REQUIRED, *OPTIONAL)}
        texts = pa.table({**columns, "record_id": plain(columns["record_id"])})
        # A damaged file has codes of no text, and bytes that are none.
        texts.validate(full=True)
    except (KeyError, pa.ArrowException):
        # A column that stands twice, or cannot be read as text: for the reader of the rows to say.
        return None
    return texts


def digests_in_order(engine: Engine, records: pa.Table) -> Digests | None:
    """The same in the order of record_id, in which a run keeps its records."""
    from pipeline.link.record_ids import is_ascending

    found = digests(engine, records)
    if found is None:
        return None
    ids = records["record_id"].cast(pa.string())
    return found if is_ascending(ids) else np.asarray(found[pc.sort_indices(ids).to_numpy()], dtype=np.uint64)


def save_delivered(ordered: Digests, unread: pa.Table, state: Path) -> None:
    """Keep them beside the records they are of, in the same order, and what could not be read of those."""
    write_arrow(unread.select(_UNREAD).sort_by("record_id"), state / "private" / _UNREAD_FILE)
    write_arrow(pa.table({"digest": ordered}), state / "private" / _FILE)


def with_digests(engine: Engine, parts: Iterable[pa.Table]) -> Iterator[tuple[pa.Table, Digests | None]]:
    """Records as delivered, part by part, with what :func:`digests` makes of each part."""
    return ((part, digests(engine, part)) for part in parts)


def find_unchanged(parts: Iterable[tuple[pa.Table, Digests | None]], memory: Memory) -> Unchanged | None:
    """Compare records with what the run before was given, part by part: those that stand unchanged are let go.

    Args:
        parts: Records as delivered, with their digests.
        memory: What the run before left.

    Returns:
        None where the run before left no digests, where a record cannot be read as text or lacks what every record
        must have, or where a record_id is repeated: then all records are read.
    """
    from pipeline.link.record_ids import places_among

    if not (memory.is_whole(_FILE) and memory.is_whole(_UNREAD_FILE)):
        return None
    before = whole(memory.records["record_id"])
    known = read_arrow(memory.folder / _FILE)["digest"].to_numpy()
    unread = tables.ISSUE.conform(read_arrow(memory.folder / _UNREAD_FILE))
    is_unchanged = np.zeros(len(before), dtype=bool)
    elsewhere: list[npt.NDArray[np.int64]] = []
    others, other_ids, other_digests, count = [], [], [], 0
    for part, digest in parts:
        ids = whole(part["record_id"].cast(pa.string())) if digest is not None else None
        if digest is None or ids is None or ids.null_count:
            return None
        at = places_among(ids, before)
        is_same = np.take(known, at, mode="clip") == digest if len(known) else np.zeros(len(at), dtype=bool)
        is_same &= at >= 0
        is_unchanged[at[is_same]] = True
        elsewhere.append(at[~is_same])
        others.append(part.filter(pa.array(~is_same)))
        other_ids.append(ids.filter(pa.array(~is_same)))
        other_digests.append(digest[~is_same])
        count += len(part)
    changed = np.concatenate(elsewhere)
    rows = np.flatnonzero(is_unchanged)
    # A record that is delivered twice, once as it was, is for the reader of the rows to refuse.
    if len(rows) + len(changed) != count or is_unchanged[changed[changed >= 0]].any():
        return None
    at = places_among(whole(unread["record_id"]), before)
    still_unread = unread.filter(pa.array((at >= 0) & np.append(is_unchanged, False)[at]))
    ids = pa.concat_arrays(other_ids)
    order = pc.sort_indices(ids)
    place = np.searchsorted(rows, pc.search_sorted(before, ids.take(order)).to_numpy())
    found = np.insert(known[rows], place, np.concatenate(other_digests)[order.to_numpy()])
    return Unchanged(rows, still_unread, pa.concat_tables(others), found)
