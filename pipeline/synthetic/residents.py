"""People outside ordinary households: temples, institutions, the central register, no fixed home.

None of these is a household that shares meals and money, so each resident is alone in the truth; what they share is
the address (architecture.md section 6: never merged by address).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.synthetic.areas import Houses, province_areas
from pipeline.synthetic.kinds import CENTRAL, INSTITUTION, NO_HOME, SLOT, TEMPLE, TITLE, TODAY
from pipeline.synthetic.kinship import titles_for
from pipeline.synthetic.names import draw_given, family_surnames, name_pools
from pipeline.synthetic.numbers import house_codes, national_ids
from pipeline.synthetic.randomness import Ints, Rng, stream

if TYPE_CHECKING:
    from pipeline.synthetic.population import People, Population


@dataclass(frozen=True)
class _Kind:
    """One kind of place: how many for a thousand households, how many people in each, whom."""

    code: int
    per_thousand: float
    smallest: int
    low: int
    high: int
    youngest: int
    oldest: int
    village: str


_KINDS = (
    _Kind(TEMPLE, 2.0, 2, 3, 9, 12, 80, "วัด"),
    _Kind(INSTITUTION, 1.5, 2, 6, 14, 8, 85, "สถานสงเคราะห์"),
    _Kind(CENTRAL, 2.0, 2, 3, 8, 22, 80, "ทะเบียนบ้านกลาง"),
    _Kind(NO_HOME, 3.0, 3, 1, 1, 30, 70, ""),
)


def add_special(population: Population, seed: int) -> Population:
    """Append special places and their residents, numbered after the ordinary ones."""
    for kind in _KINDS:
        population = _add(population, kind, seed)
    return population


def _add(population: Population, kind: _Kind, seed: int) -> Population:
    rng = stream(seed, f"residents {kind.code}")
    ordinary = int((population.households.kind == 0).sum())
    places = max(kind.smallest, round(ordinary * kind.per_thousand / 1000))
    residents = rng.integers(kind.low, kind.high + 1, places)
    place = np.repeat(np.arange(places), residents)
    houses = _join(population.houses, _houses(population.houses, kind, places, seed))
    house = len(population.houses.tambon) + place
    size = len(place)
    old = population.households
    households = replace(
        old,
        house=np.concatenate([old.house, house]),
        kind=np.concatenate([old.kind, np.full(size, kind.code)]),
        number_in_house=np.concatenate([old.number_in_house, np.ones(size, dtype=np.int64)]),
        family=np.concatenate([old.family, np.full(size, -1)]),
        shape=np.concatenate([old.shape, np.full(size, -1)]),
    )
    persons = _residents(population, kind, house, len(old.house), rng, seed)
    return replace(population, houses=houses, households=households, people=persons)


def _join(old: Houses, new: Houses) -> Houses:
    return Houses(**{f.name: np.concatenate([getattr(old, f.name), getattr(new, f.name)]) for f in fields(Houses)})


def _houses(old: Houses, kind: _Kind, places: int, seed: int) -> Houses:
    rng = stream(seed, f"places {kind.code}")
    like = rng.choice(len(old.tambon), places, replace=places > len(old.tambon))
    tambon, moo = old.tambon[like], old.moo[like]
    village = np.array([f"{kind.village}{name}" if kind.village else "" for name in old.village[like]], dtype=object)
    number = np.where(kind.code in (TEMPLE, INSTITUTION), rng.integers(1, 200, places), 0).astype("U5").astype(object)
    number[number == "0"] = ""
    amphoe = province_areas().amphoe_number[tambon]
    serial = 900_000 + kind.code * 20_000 + np.arange(places)
    return Houses(tambon, moo, village, number, house_codes(amphoe, serial, seed))


def _residents(population: Population, kind: _Kind, house: Ints, first_household: int, rng: Rng, seed: int) -> People:
    from pipeline.synthetic.population import People, first_digits

    old, pools, size = population.people, name_pools(), len(house)
    is_male = rng.random(size) < (0.93 if kind.code == TEMPLE else 0.55)
    age = rng.uniform(kind.youngest, kind.oldest, size)
    birth = TODAY - np.round(age * 365.2425).astype("timedelta64[D]")
    title = titles_for(is_male, age, age > 50, rng)
    if kind.code == TEMPLE:
        monk = np.where(age < 20, TITLE["สามเณร"], TITLE["พระ"])
        title = np.where(is_male, monk, TITLE["แม่ชี"])
        birth = np.where(
            is_male, birth, TODAY - np.timedelta64(55 * 365, "D") - rng.integers(0, 4000, size).astype("timedelta64[D]")
        )
    serial = len(old) + np.arange(size)
    families = family_surnames(pools, 50_000 + size, seed)[50_000 + kind.code :][:size]
    families = np.resize(families, size)
    none = np.full(size, -1, dtype=np.int64)
    amphoe = rng.integers(1, 33, size)
    new = People(
        household=first_household + np.arange(size),
        slot=np.full(size, SLOT["resident"]),
        is_male=is_male,
        birth=birth,
        birth_precision=np.where(rng.random(size) < 0.1, 1, 3),
        first=draw_given(pools, is_male, rng),
        last=families,
        old_first=none.copy(),
        old_last=none.copy(),
        title=title,
        national_id=national_ids(first_digits(birth, rng), amphoe, serial, seed),
        life_status=np.zeros(size, dtype=np.int64),
        life_date=np.full(size, np.datetime64("NaT", "D")),
        registered_house=house.copy(),
        old_house=none.copy(),
        is_twin=np.zeros(size, dtype=bool),
    )
    return People(**{f.name: np.concatenate([getattr(old, f.name), getattr(new, f.name)]) for f in fields(People)})
