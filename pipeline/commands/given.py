"""The records that ``khrua link`` is given: read, normalised, and beside what the run before knows as it is."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.commands.delivered import Digests, digests, find_unchanged
from pipeline.engine import DuckDBEngine
from pipeline.errors import UserError
from pipeline.settings import Settings, passing_library_home

if TYPE_CHECKING:
    from pipeline.link import Kept

# Columns in which texts seldom repeat: read as texts and coded at once, they cost half of what coding them part by part
# and then joining the parts' dictionaries does.
_MOSTLY_DISTINCT = ("national_id", "house_code", "last_name")


@dataclass(slots=True)
class Given:
    """What a file gives to linkage. Records are handed over, not lent: the stage lets them go when they are in order.

    Attributes:
        normal: NORMAL_RECORD of its records, or of those that are not kept; None once handed over.
        kept: Records of the run before that stand unchanged; None where all are read.
        unread: ISSUE rows: what could not be read, of all its rows.
        record_ids, digests: What each of its rows says, for the next run; None where that cannot be told.
    """

    normal: pa.Table | None
    kept: Kept | None
    unread: pa.Table
    record_ids: pa.ChunkedArray | None
    digests: Digests | None

    def hand_over_normal(self) -> pa.Table:
        """The records, held here no longer."""
        normal, self.normal = self.normal, None
        return normal

    def hand_over_kept(self) -> Kept | None:
        """What stands unchanged, held here no longer."""
        kept, self.kept = self.kept, None
        return kept


def read_given(
    records: Path, previous: Path | None, duplicate_free: tuple[str, ...], spill: Path, settings: Settings
) -> Given:
    """Read and normalise the records that ``previous`` does not know as they are; all without it.

    Args:
        records: The file.
        previous: Folder of an earlier run; None: every record is read.
        duplicate_free: Agencies whose list holds each person once.
        spill: Folder for what does not fit into memory.
        settings: Threads and memory.

    Raises:
        UserError: The file cannot be used, or no record is of one of the agencies.
    """
    # The pool inside the engine: a fault waits for the thread before the engine is closed under it. An engine of its
    # own: closed, it gives back memory that it would keep to the end.
    with DuckDBEngine(spill, settings.threads, settings.memory_limit) as engine, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_read, records, is_coded=previous is None)
        with passing_library_home():
            # Imported while the file is read: it takes a second.
            from pipeline.link import Kept, load_memory, state_folder
            from pipeline.normalise import normalise_link_input
        table = reading.result()
        _check_agencies(table, duplicate_free)
        digesting = pool.submit(digests, engine, table)
        kept, others, unread = None, table, tables.ISSUE.empty()
        state = state_folder(previous)
        memory = load_memory(state) if state else None
        if state and memory and (found := digesting.result()) is not None:
            unchanged = find_unchanged(table, found, memory.records, state)
            if unchanged is not None:
                kept, others, unread = Kept(memory, unchanged.rows), unchanged.others, unchanged.unread
        read = normalise_link_input(others, threads=settings.threads or os.cpu_count() or 1)
        unread = pa.concat_tables([unread, read.unread])
        ids = table["record_id"] if "record_id" in table.column_names else None
        return Given(read.normal_record, kept, unread, ids, digesting.result())


def _check_agencies(table: pa.Table, duplicate_free: tuple[str, ...]) -> None:
    known = set(pc.unique(table["agency"]).to_pylist()) if "agency" in table.column_names else set(duplicate_free)
    if unknown := sorted(set(duplicate_free) - known):
        raise UserError(
            f"No record is of agency {', '.join(unknown)} after --duplicate-free; correct the name.",
            f"ไม่มีระเบียนของหน่วยงาน {', '.join(unknown)} หลัง --duplicate-free โปรดแก้ชื่อ",
        )


def _read(records: Path, *, is_coded: bool) -> pa.Table:
    try:
        return _read_coded(records) if is_coded else pq.read_table(records)
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(
            f"{records.name} is missing or is no Parquet file; give a Parquet file of records.",
            f"ไม่พบ {records.name} หรือไม่ใช่ไฟล์ Parquet ให้ระบุไฟล์ระเบียนแบบ Parquet",
        ) from error


def _read_coded(records: Path) -> pa.Table:
    """The records, their texts as codes into a dictionary: a million hold a few hundred thousand distinct texts."""
    schema = pq.read_schema(records)
    texts = [f.name for f in schema if pa.types.is_string(f.type) and f.name != "record_id"]
    with pq.ParquetFile(records, read_dictionary=[name for name in texts if name not in _MOSTLY_DISTINCT]) as file:
        table = file.read().unify_dictionaries()
    for name in (name for name in texts if name in _MOSTLY_DISTINCT):
        coded = table[name].combine_chunks().dictionary_encode()
        table = table.set_column(table.column_names.index(name), name, coded)
    return table
