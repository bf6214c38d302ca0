"""Weights without a single label: expectation–maximisation over comparison patterns (Winkler 1988).

A rung of the ladder of models for lists without IDs that show no households. Where people of one house stand beside
each other, it finds the household instead of the person (linkage page, finding 2), and is not asked for a model.
Started from the model in use, it is asked every night for its view of it, which changes no link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes, Flags
from pipeline.link.comparison import Comparison, Comparisons
from pipeline.link.isotonic import non_decreasing
from pipeline.link.model import MILLIBIT, Model, weight_at

Floats = npt.NDArray[np.float64]
# Follow from other comparisons, so they would be counted twice.
_DERIVED = ("order", "housemate", "relationship")
# Of pairs compared, at most so many may be two people of one house: another given name and another birth date at one
# address. 16 % on lists of a province, under 3 % on FEBRL 3 and 4, and those are mostly slips.
_MOST_HOUSEMATES = 0.05
_FEWEST_PAIRS = 500
_FEWEST_OF_LEVEL = 50
_ROUNDS, _CLOSE = 300, 1e-6
# Half a pair on each level: a level not seen on one side is rare there, not impossible.
_SMOOTHING = 0.5
# The start: pairs that the prior would all but link are taken for matches.
_START_BITS = 4.0
# Where every list holds each person once, and most people of the smaller list stand in another, nearly every record has
# a rival: the best of two is taken and the other refused, so less is asked of each. With few people in common a record
# without a counterpart has no rival, and nothing is eased. (Tried on FEBRL 3 and 4, whole and with a tenth in common.)
_LINK_PROBABILITY, _LINK_PROBABILITY_OF_RIVALS, _REVIEW_PROBABILITY = 0.2, 0.05, 0.01
_MATCH_SHARE = (0.005, 0.95)
_MOST_IN_COMMON = 0.5
# Published limits of the cross-check (docs/linkage.md): of the pairs that either links, at least so many both link; of
# the pairs of two people of one house, at most so many are linked.
LEAST_OVERLAP = 0.9
MOST_HOUSEMATES_LINKED = 0.05
_CHECK_ROUNDS = 10
# For the cross-check one pair in a hundred is taken to stand on any level: comparisons are not as independent as the
# rounds believe, and the more pairs there are, the surer they grow of what is rare.
_CHECK_ASIDE = 0.01
Finding = Literal["", "em_disagrees", "model_links_housemates"]


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """How far expectation–maximisation, started from the model in use, is from it; all with the ID hidden.

    Attributes:
        agreement: Share of compared pairs on which both say alike: link, or no link; None where EM has no view, as all
            pairs seem of one kind.
        overlap: Of the pairs that either links, the share that both link.
        largest_difference: Comparison → largest difference of a weight, in bits, once a constant is taken away.
        finds_household: Whether it links people of one house whom the model keeps apart: then its view is set aside.
        warning: What is past a published limit; empty where nothing is.
        least_overlap, most_housemates_linked: The limits.
    """

    agreement: float | None
    overlap: float | None
    largest_difference: dict[str, float]
    finds_household: bool
    warning: Finding
    least_overlap: float = LEAST_OVERLAP
    most_housemates_linked: float = MOST_HOUSEMATES_LINKED


def shows_households(comparisons: Comparisons, levels: Codes, pairs: Codes) -> bool:
    """Whether people of one house stand beside each other in these lists.

    Args:
        comparisons: The comparisons.
        levels: A row a pattern, a column a comparison.
        pairs: Number of pairs of each pattern.
    """
    two = _housemates(comparisons, levels)
    return bool(pairs[two].sum() > _MOST_HOUSEMATES * max(1, pairs.sum()))


def _housemates(comparisons: Comparisons, levels: Codes) -> Flags:
    """Patterns of two people of one house: other given names and other birth dates."""
    at = {c.code: (c, levels[:, i]) for i, c in enumerate(comparisons.items)}

    def between(code: str, low: str, high: str) -> Flags:
        comparison, column = at[code]
        return np.asarray((column >= comparison.level(low)) & (column <= comparison.level(high)))

    two = between("place", "same_house_no", "same_house_code") & between("given", "different", "alike")
    return np.asarray(two & between("birth", "different", "year_within_one"))


def fit(
    comparisons: Comparisons, levels: npt.NDArray[np.int64], pairs: Codes, prior: Model, *, smallest_list: int
) -> Model | None:
    """A model from the patterns alone; None where there are too few pairs, or nothing to tell two kinds apart.

    Args:
        comparisons: The comparisons.
        levels: A row a pattern, a column a comparison.
        pairs: Number of pairs of each pattern.
        prior: Where to start from, and the weights of what is not learnt.
        smallest_list: Records of the smallest list where every list holds each person once; else 0.
    """
    if pairs.sum() < _FEWEST_PAIRS:
        return None
    start = prior.score(comparisons, levels, hide_id=True) / MILLIBIT + _START_BITS
    count = pairs.astype(np.float64)
    found = _settled(comparisons, levels, count, _probability(start * np.log(2)), np.zeros(len(levels)), _ROUNDS)
    if found is None:
        return None
    is_match, share, bits = found.is_match, found.share, found.bits
    weights = {c.code: [0] * len(c.levels) for c in comparisons.items}
    weights["id"] = _id_weights(comparisons, levels, is_match * count, (1 - is_match) * count, prior)
    weights |= {code: [round(float(b) * MILLIBIT) for b in values] for code, values in bits.items()}
    model = Model("em", round(float(np.log2(share / (1 - share))) * MILLIBIT), weights)
    has_rivals = smallest_list > 0 and float((is_match * count).sum()) >= _MOST_IN_COMMON * smallest_list
    link = _LINK_PROBABILITY_OF_RIVALS if has_rivals else _LINK_PROBABILITY
    return model.with_thresholds(weight_at(model, link), weight_at(model, _REVIEW_PROBABILITY))


@dataclass(frozen=True, slots=True)
class _Settled:
    """Probability of a match for each pattern, share of matches, and weights in bits by comparison."""

    is_match: Floats
    share: float
    bits: dict[str, Floats]


def _settled(
    comparisons: Comparisons,
    levels: Codes,
    count: Floats,
    is_match: Floats,
    kept: Floats,
    rounds: int,
    aside: float = 0.0,
) -> _Settled | None:
    """Rounds of expectation–maximisation until nothing moves; None where nearly all or next to none are matches.

    Args:
        comparisons: The comparisons.
        levels: A row a pattern, a column a comparison.
        count: Number of pairs of each pattern.
        is_match: Probability of a match to start from.
        kept: Bits of each pattern that are not learnt.
        rounds: At most so many.
        aside: Share of pairs taken to stand on each level whatever is seen.
    """
    learnt = [(i, c) for i, c in enumerate(comparisons.items) if c.is_learnt and c.code not in _DERIVED]
    share, bits = 0.0, dict[str, Floats]()
    for _ in range(rounds):
        share = float((is_match * count).sum() / count.sum())
        if not _MATCH_SHARE[0] < share < _MATCH_SHARE[1]:
            return None
        bits = {c.code: _bits(c, levels[:, i], is_match * count, (1 - is_match) * count, aside) for i, c in learnt}
        odds = np.log2(share / (1 - share)) + sum(bits[c.code][levels[:, i]] for i, c in learnt) + kept
        before, is_match = is_match, _probability(np.asarray(odds) * np.log(2))
        if np.abs(before - is_match).max() < _CLOSE:
            break
    return _Settled(is_match, share, bits)


def cross_check(
    comparisons: Comparisons, levels: npt.NDArray[np.int64], pairs: Codes, model: Model
) -> CrossCheck | None:
    """The view of expectation–maximisation on a model; None where there are too few pairs.

    Args:
        comparisons: The comparisons.
        levels: A row a pattern, a column a comparison.
        pairs: Number of pairs of each pattern.
        model: The model in use: where it starts, and what it keeps of comparisons that follow from others.
    """
    if pairs.sum() < _FEWEST_PAIRS:
        return None
    weight = model.score(comparisons, levels, hide_id=True)
    kept = np.zeros(len(levels), dtype=np.float64)
    for code in _DERIVED:
        kept += np.array(model.weights[code], dtype=np.float64)[levels[:, comparisons.position(code)]] / MILLIBIT
    count = pairs.astype(np.float64)
    found = _settled(comparisons, levels, count, model.probability(weight), kept, _CHECK_ROUNDS, _CHECK_ASIDE)
    by_model = weight >= model.link_weight
    two = _housemates(comparisons, levels)
    shows = shows_households(comparisons, levels, pairs)

    def links_housemates(links: Flags) -> bool:
        return shows and bool(pairs[two & links].sum() > MOST_HOUSEMATES_LINKED * pairs[two].sum())

    if found is None:
        # All pairs seem of one kind, so EM has no view; whom the model links can be told all the same.
        return CrossCheck(None, None, {}, False, "model_links_housemates" if links_housemates(by_model) else "")
    by_em = found.is_match >= 0.5
    either = max(1, int(pairs[by_model | by_em].sum()))
    overlap = round(int(pairs[by_model & by_em].sum()) / either, 4)
    finds_household = links_housemates(by_em) and not links_housemates(by_model)
    warning: Finding = "em_disagrees" if overlap < LEAST_OVERLAP and not finds_household else ""
    return CrossCheck(
        agreement=round(int(pairs[by_model == by_em].sum()) / int(pairs.sum()), 4),
        overlap=overlap,
        largest_difference=_differences(comparisons, levels, pairs, model, found.bits),
        finds_household=finds_household,
        warning="model_links_housemates" if links_housemates(by_model) else warning,
    )


def _differences(
    comparisons: Comparisons, levels: Codes, pairs: Codes, model: Model, bits: dict[str, Floats]
) -> dict[str, float]:
    """Largest difference of a weight by comparison, in bits; a constant over all levels is the prior's to carry."""
    largest = {}
    for i, comparison in enumerate(comparisons.items):
        if comparison.code not in bits:
            continue
        seen = np.bincount(levels[:, i], weights=pairs, minlength=len(comparison.levels))
        known = (np.arange(len(seen)) > 0) & (seen >= _FEWEST_OF_LEVEL)
        if not known.any():
            continue
        apart = (bits[comparison.code] - np.array(model.weights[comparison.code]) / MILLIBIT)[known]
        apart -= np.average(apart, weights=seen[known])
        largest[comparison.code] = round(float(np.abs(apart).max()), 2)
    return largest


