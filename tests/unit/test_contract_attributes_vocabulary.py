"""The vocabulary of facts: read whole, or all its faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.attributes import load_attributes
from pipeline.errors import UserError

SOUND = """\
version: 1
attributes:
  debt_baht: {thai: หนี้สิน, type: number, subject: household, min: 0, max: 1000}
  is_ill: {thai: ป่วย, type: boolean, subject: person, class: sensitive}
  help_code: {thai: ความช่วยเหลือ, type: code, subject: person, codes: {cash: เงิน, food: อาหาร}}
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "attributes.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_attributes_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = load_attributes(_write(tmp_path, SOUND))
    assert list(found) == ["debt_baht", "is_ill", "help_code"]
    assert (found["debt_baht"].minimum, found["debt_baht"].maximum) == (0, 1000)
    assert (found["is_ill"].column_class, found["is_ill"].subject) == ("sensitive", "person")
    assert found["help_code"].codes == {"cash": "เงิน", "food": "อาหาร"}


def test_all_faults_of_the_vocabulary_are_shown_at_once(tmp_path: Path) -> None:
    text = (
        SOUND.replace("min: 0, max: 1000", "min: 10, max: 1")
        .replace("type: boolean", "type: bool")
        .replace("codes: {cash: เงิน, food: อาหาร}", "colour: red")
    )
    text += "  first_name: {thai: ชื่อ, type: text, subject: person, max: 3}\n"
    with pytest.raises(UserError) as error:
        load_attributes(_write(tmp_path, text))
    lines = [int(detail.split(":")[1]) for detail in error.value.details]
    assert lines == [3, 4, 5, 6, 6]
    assert "5 fault(s)" in error.value.english


@pytest.mark.parametrize("text", ["", "attributes: []\n", "version: 1\nattributes: {Bad-Name: {}}\n"])
def test_a_file_that_is_no_vocabulary_is_told_and_never_raises_anything_else(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError):
        load_attributes(_write(tmp_path, text))


def test_a_missing_vocabulary_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        load_attributes(tmp_path / "attributes.yaml")
    assert "cannot be opened" in error.value.details[0]
