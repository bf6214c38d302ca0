"""Words of the lists become codes."""

from __future__ import annotations

import pytest

from pipeline.normalise.lookups import look_up


@pytest.mark.parametrize(
    ("name", "word", "code"),
    [
        ("sex", "ชาย", "M"),
        ("sex", "ญ.", "F"),
        ("sex", "2", "F"),
        ("sex", "1.0", "M"),
        ("sex", "Female", "F"),
        ("sex", "1=ชาย", "M"),
        ("relationship", "หัวหน้าครัวเรือน", "head"),
        ("relationship", "สามี/ภรรยา", "spouse"),
        ("relationship", "คู่สมรส", "spouse"),
        ("relationship", "1. บุตร", "child"),
        ("relationship", "บุตรของหัวหน้าครัวเรือน", "child"),
        ("relationship", "มารดา", "parent"),
        ("relationship", "หลาน", "grandchild"),
        ("relationship", "ลูกเขย", "child_in_law"),
        ("relationship", "พี่/น้อง", "sibling"),
        ("relationship", "ผู้เช่า", "lodger"),
        ("relationship", "grandparent", "grandparent"),
        ("relationship", "child_in_law", "child_in_law"),
        ("household_type", "วัด", "temple"),
        ("household_type", "ทะเบียนบ้านกลาง", "central_register"),
        ("household_type", "ไม่มีที่อยู่เป็นหลักแหล่ง", "no_fixed_home"),
        ("life_status", "เสียชีวิต", "dead"),
        ("life_status", "ย้ายออก", "moved_out"),
    ],
)
def test_a_word_gives_its_code(name: str, word: str, code: str) -> None:
    assert look_up(name, word).code == code


def test_a_resident_of_the_house_register_is_no_lodger_and_no_fault() -> None:
    assert (look_up("relationship", "ผู้อาศัย").code, look_up("relationship", "ผู้อาศัย").status) == (None, "value")


def test_an_unknown_word_has_no_code_and_says_so() -> None:
    assert (look_up("relationship", "คนข้างบ้าน").code, look_up("relationship", "คนข้างบ้าน").status) == (None, "unknown")
    assert look_up("relationship", None).status == "missing"
    assert look_up("relationship", "-").status == "placeholder"
