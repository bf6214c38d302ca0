from __future__ import annotations

from dataclasses import asdict, replace

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


def checked(model: Model, levels: Levels, pairs: npt.NDArray[np.int64]) -> expectation.CrossCheck:
    found = expectation.cross_check(COMPARISONS, levels, pairs, model)
    assert found is not None
    return found


def test_a_model_that_is_right_agrees_with_the_cross_check() -> None:
    levels, pairs, _ = mixture(5000, 0.3, 1)
    found = checked(fitted(levels, pairs).with_thresholds(0, -4000), levels, pairs)
    assert found.agreement is not None and found.agreement > 0.99
    assert (found.warning, found.finds_household) == ("", False)
    assert max(found.largest_difference.values()) < 0.2


def test_a_model_whose_weights_turned_useless_is_warned_of_and_the_comparison_named() -> None:
    levels, pairs, _ = mixture(5000, 0.3, 1)
    right = fitted(levels, pairs).with_thresholds(0, -4000)
    deaf = replace(right, weights={**right.weights, "given": [0] * len(right.weights["given"])}, link_weight=2000)
    found = checked(deaf, levels, pairs)
    assert found.warning == "em_disagrees"
    assert found.overlap is not None and found.overlap < found.least_overlap
    assert max(found.largest_difference, key=lambda code: found.largest_difference[code]) == "given"


def test_a_model_that_joins_people_of_one_house_is_warned_of() -> None:
    one = {"given": "same_rare", "surname": "same_rare", "birth": "same", "place": "same_address"}
    mates = {"given": "different", "surname": "same_common", "birth": "different", "place": "same_address"}
    other = {"given": "same_common", "surname": "different", "birth": "different", "place": "other_amphoe"}
    levels, pairs = patterns((one, 2000), (mates, 3000), (other, 5000))
    place = {**{c: [0] * len(w) for c, w in PRIOR.weights.items()}, "place": PRIOR.weights["place"]}
    of_house = replace(PRIOR, weights=place, prior_weight=0, link_weight=0)
    assert checked(of_house, levels, pairs).warning == "model_links_housemates"
    found = checked(PRIOR, levels, pairs)
    assert (found.warning, found.finds_household) == ("", False)


def test_an_em_that_finds_the_household_is_told_and_raises_no_alarm() -> None:
    # Nothing of what is learnt tells one person from two of one house: the model knows by what follows from others.
    one = {"surname": "same_rare", "place": "same_address", "housemate": "none", "relationship": "same"}
    mates = {"surname": "same_rare", "place": "same_address", "given": "different", "birth": "different"}
    far = {"surname": "different", "place": "other_amphoe", "given": "different", "birth": "different"}
    levels, pairs = patterns((one, 100), (mates, 3000), (far, 6000))
    weights = {c: [0] * len(w) for c, w in PRIOR.weights.items()}
    weights |= {"given": [0, *[-30] * 12], "surname": PRIOR.weights["surname"], "relationship": [0, 0, 40]}
    knows = replace(PRIOR, weights=weights, prior_weight=-5490, link_weight=20, slope=1.0, intercept=0.0)
    found = checked(knows, levels, pairs)
    assert (found.finds_household, found.warning) == (True, "")


def test_a_model_that_joins_everybody_is_warned_of_though_all_pairs_seem_of_one_kind() -> None:
    mates = {"given": "different", "surname": "same_common", "birth": "different", "place": "same_address"}
    other = {"given": "same_common", "surname": "different", "birth": "different", "place": "other_amphoe"}
    levels, pairs = patterns((mates, 3000), (other, 5000))
    blind = replace(PRIOR, weights={code: [0] * len(w) for code, w in PRIOR.weights.items()}, prior_weight=40_000)
    found = checked(blind, levels, pairs)
    assert (found.overlap, found.warning) == (None, "model_links_housemates")


def test_the_cross_check_is_the_same_however_patterns_are_ordered_and_says_nothing_of_a_handful() -> None:
    levels, pairs, _ = mixture(3000, 0.3, 3)
    shuffled = np.random.default_rng(4).permutation(len(levels))
    assert asdict(checked(PRIOR, levels[shuffled], pairs)) == asdict(checked(PRIOR, levels, pairs))
    assert expectation.cross_check(COMPARISONS, levels[:400], pairs[:400], PRIOR) is None
