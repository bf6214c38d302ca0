"""Recall of each class of error on the frozen bench of Thai names, and false positives (tests/golden/README.md)."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from make_thai_name_pairs import COLUMNS, make_pairs

from benchmarks.names import PAIRS, Figures, false_positives, measure, read_pairs

# Classes that do not change how a name sounds: they must weigh less than a real difference, so reach SOUND or more.
SPELLING_CLASSES = (
    "consonant_so",
    "consonant_no",
    "consonant_to_patak",
    "consonant_do_chada",
    "consonant_yo",
    "consonant_pho",
    "consonant_tho",
    "consonant_tho_than",
    "consonant_ro_lo",
    "ai",
    "ro_han",
    "karan",
    "doubled",
    "vowel_length",
    "tone_mark",
)
SLIPS = ("adjacent_swap", "letter_dropped", "letter_added", "neighbouring_key")
# Floors stand a little under what python -m benchmarks.names printed when they were frozen.
ALIKE_FLOORS = dict.fromkeys((*SPELLING_CLASSES, *SLIPS), 0.98) | {"two_errors": 0.96, "exchanged": 0.98}
EDIT_FLOORS = dict.fromkeys(SLIPS, 0.98) | {"two_errors": 0.66}
SOUND_FLOOR = 0.97
PARTIAL_FLOORS = {"cut_short": 0.98}
ALIKE_CEILINGS = {"changed_given": 0.02, "random_given": 0.02, "random_surname": 0.02, "siblings": 0.08}
# Names alone cannot tell สมชาย mistyped from สมชัย: what holds them apart is that both are in use.
EDIT_CEILINGS = {"one_letter_apart": 0.02, "siblings": 0.01}
MOST_FALSE_POSITIVES = 0.005


@pytest.fixture(scope="module")
def figures() -> dict[str, Figures]:
    return measure(read_pairs())


def test_the_bench_has_1500_pairs_and_80_of_each_class() -> None:
    pairs = Counter(pair.error_class for pair in read_pairs())
    assert pairs.total() >= 1500
    assert min(pairs.values()) >= 80
    judged = {*ALIKE_FLOORS, *PARTIAL_FLOORS, *ALIKE_CEILINGS, *EDIT_CEILINGS}
    assert set(pairs) == judged


def test_the_frozen_pairs_are_what_the_script_makes() -> None:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(make_pairs())
    assert made.getvalue() == PAIRS.read_text(encoding="utf-8")


@pytest.mark.parametrize(("error_class", "floor"), ALIKE_FLOORS.items())
def test_misspelt_names_count_as_alike(figures: dict[str, Figures], error_class: str, floor: float) -> None:
    assert figures[error_class].alike >= floor


@pytest.mark.parametrize("error_class", SPELLING_CLASSES)
def test_a_spelling_that_sounds_the_same_weighs_less_than_a_wrong_letter(
    figures: dict[str, Figures], error_class: str
) -> None:
    assert figures[error_class].sound >= SOUND_FLOOR


@pytest.mark.parametrize(("error_class", "floor"), EDIT_FLOORS.items())
def test_a_slip_of_the_fingers_is_seen_as_one_edit(figures: dict[str, Figures], error_class: str, floor: float) -> None:
    assert figures[error_class].edit >= floor


@pytest.mark.parametrize(("error_class", "floor"), PARTIAL_FLOORS.items())
def test_a_name_cut_short_is_seen_as_part_of_the_whole(
    figures: dict[str, Figures], error_class: str, floor: float
) -> None:
    assert figures[error_class].partial >= floor


@pytest.mark.parametrize(("error_class", "ceiling"), ALIKE_CEILINGS.items())
def test_different_names_do_not_count_as_alike(figures: dict[str, Figures], error_class: str, ceiling: float) -> None:
    assert figures[error_class].alike <= ceiling


@pytest.mark.parametrize(("error_class", "ceiling"), EDIT_CEILINGS.items())
def test_two_names_in_use_are_not_taken_for_a_slip(
    figures: dict[str, Figures], error_class: str, ceiling: float
) -> None:
    assert figures[error_class].edit <= ceiling


def test_random_pairs_of_names_hardly_ever_count_as_alike() -> None:
    found = false_positives()
    assert max(found.values()) < MOST_FALSE_POSITIVES
