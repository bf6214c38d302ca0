"""Arrow files: tables that one run leaves to the next, mapped into memory as they stand on the disk."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.ipc


def write_arrow(table: pa.Table, path: Path) -> None:
    """Write a table, in one batch; its folder is made, closed to others.

    What is mapped is never written over: a file in use is replaced by another, or removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table.combine_chunks())


def read_arrow(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table, or some of its columns; what nobody looks at is not read from the disk.

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
