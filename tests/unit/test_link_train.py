from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.link.comparison import load_comparisons
from pipeline.link.model import LINK_PROBABILITY, Model, fits, load_model, prior_model
from pipeline.link.quality import Labelled
from pipeline.link.train import HELD_OUT, TRAIN, choose_model

COMPARISONS = load_comparisons()


def labelled(pairs: int, seed: int) -> Labelled:
    """Labels that names and birth date decide, with one pair in fifty the other way."""
    dice = np.random.default_rng(seed)
    is_match = dice.random(pairs) < 0.5
    levels = np.zeros((pairs, len(COMPARISONS.items)), dtype=np.int64)
    odd = dice.random(pairs) < 0.02
    agrees = is_match ^ odd
    for code, low, high in (("given", 1, 11), ("surname", 1, 11), ("birth", 1, 10), ("sex", 1, 2), ("source", 2, 3)):
        wavers = dice.random(pairs) < 0.1
        levels[:, COMPARISONS.position(code)] = np.where(agrees ^ wavers, high, low)
    rows, inverse = np.unique(np.column_stack([levels, is_match]), axis=0, return_inverse=True)
    counts = np.bincount(np.ravel(inverse)).astype(np.int64)
    return Labelled(rows[:, :-1], rows[:, -1].astype(bool), counts)


ENOUGH = {TRAIN: labelled(4000, 1), HELD_OUT: labelled(1500, 2)}
NOT_ENOUGH = {TRAIN: labelled(100, 1), HELD_OUT: labelled(40, 2)}


@pytest.fixture(scope="module")
def learnt() -> Model:
    return choose_model(COMPARISONS, ENOUGH, None, retrain=False)


def test_enough_labels_make_a_model_of_ones_own_that_separates_them(learnt: Model) -> None:
    assert learnt.source == "learnt"
    assert learnt.held_out.precision is not None and learnt.held_out.precision >= 0.97
    given = learnt.weights["given"]
    assert given[11] - given[1] > 2000


def test_a_learnt_model_is_monotone_also_at_levels_it_has_not_seen(learnt: Model) -> None:
    assert fits(learnt, COMPARISONS)


def test_weights_are_whole_numbers_and_learning_twice_gives_the_same(learnt: Model) -> None:
    again = choose_model(COMPARISONS, ENOUGH, None, retrain=False)
    assert again == learnt
    assert all(isinstance(w, int) for weights in learnt.weights.values() for w in weights)


def test_the_id_is_hidden_while_learning(learnt: Model) -> None:
    assert learnt.weights["id"] == prior_model(COMPARISONS).weights["id"]


def test_too_few_labels_fall_back_to_the_shipped_prior() -> None:
    found = choose_model(COMPARISONS, NOT_ENOUGH, None, retrain=False)
    assert (found.source, found.note) == ("prior", "too_few_labels")


def test_the_model_of_the_state_stays_until_it_is_told_to_learn_anew(learnt: Model) -> None:
    before = replace(learnt, prior_weight=-1)
    assert choose_model(COMPARISONS, ENOUGH, before, retrain=False).prior_weight == -1
    assert choose_model(COMPARISONS, ENOUGH, before, retrain=True).source == "learnt"
    # A model that labels gave is better than a prior; a prior follows the lists as they are now.
    learnt_before = replace(before, source="learnt")
    assert choose_model(COMPARISONS, NOT_ENOUGH, learnt_before, retrain=True).source == "state"
    night_after = choose_model(COMPARISONS, NOT_ENOUGH, learnt_before, retrain=False)
    assert choose_model(COMPARISONS, NOT_ENOUGH, night_after, retrain=True).origin == "learnt"
    assert choose_model(COMPARISONS, NOT_ENOUGH, replace(before, source="prior"), retrain=True).source == "prior"
    assert choose_model(COMPARISONS, NOT_ENOUGH, replace(before, source="prior"), retrain=False).source == "state"


def test_a_model_whose_weights_fall_is_refused(learnt: Model) -> None:
    given = list(learnt.weights["given"])
    given[-1] = given[-2] - 1
    faulty = replace(learnt, weights={**learnt.weights, "given": given})
    assert not fits(faulty, COMPARISONS)
    assert choose_model(COMPARISONS, NOT_ENOUGH, faulty, retrain=False).source == "prior"


