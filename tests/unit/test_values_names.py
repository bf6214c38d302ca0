"""Titles and names out of one, two or three cells."""

from __future__ import annotations

import pytest

from pipeline.values.names import PersonName, combine, parse_full_name, parse_given_name, parse_surname
from pipeline.values.titles import Title, parse_title


@pytest.mark.parametrize(
    ("raw", "value", "sex"),
    [
        ("นาย", "นาย", "M"),
        ("นาย ", "นาย", "M"),
        ("น.ส.", "นางสาว", "F"),
        ("น.ส", "นางสาว", "F"),
        ("นส.", "นางสาว", "F"),
        ("นาวสาว", "นางสาว", "F"),
        ("ด.ช.", "เด็กชาย", "M"),
        ("ดญ", "เด็กหญิง", "F"),
        ("ว่าที่  ร.ต.", "ว่าที่ร้อยตรี", None),
        ("ว่าที่ ร.ต.หญิง", "ว่าที่ร้อยตรีหญิง", "F"),
        ("ว่าที่ร้อยตรี (หญิง)", "ว่าที่ร้อยตรีหญิง", "F"),
        ("พ.ต.อ. ", "พันตำรวจเอก", None),
        ("รตท.", "ร้อยตำรวจโท", None),
        ("    จ่าสิบตำรวจ", "จ่าสิบตำรวจ", None),
        ("ผศ.ร.ต.อ.", "ผู้ช่วยศาสตราจารย์ ร้อยตำรวจเอก", None),
        ("พลตำรวจตรีหม่อมหลวง", "พลตำรวจตรี หม่อมหลวง", None),
        ("ศาสตราจารย์ นายแพทย์", "ศาสตราจารย์ นายแพทย์", "M"),
        ("นายแพทย์*", "นายแพทย์", "M"),
        ("ม.ล.", "หม่อมหลวง", None),
        ("พระ", "พระ", "M"),
        ("สามเณร", "สามเณร", "M"),
        ("แม่ชี", "แม่ชี", "F"),
        ("Mrs.", "Mrs", "F"),
    ],
)
def test_every_spelling_of_a_title_gives_its_canonical_form_and_sex(raw: str, value: str, sex: str | None) -> None:
    title = parse_title(raw)
    assert (title.value, title.sex, title.status) == (value, sex, "value")


def test_a_title_no_list_knows_is_kept_as_typed_and_said_to_be_unknown() -> None:
    assert parse_title("ผู้ใหญ่บ้าน") == Title("ผู้ใหญ่บ้าน", None, "unknown", ())


