"""Misspellings by class."""

from __future__ import annotations

from pipeline.synthetic import misspell
from pipeline.synthetic.corruption import english_layout


def test_each_class_writes_the_neighbouring_letter() -> None:
    assert misspell.swap_consonant("สมศรี", 0)[0] in "ศษ"
    assert misspell.swap_vowel("มาลี", 0) == "มาลิ"
    assert misspell.change_karan("สมศักดิ์", 1) == "สมศัก"
    assert misspell.change_karan("สมศักดิ์", 0) == "สมศักดิ"
    assert misspell.change_double("วัฒนกกล", 0) == "วัฒนกล"
    assert misspell.change_ro_han("วรรณา", 0) == "วันณา"
    assert misspell.change_tone("แก้ว", 1) == "แกว"


def test_a_name_without_the_letters_of_a_class_takes_another_class() -> None:
    changed, kind = misspell.misspell("มานะ", 0, 5)
    assert changed != "มานะ"
    assert misspell.CLASSES[kind][0] != "name_karan"


def test_a_cell_typed_on_the_english_layout_reads_as_keys() -> None:
    assert english_layout("สมชาย") == "l,=kp"