def _id_weights(comparisons: Comparisons, levels: Codes, matches: Floats, others: Floats, prior: Model) -> list[int]:
    """What an identifier says by its agreement with the matches found without it; the prior where it is hardly seen."""
    at = comparisons.position("id")
    seen = np.bincount(levels[:, at], weights=matches + others, minlength=len(prior.weights["id"]))
    bits = _bits(comparisons.items[at], levels[:, at], matches, others)
    found = zip(seen, bits, prior.weights["id"], strict=True)
    return [round(float(b) * MILLIBIT) if n >= _FEWEST_OF_LEVEL else p for n, b, p in found]


def _probability(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -40, 40))))


def _bits(comparison: Comparison, level: Codes, matches: Floats, others: Floats, aside: float = 0.0) -> Floats:
    """Match weight of each level in bits: how much more often it stands among matches; the unknown says nothing."""
    size = len(comparison.levels)
    shares = []
    for weight in (matches, others):
        counted = np.bincount(level, weights=weight, minlength=size)[1:] + _SMOOTHING
        counted += aside * counted.sum()
        shares.append(counted / counted.sum())
    bits: Floats = np.log2(shares[0] / shares[1])
    if comparison.is_monotone:
        seen = np.bincount(level, weights=matches + others, minlength=size)[1:] + _SMOOTHING
        bits = non_decreasing(bits, np.asarray(seen, dtype=np.float64))
    return np.concatenate([[0.0], bits])