@pytest.mark.parametrize(
    ("raw", "title", "first", "last"),
    [
        ("นายสมชาย ใจดี", "นาย", "สมชาย", "ใจดี"),
        ("นาย สมชาย  ใจดี", "นาย", "สมชาย", "ใจดี"),
        ("น.ส.สมหญิง ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("น.ส สมหญิง ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("นส. สมหญิง ใจดี", "นางสาว", "สมหญิง", "ใจดี"),
        ("ด.ช.กล้า ใจดี", "เด็กชาย", "กล้า", "ใจดี"),
        ("นางสาวิตรี ใจดี", "นาง", "สาวิตรี", "ใจดี"),
        ("นางสาวสาวิตรี ใจดี", "นางสาว", "สาวิตรี", "ใจดี"),
        ("ว่าที่ ร.ต.(หญิง)สมศรี ใจดี", "ว่าที่ร้อยตรีหญิง", "สมศรี", "ใจดี"),
        ("ว่าที่ร้อยตรีหญิงสมศรี ใจดี", "ว่าที่ร้อยตรีหญิง", "สมศรี", "ใจดี"),
        ("พ.ต.ท.สมชาย ใจดี", "พันตำรวจโท", "สมชาย", "ใจดี"),
        ("พ.ต.อ สมชาย ใจดี", "พันตำรวจเอก", "สมชาย", "ใจดี"),
        ("ผศ.ดร.สมชาย ใจดี", "ผู้ช่วยศาสตราจารย์ ดอกเตอร์", "สมชาย", "ใจดี"),
        ("นายแพทย์สมชาย ใจดี", "นายแพทย์", "สมชาย", "ใจดี"),
        ("ม.ล.สมชาย ณ อยุธยา", "หม่อมหลวง", "สมชาย", "ณ อยุธยา"),
        ("สมชาย ณอยุธยา", None, "สมชาย", "ณ อยุธยา"),
        ("สมชาย ใจดี ณ นคร", None, "สมชาย", "ใจดี ณ นคร"),
        ("พระสมชาย ฐิตธมฺโม", "พระ", "สมชาย", "ฐิตธมฺโม"),
        ("สามเณรสมชาย ใจดี", "สามเณร", "สมชาย", "ใจดี"),
        ("คุณสมชาย ใจดี", "คุณ", "สมชาย", "ใจดี"),
        ("1. นายสมชาย ใจดี", "นาย", "สมชาย", "ใจดี"),
        ("นายสมชาย ใจดี (ชาย)", "นาย", "สมชาย", "ใจดี"),
        ("นายสม ชาย ใจดี", "นาย", "สมชาย", "ใจดี"),
        ("mr. john smith", "Mr", "JOHN", "SMITH"),
        ("นาย ก ใจดี", "นาย", "ก", "ใจดี"),
        ("l,=kp .0fu", None, "สมชาย", "ใจดี"),
        ("นายl,=kp .0fu", "นาย", "สมชาย", "ใจดี"),
        ("นายนายสมชาย ใจดี", "นาย", "สมชาย", "ใจดี"),
    ],
)
def test_a_full_name_is_split_into_title_given_name_and_surname(
    raw: str, title: str | None, first: str, last: str
) -> None:
    name = parse_full_name(raw)
    assert (name.title, name.first_name, name.last_name, name.status) == (title, first, last, "value")


@pytest.mark.parametrize(
    "name",
    ["นายิกา", "นางาม", "นาย", "พระนาย", "พลอย", "พลชัย", "คุณากร", "ดรุณี", "นพดล", "นสิตา", "พันทิพย์", "คุณภัทร", "ศศิธร"],
)
def test_a_name_that_merely_begins_like_a_title_is_never_cut(name: str) -> None:
    found = parse_given_name(name)
    assert (found.title, found.first_name) == (None, name)


NAMES_WITH_THE_LETTERS_OF_A_TITLE = [
    *["อนิวัตน์", "อธิตติยา", "อรวิภา", "อนันตพร", "อภิญญาภา", "อชิรญา"],
    *["ศนิภา", "ศกานต์", "ศรัญญา", "ศมนวรรณ"],
    *["วรรณิภา", "วนิดา", "รตนพร", "รอมฎอน", "รวิวรรณ"],
    *["นพกานต์", "นพจิรา", "นพเก้า", "นทชัย", "นสิตา"],
    *["ดรุณี", "ดนุพร", "สตกมล", "สอางค์", "จอมใจ", "จตุพล"],
    *["พอใจ", "พอพล", "พวงเพชร", "พลอยไพลิน", "ทวีพร", "ภกวดี", "อจรา"],
    *["มลวิภา", "มลชนก", "มลธิดา", "มลสิริ"],
]


@pytest.mark.parametrize("name", NAMES_WITH_THE_LETTERS_OF_A_TITLE)
def test_a_name_that_begins_with_the_letters_of_an_abbreviated_title_is_never_cut(name: str) -> None:
    for found in (parse_given_name(name), parse_full_name(f"{name} ใจดี")):
        assert (found.title, found.first_name) == (None, name)
    titled = parse_full_name(f"น.ส.{name} ใจดี")
    assert (titled.title, titled.first_name, titled.last_name) == ("นางสาว", name, "ใจดี")
    assert parse_given_name(f"นาย{name}") == parse_given_name(f"นาย {name}")
    assert parse_given_name(f"นาย{name}").first_name == name


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("อ.นิวัตน์", "อาจารย์"),
        ("อ. นิวัตน์", "อาจารย์"),
        ("อ นิวัตน์", "อาจารย์"),
        ("ศ.นิวัตน์", "ศาสตราจารย์"),
        ("นพ.นิวัตน์", "นายแพทย์"),
        ("ม.ล.นิวัตน์", "หม่อมหลวง"),
        ("มล นิวัตน์", "หม่อมหลวง"),
        ("พ.อ.นิวัตน์", "พันเอก"),
        ("นสนิวัตน์", "นางสาว"),
        ("ดชนิวัตน์", "เด็กชาย"),
        ("ดญนิวัตน์", "เด็กหญิง"),
    ],
)
def test_an_abbreviated_title_is_cut_by_its_dot_or_space_or_where_no_name_begins_so(raw: str, title: str) -> None:
    found = parse_full_name(f"{raw} ใจดี")
    assert (found.title, found.first_name, found.last_name) == (title, "นิวัตน์", "ใจดี")


