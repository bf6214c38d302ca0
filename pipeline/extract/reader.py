"""One file through the reading process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.extract.grid import ReadFaultError, Workbook, from_json

# Part of every cache key: raise it when the same file would be read differently.
READER_VERSION = "7"
_WORKBOOK_NAMES = frozenset({".xlsx", ".xls", ".xlsm", ".xlsb"})
SIZE_LIMIT = 200 * 2**20
_ROOT = Path(__file__).resolve().parents[2]


def read_workbook(
    path: Path,
    scratch: Path | None,
    *,
    memory_bytes: int,
    seconds: int,
    name: str = "",
    passwords: Sequence[str] = (),
) -> Workbook:
    """Read a file in a process of its own.

    Args:
        path: The file.
        scratch: Folder for what stands beside the file while it is read: a link to it, a protected workbook opened. The
            result comes through a pipe. None: the system's.
        memory_bytes: Address space of the process.
        seconds: Time limit.
        name: Name as delivered, when the file stands in the archive under its hash.
        passwords: Tried on a protected workbook.

    Returns:
        The workbook.

    Raises:
        ReadFaultError: The file cannot be read; ``reader_failed`` when the process crashed or ran out of its limits.
    """
    size = path.stat().st_size
    if size == 0:
        raise ReadFaultError("file_empty", "no content")
    if size > SIZE_LIMIT:
        raise ReadFaultError("file_too_large", "file size")
    with tempfile.TemporaryDirectory(dir=scratch, prefix="read-") as folder:
        source = Path(folder) / f"source{Path(name or path.name).suffix.lower()}"
        source.symlink_to(path.resolve())
        data = json.loads(_run(source, memory_bytes, seconds, passwords))
    if "code" in data:
        raise ReadFaultError(data["code"], data["detail"], data["line"])
    return from_json(data)


def is_text_named_as_workbook(book: Workbook, name: str) -> bool:
    """Whether a text stands under the name of a workbook, such as a letter saved as .xlsx.

    Args:
        book: What was read.
        name: Name as delivered.
    """
    return book.content == "csv" and Path(name).suffix.lower() in _WORKBOOK_NAMES


def _run(source: Path, memory_bytes: int, seconds: int, passwords: Sequence[str]) -> bytes:
    command = [sys.executable, "-P", "-m", "pipeline.extract.reader_child"]
    try:
        done = subprocess.run(
            [*command, str(source), str(memory_bytes), str(seconds)],
            # Arguments of a process are seen by everybody on the machine, its input is not.
            input=json.dumps(list(passwords)).encode(),
            stdout=subprocess.PIPE,
            # What the reader prints on a crash may quote a cell.
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"},
        )
    except subprocess.TimeoutExpired:
        raise ReadFaultError("reader_failed", "time limit") from None
    if done.returncode != 0:
        raise ReadFaultError("reader_failed", f"exit {done.returncode}")
    return done.stdout
