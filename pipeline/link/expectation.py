"""Weights without a single label: expectation–maximisation over comparison patterns (Winkler 1988).

The last rung of the ladder of models, for lists without IDs that show no households. Where people of one house stand
beside each other, it finds the household instead of the person (linkage page, finding 2), and is not asked.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes
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


def shows_households(comparisons: Comparisons, levels: Codes, pairs: Codes) -> bool:
    """Whether people of one house stand beside each other in these lists.

    Args:
        comparisons: The comparisons.
        levels: A row a pattern, a column a comparison.
        pairs: Number of pairs of each pattern.
    """
    at = {c.code: (c, levels[:, i]) for i, c in enumerate(comparisons.items)}

    def between(code: str, low: str, high: str) -> npt.NDArray[np.bool_]:
        comparison, column = at[code]
        return np.asarray((column >= comparison.level(low)) & (column <= comparison.level(high)))

    two = between("place", "same_house_no", "same_house_code") & between("given", "different", "alike")
    two &= between("birth", "different", "year_within_one")
    return bool(pairs[two].sum() > _MOST_HOUSEMATES * max(1, pairs.sum()))


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
    learnt = [(i, c) for i, c in enumerate(comparisons.items) if c.is_learnt and c.code not in _DERIVED]
    start = prior.score(comparisons, levels, hide_id=True) / MILLIBIT + _START_BITS
    is_match = _probability(start * np.log(2))
    count = pairs.astype(np.float64)
    for _ in range(_ROUNDS):
        share = float((is_match * count).sum() / count.sum())
        if not _MATCH_SHARE[0] < share < _MATCH_SHARE[1]:
            return None
        bits = {c.code: _bits(c, levels[:, i], is_match * count, (1 - is_match) * count) for i, c in learnt}
        odds = np.log2(share / (1 - share)) + sum(bits[c.code][levels[:, i]] for i, c in learnt)
        before, is_match = is_match, _probability(np.asarray(odds) * np.log(2))
        if np.abs(before - is_match).max() < _CLOSE:
            break
    weights = {c.code: [0] * len(c.levels) for c in comparisons.items}
    weights["id"] = _id_weights(comparisons, levels, is_match * count, (1 - is_match) * count, prior)
    weights |= {code: [round(float(b) * MILLIBIT) for b in values] for code, values in bits.items()}
    model = Model("em", round(float(np.log2(share / (1 - share))) * MILLIBIT), weights)
    has_rivals = smallest_list > 0 and float((is_match * count).sum()) >= _MOST_IN_COMMON * smallest_list
    link = _LINK_PROBABILITY_OF_RIVALS if has_rivals else _LINK_PROBABILITY
    return model.with_thresholds(weight_at(model, link), weight_at(model, _REVIEW_PROBABILITY))


def _id_weights(comparisons: Comparisons, levels: Codes, matches: Floats, others: Floats, prior: Model) -> list[int]:
    """What an identifier says by its agreement with the matches found without it; the prior where it is hardly seen."""
    at = comparisons.position("id")
    seen = np.bincount(levels[:, at], weights=matches + others, minlength=len(prior.weights["id"]))
    bits = _bits(comparisons.items[at], levels[:, at], matches, others)
    found = zip(seen, bits, prior.weights["id"], strict=True)
    return [round(float(b) * MILLIBIT) if n >= _FEWEST_OF_LEVEL else p for n, b, p in found]


def _probability(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -40, 40))))


def _bits(comparison: Comparison, level: Codes, matches: Floats, others: Floats) -> Floats:
    """Match weight of each level in bits: how much more often it stands among matches; the unknown says nothing."""
    size = len(comparison.levels)
    shares = []
    for weight in (matches, others):
        counted = np.bincount(level, weights=weight, minlength=size)[1:] + _SMOOTHING
        shares.append(counted / counted.sum())
    bits: Floats = np.log2(shares[0] / shares[1])
    if comparison.is_monotone:
        seen = np.bincount(level, weights=matches + others, minlength=size)[1:] + _SMOOTHING
        bits = non_decreasing(bits, np.asarray(seen, dtype=np.float64))
    return np.concatenate([[0.0], bits])