def test_labels_that_contradict_each_other_make_no_model() -> None:
    noise = labelled(3000, 3)
    mixed = Labelled(
        np.concatenate([noise.levels, noise.levels]),
        np.concatenate([noise.is_match, ~noise.is_match]),
        np.concatenate([noise.pairs, noise.pairs]),
    )
    assert choose_model(COMPARISONS, {TRAIN: mixed, HELD_OUT: mixed}, None, retrain=False).source == "prior"


def test_a_model_reads_back_as_it_was_written(learnt: Model, tmp_path: Path) -> None:
    learnt.save(tmp_path / "model.json")
    assert load_model(tmp_path / "model.json") == learnt


def test_probability_rises_with_weight_and_the_threshold_is_the_published_probability(learnt: Model) -> None:
    weights = np.arange(-20_000, 20_000, 500)
    probability = learnt.probability(weights)
    assert (np.diff(probability) >= 0).all()
    at = learnt.probability(np.array([learnt.link_weight, learnt.link_weight - 1]))
    assert at[0] >= 0.80 > at[1] - 1e-3


def test_a_model_of_the_state_that_fell_past_the_limit_is_learnt_anew(learnt: Model) -> None:
    weights = {**learnt.weights, "given": [0] * len(learnt.weights["given"])}
    before = replace(learnt, weights=weights, learnt_f1=0.99)
    found = choose_model(COMPARISONS, ENOUGH, before, retrain=False)
    assert (found.source, found.note) == ("learnt", "learnt_anew_after_fall")
    still_good = choose_model(COMPARISONS, ENOUGH, learnt, retrain=False)
    assert (still_good.source, still_good.note) == ("state", "")


def test_a_model_that_is_less_precise_than_that_of_the_state_is_refused_and_the_report_says_so(learnt: Model) -> None:
    # Labels turned upside down teach nothing; the model of the state does better on what is held out.
    wrong = replace(ENOUGH[TRAIN], is_match=~ENOUGH[TRAIN].is_match)
    found = choose_model(COMPARISONS, {TRAIN: wrong, HELD_OUT: ENOUGH[HELD_OUT]}, learnt, retrain=True)
    assert (found.source, found.note) == ("state", "refused_not_precise")
    alone = choose_model(COMPARISONS, {TRAIN: wrong, HELD_OUT: ENOUGH[HELD_OUT]}, None, retrain=False)
    assert (alone.source, alone.note) == ("prior", "refused_not_precise")


def test_the_prior_keeps_namesakes_of_one_house_apart_by_their_birth_dates() -> None:
    prior = prior_model(COMPARISONS)
    alike = {"given": "same_uncommon", "surname": "same_uncommon", "sex": "same", "title": "same", "village": "same",
             "place": "same_house_code", "source": "other_agency"}  # fmt: skip

    def is_link(birth: str) -> bool:
        named = {**alike, "birth": birth}
        levels = np.array([[c.level(named[c.code]) if c.code in named else 0 for c in COMPARISONS.items]])
        return bool(prior.score(COMPARISONS, levels)[0] >= prior.link_weight)

    assert not is_link("different")
    assert not is_link("years_near")
    assert is_link("year_same_day_unknown")
    assert is_link("unknown")


def test_the_prior_asks_more_of_a_pair_the_more_records_there_are_and_links_at_the_published_probability() -> None:
    sizes = (0, 5_000, 100_000, 300_000, 1_000_000, 5_000_000)
    priors = [prior_model(COMPARISONS, records) for records in sizes]
    links = [prior.link_weight for prior in priors]
    assert links == sorted(links)
    assert links[0] == links[2] < links[3] < links[4] < links[5]
    for prior in priors:
        at = prior.probability(np.array([prior.link_weight - 1, prior.link_weight]))
        assert at[0] < LINK_PROBABILITY <= at[1] + 1e-6


def test_the_probability_of_a_weight_is_one_however_many_are_asked_for() -> None:
    model = prior_model(load_comparisons())
    weights = np.arange(-300, 300)
    alone = [float(model.probability(np.array([weight]))[0]) for weight in weights.tolist()]
    assert model.probability(np.repeat(weights, 3)).tolist() == np.repeat(alone, 3).tolist()
    assert model.probability(weights * 100_000).tolist()[:: len(weights) - 1] == [0.0, 1.0]
    assert model.probability(np.empty(0, dtype=np.int64)).tolist() == []
