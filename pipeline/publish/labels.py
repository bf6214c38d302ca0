"""File and sheet names as the warehouse shows them: an agency may have typed a person into one."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipeline.privacy import mask_label
from pipeline.publish.sql_files import SQL, load_statements
from pipeline.publish.stages import add_input
from pipeline.tables import TEXT

_FILE = pa.schema([("agency", TEXT), ("delivery_id", TEXT), ("file_shown", TEXT)])
_SHEET = pa.schema([("agency", TEXT), ("delivery_id", TEXT), ("sheet", TEXT), ("sheet_shown", TEXT)])


def add_labels(connection: duckdb.DuckDBPyConnection) -> None:
    """Add ``input.file_label`` and ``input.sheet_label``: names as they may be shown.

    A name with a long number, with a name behind a title, or with a known person's name in it, gives way to the
    delivery's identifier or the sheet's position. So does that of a sheet of
    which nothing was read: the people in it are not known.
    """
    files = connection.execute(load_statements(SQL / "inputs" / "file_names.sql")).fetchall()
    sheets = connection.execute(load_statements(SQL / "inputs" / "sheet_names.sql")).fetchall()
    unsafe = _unsafe(connection, {str(r[2]) for r in (*files, *sheets) if r[2]})
    file_rows = [
        {"agency": a, "delivery_id": d, "file_shown": f"[{d}]" if name in unsafe else name} for a, d, name in files
    ]
    sheet_rows = []
    numbers: dict[tuple[str, str], int] = {}
    for agency, delivery, sheet, is_read in sheets:
        number = numbers[agency, delivery] = numbers.get((agency, delivery), 0) + 1
        shown = sheet if is_read and sheet not in unsafe else f"[{number}]"
        sheet_rows.append({"agency": agency, "delivery_id": delivery, "sheet": sheet, "sheet_shown": shown})
    add_input(connection, "file_label", pa.Table.from_pylist(file_rows, schema=_FILE))
    add_input(connection, "sheet_label", pa.Table.from_pylist(sheet_rows, schema=_SHEET))


def _unsafe(connection: duckdb.DuckDBPyConnection, names: set[str]) -> set[str]:
    unsafe = {name for name in names if mask_label(name) != name}
    statement = load_statements(SQL / "inputs" / "labels_with_a_person.sql")
    connection.register("labels_arriving", pa.table({"label": pa.array(sorted(names), TEXT)}))
    try:
        return unsafe | {str(row[0]) for row in connection.execute(statement).fetchall()}
    finally:
        connection.unregister("labels_arriving")
