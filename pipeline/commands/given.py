"""The records that ``khrua link`` is given: read, normalised, and beside what the run before knows as it is."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.columns import whole
from pipeline.commands.delivered import Digests, digests_in_order, find_unchanged, with_digests
from pipeline.engine import DuckDBEngine
from pipeline.errors import UserError
from pipeline.settings import Settings, passing_library_home

if TYPE_CHECKING:
    from pipeline.link import Kept

Part = TypeVar("Part")
# Records of a part, and parts that are made while another is worked on.
_PART_ROWS, _PARTS_AHEAD = 1 << 18, 4
# Columns in which texts seldom repeat: read as texts and coded at once, they cost half of what coding them part by part
# and then joining the parts' dictionaries does.
_MOSTLY_DISTINCT = ("national_id", "house_code", "last_name")


@dataclass(slots=True)
class GivenRecords:
    """What a file gives to linkage. Records are handed over, not lent: the stage lets them go when they are in order.

    Attributes:
        normal: NORMAL_RECORD of its records, or of those that are not kept; None once handed over.
        kept: Records of the run before that stand unchanged; None where all are read.
        unread: ISSUE rows: what could not be read, of all its rows.
        columns_not_read: Columns of the file that nobody knows by that name; some by their place.
        digests: What each of its records says, in the order of record_id, for the next run; None where that cannot be
            told.
    """

    normal: pa.Table | None
    kept: Kept | None
    unread: pa.Table
    columns_not_read: tuple[str, ...]
    digests: Digests | None

    def hand_over_normal(self) -> pa.Table:
        """The records, held here no longer."""
        normal, self.normal = self.normal, None
        return normal

    def hand_over_kept(self) -> Kept | None:
        """What stands unchanged, held here no longer."""
        kept, self.kept = self.kept, None
        return kept


def check_is_there(records: Path) -> None:
    """Before anything is made for the run.

    Raises:
        UserError: The file cannot be opened.
    """
    with _refusing_others(records), records.open("rb"):
        pass


def read_given(
    records: Path, previous: Path | None, duplicate_free: tuple[str, ...], spill: Path, settings: Settings
) -> GivenRecords:
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
    # The environment is another's while libraries are imported, and is not touched while any thread is at work: to look
    # something up in it meanwhile would be to read freed memory. The engine is one of its own: closed, it gives back
    # memory that it would keep to the end.
    with passing_library_home(), DuckDBEngine(spill, settings.threads, settings.memory_limit) as engine:
        given = _beside_memory(engine, records, previous, duplicate_free, settings) if previous else None
        return given or _whole(engine, records, duplicate_free, settings)


def _whole(engine: DuckDBEngine, records: Path, duplicate_free: tuple[str, ...], settings: Settings) -> GivenRecords:
    """Every record, read and normalised."""
    # The pool inside the engine: a fault waits for the thread before the engine is closed under it.
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_read, records)
        # Imported while the file is read: it takes a second.
        from pipeline.normalise import columns_not_read, normalise_link_input

        table = reading.result()
        digesting = pool.submit(digests_in_order, engine, table)
        read = normalise_link_input(table, threads=_threads(settings))
        _check_agencies(_agencies(read.normal_record), duplicate_free)
        unknown = columns_not_read(table.column_names)
        return GivenRecords(read.normal_record, None, read.unread, unknown, digesting.result())


def _beside_memory(
    engine: DuckDBEngine, records: Path, previous: Path, duplicate_free: tuple[str, ...], settings: Settings
) -> GivenRecords | None:
    """The records that the run before does not know as they are; None where nothing can be told from it."""
    with ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(1) as digesting:
        parts = _ahead(reading, _parts(records))
        # Imported while the file is read: it takes a second.
        from pipeline.link import Kept, load_memory, state_folder
        from pipeline.normalise import LinkInputError, columns_not_read, normalise_link_input

        digested = _ahead(digesting, with_digests(engine, parts))
        state = state_folder(previous)
        memory = load_memory(state) if state else None
        if memory is None:
            return None
        unchanged = find_unchanged(digested, memory)
    if unchanged is None:
        return None
    try:
        read = normalise_link_input(unchanged.others, threads=_threads(settings))
    except LinkInputError:
        # The fault is told with its rows among all of them.
        return None
    kept_agencies = memory.records.select(["agency"]).take(pa.array(unchanged.rows))
    _check_agencies(_agencies(kept_agencies) | _agencies(read.normal_record), duplicate_free)
    unread = pa.concat_tables([unchanged.unread, read.unread])
    kept = Kept(memory, unchanged.rows)
    unknown = columns_not_read(unchanged.others.column_names)
    return GivenRecords(read.normal_record, kept, unread, unknown, unchanged.digests)


def _threads(settings: Settings) -> int:
    return settings.threads or os.cpu_count() or 1


def _agencies(records: pa.Table) -> set[str]:
    return set(pc.unique(records["agency"]).to_pylist())


def _check_agencies(given: set[str], duplicate_free: tuple[str, ...]) -> None:
    if unknown := sorted(set(duplicate_free) - given):
        raise UserError(
            f"No record is of agency {', '.join(unknown)} after --duplicate-free; correct the name.",
            f"ไม่มีระเบียนของหน่วยงาน {', '.join(unknown)} หลัง --duplicate-free โปรดแก้ชื่อ",
        )


def _parts(records: Path) -> Iterator[pa.Table]:
    """The records as delivered, a part at a time; at least one, which may be empty."""
    with _refusing_others(records), pq.ParquetFile(records, read_dictionary=_often_repeated(records)) as file:
        if file.metadata.num_rows == 0:
            yield file.schema_arrow.empty_table()
        for batch in file.iter_batches(_PART_ROWS):
            yield pa.Table.from_batches([batch])


def _ahead(pool: Executor, parts: Iterator[Part]) -> Iterator[Part]:
    """The same parts; some are made, from now on, while another is worked on."""
    coming = deque(pool.submit(next, parts, None) for _ in range(_PARTS_AHEAD))

    def following() -> Iterator[Part]:
        while (part := coming.popleft().result()) is not None:
            coming.append(pool.submit(next, parts, None))
            yield part

    return following()


def _read(records: Path) -> pa.Table:
    """The records, their texts as codes into a dictionary: a million hold a few hundred thousand distinct texts."""
    with _refusing_others(records), pq.ParquetFile(records, read_dictionary=_often_repeated(records)) as file:
        table = file.read().unify_dictionaries()
    for name in _MOSTLY_DISTINCT:
        if table.column_names.count(name) == 1 and pa.types.is_string(table[name].type):
            coded = whole(table[name]).dictionary_encode()
            table = table.set_column(table.column_names.index(name), name, coded)
    return table


def _often_repeated(records: Path) -> list[str]:
    texts = (field.name for field in pq.read_schema(records) if pa.types.is_string(field.type))
    return [name for name in texts if name not in ("record_id", *_MOSTLY_DISTINCT)]


@contextmanager
def _refusing_others(records: Path) -> Iterator[None]:
    """What is no Parquet file is a fault of the user."""
    try:
        yield
    except PermissionError:
        # It is there, and of rights the command tells.
        raise
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise UserError(
            f"{records.name} is missing or is no Parquet file; give a Parquet file of records.",
            f"ไม่พบ {records.name} หรือไม่ใช่ไฟล์ Parquet ให้ระบุไฟล์ระเบียนแบบ Parquet",
        ) from error
