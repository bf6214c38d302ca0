"""Words of the lists → codes (lookups.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.values.data import read_list
from pipeline.values.text import clean, squash

_NOTHING_SAID = "nothing_said"
_FILE = Path(__file__).resolve().parent / "lookups.yaml"


@dataclass(frozen=True, slots=True)
class Coded:
    """A word and its code.

    Attributes:
        code: Code of the lookup; None when the cell says nothing or its word is not known.
        status: ``value``, ``missing``, ``placeholder`` or ``unknown`` (a word that is not in the list).
    """

    code: str | None
    status: str = "value"


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, list[Any]]] = read_list(_FILE)
    return {
        name: {squash(str(word)): code for code, words in codes.items() for word in words}
        for name, codes in content.items()
    }


@lru_cache(maxsize=65536)
def look_up(name: str, raw: str | None) -> Coded:
    """The code of a word.

    Args:
        name: ``sex``, ``relationship``, ``household_type`` or ``life_status``.
        raw: The cell as typed; a leading number of an answer (``1. บุตร``, ``2=หญิง``) and a trailing ``.0`` do no harm.

    Returns:
        The code. A code itself is read as that code, so that canonical input stays as it is.
    """
    cell = clean(raw)
    if cell.value is None:
        return Coded(None, cell.status)
    words = _lists()[name]
    typed = squash(cell.value.removesuffix(".0"))
    for key in (
        typed,
        typed.lstrip("0123456789.)=-:"),
        typed.removesuffix("ของหัวหน้าครัวเรือน").removesuffix("หัวหน้าครัวเรือน"),
    ):
        if key in words:
            return Coded(None if words[key] == _NOTHING_SAID else words[key])
    codes = {squash(code): code for code in words.values()}
    return Coded(codes[typed]) if typed in codes else Coded(None, "unknown")


def household_type_of(*parts: str | None) -> str | None:
    """The kind of dwelling that an address names, such as a temple.

    Args:
        parts: House number, village and address as typed.
    """
    words = _lists()["household_type_of_address"]
    for part in parts:
        text = squash(part or "")
        for word, code in words.items():
            if text.startswith(word):
                return code
    return None
