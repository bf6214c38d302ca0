"""National IDs and house codes of a registrar that does not exist (99), with right check digits.

Source of the rules: domain.md section 6. No registrar has province 99, so no number made here is anyone's.
"""

from __future__ import annotations

import numpy as np

from pipeline.synthetic.randomness import Ints, scatter

REGISTRAR = 99
_SERIALS = 10_000_000
_HOUSE_SERIALS = 1_000_000


def with_check_digit(numbers: Ints, length: int) -> Ints:
    """Append the check digit (11 − Σ dᵢ·(length+2−i) mod 11) mod 10.

    Args:
        numbers: Numbers of ``length`` digits (leading zeros allowed).
        length: Digits before the check digit: 12 for a national ID, 10 for a house code.
    """
    total = np.zeros(len(numbers), dtype=np.int64)
    rest = numbers.copy()
    for weight in range(2, length + 2):
        total += (rest % 10) * weight
        rest //= 10
    return numbers * 10 + (11 - total % 11) % 10


def national_ids(first_digit: Ints, amphoe_number: Ints, serial: Ints, seed: int) -> Ints:
    """National IDs: first digit, 99, registrar's amphoe, seven digits, check digit.

    Args:
        first_digit: Kind of person, 0–8.
        amphoe_number: 1–32.
        serial: Different for each person (below ten million).
        seed: Moves the serials, so that provinces do not share their people's numbers.
    """
    spread = scatter(serial % _SERIALS, _SERIALS, seed)
    return with_check_digit(((first_digit * 100 + REGISTRAR) * 100 + amphoe_number) * _SERIALS + spread, 12)


def house_codes(prefix_amphoe: Ints, serial: Ints, seed: int) -> Ints:
    """House codes: 99, amphoe of the registrar that issued the code, six digits, check digit."""
    spread = scatter(serial % _HOUSE_SERIALS, _HOUSE_SERIALS, seed)
    return with_check_digit((REGISTRAR * 100 + prefix_amphoe) * _HOUSE_SERIALS + spread, 10)


def digits(numbers: Ints, length: int) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Numbers as text of ``length`` digits with leading zeros."""
    if not len(numbers):
        return np.array([], dtype=f"U{length}")
    return np.char.zfill(numbers.astype(f"U{length}"), length)
