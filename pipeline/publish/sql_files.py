"""The ``.sql`` files of this room."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

SQL = Path(__file__).resolve().parent / "sql"


@lru_cache(maxsize=128)
def load_statements(path: Path) -> str:
    """Text of one of this room's ``.sql`` files."""
    return path.read_text(encoding="utf-8")
