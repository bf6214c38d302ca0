"""The shipped prior, eased by pairs whose truth shows without an ID: safe seeds.

Matches: one full name, neither part common, and one full birth date. Non-matches: two people of one house, with other
given names and other birth dates. Such seeds are no fair sample: their lists err less than others do, and what chose
them always agrees or always differs. So they say nothing of names and birth dates, and of the other comparisons they
may only take weight away: a level moves towards saying nothing, never further from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes, Flags
from pipeline.link.comparison import Comparison, Comparisons
from pipeline.link.isotonic import non_decreasing
from pipeline.link.model import MILLIBIT, Model

Floats = npt.NDArray[np.float64]
# Fewer seeds of either kind say less than the prior does; so many weigh as much as the prior.
_FEWEST_SEEDS, _PRIOR_SEEDS = 200, 200
# Seen in both kinds of seeds; and in matches alone, as one house is what the others were chosen by.
_OF_BOTH, _OF_MATCHES = ("sex", "title", "relationship"), ("place", "village")
# The twins by which a changed given name is told from a twin, and how much more often their sex must differ.
_FEWEST_TWINS, _LEAST_CONTRAST = 30, 0.15
# Half a pair: what was not seen is rare, not impossible.
_SMOOTHING = 0.5


@dataclass(frozen=True, slots=True)
class Seeds:
    """Patterns whose truth shows without an ID; one entry a pattern each."""

    is_match: Flags
    is_non_match: Flags


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns with the number of pairs of each, asked by the names of comparisons and levels."""

    comparisons: Comparisons
    levels: Codes
    pairs: Codes

    def of(self, code: str) -> tuple[Comparison, Codes]:
        """A comparison and the level of each pattern."""
        at = self.comparisons.position(code)
        return self.comparisons.items[at], self.levels[:, at]

    def between(self, code: str, low: str, high: str | None = None) -> Flags:
        """Patterns with a level from ``low`` to ``high``; to the strongest agreement when left out."""
        comparison, level = self.of(code)
        top = len(comparison.levels) - 1 if high is None else comparison.level(high)
        return np.asarray((level >= comparison.level(low)) & (level <= top))

    def count(self, chosen: Flags) -> int:
        """Pairs of the chosen patterns."""
        return int(self.pairs[chosen].sum())

    def shares(self, code: str, chosen: Flags) -> Floats:
        """Share of each known level among the chosen pairs that know one."""
        comparison, level = self.of(code)
        pairs = self.pairs[chosen].astype(np.float64)
        counted = np.bincount(level[chosen], weights=pairs, minlength=len(comparison.levels))[1:] + _SMOOTHING
        return np.asarray(counted / counted.sum(), dtype=np.float64)


def find_seeds(comparisons: Comparisons, levels: Codes, pairs: Codes) -> Seeds:
    """The seeds among patterns.

    Args:
        comparisons: The comparisons.
        levels: A row a pattern, a column a comparison.
        pairs: Number of pairs of each pattern.
    """
    return _seeds(_Patterns(comparisons, levels, pairs))


def _seeds(patterns: _Patterns) -> Seeds:
    full_name = patterns.between("given", "same_uncommon") & patterns.between("surname", "same_uncommon")
    full_name &= patterns.between("order", "in_order", "in_order")
    two_people = patterns.between("given", "different", "alike") & patterns.between("birth", "different", "years_near")
    return Seeds(
        full_name & patterns.between("birth", "same"),
        two_people & patterns.between("place", "same_address"),
    )


def seeded_model(comparisons: Comparisons, levels: Codes, pairs: Codes, prior: Model) -> Model | None:
    """The prior with what safe seeds take from it; None where there are too few of them.

    Args:
        comparisons: The comparisons.
        levels: A row a pattern, a column a comparison.
        pairs: Number of pairs of each pattern.
        prior: The shipped prior.
    """
    patterns = _Patterns(comparisons, levels, pairs)
    seeds = _seeds(patterns)
    matches, others = patterns.count(seeds.is_match), patterns.count(seeds.is_non_match)
    if min(matches, others) < _FEWEST_SEEDS:
        return None
    weights = dict(prior.weights)
    for code in (*_OF_BOTH, *_OF_MATCHES):
        weights[code] = _eased(patterns, code, prior.weights[code], seeds)
    weights["housemate"] = _changed_name(patterns, prior, seeds)
    return replace(prior, source="seeded", weights=weights, seeds={"matches": matches, "non_matches": others})


