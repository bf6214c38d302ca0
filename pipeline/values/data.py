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
    content: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return content
