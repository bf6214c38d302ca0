"""Files that can be relied on: on the disk before anything needs them, and as they were written when they are read."""

from __future__ import annotations

import mmap
import os
import zlib
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old or the new one, never half of either."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        flush(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush(path.parent)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> int:
    """CRC-32 of a file: tells one that was damaged, or exchanged for another, from the one that was written."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            return 0
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return zlib.crc32(data)
