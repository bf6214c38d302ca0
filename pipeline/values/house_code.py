"""The 11-digit house code of the house register (รหัสประจำบ้าน).

Source: domain.md section 6: the ID's checksum rule with weights 11…2 holds in 97.35 % of real cases, so a failed
checksum warns and never rejects. The code's prefix is the registrar that issued it, not the current amphoe (26 %
differ: linkage.md section 4), so no area is read from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.values.digits import is_sequence, passes_checksum, read_digits

HouseCodeStatus = Literal["valid", "bad_checksum", "placeholder", "lost_digits", "wrong_length", "missing"]

_LENGTH = 11


@dataclass(frozen=True, slots=True)
class HouseCode:
    """A house code.

    Attributes:
        value: 11 digits; the text as typed when the length is wrong; None when unusable.
        status: ``valid``, ``bad_checksum``, ``placeholder``, ``lost_digits``, ``wrong_length`` or ``missing``.
        rules: Codes of the repairs made.
    """

    value: str | None
    status: HouseCodeStatus
    rules: tuple[str, ...] = ()


def is_valid(digits: str) -> bool:
    """Whether 11 digits pass the checksum.

    Args:
        digits: Any text.
    """
    return passes_checksum(digits, _LENGTH)


def parse_house_code(raw: str | None) -> HouseCode:
    """Read a house code.

    Args:
        raw: The cell as typed, such as ``3001-012345-6`` or ``30010123456.0``.

    Returns:
        The code with its status.
    """
    typed = read_digits(raw)
    if typed.value is None:
        return HouseCode(None, typed.absence, typed.rules)
    if typed.is_digits and is_sequence(typed.value):
        return HouseCode(None, "placeholder", typed.rules)
    if not typed.is_digits or len(typed.value) != _LENGTH:
        return HouseCode(typed.value, "wrong_length", typed.rules)
    return HouseCode(typed.value, "valid" if is_valid(typed.value) else "bad_checksum", typed.rules)
