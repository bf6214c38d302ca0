from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.link.fold import fold_names, silent_fold, skeleton, sound_fold, spelling_fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ศิริพร", "สิริพร"),
        ("ณัฐพล", "นัฐพล"),
        ("พงษ์ศักดิ์", "พงศ์ศักดิ์"),
        ("กรรณิการ์", "กันนิการ์"),
        ("วรรณา", "วันนา"),
        ("บรรจง", "บันจง"),
        ("พรรษา", "พันษา"),
        ("ธรรม", "ธัม"),
        ("น้อย", "นอย"),
        ("ภัทร", "พัทร"),
        ("ใจดี", "ไจดี"),
        ("ณัฐ", "ณัฏฐ"),
    ],
)
def test_names_of_one_spelling_class_fold_to_the_same_letters(one: str, other: str) -> None:
    assert spelling_fold(one) == spelling_fold(other)


@pytest.mark.parametrize(("one", "other"), [("สมชาย", "สมชัย"), ("บุญมี", "บุญมา"), ("วิชัย", "มาลี"), ("สมชาย", "สมหมาย")])
def test_different_names_stay_different_even_by_sound(one: str, other: str) -> None:
    assert sound_fold(silent_fold(one)) != sound_fold(silent_fold(other))


def test_letters_under_thanthakhat_are_silent() -> None:
    assert silent_fold("จันทร์") == silent_fold("จัน")
    assert silent_fold("ศักดิ์") == silent_fold("สัก")


@pytest.mark.parametrize(("one", "other"), [("อุดม", "อูดม"), ("ปิยะ", "ปิยา"), ("สุริยา", "สุลิยา"), ("ไชยา", "ชัยา")])
def test_short_and_long_vowels_and_like_sounds_share_a_sound(one: str, other: str) -> None:
    assert sound_fold(silent_fold(one)) == sound_fold(silent_fold(other))


def test_skeleton_of_a_latin_name_keeps_its_first_letter_and_ignores_vowels() -> None:
    assert skeleton(sound_fold(silent_fold("Johnson"))) == skeleton(sound_fold(silent_fold("Jonsen")))
    assert skeleton(sound_fold(silent_fold("Johnson"))) != skeleton(sound_fold(silent_fold("Watson")))


@given(st.lists(st.text(alphabet="กขจดตถทนณบพภมยรลวศษสหอฮัาิีึืุูเแโใไะ็่้์ ' -aeijnorstw\n", max_size=12)))
def test_many_names_fold_as_each_does_by_itself(names: list[str]) -> None:
    found = fold_names(names)
    single = [name.replace("\n", " ") for name in names]
    assert found.spelling == [spelling_fold(n) for n in single]
    assert found.silent == [silent_fold(n) for n in single]
    assert found.sound == [sound_fold(s) for s in found.silent]
    assert found.skeleton == [skeleton(s) for s in found.sound]
