"""The agency's own headers that a fault of a whole file is about, for the report; the warehouse holds no header."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipeline.contracts import ContractBook
from pipeline.publish.sql_files import SQL, load_statements

# Agency, delivery, issue code → headers.
FaultHeaders = Mapping[tuple[str, str, str], tuple[str, ...]]


def read_fault_headers(connection: duckdb.DuckDBPyConnection, book: ContractBook) -> FaultHeaders:
    """Headers of faults of whole files; only those of the contract, since any other may hold whatever somebody typed.

    Args:
        connection: The warehouse being built, with the inputs attached.
        book: Contracts.
    """
    known = {
        (agency, header)
        for agency, contract in book.contracts.items()
        for one in contract.lists
        for column in one.columns
        for header in (column.header, *column.aliases)
    }
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    statement = load_statements(SQL / "inputs" / "fault_headers.sql")
    for agency, delivery_id, code, header in connection.execute(statement).fetchall():
        if (agency, header) in known:
            place = (str(agency), str(delivery_id), str(code))
            found[place] = (*found.get(place, ()), str(header))
    return found
