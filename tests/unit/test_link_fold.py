from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.link.fold import fold_names


def fold(name: str) -> dict[str, str]:
    """Foldings of one name by kind."""
    found = fold_names(pa.array([name]))
    return {kind: getattr(found, kind)[0].as_py() for kind in ("spelling", "silent", "sound", "skeleton")}


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
    assert fold(one)["spelling"] == fold(other)["spelling"]


@pytest.mark.parametrize(("one", "other"), [("สมชาย", "สมชัย"), ("บุญมี", "บุญมา"), ("วิชัย", "มาลี"), ("สมชาย", "สมหมาย")])
def test_different_names_stay_different_even_by_sound(one: str, other: str) -> None:
    assert fold(one)["sound"] != fold(other)["sound"]


def test_letters_under_thanthakhat_are_silent() -> None:
    assert fold("จันทร์")["silent"] == fold("จัน")["silent"]
    assert fold("ศักดิ์")["silent"] == fold("สัก")["silent"]


@pytest.mark.parametrize(("one", "other"), [("อุดม", "อูดม"), ("ปิยะ", "ปิยา"), ("สุริยา", "สุลิยา"), ("ไชยา", "ชัยา")])
def test_short_and_long_vowels_and_like_sounds_share_a_sound(one: str, other: str) -> None:
    assert fold(one)["sound"] == fold(other)["sound"]


def test_skeleton_of_a_latin_name_keeps_its_first_letter_and_ignores_vowels() -> None:
    assert fold("Johnson")["skeleton"] == fold("Jonsen")["skeleton"]
    assert fold("Johnson")["skeleton"] != fold("Watson")["skeleton"]


NAMES = st.lists(
    st.text(alphabet="กขคฉฆจชดฐฏฒตถทธนณบภพมยรรรลวศษสหฬอฮฤฯัาิีึืุูเแโใไะ็่้์ฺ๑ ' -aeijnorstwyzßÀİ5😀\n", max_size=12)
    | st.text(alphabet="รบคสะ์ตทนิไยหงถ", max_size=12),
    max_size=8,
)


@given(NAMES)
def test_many_names_fold_as_each_does_by_itself(names: list[str]) -> None:
    found, single = fold_names(pa.array(names, pa.string())), [fold(name) for name in names]
    for kind in ("spelling", "silent", "sound", "skeleton"):
        assert getattr(found, kind).to_pylist() == [one[kind] for one in single]


# The rules of folding one after another, as expressions over the text of one name.


def spelling_rule(text: str) -> str:
    text = re.sub("[่้๊๋็ฺํ๎]", "", text)
    text = re.sub(r"(?<!บ)รร(?=[คฆตถทธบปพภมณนญ]|[ศษส](?![ะ-ู]))", "ั", text).replace("รร", "ัน")
    text = text.translate(str.maketrans("ศษณฏฎญภธฑฒฐฆฬใฤ", "สสนตดยพทททถคลไร")).replace("ตถ", "ถ")
    return re.sub(r"(.)\1+", r"\1", text)


def sound_rule(silent: str) -> str:
    text = re.sub("ห(?=[งญนมยรลว])", "", re.sub("ไ([ก-ฮ])ย?", r"\1ัย", silent))
    return re.sub(r"(.)\1+", r"\1", text.translate(str.maketrans("รฉขฃฅผฝถซฮึิืุะ", "ลชคคคพฟทสหีีีูา")))


def skeleton_rule(sound: str) -> str:
    thai = re.sub(r"(.)\1+", r"\1", re.sub("[^ก-ฮ]", "", sound))
    classes = sound[1:].translate(str.maketrans("bfpvcgjkqsxzdtlmnr", "bbbbccccccccddlnnr"))
    latin = sound[:1] + re.sub(r"(.)\1+", r"\1", re.sub("[aeiouyhw\u00df-\u024f]", "", classes))
    return (thai or latin)[:6]


@given(NAMES)
def test_names_fold_as_the_rules_say(names: list[str]) -> None:
    for name in names:
        letters = re.sub(r"[^0-9a-z\u00df-\u024f\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e4e]", "", name.lower())
        heard = re.sub(r"((?<=[นณ])[ทด]ร|(?<=[สศษ])ตร|[ก-ฮ])[ิุ]?์", "", letters)
        silent = spelling_rule(heard.replace("์", ""))
        assert fold(name) == {
            "spelling": spelling_rule(letters.replace("์", "")),
            "silent": silent,
            "sound": sound_rule(silent),
            "skeleton": skeleton_rule(sound_rule(silent)),
        }
