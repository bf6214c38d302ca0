"""Files that are on the disk before anything relies on them: a power cut leaves the old or the new, never half."""

from __future__ import annotations

import os
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
