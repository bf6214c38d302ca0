"""The reconciled list of each agency, written aside and put in its place when everything else stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.contracts import ContractBook
from pipeline.publish.build import Resources
from pipeline.publish.manifest import file_hash
from pipeline.publish.returned_book import write_workbook
from pipeline.publish.returned_rows import agencies_with_lists, gather_list, prepare_sharing
from pipeline.publish.stages import StageFolders, attach_inputs


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """One written list.

    Attributes:
        agency: Who receives it.
        path: Where it stands.
        sha256: Hash of the file, for the audit log.
        rows: Rows in it.
        agreement_id: The agreement it rests on.
        shows_help_of: Agencies whose help it may show.
    """

    agency: str
    path: Path
    sha256: str
    rows: int
    agreement_id: str
    shows_help_of: int


@contextmanager
def open_sources(
    folders: StageFolders, book: ContractBook, run_date: date, resources: Resources
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the private tables for the lists of one night; in memory, spill encrypted."""
    connection = duckdb.connect(":memory:", config=resources.config())
    try:
        attach_inputs(connection, folders)
        prepare_sharing(connection, book, run_date)
        yield connection
    finally:
        connection.close()


def list_agencies(connection: duckdb.DuckDBPyConnection, book: ContractBook, run_date: date) -> tuple[str, ...]:
    """Agencies that get a list tonight, in order."""
    return agencies_with_lists(connection, book, run_date)


def write_returns(
    connection: duckdb.DuckDBPyConnection,
    book: ContractBook,
    agency: str,
    run_id: str,
    run_date: date,
    key: bytes,
    target: Path,
    scratch: Path,
) -> ReturnedFile:
    """Write one agency's list.

    Args:
        connection: From :func:`open_sources`.
        book: Contracts, agreements, vocabulary.
        agency: One of :func:`list_agencies`.
        run_id: The run.
        run_date: The night's date.
        key: The home's secret.
        target: The ``.xlsx`` file to write.
        scratch: Private folder for temporary files.

    Returns:
        What was written.
    """
    content = gather_list(connection, book, agency, run_id, run_date, key)
    write_workbook(content, target, scratch)
    return ReturnedFile(
        agency,
        target,
        file_hash(target),
        sum(len(s.rows) for s in content.sheets),
        content.agreement.agreement_id,
        len(content.help_agencies),
    )
