"""What one file says under one contract, before it is known which of its rows are in use tonight.

Kept under ``identity/deliveries/`` by content of the file, content of the contract and version of the reader, so that
a file seen before is not read again.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables import DATE, DELIVERED_ROW, INT, ISSUE, RECORD, RECORD_ATTRIBUTE, SHEET_COUNT, TEXT, Table

# One row is one accepted row: by what it is known, and what it is known for.
READ_ROW = pa.schema(
    [
        ("list_code", TEXT),
        ("base", TEXT),
        ("part", TEXT),
        ("content", TEXT),
        ("evidence_date", DATE),
        ("sheet", TEXT),
        ("row_number", INT),
        ("key", TEXT),
        ("national_id", TEXT),
        ("first_name", TEXT),
        ("last_name", TEXT),
        ("birth", TEXT),
        ("place", TEXT),
        ("house", TEXT),
        ("occasion", TEXT),
        ("facts", TEXT),
    ]
)
_AGAIN = "read-again"
KEPT: tuple[Table, ...] = (RECORD, RECORD_ATTRIBUTE, DELIVERED_ROW, SHEET_COUNT, ISSUE)


@dataclass(frozen=True, slots=True)
class ListSummary:
    """One list as it stands in one file.

    Attributes:
        list_code: Its code.
        delivery_mode: What absence means.
        parts: What the file speaks of: the parts of a ``full_per_part`` list, also those without a row; else the
            empty part. Of a file that cannot be used: nothing.
        rows: Accepted rows.
        period: Date the list speaks of, ISO; None: that of the delivery.
        survey_round: จปฐ round; empty for other lists.
        spans: Part → first and last day it speaks of, ISO: what ends before the first day is an older edition. No entry
            for a part whose date is that of the delivery.
    """

    list_code: str
    delivery_mode: str
    parts: tuple[str, ...]
    rows: int
    period: str | None
    survey_round: str
    spans: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """One file in short.

    Attributes:
        code: Issue code that keeps the file from being used; empty: it can be used.
        lists: Its lists; of a file that cannot be used, those it may hold by its name.
        rows_delivered: Physical rows in all sheets.
        rows_accepted: Rows accepted.
        rows_rejected: Rows rejected.
        contract_version: Version of the contract it was read with.
    """

    code: str
    lists: tuple[ListSummary, ...]
    rows_delivered: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    contract_version: str = ""

    @property
    def survey_round(self) -> str:
        """The survey rounds of its lists, in order, separated by spaces."""
        return " ".join(sorted({entry.survey_round for entry in self.lists if entry.survey_round}))

    def period_date(self, received: date) -> date:
        """The date the file speaks of: the latest that a list gives; the day of delivery where none does."""
        known = [date.fromisoformat(entry.period) for entry in self.lists if entry.period]
        return min(max(known), received) if known else received


@dataclass(slots=True)
class Parsed:
    """One file, read.

    Attributes:
        summary: In short.
        is_final: Reading it again would give the same; a file that lacks its password is tried again every night.
        rows: Accepted rows, by what they are known for (``READ_ROW``).
        tables: ``KEPT`` tables by name.
    """

    summary: Summary
    is_final: bool = True
    rows: pa.Table = field(default_factory=READ_ROW.empty_table)
    tables: dict[str, pa.Table] = field(default_factory=dict)

    def table(self, table: Table) -> pa.Table:
        """One of the kept tables."""
        return self.tables.get(table.name, table.empty())


class ParsedStore:
    """The files of one agency, as they were read."""

    def __init__(self, folder: Path) -> None:
        """Open the store.

        Args:
            folder: ``identity/deliveries/<agency>/read``.
        """
        self._folder = folder

    def has(self, name: str) -> bool:
        """Whether a file was read before, under this name of file, contract and reader."""
        folder = self._folder / name
        return (folder / "summary.json").is_file() and not (folder / _AGAIN).exists()

    def summary(self, name: str) -> Summary:
        """A file in short."""
        data = json.loads((self._folder / name / "summary.json").read_text(encoding="utf-8"))
        lists = tuple(ListSummary(**{**entry, "parts": tuple(entry["parts"])}) for entry in data.pop("lists"))
        return Summary(lists=lists, **data)

    def rows(self, name: str) -> pa.Table:
        """Its accepted rows, by what they are known for."""
        return pq.read_table(self._folder / name / "row.parquet", schema=READ_ROW)

    def table(self, name: str, table: Table) -> pa.Table:
        """One of its tables."""
        return pq.read_table(self._folder / name / f"{table.name}.parquet", schema=table.schema)

    def set_damaged_aside(self) -> bool:
        """Have every reading that cannot be read back made again; whether there are any."""
        folders = sorted(self._folder.glob("*")) if self._folder.is_dir() else []
        damaged = [folder for folder in folders if self.has(folder.name) and not self._is_whole(folder.name)]
        for folder in damaged:
            (folder / _AGAIN).touch()
        return bool(damaged)

    def _is_whole(self, name: str) -> bool:
        try:
            self.summary(name)
            self.rows(name)
            for table in KEPT:
                self.table(name, table)
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError):
            # Arrow's and JSON's errors for bytes that are cut or changed, and for fields that are gone.
            return False
        return True

    def prune(self, keep: Collection[str]) -> None:
        """Forget readings that no delivery relies on any more, such as those under an earlier contract."""
        for folder in self._folder.glob("*") if self._folder.is_dir() else ():
            if folder.name not in keep and folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)

    def put(self, name: str, parsed: Parsed) -> None:
        """Keep a file; it appears whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = Path(tempfile.mkdtemp(dir=self._folder, prefix=".new-"))
        try:
            pq.write_table(parsed.rows, scratch / "row.parquet", compression="zstd")
            for table in KEPT:
                data = table.conform(parsed.table(table))
                pq.write_table(data, scratch / f"{table.name}.parquet", compression="zstd")
            summary = json.dumps(asdict(parsed.summary), ensure_ascii=False)
            (scratch / "summary.json").write_text(summary, encoding="utf-8")
            if not parsed.is_final:
                (scratch / _AGAIN).touch()
            target = self._folder / name
            if target.exists():
                shutil.rmtree(target)
            scratch.replace(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
