"""Numbers typed as identifiers: strip what Excel and typists add, without guessing a digit.

Source: intake-and-publication.md section 2 (ID cells: 13-digit floats are exact; ``1.10070123456E+12`` as text has
lost its digits and is rejected, never guessed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.values.text import arabic_digits, clean

_SEPARATORS = re.compile(r"[\s\-–—_.'`’\"/]+")
_FLOAT = re.compile(r"(\d+)\.0+\Z")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})\Z")
_UP, _DOWN = "01234567890123456789012", "98765432109876543210987"
_LOOK_ALIKES = str.maketrans("OoIl|", "00111")


@dataclass(frozen=True, slots=True)
class Digits:
    """An identifier as typed, reduced to its characters.

    Attributes:
        value: Digits, or other text when something else than digits was typed; None when the cell says nothing.
        is_digits: Whether ``value`` is digits only.
        has_lost_digits: Whether scientific notation cut digits off.
        status: ``value``, ``missing`` or ``placeholder``.
        rules: Codes of the repairs made.
    """

    value: str | None
    is_digits: bool = False
    has_lost_digits: bool = False
    status: str = "value"
    rules: tuple[str, ...] = ()

    @property
    def absence(self) -> Literal["lost_digits", "missing"]:
        """Why there is no value: a dash or ไม่มี says that there is none, and so does an empty cell."""
        return "lost_digits" if self.has_lost_digits else "missing"


def _scientific(text: str) -> str | None:
    """All digits of scientific notation, or None when some were cut off."""
    match = _SCIENTIFIC.match(text)
    if not match:
        return None
    whole, fraction, exponent = match.group(1), match.group(2) or "", int(match.group(3))
    return whole + fraction if len(fraction) == exponent else None


def read_digits(raw: str | None) -> Digits:
    """Read a cell that should hold a number used as an identifier.

    Args:
        raw: The cell as typed.

    Returns:
        Digits without separators; Thai digits, ``.0`` and full scientific notation are undone, each with its rule.
    """
    if raw is not None and raw.isascii() and raw.isdigit():
        return Digits(raw, is_digits=True)
    cell = clean(raw)
    if cell.value is None:
        return Digits(None, status=cell.status, rules=cell.rules)
    rules = [*cell.rules]
    text = arabic_digits(cell.value)
    if text != cell.value:
        rules.append("digits.thai")
    if _SCIENTIFIC.match(text):
        full = _scientific(text)
        if full is None:
            return Digits(None, has_lost_digits=True, rules=tuple(rules))
        return Digits(full, is_digits=True, rules=(*rules, "digits.scientific"))
    as_float = _FLOAT.match(text)
    if as_float:
        return Digits(as_float.group(1), is_digits=True, rules=(*rules, "digits.float"))
    bare = _SEPARATORS.sub("", text)
    if not bare:
        return Digits(None, status="placeholder", rules=tuple(rules))
    if bare != text:
        rules.append("digits.separators")
    if bare.isascii() and bare.isdigit():
        return Digits(bare, is_digits=True, rules=tuple(rules))
    text_left = clean(bare)
    return Digits(text_left.value, status=text_left.status, rules=tuple(rules))


def look_alike_digits(text: str) -> str | None:
    """The text with letters that look like digits (O, l, I) as digits; None unless all digits then.

    Args:
        text: A value that is not digits only.
    """
    mended = text.translate(_LOOK_ALIKES)
    return mended if mended.isascii() and mended.isdigit() else None


def check_digit(digits: str) -> int:
    """Check digit of a Thai national ID (12 digits) or house code (10 digits).

    ``(11 − Σ dᵢ·wᵢ mod 11) mod 10`` with weights from ``len + 1`` down to 2 (domain.md section 6).

    Args:
        digits: All digits but the last.
    """
    weight = len(digits) + 1
    total = 0
    for digit in digits:
        total += (ord(digit) - 48) * weight
        weight -= 1
    return (11 - total % 11) % 10


def passes_checksum(digits: str, length: int) -> bool:
    """Whether a text is that many digits and the last one checks the others.

    Args:
        digits: Any text.
        length: 13 for national IDs, 11 for house codes.
    """
    is_number = len(digits) == length and digits.isascii() and digits.isdigit()
    return is_number and check_digit(digits[:-1]) == ord(digits[-1]) - 48


def is_sequence(digits: str) -> bool:
    """Whether digits were typed to fill a field: one or two different digits, or counting up or down.

    Of real 13-digit IDs fewer than one in ten million have so few different digits.

    Args:
        digits: Digits only.
    """
    is_long = len(digits) >= 10
    if len(set(digits)) <= (2 if is_long else 1):
        return True
    # In a long number the last digit may have been fitted to the checksum.
    head = digits[:-1] if is_long else digits
    return len(head) >= 4 and (head in _UP or head in _DOWN)


def plain_valid(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Which numbers pass the checksum and were not typed to fill a field (:func:`is_sequence`).

    The bulk of a register, digit by digit; what does not pass goes through the parser one by one.

    Args:
        digits: A row for each number, a column for each digit, 11 or 13 of them; above 9 stands what is no digit.
    """
    length = digits.shape[1]
    total = np.zeros(len(digits), dtype=np.int32)
    kinds = np.zeros(len(digits), dtype=np.int32)
    for place in range(length):
        digit = digits[:, place].astype(np.int32)
        total += digit * (length - place if place < length - 1 else 0)
        kinds |= 1 << np.minimum(digit, 10)
    checks = (11 - total % 11) % 10 == digits[:, -1]
    without_two = kinds & (kinds - 1)
    without_two &= without_two - 1
    heads = digits[:, :-1].astype(np.int8)
    steps = (heads[:, 1:] - heads[:, :-1]) % 10
    counts = (steps == 1).all(axis=1) | (steps == 9).all(axis=1)
    found: npt.NDArray[np.bool_] = checks & (kinds < 1 << 10) & (without_two > 0) & ~counts
    return found
