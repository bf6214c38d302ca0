"""Text as typed becomes text that can be compared."""

from __future__ import annotations

import pytest

from pipeline.values.text import arabic_digits, clean, is_placeholder, mend_keyboard


@pytest.mark.parametrize(
    ("raw", "value", "rules"),
    [
        ("สมชาย", "สมชาย", ()),
        ("  สมชาย   ใจดี ", "สมชาย ใจดี", ()),
        ("\ufeffสมชาย", "สมชาย", ("text.invisible",)),
        ("สมชาย\u200b", "สมชาย", ("text.invisible",)),
        ("สมชาย\u00a0ใจดี", "สมชาย ใจดี", ()),
        ("เเดง", "แดง", ("text.thai_marks",)),
        ("นํ้าฝน", "น้ำฝน", ("text.thai_marks",)),
        ("น้ําฝน", "น้ำฝน", ("text.thai_marks",)),
        ("กลํ่า", "กล่ำ", ("text.thai_marks",)),
        ("ก่่อน", "ก่อน", ("text.thai_marks",)),
        ("กู้้", "กู้", ("text.thai_marks",)),
        ("พัชร์ี", "พัชรี์", ("text.thai_marks",)),
        ("ช่ืน", "ชื่น", ("text.thai_marks",)),
        ("อนุสรณ์์", "อนุสรณ์", ("text.thai_marks",)),
    ],
)
def test_a_cell_is_mended_with_its_rule(raw: str, value: str, rules: tuple[str, ...]) -> None:
    text = clean(raw)
    assert (text.value, text.status, text.rules) == (value, "value", rules)


@pytest.mark.parametrize("raw", [None, "", "   ", "\u00a0", "\u200b"])
def test_an_empty_cell_is_missing(raw: str | None) -> None:
    assert clean(raw).value is None
    assert clean(raw).status == "missing"


@pytest.mark.parametrize(
    "raw", ["-", "--", "N/A", "n/a", "ไม่ทราบ", "ไม่ มี", "ไม่ระบุ", "(ว่าง)", "...", "?", "None", "#N/A"]
)
def test_a_word_for_nothing_known_is_a_placeholder(raw: str) -> None:
    assert clean(raw).value is None
    assert clean(raw).status == "placeholder"


@pytest.mark.parametrize("raw", ["ไม้", "มีนา", "ว่าน", "0", "ณ", "Nan Li"])
def test_a_name_or_number_is_no_placeholder(raw: str) -> None:
    assert not is_placeholder(raw)
    assert clean(raw).value == raw


def test_thai_digits_become_arabic_digits() -> None:
    assert arabic_digits("๐๑๒๓๔๕๖๗๘๙ ม.๕") == "0123456789 ม.5"


@pytest.mark.parametrize(
    ("typed", "thai"), [("l,=kp", "สมชาย"), ("l,", "สม"), ("vkcvglkt", "อาแอเสาะ"), ("l,=kp .0fu", "สมชาย ใจดี")]
)
def test_a_cell_typed_in_the_wrong_keyboard_layout_is_read_as_thai(typed: str, thai: str) -> None:
    text = mend_keyboard(typed)
    assert (text.value, text.rules) == (thai, ("text.keyboard",))


@pytest.mark.parametrize(
    "latin",
    ["smith", "gas", "o'brien", "al-said", "mary ann", "J. Doe", "Lee, Ann", "le,", "12/3", "25/2 A", "lisa", "mo"],
)
def test_a_latin_name_or_house_number_is_not_taken_for_a_wrong_layout(latin: str) -> None:
    assert mend_keyboard(latin).value == latin
    assert mend_keyboard(latin).rules == ()
