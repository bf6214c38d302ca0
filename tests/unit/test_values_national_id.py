"""National IDs and house codes. Every number here is generated: registrar province 99 does not exist."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.values.digits import check_digit, plain_valid
from pipeline.values.house_code import parse_house_code
from pipeline.values.national_id import is_valid, mask, parse_national_id

GOOD = "1990000000001"[:12] + str(check_digit("199000000000"))
ID = "199012345678" + str(check_digit("199012345678"))
ZERO_ID = "099012345678" + str(check_digit("099012345678"))
HOUSE = "9901234567" + str(check_digit("9901234567"))
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def _dashed(digits: str) -> str:
    return f"{digits[0]}-{digits[1:5]}-{digits[5:10]}-{digits[10:12]}-{digits[12]}"


@pytest.mark.parametrize(
    ("raw", "rules"),
    [
        (ID, ()),
        (_dashed(ID), ("digits.separators",)),
        (f" {ID[:1]} {ID[1:5]} {ID[5:]}", ("digits.separators",)),
        (ID + ".0", ("digits.float",)),
        ("'" + ID, ("digits.separators",)),
        (ID.translate(THAI), ("digits.thai",)),
        (f"{ID[0]}.{ID[1:]}E+12", ("digits.scientific",)),
        ("\ufeff" + ID, ("text.invisible",)),
        (ID.replace("0", "O"), ("national_id.look_alike",)),
    ],
)
def test_a_valid_id_is_read_in_every_way_it_is_typed(raw: str, rules: tuple[str, ...]) -> None:
    found = parse_national_id(raw)
    assert (found.value, found.status, found.rules) == (ID, "valid", rules)


def test_a_lost_leading_zero_is_repaired_when_the_padded_number_passes_the_checksum() -> None:
    found = parse_national_id(ZERO_ID[1:])
    assert (found.value, found.status, found.rules) == (ZERO_ID, "valid", ("national_id.leading_zero",))


def test_twelve_digits_that_do_not_pass_when_padded_are_not_repaired() -> None:
    wrong = ZERO_ID[1:-1] + str((int(ZERO_ID[-1]) + 1) % 10)
    assert parse_national_id(wrong).status == "wrong_length"
    assert parse_national_id(wrong).value == wrong


@pytest.mark.parametrize("raw", ["1.99012345678E+12"[:-5] + "E+12", "1.9901E+12", "1990000000000.0"[:13]])
def test_digits_lost_to_scientific_notation_are_never_guessed(raw: str) -> None:
    assert parse_national_id(raw).value is None
    assert parse_national_id(raw).status in ("lost_digits", "placeholder")


def test_scientific_notation_is_lost_digits() -> None:
    assert parse_national_id("1.9901234567E+12").status == "lost_digits"


@pytest.mark.parametrize(
    "raw",
    ["0000000000000", "1111111111111", "1111111111119", "1234567890123", "1234567890121", "9999999999999", "0"],
)
def test_a_placeholder_is_no_id(raw: str) -> None:
    found = parse_national_id(raw)
    assert (found.value, found.status) == (None, "placeholder")


def test_a_bad_checksum_is_kept_and_said() -> None:
    wrong = ID[:-1] + str((int(ID[-1]) + 1) % 10)
    found = parse_national_id(wrong)
    assert (found.value, found.status) == (wrong, "bad_checksum")


@pytest.mark.parametrize("first", "0678")
def test_first_digits_0_6_7_8_are_real_people(first: str) -> None:
    body = first + "99012345678"
    found = parse_national_id(body + str(check_digit(body)))
    assert found.status == "valid"
    assert found.kind in (
        "no_status",
        "foreign_temporary",
        "child_of_foreign_temporary",
        "foreign_permanent_or_naturalised",
    )


@pytest.mark.parametrize(
    ("raw", "value", "status"),
    [
        ("5304218", "5304218", "wrong_length"),
        ("AB1234567", "AB1234567", "not_thai"),
        ("1-9901-xxxxx-xx-x", None, "masked"),
        (None, None, "missing"),
        ("", None, "missing"),
        ("ไม่มี", None, "missing"),
        ("-", None, "missing"),
    ],
)
def test_what_is_no_thai_id_says_why(raw: str | None, value: str | None, status: str) -> None:
    found = parse_national_id(raw)
    assert (found.value, found.status, found.kind) == (value, status, None)


def test_the_mask_shows_five_digits() -> None:
    assert mask(ID) == "1-9901-xxxxx-xx-x"
    assert mask("5304218") == "xxxxxxx"
    assert mask(None) is None


def test_the_checksum_of_a_worked_example_by_hand() -> None:
    # 1·13 + 9·12 + 9·11 + 0 … : Σ over 199000000000 = 220 = 20·11, so the check digit is (11 − 0) mod 10 = 1.
    assert check_digit("199000000000") == 1
    assert is_valid("1990000000001")


def test_the_shortcut_for_plain_numbers_agrees_with_the_parser() -> None:
    numbers = [f"199{n:09d}" + str(d) for n in (0, 12345678, 111111111, 987654321) for d in range(10)]
    numbers += ["1111111111111", "1234567890121", ID, ZERO_ID]
    digits = np.array([[int(d) for d in n] for n in numbers] + [[208] * 13, [*map(int, ID[:12]), 208]], dtype=np.uint8)
    found = plain_valid(digits)
    assert found.tolist() == [parse_national_id(n).status == "valid" for n in numbers] + [False, False]


@pytest.mark.parametrize(
    ("raw", "value", "status"),
    [
        (HOUSE, HOUSE, "valid"),
        (f"{HOUSE[:4]}-{HOUSE[4:10]}-{HOUSE[10]}", HOUSE, "valid"),
        (HOUSE + ".0", HOUSE, "valid"),
        (HOUSE[:-1] + str((int(HOUSE[-1]) + 1) % 10), HOUSE[:-1] + str((int(HOUSE[-1]) + 1) % 10), "bad_checksum"),
        (HOUSE[:-1], HOUSE[:-1], "wrong_length"),
        ("00000000000", None, "placeholder"),
        (None, None, "missing"),
    ],
)
def test_a_house_code_is_kept_with_its_status(raw: str | None, value: str | None, status: str) -> None:
    found = parse_house_code(raw)
    assert (found.value, found.status) == (value, status)
