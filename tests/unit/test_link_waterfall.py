from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.link.comparison import load_comparisons
from pipeline.link.explain import level_text
from pipeline.link.joins import tree
from pipeline.link.model import prior_model
from pipeline.link.waterfall import levels_of, waterfall

COMPARISONS = load_comparisons()
MODEL = prior_model(COMPARISONS)
LEVELS = st.tuples(*(st.integers(0, len(c.levels) - 1) for c in COMPARISONS.items))


@given(LEVELS)
def test_prior_and_weights_add_up_to_the_weight_that_the_model_gives(levels: tuple[int, ...]) -> None:
    fall = waterfall(COMPARISONS, MODEL, np.array(levels))
    assert fall.weight == fall.prior_weight + sum(step.weight for step in fall.steps)
    assert fall.weight == MODEL.score(COMPARISONS, np.array([levels]))[0]
    totals = np.cumsum([fall.prior_weight, *(step.weight for step in fall.steps)]).tolist()
    assert [step.total for step in fall.steps] == totals[1:]
    assert fall.probability == MODEL.probability(np.array([fall.weight]))[0]


def test_every_comparison_stands_in_the_order_of_the_levels_file() -> None:
    fall = waterfall(COMPARISONS, MODEL, np.zeros(len(COMPARISONS.items), dtype=np.int64))
    assert [step.comparison for step in fall.steps] == [c.code for c in COMPARISONS.items]


def test_what_is_unknown_weighs_nothing_and_says_so() -> None:
    fall = waterfall(COMPARISONS, MODEL, np.zeros(len(COMPARISONS.items), dtype=np.int64))
    assert fall.weight == fall.prior_weight
    assert {(step.weight, step.is_known) for step in fall.steps} == {(0, False)}
    assert [s.thai for s in fall.steps if s.level == "unknown" and "ไม่มีข้อมูล" not in s.thai] == []


def test_every_level_has_words_and_those_of_the_name_say_which_name() -> None:
    for i, comparison in enumerate(COMPARISONS.items):
        for number in range(len(comparison.levels)):
            levels = np.zeros(len(COMPARISONS.items), dtype=np.int64)
            levels[i] = number
            assert waterfall(COMPARISONS, MODEL, levels).steps[i].thai, (comparison.code, number)
    levels = np.array([c.level("same_rare") if c.code == "surname" else 0 for c in COMPARISONS.items])
    said = {step.comparison: step.thai for step in waterfall(COMPARISONS, MODEL, levels).steps}
    assert said["surname"] == "นามสกุลตรงกันและพบน้อย"


@given(LEVELS)
def test_levels_read_from_the_text_of_a_pair_are_those_it_was_written_from(levels: tuple[int, ...]) -> None:
    assert levels_of(COMPARISONS, level_text(COMPARISONS, np.array(levels))).tolist() == list(levels)


@pytest.mark.parametrize("text", ["id=no_such_level", "no_such_comparison=same"])
def test_a_level_of_another_version_is_told_with_the_way_out(text: str) -> None:
    with pytest.raises(UserError, match="another version"):
        levels_of(COMPARISONS, text)


def link(a: str, b: str, code: str, weight: int) -> dict[str, object]:
    return {"record_id_a": a, "record_id_b": b, "evidence_code": code, "weight_millibit": weight}


def test_the_tree_takes_links_from_the_strongest_to_the_weakest_and_each_record_once() -> None:
    links = [link("a", "b", "C", 9000), link("b", "c", "A1", 20000), link("a", "c", "C", 8000), link("c", "d", "X", -5)]
    found = tree(["a", "b", "c", "d"], links)
    assert [(name, depth, join and join["weight_millibit"]) for name, depth, join in found] == [
        ("c", 0, None),
        ("d", 1, -5),
        ("b", 1, 20000),
        ("a", 2, 9000),
    ]


def test_the_order_of_the_links_does_not_change_the_tree() -> None:
    links = [link("a", "b", "C", 9000), link("c", "d", "C", 9000), link("b", "c", "C", 9000)]
    assert tree(list("abcd"), links) == tree(list("dcba"), links[::-1])


def test_a_record_alone_is_a_tree_of_one() -> None:
    assert tree(["a"], []) == [("a", 0, None)]