def _eased(patterns: _Patterns, code: str, prior: list[int], seeds: Seeds) -> list[int]:
    """The weights of a comparison, as far as the prior claims more than the seeds bear out."""
    comparison, level = patterns.of(code)
    before: Floats = np.array(prior[1:], dtype=np.float64)
    matches = patterns.shares(code, seeds.is_match)
    if code in _OF_BOTH:
        shown = np.log2(matches / patterns.shares(code, seeds.is_non_match)) * MILLIBIT
        eased = _towards_nothing(before, shown)
    else:
        # No share among non-matches is above one, so the weight is no less than this, whatever they look like.
        eased = np.where(before < 0, _towards_nothing(before, np.log2(matches) * MILLIBIT), before)
    known = level > 0
    kinds = (seeds.is_match, seeds.is_non_match) if code in _OF_BOTH else (seeds.is_match,)
    fewest = min(patterns.count(kind & known) for kind in kinds)
    values: Floats = before + (eased - before) * fewest / (fewest + _PRIOR_SEEDS)
    if comparison.is_monotone:
        values = non_decreasing(values, matches)
    return [0, *(int(v) for v in np.round(values))]


def _towards_nothing(before: Floats, shown: Floats) -> Floats:
    """What is shown, between the weight before and nothing."""
    return np.asarray(np.clip(shown, np.minimum(before, 0), np.maximum(before, 0)))


def _changed_name(patterns: _Patterns, prior: Model, seeds: Seeds) -> list[int]:
    """Weights of a second given name in one family, where it can be told how many of them are twins.

    Two given names under one birth date in one house: a changed name, or twins of whom no list names both. The sexes of
    twins differ often, those of one person hardly ever: so how often they differ tells how many may be twins.
    """
    comparison, level = patterns.of("housemate")
    weights = list(prior.weights["housemate"])
    at = comparison.level("other_given_name_same_birth")
    family = patterns.between("place", "same_address") & patterns.between("surname", "same_sound")
    family &= patterns.between("birth", "same") & patterns.between("source", "other_agency")
    two_names = family & patterns.between("given", "different", "alike")
    twins, unclear = two_names & (level == comparison.level("twins")), two_names & (level == at)
    same_name = patterns.count(family & patterns.between("given", "same_sound"))
    share = _most_that_are_twins(patterns, twins, unclear, seeds.is_match)
    if share is None or same_name == 0:
        return weights
    as_twins = patterns.count(unclear) * share
    changed = patterns.count(unclear) - as_twins
    among_matches = (changed + _SMOOTHING) / (changed + same_name + _SMOOTHING)
    among_twins = (as_twins + _SMOOTHING) / (as_twins + patterns.count(twins) + _SMOOTHING)
    given, _ = patterns.of("given")
    # The given name says its part already.
    shown = round(float(np.log2(among_matches / among_twins)) * MILLIBIT) - prior.weights["given"][given.level("alike")]
    weights[at] = min(max(weights[at], shown), max(weights[at], 0))
    return weights


def _most_that_are_twins(patterns: _Patterns, twins: Flags, unclear: Flags, matches: Flags) -> float | None:
    """The largest share of the unclear pairs that may be twins by their sexes; None where sexes cannot tell."""
    known, differs = patterns.between("sex", "different"), patterns.between("sex", "different", "different")

    def counted(chosen: Flags) -> tuple[int, int]:
        return patterns.count(chosen & differs), patterns.count(chosen & known)

    (of_twins, all_twins), (of_unclear, all_unclear) = counted(twins), counted(unclear)
    of_matches, all_matches = counted(matches)
    if min(all_twins, all_unclear) < _FEWEST_TWINS or all_matches < _FEWEST_SEEDS:
        return None
    rate = of_twins / all_twins
    slip = of_matches / all_matches
    # Two standard errors on the careful side of each.
    contrast = rate - 2 * float(np.sqrt(rate * (1 - rate) / all_twins)) - slip
    if contrast < _LEAST_CONTRAST:
        return None
    most = of_unclear + 2 * float(np.sqrt(of_unclear + 1))
    return min(1.0, max(0.0, (most / all_unclear - slip) / contrast))
