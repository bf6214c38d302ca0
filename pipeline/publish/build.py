"""The warehouse of one night, built aside as a scratch file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.contracts import ContractBook
from pipeline.engine.duckdb import ENCRYPTED_SPILL
from pipeline.errors import AuditError
from pipeline.publish.labels import add_labels
from pipeline.publish.lookups import IndicatorWords, add_lookups
from pipeline.publish.sql_files import SQL, load_statements
from pipeline.publish.stages import StageFolders, add_input, attach_inputs
from pipeline.tables import BOOL, DATE, INT, TEXT

SCHEMAS = ("core", "mart", "ops")
_RUN = pa.schema(
    [
        ("run_id", TEXT),
        ("run_date", DATE),
        ("province_code", TEXT),
        ("small_count", INT),
        ("previous_run_id", TEXT),
        ("is_change_accepted", BOOL),
        ("input_fingerprint", TEXT),
    ]
)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the warehouse says of the run that made it.

    Attributes:
        run_id: ``YYYYMMDD-NN``.
        run_date: The night's date.
        previous_run_id: The publication before; None: the first one.
        accept_change: Why a change beyond the limits is accepted; empty: it is not.
        fingerprint: Hash of all inputs of the night.
    """

    run_id: str
    run_date: date
    previous_run_id: str | None = None
    accept_change: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Resources:
    """What a build may use.

    Attributes:
        threads: Worker threads; None: DuckDB's choice.
        memory_limit: Memory before it spills.
        spill: Private folder for spill, written encrypted; None: beside the scratch file.
    """

    threads: int | None = None
    memory_limit: str = "4GB"
    spill: Path | None = None

    def config(self) -> dict[str, str | bool | int | float | list[str]]:
        """DuckDB's configuration."""
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            **ENCRYPTED_SPILL,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if self.threads is not None:
            config["threads"] = str(self.threads)
        if self.spill is not None:
            config["temp_directory"] = str(self.spill)
        return config


def table_files() -> list[Path]:
    """The files that make the tables, in their order."""
    return sorted((SQL / "tables").glob("*.sql"))


def build_warehouse(
    target: Path,
    folders: StageFolders,
    book: ContractBook,
    facts: RunFacts,
    indicators: IndicatorWords | None = None,
    resources: Resources | None = None,
) -> duckdb.DuckDBPyConnection:
    """Build the warehouse of a night in a new file.

    Args:
        target: The scratch file; must not exist.
        folders: Where the stages wrote their tables.
        book: Contracts, agreements, province, vocabulary.
        facts: What the warehouse says of its run.
        indicators: Words of the indicators and methods; codes without words show themselves.
        resources: Memory, threads and spill.

    Returns:
        The open connection, with the private tables still attached as ``input`` for the audits;
        :func:`close_warehouse` ends it.

    Raises:
        AuditError: A key, a required value or a check of a table is broken.
        FileNotFoundError: A stage that ran has not written one of its tables.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = duckdb.connect(str(target), config=(resources or Resources()).config())
    try:
        attach_inputs(connection, folders)
        run = {
            "run_id": facts.run_id,
            "run_date": facts.run_date,
            "province_code": book.province.province_code,
            "small_count": book.province.small_count,
            "previous_run_id": facts.previous_run_id,
            "is_change_accepted": bool(facts.accept_change),
            "input_fingerprint": facts.fingerprint or None,
        }
        add_input(connection, "run", pa.Table.from_pylist([run], schema=_RUN))
        add_lookups(connection, book, indicators or IndicatorWords())
        add_labels(connection)
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for path in table_files():
            _make_table(connection, path)
        _write_hashes(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def close_warehouse(connection: duckdb.DuckDBPyConnection) -> None:
    """Let go of the private tables, write everything into the one file, close it."""
    connection.execute("detach input")
    connection.execute("checkpoint")
    connection.close()


def warehouse_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Schema and name of every table of the warehouse, in order."""
    rows = connection.execute(load_statements(SQL / "catalog" / "tables.sql")).fetchall()
    return [(str(schema), str(table)) for schema, table in rows]


def _make_table(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        connection.execute(load_statements(path))
    except duckdb.ConstraintException:
        # DuckDB's message quotes the row: only the table is named.
        name = path.stem.partition("_")[2].replace("_", ".", 1)
        raise AuditError(
            f"The table {name} would break its key, a required value or a check, so nothing was published and the "
            "earlier publication stays; please report this line.",
            f"ตาราง {name} ผิดเงื่อนไขของตาราง (รหัสซ้ำ ค่าว่าง หรือค่าที่เป็นไปไม่ได้) จึงยังไม่เผยแพร่ ฉบับเดิมยังใช้ได้ โปรดแจ้งผู้พัฒนา",
        ) from None


def _write_hashes(connection: duckdb.DuckDBPyConnection) -> None:
    statement = load_statements(SQL / "catalog" / "table_hash.sql")
    for schema, table in warehouse_tables(connection):
        if (schema, table) != ("ops", "table_hash"):
            connection.execute(statement, {"schema": schema, "table": table})
