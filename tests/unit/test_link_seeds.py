from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.link.comparison import load_comparisons
from pipeline.link.model import Model, fits, prior_model
from pipeline.link.quality import Labelled
from pipeline.link.seeds import find_seeds, seeded_model
from pipeline.link.train import HELD_OUT, TRAIN, Compared, choose_model

COMPARISONS = load_comparisons()
PRIOR = prior_model(COMPARISONS)
ONE = {"given": "same_rare", "surname": "same_rare", "birth": "same", "place": "same_address", "source": "other_agency",
       "sex": "same", "title": "same", "village": "same", "relationship": "same"}  # fmt: skip
MATES = {"given": "different", "surname": "same_uncommon", "birth": "different", "place": "same_address",
         "source": "other_agency", "housemate": "other_given_name", "village": "same"}  # fmt: skip
TWO_NAMES = {**ONE, "given": "different", "surname": "same_common", "housemate": "other_given_name_same_birth"}
TWINS = {**TWO_NAMES, "housemate": "twins"}
Rows = list[tuple[dict[str, str], int]]


def patterns(rows: Rows) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Levels by name, and the number of pairs of each row."""
    levels = [[c.level(row[c.code]) if c.code in row else 0 for c in COMPARISONS.items] for row, _ in rows]
    return np.array(levels, dtype=np.int64), np.array([count for _, count in rows], dtype=np.int64)


def seeded(rows: Rows) -> Model:
    found = seeded_model(COMPARISONS, *patterns(rows), PRIOR)
    assert found is not None
    return found


def weight(model: Model, code: str, level: str) -> int:
    return model.weights[code][COMPARISONS.items[COMPARISONS.position(code)].level(level)]


def province(*more: tuple[dict[str, str], int], sex_wrong: int = 0) -> Rows:
    """Ten thousand matches, as many pairs of housemates of whom every second differs in sex, and what is added."""
    return [
        (ONE, 10_000 - sex_wrong),
        ({**ONE, "sex": "different"}, sex_wrong),
        ({**MATES, "sex": "same"}, 5_000),
        ({**MATES, "sex": "different"}, 5_000),
        *more,
    ]


def test_seeds_are_full_rare_names_with_one_birth_date_and_two_people_of_one_house() -> None:
    common = {**ONE, "given": "same_very_common"}
    exchanged = {**ONE, "order": "exchanged"}
    other_house = {**MATES, "place": "same_tambon"}
    same_year = {**MATES, "birth": "year_or_day_same"}
    found = find_seeds(
        COMPARISONS, *patterns([(r, 1) for r in (ONE, MATES, common, exchanged, other_house, same_year)])
    )
    assert found.is_match.tolist() == [True, False, False, False, False, False]
    assert found.is_non_match.tolist() == [False, True, False, False, False, False]


def test_too_few_seeds_of_either_kind_leave_the_prior_alone() -> None:
    assert seeded_model(COMPARISONS, *patterns([(ONE, 10_000), (MATES, 199)]), PRIOR) is None
    assert seeded_model(COMPARISONS, *patterns([(ONE, 199), (MATES, 10_000)]), PRIOR) is None


def test_clean_lists_change_no_weight_and_the_model_says_how_many_seeds_it_saw() -> None:
    model = seeded(province())
    assert model.weights == PRIOR.weights
    assert (model.source, model.seeds) == ("seeded", {"matches": 10_000, "non_matches": 10_000})


def test_a_sex_column_of_noise_says_nothing_any_more() -> None:
    model = seeded(province(sex_wrong=5_000))
    assert weight(PRIOR, "sex", "different") == -3500
    assert weight(model, "sex", "different") == pytest.approx(0, abs=150)
    assert weight(model, "sex", "same") == pytest.approx(0, abs=150)
    assert fits(model, COMPARISONS)


def test_the_more_often_matches_differ_the_less_a_difference_weighs() -> None:
    weights = [weight(seeded(province(sex_wrong=n)), "sex", "different") for n in (0, 1_000, 2_000, 5_000)]
    assert weights == sorted(weights)
    assert weights[0] < weights[1] < weights[3]


def test_people_who_moved_take_weight_from_another_place_but_not_from_one_address() -> None:
    moved = {**ONE, "place": "other_amphoe"}
    model = seeded(province((moved, 10_000)))
    assert weight(PRIOR, "place", "other_amphoe") < weight(model, "place", "other_amphoe") < 0
    assert weight(model, "place", "same_address") == weight(PRIOR, "place", "same_address")
    assert fits(model, COMPARISONS)


def test_what_chose_the_seeds_is_never_learnt_from_them() -> None:
    model = seeded(province(({**ONE, "place": "other_amphoe"}, 10_000), sex_wrong=4_000))
    for code in ("id", "given", "surname", "order", "birth", "source"):
        assert model.weights[code] == PRIOR.weights[code]


@pytest.mark.parametrize("sex_wrong", [0, 500, 3_000, 9_000])
def test_no_weight_moves_away_from_nothing_or_past_it(sex_wrong: int) -> None:
    model = seeded(province((TWINS, 50), ({**TWINS, "sex": "different"}, 50), (TWO_NAMES, 900), sex_wrong=sex_wrong))
    for code, weights in model.weights.items():
        for before, after in zip(PRIOR.weights[code], weights, strict=True):
            assert min(before, 0) <= after <= max(before, 0)


def test_changed_names_are_told_from_twins_by_their_sexes() -> None:
    twins = ((TWINS, 150), ({**TWINS, "sex": "different"}, 150))
    changed = seeded(province(*twins, (TWO_NAMES, 900)))
    hidden_twins = seeded(province(*twins, (TWO_NAMES, 450), ({**TWO_NAMES, "sex": "different"}, 450)))
    level = "other_given_name_same_birth"
    assert weight(PRIOR, "housemate", level) + 1_000 < weight(changed, "housemate", level) <= 0
    assert weight(hidden_twins, "housemate", level) == weight(PRIOR, "housemate", level)


def test_without_twins_to_compare_with_a_second_given_name_keeps_its_weight() -> None:
    assert seeded(province((TWO_NAMES, 900))).weights["housemate"] == PRIOR.weights["housemate"]


def test_sexes_that_are_noise_cannot_tell_twins() -> None:
    noise = ((TWINS, 150), ({**TWINS, "sex": "different"}, 150), (TWO_NAMES, 900))
    assert seeded(province(*noise, sex_wrong=5_000)).weights["housemate"] == PRIOR.weights["housemate"]


def no_labels() -> Labelled:
    return Labelled(np.zeros((0, len(COMPARISONS.items)), dtype=np.int64), np.zeros(0, bool), np.zeros(0, np.int64))


def labelled(matches: Rows, others: Rows) -> Labelled:
    levels, pairs = patterns([*matches, *others])
    return Labelled(levels, np.arange(len(levels)) < len(matches), pairs)


def test_lists_without_ids_are_linked_with_the_seeded_prior() -> None:
    compared = Compared(*patterns(province(sex_wrong=5_000)), records=20_000, smallest_list=0)
    model = choose_model(
        COMPARISONS, {TRAIN: no_labels(), HELD_OUT: no_labels()}, None, retrain=False, compared=compared
    )
    assert (model.source, model.note) == ("seeded", "too_few_labels")


def test_a_seeded_model_that_does_worse_on_the_few_labels_gives_way_to_the_prior_and_the_report_says_so() -> None:
    compared = Compared(*patterns(province(sex_wrong=5_000)), records=20_000, smallest_list=0)
    base = {"given": "same_very_common", "surname": "same_very_common", "birth": "same", "source": "other_agency"}
    two = {**base, "sex": "different", "title": "different", "place": "other_amphoe", "village": "different"}
    doubtful = PRIOR.score(COMPARISONS, patterns([(two, 1)])[0])[0]
    eased = seeded(province(sex_wrong=5_000)).score(COMPARISONS, patterns([(two, 1)])[0])[0]
    assert doubtful < PRIOR.link_weight <= eased
    # Labels say that two people differ in sex; the seeds, made up so, that this says nothing.
    few = {TRAIN: no_labels(), HELD_OUT: labelled([(ONE, 20)], [(two, 20)])}
    model = choose_model(COMPARISONS, few, None, retrain=False, compared=compared)
    assert (model.source, model.note, model.seeds) == ("prior", "refused_seeds", {})
    fair = {TRAIN: no_labels(), HELD_OUT: labelled([(two, 20)], [(MATES, 20)])}
    assert choose_model(COMPARISONS, fair, None, retrain=False, compared=compared).source == "seeded"


def test_the_order_and_the_grouping_of_patterns_do_not_matter() -> None:
    rows = province(({**ONE, "place": "other_amphoe"}, 777), (TWINS, 60), (TWO_NAMES, 300), sex_wrong=123)
    levels, pairs = patterns([*rows, *rows])
    order = np.random.default_rng(1).permutation(len(levels))
    assert seeded_model(COMPARISONS, levels[order], pairs[order], PRIOR) == seeded_model(
        COMPARISONS, levels, pairs, PRIOR
    )
    assert seeded_model(COMPARISONS, levels, pairs, PRIOR) == seeded([(row, 2 * count) for row, count in rows])
