"""The YAML files of indicator sets, measures and levels: what stands in ours, and every fault at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.score import load_indicator_sets
from tests.score_province import INDICATORS, TinyProvince


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed files that a test may spoil."""
    target = tmp_path / "contracts" / "indicators"
    shutil.copytree(INDICATORS, target)
    shutil.copy(INDICATORS.parent / "attributes.yaml", target.parent)
    return target


def _faults(folder: Path) -> list[str]:
    with pytest.raises(UserError) as caught:
        load_indicator_sets(folder)
    return list(caught.value.details)


def _replace(path: Path, old: str, new: str) -> int:
    """Change one place; returns its line."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_round_of_2560_has_31_indicators_in_five_groups() -> None:
    found = load_indicator_sets(INDICATORS).sets["bmn_2560"]
    assert [i.number for i in found.indicators] == list(range(1, 32))
    groups = [i.group for i in found.indicators]
    assert [groups.count(g) for g in found.groups] == [7, 7, 5, 4, 8]
    assert all(i.evidence[0].is_survey_result and i.evidence[0].attribute == i.code for i in found.indicators)


def test_no_set_stands_for_rounds_whose_list_could_not_be_sourced() -> None:
    assert {name for s in load_indicator_sets(INDICATORS).sets.values() for name in s.rounds} == {"bmn_2560"}


def test_tpmap_has_17_indicators_in_five_dimensions_and_weights_sum_to_one() -> None:
    measures = {m.code: m for m in load_indicator_sets(INDICATORS).measures}
    numbers = [int(code[-2:]) for code in measures["tpmap_2560"].indicator_codes]
    assert numbers == [1, 4, 5, 7, 8, 9, 10, 11, 15, 16, 17, 19, 20, 21, 22, 27, 28]
    assert measures["tpmap_2560"].dimension_codes == ("health", "living", "education", "income", "access")
    assert [float(m.indicator_weights.sum()) for m in measures.values()] == pytest.approx([1, 1])
    assert measures["tpmap_2560"].cutoff_value == pytest.approx(1 / 17)
    assert measures["mpi_2560"].cutoff_value == 0.26


def test_faults_of_all_files_are_shown_at_once_with_their_lines(folder: Path) -> None:
    sets, measure, levels = folder / "bmn_2560.yaml", folder / "mpi_2560.yaml", folder / "levels.yaml"
    expected = [
        ("bmn_2560.yaml", _replace(sets, "attribute: is_literate", "attribute: is_litterate"), "is_litterate"),
        (
            "bmn_2560.yaml",
            _replace(sets, "at_least: 38000, per_member: true", 'at_least: 38000, pass: ["1"]'),
            "number",
        ),
        ("mpi_2560.yaml", _replace(measure, "[bmn_27, bmn_28]", "[bmn_27, bmn_99]"), "bmn_99"),
        ("levels.yaml", _replace(levels, "housing_indicator: bmn_08", "housing_indicator: bmn_80"), "bmn_80"),
    ]
    found = _faults(folder)
    for name, line, words in expected:
        assert [f for f in found if f.startswith(f"{name}:{line}:") and words in f]
    assert len(found) == 4


def test_an_unknown_key_a_number_as_text_and_a_missing_key_are_faults(folder: Path) -> None:
    path = folder / "tpmap_2560.yaml"
    _replace(path, "cutoff: union", "cutof: union")
    line = _replace(folder / "bmn_2560.yaml", "eligible: {age_min: 35}", 'eligible: {age_min: "35"}')
    found = _faults(folder)
    assert any("cutof:" in f for f in found)
    assert any("cutoff:" in f and "required" in f for f in found)
    assert any(f.startswith(f"bmn_2560.yaml:{line}:") for f in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("eligible: {age_min: 35}", "eligible: {age_min: 35, age_max: 30}", "above age_max"),
        ("rule: fund_savings", "rule: savings", "stands twice"),
        ('is_house_secure, pass: ["true"], fail: ["false"]', "is_house_secure", "no survey result"),
        ('is_house_secure, pass: ["true"]', "is_house_secure, pass: [yes_it_is]", "no value of"),
        ("number: 31", "number: 30", "stands twice"),
        ("environment: สภาพแวดล้อม", "surroundings: สภาพแวดล้อม", "no group"),
    ],
)
def test_a_rule_that_cannot_mean_anything_is_a_fault(folder: Path, old: str, new: str, words: str) -> None:
    _replace(folder / "bmn_2560.yaml", old, new)
    assert any(words in fault for fault in _faults(folder))


def test_two_sets_for_one_round_are_a_fault(folder: Path) -> None:
    text = (folder / "bmn_2560.yaml").read_text(encoding="utf-8")
    (folder / "other.yaml").write_text(text.replace("code: bmn_2560", "code: bmn_other"), encoding="utf-8")
    assert any("stands already elsewhere" in fault for fault in _faults(folder))


def test_without_levels_the_folder_cannot_be_used(folder: Path) -> None:
    (folder / "levels.yaml").unlink()
    assert len(_faults(folder)) == 1


NEW_SET = """
kind: indicator_set
code: water_2570
name: น้ำ 2570
rounds: [water_2570]
groups: {water: น้ำ}
indicators:
  - number: 1
    code: water_1
    group: water
    unit: household
    text: มีน้ำสะอาด
    evidence:
      - {rule: survey_result, attribute: bmn_09}
      - {rule: clean_water, attribute: has_clean_water, pass: ["true"], fail: ["false"]}
  - number: 2
    code: water_2
    group: water
    unit: person
    text: ผู้หญิงอายุ 15 ปีขึ้นไปร่วมกลุ่มน้ำ
    eligible: {age_min: 15, sex: F}
    evidence:
      - {rule: takes_part, attribute: takes_part_in_community, pass: ["true"], fail: ["false"]}
"""
NEW_MEASURE = """
kind: measure
code: water_2570_union
name: น้ำ
indicator_set: water_2570
cutoff: union
weights: equal_indicators
dimensions:
  - {code: water, name: น้ำ, indicators: [water_1, water_2]}
"""


def test_a_new_indicator_set_is_one_yaml_file_and_no_python(folder: Path, tmp_path: Path) -> None:
    (folder / "water.yaml").write_text(NEW_SET, encoding="utf-8")
    (folder / "water_union.yaml").write_text(NEW_MEASURE, encoding="utf-8")
    province = TinyProvince().household("h1", "1980-01-01", sex="F").household("h2", "1980-01-01", sex="M")
    province.delivery("w70", "water_2570")
    for household in ("h1", "h2"):
        person = f"{household}p1"
        province.record(f"w-{household}", household, {"bmn_09": "pass"}, agency="community_dev", delivery="w70")
        province.record(
            f"c-{household}", household, {"takes_part_in_community": False}, person=person, agency="culture"
        )
    found = province.score(tmp_path, indicators=folder)
    assert [found.state(h, "water_1", "water_2570")["state_code"] for h in ("h1", "h2")] == ["pass", "pass"]
    assert [found.state(h, "water_2", "water_2570")["state_code"] for h in ("h1", "h2")] == ["fail", "not_applicable"]
    assert [found.poverty(h, "water_2570_union")["is_poor"] for h in ("h1", "h2")] == [True, False]
    # The answers of that round are not those of the 2560 round.
    assert found.state("h1", "bmn_09")["state_code"] == "unknown"
