"""The 13-digit national ID.

Sources: domain.md section 6 (checksum, shapes), linkage.md finding 3 (the third digit has weight 11, so no error
in it is caught; 9.2 % of one-digit errors and 2 % of adjacent swaps pass; first digits 0, 6, 7, 8 are real people).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.values.digits import Digits, is_sequence, look_alike_digits, passes_checksum, read_digits

IdStatus = Literal[
    "valid", "bad_checksum", "placeholder", "lost_digits", "wrong_length", "not_thai", "masked", "missing"
]

# First digit → kind of person, as the registration rules of the Department of Provincial Administration have it.
KINDS: dict[str, str] = {
    "0": "no_status",
    "1": "born_registered_in_time",
    "2": "born_registered_late",
    "3": "registered_before_1984",
    "4": "moved_before_numbered",
    "5": "added_later",
    "6": "foreign_temporary",
    "7": "child_of_foreign_temporary",
    "8": "foreign_permanent_or_naturalised",
    "9": "not_assigned",
}

_LENGTH = 13


@dataclass(frozen=True, slots=True)
class NationalId:
    """A national ID.

    Attributes:
        value: 13 digits, kept even when the checksum fails; other identifiers as typed; None when unusable.
        status: ``valid``, ``bad_checksum``, ``placeholder``, ``lost_digits``, ``wrong_length``, ``not_thai`` (letters),
            ``masked`` (digits hidden by x or *) or ``missing``.
        kind: Kind of person by first digit (see ``KINDS``); None unless 13 digits.
        rules: Codes of the repairs made.
    """

    value: str | None
    status: IdStatus
    kind: str | None = None
    rules: tuple[str, ...] = ()


def is_valid(digits: str) -> bool:
    """Whether 13 digits pass the checksum.

    Args:
        digits: Any text.
    """
    return passes_checksum(digits, _LENGTH)


def _of_13(digits: str, rules: tuple[str, ...]) -> NationalId:
    if is_sequence(digits):
        return NationalId(None, "placeholder", None, rules)
    if is_valid(digits):
        return NationalId(digits, "valid", KINDS[digits[0]], rules)
    if digits.endswith("000000"):
        # Six zeros at the end that also fail the checksum: Excel wrote a rounded number out in full.
        return NationalId(None, "lost_digits", None, rules)
    return NationalId(digits, "bad_checksum", KINDS[digits[0]], rules)


def _of_other(typed: Digits) -> NationalId:
    text, rules = typed.value or "", typed.rules
    if not typed.is_digits:
        mended = look_alike_digits(text)
        if mended is not None and is_valid(mended):
            return _of_13(mended, (*rules, "national_id.look_alike"))
        if len(text) == _LENGTH and set(text.lower()) - set("0123456789") <= set("x*#"):
            return NationalId(None, "masked", None, rules)
        return NationalId(text, "not_thai", None, rules)
    if len(text) == _LENGTH - 1 and is_valid("0" + text):
        return _of_13("0" + text, (*rules, "national_id.leading_zero"))
    if is_sequence(text):
        return NationalId(None, "placeholder", None, rules)
    return NationalId(text, "wrong_length", None, rules)


def parse_national_id(raw: str | None) -> NationalId:
    """Read a national ID.

    Twelve digits are taken for an ID with a lost leading zero only if the padded number passes the checksum.
    Digits lost to scientific notation are never guessed.

    Args:
        raw: The cell as typed: dashes, Thai digits, ``1100701234561.0``, ``'1100701234561`` …

    Returns:
        The ID with its status. Reading a read value changes nothing.
    """
    typed = read_digits(raw)
    if typed.value is None:
        return NationalId(None, typed.absence, None, typed.rules)
    if typed.is_digits and len(typed.value) == _LENGTH:
        return _of_13(typed.value, typed.rules)
    return _of_other(typed)


def mask(value: str | None) -> str | None:
    """A national ID as people may see it: ``1-3001-xxxxx-xx-x``.

    Args:
        value: 13 digits, or other text.

    Returns:
        The first five digits and x for the others; other text is masked wholly.
    """
    if value is None:
        return None
    if len(value) != _LENGTH or not value.isdigit():
        return "x" * len(value)
    return f"{value[0]}-{value[1:5]}-xxxxx-xx-x"
