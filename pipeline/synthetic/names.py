"""Given names, surnames and village names of people who never were.

Given names and a third of the surnames come from PyThaiNLP's name lists (Korkeat Wannapat, Thai Male and Female
Names Corpus, CC BY-SA 4.0); the other surnames are composed: they are nearly unique to a family (domain.md section 6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml

from pipeline.synthetic.randomness import Floats, Ints, Objects, Rng, draw, scatter, zipf_weights

_PLAIN = re.compile(r"[ก-ฮเ-ไ][ก-ฮะ-ูเ-ไ็-์]{2,14}")
# A rank-and-popularity order that is the same for every seed: shorter names are commoner, otherwise it looks unordered.
_POPULARITY_SEED = 2416


@dataclass(frozen=True)
class NamePools:
    """The names to draw from.

    Attributes:
        male: Given names in alphabetical order, so that neighbours look alike.
        female: The same for women.
        male_weights: How common each is.
        female_weights: The same for women.
        listed_surnames: Surnames of the corpus.
        first: First parts of composed surnames.
        second: Second parts.
        last: Last parts.
    """

    male: Objects
    female: Objects
    male_weights: Floats
    female_weights: Floats
    listed_surnames: Objects
    first: Objects
    second: Objects
    last: Objects

    @property
    def given(self) -> Objects:
        """All given names: men's, then women's; a name's index counts in this array."""
        return np.concatenate([self.male, self.female])

    @property
    def surname_count(self) -> int:
        """How many surnames there are, listed and composed."""
        return len(self.listed_surnames) + len(self.first) * len(self.second) * len(self.last)


def _weights(names: list[str]) -> Floats:
    rng = np.random.Generator(np.random.PCG64(_POPULARITY_SEED))
    rank = np.argsort(np.argsort(np.array([len(name) for name in names]) + rng.normal(0, 3, len(names)), kind="stable"))
    weights: Floats = zipf_weights(len(names), 0.9, 20.0)[rank]
    return weights


def _plain(names: frozenset[str]) -> list[str]:
    return sorted(name for name in names if _PLAIN.fullmatch(name))


@lru_cache(maxsize=1)
def name_pools() -> NamePools:
    """Read PyThaiNLP's lists and the parts of composed surnames."""
    from pythainlp.corpus import thai_family_names, thai_female_names, thai_male_names

    parts = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))
    male, female = _plain(thai_male_names()), _plain(thai_female_names())
    return NamePools(
        male=np.array(male, dtype=object),
        female=np.array(female, dtype=object),
        male_weights=_weights(male),
        female_weights=_weights(female),
        listed_surnames=np.array(_plain(thai_family_names()), dtype=object),
        first=np.array(parts["surname_first"], dtype=object),
        second=np.array(parts["surname_second"], dtype=object),
        last=np.array(parts["surname_last"], dtype=object),
    )


def draw_given(pools: NamePools, is_male: np.ndarray[tuple[int], np.dtype[np.bool_]], rng: Rng) -> Ints:
    """Draw an index into ``pools.given`` for each person, by sex and how common the name is."""
    chosen = len(pools.male) + draw(rng, pools.female_weights, len(is_male))
    chosen[is_male] = draw(rng, pools.male_weights, int(is_male.sum()))
    return chosen


def family_surnames(pools: NamePools, families: int, seed: int) -> Ints:
    """A surname for each family, different as long as there are enough: a third from the corpus, the others composed.

    Returns:
        Indexes below ``pools.surname_count``: the listed ones first.
    """
    listed = len(pools.listed_surnames)
    composed = pools.surname_count - listed
    number = np.arange(families, dtype=np.int64)
    chosen = listed + scatter(number % composed, composed, seed)
    from_list = (number % 3 == 0) & (number // 3 < listed)
    chosen[from_list] = scatter(number[from_list] // 3, listed, seed)
    return chosen


def surname_texts(pools: NamePools, index: Ints) -> Objects:
    """The surnames with these indexes; each distinct one is composed once."""
    distinct, back = np.unique(index, return_inverse=True)
    listed = len(pools.listed_surnames)
    texts = np.empty(len(distinct), dtype=object)
    is_listed = distinct < listed
    texts[is_listed] = pools.listed_surnames[distinct[is_listed]]
    rest = distinct[~is_listed] - listed
    rest, last = np.divmod(rest, len(pools.last))
    first, second = np.divmod(rest, len(pools.second))
    texts[~is_listed] = pools.first[first] + pools.second[second] + pools.last[last]
    return texts[back]


@lru_cache(maxsize=1)
def village_parts() -> tuple[list[str], list[str]]:
    """First and second parts of village names."""
    parts = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))
    return parts["village_first"], parts["village_second"]
