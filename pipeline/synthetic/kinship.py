"""Names of kin: surnames pass from fathers, wives may take the husband's, children are named like each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.families import Slots
from pipeline.synthetic.kinds import CHILDREN, GRANDCHILDREN, MALE_RANKS, SLOT, TITLE
from pipeline.synthetic.names import NamePools, draw_given, family_surnames, name_pools
from pipeline.synthetic.randomness import Bools, Floats, Ints, Rng, stream


@dataclass(frozen=True)
class Names:
    """Names of people, one row each (see ``population.People``)."""

    first: Ints
    last: Ints
    old_first: Ints
    old_last: Ints
    title: Ints


def name_everyone(slots: Slots, family: Ints, household: Ints, slot: Ints, seed: int) -> Names:
    """Names for the filled places of all ordinary households.

    Args:
        slots: The households.
        family: Family of each household.
        household: Household of each person.
        slot: Place of each person.
        seed: The province's seed.
    """
    rng = stream(seed, "names")
    pools = name_pools()
    is_male = slots.is_male[household, slot]
    age = slots.age[household, slot]
    last, old_last = _surnames(slots, family, household, slot, seed)
    first = _given_names(pools, is_male, household, slot, rng)
    changed = (rng.random(len(first)) < 0.05) & (age > 18)
    old_first = np.where(changed, draw_given(pools, is_male, rng), -1)
    married = np.isin(slot, [SLOT["spouse"], SLOT["mother"], SLOT["mother_in_law"], SLOT["child_in_law"]])
    married |= (slot == SLOT["head"]) & slots.present[household, SLOT["spouse"]]
    title = titles_for(is_male, age.astype(np.float64), married | (age > 68), rng)
    return Names(*_make_namesakes(first, last, is_male, rng), old_first, old_last, title)


def titles_for(is_male: Bools, age: Floats, married: Bools, rng: Rng) -> Ints:
    """Titles by sex, age and marriage; of every hundred married women about sixty are นาง (a choice since 2551)."""
    size = len(is_male)
    woman = np.where(married & (rng.random(size) < 0.62), TITLE["นาง"], TITLE["นางสาว"])
    title = np.where(is_male, TITLE["นาย"], woman)
    ranked = is_male & (age > 22) & (rng.random(size) < 0.015)
    title = np.where(ranked, np.array(MALE_RANKS)[rng.integers(0, len(MALE_RANKS), size)], title)
    child = np.where(is_male, TITLE["เด็กชาย"], TITLE["เด็กหญิง"])
    return np.where(age < 15, child, title).astype(np.int64)


def _given_names(pools: NamePools, is_male: Bools, household: Ints, slot: Ints, rng: Rng) -> Ints:
    first = draw_given(pools, is_male, rng)
    # Brothers, sisters and parents are often given names that begin alike: neighbours in the sorted pool.
    like_previous = (rng.random(len(first)) < 0.18) & np.isin(slot, [*CHILDREN, *GRANDCHILDREN])
    like_previous[1:] &= (household[1:] == household[:-1]) & (is_male[1:] == is_male[:-1])
    like_previous[0] = False
    at = np.flatnonzero(like_previous)
    near = first[at - 1] + rng.integers(1, 6, len(at))
    low = np.where(is_male[at], 0, len(pools.male))
    high = np.where(is_male[at], len(pools.male), len(pools.male) + len(pools.female)) - 1
    first[at] = np.clip(near, low, high)
    return first


def _surnames(slots: Slots, family: Ints, household: Ints, slot: Ints, seed: int) -> tuple[Ints, Ints]:
    """Surname and maiden name (−1: none) of each person, from the family and those who married in."""
    rng = stream(seed, "surnames")
    pools = name_pools()
    count = len(family)
    families = int(family.max()) + 1
    # Four families meet in a household: its own, the spouse's, the child-in-law's, the lodger's.
    surname = family_surnames(pools, families + 3 * count, seed)
    own, spouse, in_law, lodger = (
        surname[family],
        *(surname[families + n * count : families + (n + 1) * count] for n in range(3)),
    )
    takes_name = rng.random((count, 3)) < 0.72
    head_male = slots.is_male[:, SLOT["head"]]
    has_spouse = slots.present[:, SLOT["spouse"]]
    # A woman who heads a household with her husband may have taken his name.
    head_takes = has_spouse & ~head_male & takes_name[:, 0]
    head_last = np.where(head_takes, spouse, own)
    spouse_takes = head_male & takes_name[:, 0]
    father_last = np.where(head_male, own, np.where(has_spouse, spouse, own))
    child_male = slots.is_male[:, CHILDREN[0]]
    old_shape = slots.present[:, SLOT["child_in_law"]]
    child_takes = old_shape & ~child_male & takes_name[:, 1]
    grand_last = np.where(child_male | ~old_shape, father_last, in_law)
    table = np.repeat(father_last[:, None], slots.present.shape[1], axis=1)
    maiden = np.full(table.shape, -1, dtype=np.int64)
    table[:, SLOT["head"]] = head_last
    maiden[:, SLOT["head"]] = np.where(head_takes, own, -1)
    table[:, SLOT["spouse"]] = np.where(spouse_takes, own, spouse)
    maiden[:, SLOT["spouse"]] = np.where(spouse_takes, spouse, -1)
    for place in ("father", "mother", "sibling"):
        table[:, SLOT[place]] = own
    table[:, SLOT["mother_in_law"]] = spouse
    table[:, CHILDREN[0]] = np.where(child_takes, in_law, father_last)
    maiden[:, CHILDREN[0]] = np.where(child_takes, father_last, -1)
    in_law_takes = old_shape & child_male & takes_name[:, 2]
    table[:, SLOT["child_in_law"]] = np.where(in_law_takes, father_last, in_law)
    maiden[:, SLOT["child_in_law"]] = np.where(in_law_takes, in_law, -1)
    for grandchild in GRANDCHILDREN:
        table[:, grandchild] = grand_last
    table[:, SLOT["lodger"]] = lodger
    return table[household, slot], maiden[household, slot]


def _make_namesakes(first: Ints, last: Ints, is_male: Bools, rng: Rng) -> tuple[Ints, Ints]:
    """Give one person in three hundred the full name of somebody else of the same sex."""
    size = len(first)
    wanted = max(2, size // 300)
    to = rng.permutation(size)[:wanted]
    source = rng.permutation(size)[:wanted]
    same = is_male[to] == is_male[source]
    new_first, new_last = first.copy(), last.copy()
    new_first[to[same]], new_last[to[same]] = first[source[same]], last[source[same]]
    return new_first, new_last
