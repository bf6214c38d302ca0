"""The people and households of the made-up province, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from pipeline.synthetic.areas import Houses, house_numbers, place_houses, province_areas, village_names
from pipeline.synthetic.families import Slots, fill_households
from pipeline.synthetic.kinds import ALIVE, CHILDREN, ORDINARY, TODAY
from pipeline.synthetic.kinship import name_everyone
from pipeline.synthetic.lives import live
from pipeline.synthetic.numbers import house_codes, national_ids
from pipeline.synthetic.randomness import Bools, Days, Ints, draw, stream
from pipeline.synthetic.residents import add_special

MEAN_SIZE = 3.35


@dataclass(frozen=True)
class Households:
    """Households that live together; one row each.

    Attributes:
        house: Index into the houses.
        kind: Index into ``kinds.HOUSEHOLD_TYPES``.
        number_in_house: 1, or 2 and more for further families in one house.
        family: Index of the family, whose surname the head bears.
        shape: Index into ``families.SHAPES``; −1 for special ones.
    """

    house: Ints
    kind: Ints
    number_in_house: Ints
    family: Ints
    shape: Ints


@dataclass(frozen=True)
class People:
    """Persons, one row each; members of a household side by side, head first.

    Attributes:
        household: Index into the households: where the person lives (or lived last).
        slot: Place in the household, index into ``kinds.SLOTS``.
        is_male: Sex.
        birth: Birth date.
        birth_precision: 3 day known, 1 only the year (the register says 1 January).
        first: Given name, index into ``NamePools.given``.
        last: Surname, index for ``names.surname_texts``.
        old_first: Given name before it was changed; −1: never changed.
        old_last: Maiden name; −1: none.
        title: Index into ``kinds.TITLES``.
        national_id: 13 digits as a number.
        life_status: Index into ``kinds.LIFE_STATUSES``.
        life_date: When that began; NaT for the living.
        registered_house: House of the register; −1: registered in another province.
        old_house: House lived in before a move; −1: none.
        is_twin: One of twins.
    """

    household: Ints
    slot: Ints
    is_male: Bools
    birth: Days
    birth_precision: Ints
    first: Ints
    last: Ints
    old_first: Ints
    old_last: Ints
    title: Ints
    national_id: Ints
    life_status: Ints
    life_date: Days
    registered_house: Ints
    old_house: Ints
    is_twin: Bools

    def __len__(self) -> int:
        return len(self.household)

    def take(self, index: Ints) -> People:
        """The people at these positions."""
        return People(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


@dataclass(frozen=True)
class Population:
    """The province: houses, households, people."""

    houses: Houses
    households: Households
    people: People


def make_population(people: int, seed: int) -> Population:
    """Draw a province of about ``people`` persons (exactly as many as its households happen to hold).

    Args:
        people: Persons wanted, dead and moved ones included.
        seed: The province's seed.
    """
    count = max(20, round(people / MEAN_SIZE))
    rng = stream(seed, "households")
    slots = fill_households(count, rng)
    shares_house = rng.random(count) < 0.03
    shares_house[0] = False
    # One small province must show every special thing, the second family in a house included.
    shares_house[count // 2] = True
    house_of = np.cumsum(~shares_house) - 1
    houses = _houses(int(house_of[-1]) + 1, seed)
    # Kin live near each other: a third of the households bear the surname of the household before them.
    family = np.cumsum(rng.random(count) > 0.33) - 1
    households = Households(
        house=house_of,
        kind=np.full(count, ORDINARY),
        number_in_house=1 + np.arange(count) - np.searchsorted(house_of, house_of),
        family=np.where(shares_house, np.arange(count) + int(family[-1]) + 1, family),
        shape=slots.shape,
    )
    persons = _people(slots, households, houses, seed)
    population = Population(houses, households, persons)
    population = add_special(population, seed)
    return replace(population, people=live(population, seed))


def _houses(count: int, seed: int) -> Houses:
    rng = stream(seed, "house_numbers")
    tambon, moo = place_houses(count, seed)
    amphoe = province_areas().amphoe_number[tambon]
    # The prefix of a house code is not the current amphoe in 26 % of real cases (linkage.md section 4).
    elsewhere = rng.random(count) < 0.26
    prefix = np.where(elsewhere, 1 + (amphoe + rng.integers(0, 31, count)) % 32, amphoe)
    return Houses(
        tambon=tambon,
        moo=moo,
        village=village_names(tambon, moo),
        house_no=house_numbers(count, rng),
        house_code=house_codes(prefix, np.arange(count), seed),
    )


def _people(slots: Slots, households: Households, houses: Houses, seed: int) -> People:
    rng = stream(seed, "people")
    household, slot = np.nonzero(slots.present)
    size = len(household)
    is_male = slots.is_male[household, slot]
    age = slots.age[household, slot].astype(np.float64)
    twin = slots.has_twins[household] & ((slot == CHILDREN[0]) | (slot == CHILDREN[1]))
    birth = TODAY - np.round(age * 365.2425).astype("timedelta64[D]")
    serial = np.arange(size)
    names = name_everyone(slots, households.family, household, slot, seed)
    amphoe = province_areas().amphoe_number[houses.tambon[households.house[household]]]
    born_elsewhere = rng.random(size) < 0.2
    amphoe = np.where(born_elsewhere, rng.integers(1, 33, size), amphoe)
    none = np.full(size, -1, dtype=np.int64)
    return People(
        household=household,
        slot=slot,
        is_male=is_male,
        birth=birth,
        birth_precision=np.where((age > 50) & (rng.random(size) < 0.05), 1, 3),
        first=names.first,
        last=names.last,
        old_first=names.old_first,
        old_last=names.old_last,
        title=names.title,
        national_id=national_ids(first_digits(birth, rng), amphoe, serial, seed),
        life_status=np.full(size, ALIVE, dtype=np.int64),
        life_date=np.full(size, np.datetime64("NaT", "D")),
        registered_house=households.house[household].copy(),
        old_house=none.copy(),
        is_twin=twin,
    )


def first_digits(birth: Days, rng: np.random.Generator) -> Ints:
    """First digit of the ID: 1 born since 1984, 3 before; some 5, few 2, 4, 0, 6, 7, 8 (domain.md section 6)."""
    size = len(birth)
    usual = np.where(birth >= np.datetime64("1984-01-01"), 1, 3)
    other = np.array([5, 2, 4, 8, 0, 6, 7])[draw(rng, np.array([30, 4, 2, 2, 1, 0.6, 0.4]), size)]
    return np.where(rng.random(size) < 0.04, other, usual).astype(np.int64)
