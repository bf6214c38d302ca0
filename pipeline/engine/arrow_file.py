"""Arrow files: tables that one run leaves to the next, quicker to read back than Parquet."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.ipc


def write_arrow(table: pa.Table, path: Path) -> None:
    """Write a table; its folder is made, closed to others."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(path, table.schema, options=options) as file:
        file.write_table(table)


def read_arrow(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table, or some of its columns.

    Raises:
        OSError: The file cannot be opened.
        pyarrow.ArrowInvalid: It is no such file.
    """
    with pa.memory_map(str(path)) as source:
        found = pa.ipc.open_file(source)
        if columns is not None:
            wanted = [found.schema.get_field_index(name) for name in columns]
            found = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=wanted))
        return found.read_all()
