"""The tables of the stages, as the publish room reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import tables
from pipeline.publish.sql_files import SQL, load_statements
from pipeline.tables import Table


@dataclass(frozen=True, slots=True)
class StageFolders:
    """Where each stage wrote its tables; None: the stage did not run tonight, its tables are empty.

    Attributes:
        extract: Deliveries, sheet counts, rows as delivered, records, issues.
        normalise: Canonical values, issues.
        link: Persons, households, evidence, issues.
        score: Indicators, poverty, assistance, issues.
    """

    extract: Path | None = None
    normalise: Path | None = None
    link: Path | None = None
    score: Path | None = None

    def folder(self, stage: str) -> Path | None:
        """The folder of a stage by its name."""
        return {"extract": self.extract, "normalise": self.normalise, "link": self.link, "score": self.score}[stage]


STAGE_TABLES: dict[str, tuple[Table, ...]] = {
    "extract": (tables.DELIVERY, tables.SHEET_COUNT, tables.DELIVERED_ROW, tables.RECORD),
    "normalise": (tables.NORMAL_RECORD,),
    "link": (
        tables.LINKED,
        tables.LINK_REASON,
        tables.PAIR,
        tables.REFUSED,
        tables.PERSON,
        tables.HOUSEHOLD,
        tables.HOUSEHOLD_MEMBER,
        tables.IDENTITY_EVENT,
    ),
    "score": (tables.HOUSEHOLD_INDICATOR, tables.HOUSEHOLD_POVERTY, tables.AREA_POVERTY, tables.ASSISTANCE),
}
ISSUE_STAGES = ("extract", "normalise", "link", "score")


def attach_inputs(connection: duckdb.DuckDBPyConnection, folders: StageFolders) -> None:
    """Make every stage table readable as ``input.<table>``; Parquet stays on disk until it is asked for.

    Args:
        connection: The warehouse being built; a catalog ``input`` in memory is attached to it.
        folders: Where the stages wrote.

    Raises:
        FileNotFoundError: A stage that ran has not written one of its tables.
    """
    connection.execute("attach ':memory:' as input")
    for stage, stage_tables in STAGE_TABLES.items():
        for table in stage_tables:
            _attach(connection, table.name, table, folders.folder(stage))
    for stage in ISSUE_STAGES:
        _attach(connection, f"issue_{stage}", tables.ISSUE, folders.folder(stage))
    connection.execute(load_statements(SQL / "inputs" / "issue.sql"))


def add_input(connection: duckdb.DuckDBPyConnection, name: str, data: pa.Table) -> None:
    """Make a small table readable as ``input.<name>``."""
    connection.register("arriving", data)
    try:
        connection.execute(f"create table input.{name} as select * from arriving")
    finally:
        connection.unregister("arriving")


def _attach(connection: duckdb.DuckDBPyConnection, name: str, table: Table, folder: Path | None) -> None:
    if folder is None:
        add_input(connection, name, table.empty())
        return
    path = table.path(folder)
    if not path.is_file():
        raise FileNotFoundError(f"the table {table.name} is missing in the stage folder {folder.name}")
    # A statement that makes a view binds no values, a relation takes the path as it is; it stands where its cursor is.
    with connection.cursor() as cursor:
        cursor.execute("use input")
        cursor.read_parquet(str(path)).create_view(name)
