"""The process that parses one file, with a limit on its memory and time: ``python -m pipeline.extract.reader_child``.

A hostile or damaged workbook can abort the whole interpreter (SIGABRT in calamine cannot be caught), so it aborts
this one. Standard library and calamine only: the start takes a tenth of a second, and there is one a file.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pipeline.extract.grid import ReadFaultError, Workbook, to_json
from pipeline.extract.sniff import content_kind

if TYPE_CHECKING:
    from typing_extensions import Buffer

_OUTPUT_LIMIT = 2 * 2**30


def read_file(path: Path, passwords: Sequence[str] = ()) -> Workbook:
    """Read a file by its content.

    Args:
        path: The file; its name only tells whether a text may be a table of one column.
        passwords: Tried on a protected workbook.

    Raises:
        ReadFaultError: The file cannot or must not be read.
    """
    kind = content_kind(path)
    if kind == "zip":
        from pipeline.extract.excel_reader import read_zip

        return read_zip(path)
    if kind == "ole2":
        from pipeline.extract.excel_reader import read_ole2, read_protected

        try:
            return read_ole2(path)
        except ReadFaultError as fault:
            if fault.code != "file_password" or not passwords:
                raise
        return read_protected(path, passwords)
    if kind == "html":
        from pipeline.extract.html_reader import read_html

        return read_html(path)
    from pipeline.extract.text_reader import read_csv

    return read_csv(path)


def _limit(memory_bytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_OUTPUT_LIMIT, _OUTPUT_LIMIT))
    # A core file would hold names.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Limited(io.RawIOBase):
    """The pipe, up to ``_OUTPUT_LIMIT``: one cell's text shared by millions of cells is small here and not there."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._left = descriptor, _OUTPUT_LIMIT

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self._left -= memoryview(data).nbytes
        if self._left < 0:
            raise OSError("more than may go through the pipe")
        return os.write(self._descriptor, data)


def _take_output() -> TextIO:
    """The standard output for the result alone: a library that prints would spoil it."""
    pipe = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return io.TextIOWrapper(io.BufferedWriter(_Limited(pipe), 2**20), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Read ``arguments[0]`` and write the result as JSON to the standard output: cells never stand in a file.

    Args:
        arguments: File, memory limit in bytes, time limit in seconds. Passwords come as JSON on the input.

    Returns:
        0 when a result was written: a workbook or a fault.
    """
    source, memory_bytes, seconds = arguments
    output = _take_output()
    _limit(int(memory_bytes), int(seconds))
    try:
        result = to_json(read_file(Path(source), json.load(sys.stdin)))
    except ReadFaultError as fault:
        result = {"code": fault.code, "detail": fault.detail, "line": fault.line}
    except (MemoryError, RecursionError) as error:
        result = {"code": "reader_failed", "detail": type(error).__name__, "line": None}
    with output:
        json.dump(result, output, ensure_ascii=False, separators=(",", ":"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