def test_a_middle_name_stands_between_given_name_and_surname() -> None:
    name = parse_full_name("นางสาวแอนนา มาเรีย ใจดี")
    assert (name.first_name, name.middle_name, name.last_name) == ("แอนนา", "มาเรีย", "ใจดี")


def test_a_bracket_that_says_dead_is_flagged_and_other_brackets_are_not() -> None:
    assert parse_full_name("นายสมชาย ใจดี (เสียชีวิต)").flags == ("says_dead",)
    assert parse_full_name("นายสมชาย ใจดี (ต้อม)").flags == ()


def test_a_known_name_glued_to_a_known_surname_is_split_and_an_unknown_word_is_flagged() -> None:
    assert parse_full_name("สมชายใจดี") == PersonName(first_name="สมชาย", last_name="ใจดี", rules=("name.glued",))
    unsplit = parse_full_name("กขคงจฉ")
    assert (unsplit.first_name, unsplit.last_name, unsplit.flags) == ("กขคงจฉ", None, ("not_split",))


def test_a_cell_without_letters_is_unreadable_or_a_placeholder() -> None:
    assert parse_given_name("12345").first_name is None
    assert parse_given_name("-").status == "placeholder"


def test_a_former_surname_in_brackets_is_removed_with_its_rule() -> None:
    assert parse_surname("ใจดี (เดิม รักดี)") == PersonName(last_name="ใจดี", rules=("name.bracket",))


def test_latin_given_names_of_several_words_stay_together_in_their_own_cell() -> None:
    assert parse_given_name("Maria Luisa").first_name == "MARIA LUISA"


def _combined(title: str | None, first: str | None, last: str | None, full: str | None = None) -> PersonName:
    return combine(parse_title(title), parse_given_name(first), parse_surname(last), parse_full_name(full))


@pytest.mark.parametrize(
    ("title", "first", "last", "full"),
    [
        ("นาย", "สมชาย", "ใจดี", None),
        (None, "นายสมชาย", "ใจดี", None),
        ("นาย", "นายสมชาย", "ใจดี", None),
        ("นาย", "สมชาย ใจดี", None, None),
        ("นาย", None, None, "นายสมชาย ใจดี"),
        (None, None, None, "นาย สมชาย ใจดี"),
    ],
)
def test_the_title_may_stand_in_its_own_cell_in_the_name_or_in_both(
    title: str | None, first: str | None, last: str | None, full: str | None
) -> None:
    name = _combined(title, first, last, full)
    assert (name.title, name.sex, name.first_name, name.last_name) == ("นาย", "M", "สมชาย", "ใจดี")


def test_a_second_word_beside_a_surname_of_its_own_is_a_middle_name() -> None:
    name = _combined(None, "แอนนา มาเรีย", "ใจดี")
    assert (name.first_name, name.middle_name, name.last_name) == ("แอนนา", "มาเรีย", "ใจดี")
