"""File and sheet names as the warehouse shows them: an agency may have typed a person into one."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipeline.privacy import mask_label
from pipeline.publish.stages import add_input
from pipeline.tables import TEXT

_FILE = pa.schema([("agency", TEXT), ("delivery_id", TEXT), ("file_shown", TEXT)])
_SHEET = pa.schema([("agency", TEXT), ("delivery_id", TEXT), ("sheet", TEXT), ("sheet_shown", TEXT)])
# The same test as the privacy audit: a given name and a surname of one person in one label.
_NAMED = """
select l.label
from labels_arriving as l
where exists (
    select 1
    from input.person as p
    where length(p.first_name) >= 2 and length(p.last_name) >= 2
    and contains(l.label, p.first_name) and contains(l.label, p.last_name)
)
"""


def add_labels(connection: duckdb.DuckDBPyConnection) -> None:
    """Add ``input.file_label`` and ``input.sheet_label``: names as they may be shown.

    A name with a long number, with a name behind a title, or with a known person's name in it, gives way to the
    delivery's identifier or the sheet's position.
    """
    files = connection.execute(
        "select agency, delivery_id, file_name from input.delivery order by agency, delivery_id"
    ).fetchall()
    sheets = connection.execute(
        "select agency, delivery_id, coalesce(sheet, '') as sheet from input.sheet_count "
        "union select agency, delivery_id, coalesce(sheet, '') from input.record order by all"
    ).fetchall()
    unsafe = _unsafe(connection, {str(r[2]) for r in (*files, *sheets) if r[2]})
    file_rows = [
        {"agency": a, "delivery_id": d, "file_shown": f"[{d}]" if name in unsafe else name} for a, d, name in files
    ]
    sheet_rows = []
    numbers: dict[tuple[str, str], int] = {}
    for agency, delivery, sheet in sheets:
        number = numbers[agency, delivery] = numbers.get((agency, delivery), 0) + 1
        shown = f"[{number}]" if sheet in unsafe else sheet
        sheet_rows.append({"agency": agency, "delivery_id": delivery, "sheet": sheet, "sheet_shown": shown})
    add_input(connection, "file_label", pa.Table.from_pylist(file_rows, schema=_FILE))
    add_input(connection, "sheet_label", pa.Table.from_pylist(sheet_rows, schema=_SHEET))


def _unsafe(connection: duckdb.DuckDBPyConnection, names: set[str]) -> set[str]:
    unsafe = {name for name in names if mask_label(name) != name}
    connection.register("labels_arriving", pa.table({"label": pa.array(sorted(names), TEXT)}))
    try:
        return unsafe | {str(row[0]) for row in connection.execute(_NAMED).fetchall()}
    finally:
        connection.unregister("labels_arriving")
