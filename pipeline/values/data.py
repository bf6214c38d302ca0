"""Reading the YAML lists that stand beside these modules."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=16)
def load(name: str) -> dict[str, Any]:
    """The content of ``pipeline/values/<name>.yaml``.

    Args:
        name: File name without its ending.

    Returns:
        The mapping the file holds.
    """
    return read_list(_FOLDER / f"{name}.yaml")


def read_list(path: Path) -> dict[str, Any]:
    """The content of a YAML list of ours, by the parser in C where PyYAML has it: it takes a tenth of the time."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), loader)
    return content
