from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.link import expectation
from pipeline.link.comparison import load_comparisons
from pipeline.link.model import Model, fits, prior_model

COMPARISONS = load_comparisons()
PRIOR = prior_model(COMPARISONS)
Levels = npt.NDArray[np.int64]


def patterns(*rows: tuple[dict[str, str], int]) -> tuple[Levels, npt.NDArray[np.int64]]:
    """Levels by name, and the number of pairs of each row."""
    levels = [[c.level(row[c.code]) if c.code in row else 0 for c in COMPARISONS.items] for row, _ in rows]
    return np.array(levels, dtype=np.int64), np.array([count for _, count in rows])


def mixture(pairs: int, matches: float, seed: int) -> tuple[Levels, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Pairs drawn one comparison at a time; matches agree nine times in ten, others once in ten."""
    dice = np.random.default_rng(seed)
    is_match = dice.random(pairs) < matches
    levels = np.zeros((pairs, len(COMPARISONS.items)), dtype=np.int64)
    for code, low, high in (("given", "different", "same_uncommon"), ("surname", "different", "same_uncommon"),
                            ("birth", "different", "same"), ("village", "different", "same")):  # fmt: skip
        comparison = COMPARISONS.items[COMPARISONS.position(code)]
        agrees = dice.random(pairs) < np.where(is_match, 0.9, 0.1)
        levels[:, COMPARISONS.position(code)] = np.where(agrees, comparison.level(high), comparison.level(low))
    return levels, np.ones(pairs, dtype=np.int64), is_match


def fitted(levels: Levels, pairs: npt.NDArray[np.int64], *, smallest_list: int = 0) -> Model:
    model = expectation.fit(COMPARISONS, levels, pairs, PRIOR, smallest_list=smallest_list)
    assert model is not None
    return model


def test_two_kinds_of_pairs_are_told_apart_without_a_label() -> None:
    levels, pairs, is_match = mixture(5000, 0.3, 1)
    model = fitted(levels, pairs)
    found = model.probability(model.score(COMPARISONS, levels)) >= 0.5
    assert (found == is_match).mean() > 0.93
    # log2(0.9/0.1) = 3.17 bits for agreement in a name.
    given = COMPARISONS.items[COMPARISONS.position("given")]
    assert model.weights["given"][given.level("same_uncommon")] == pytest.approx(3170, abs=500)


def test_the_model_is_monotone_and_the_unknown_weighs_nothing() -> None:
    model = fitted(*mixture(5000, 0.3, 2)[:2])
    assert fits(model, COMPARISONS)
    assert all(weights[0] == 0 for weights in model.weights.values())


def test_the_order_and_the_grouping_of_patterns_do_not_matter() -> None:
    levels, pairs, _ = mixture(3000, 0.3, 3)
    grouped, counts = np.unique(levels, axis=0, return_counts=True)
    shuffled = np.random.default_rng(4).permutation(len(levels))
    assert fitted(levels[shuffled], pairs) == fitted(levels, pairs) == fitted(grouped, counts.astype(np.int64))


def test_too_few_pairs_make_no_model() -> None:
    levels, pairs, _ = mixture(400, 0.3, 1)
    assert expectation.fit(COMPARISONS, levels, pairs, PRIOR, smallest_list=0) is None


def test_where_rivals_are_weighed_against_each_other_less_is_asked_of_each() -> None:
    levels, pairs, _ = mixture(5000, 0.3, 1)
    plain = fitted(levels, pairs).link_weight
    # 1,500 of the pairs are matches: nearly everybody of a list of 1,600, few of one of 9,000.
    assert fitted(levels, pairs, smallest_list=1600).link_weight < plain
    assert fitted(levels, pairs, smallest_list=9000).link_weight == plain


def test_people_of_one_house_side_by_side_show_households() -> None:
    mates = {"given": "different", "surname": "same_common", "birth": "different", "place": "same_address"}
    other = {"given": "same_common", "surname": "different", "birth": "different", "place": "other_amphoe"}
    assert expectation.shows_households(COMPARISONS, *patterns((mates, 10), (other, 90)))
    assert not expectation.shows_households(COMPARISONS, *patterns((mates, 2), (other, 98)))
