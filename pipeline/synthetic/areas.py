"""The province's real amphoe and tambon (geothai), and made-up villages in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipeline.synthetic.names import village_parts
from pipeline.synthetic.randomness import Floats, Ints, Objects, Rng, draw, stream

PROVINCE_CODE = "30"
PROVINCE_NAME = "นครราชสีมา"
# The provincial city, Pak Chong and Sikhio hold more people than their tambon count says (plausible, not a census).
_CROWDED = {"300101": 8.0, "302101": 3.0, "302001": 2.0, "301201": 1.5, "301501": 1.8}
# Amphoe that were split off; hand-made lists still write the one they came from (Act and decrees of 2518–2550).
OLD_AMPHOE = {
    "3022": "โชคชัย", "3023": "บัวใหญ่", "3024": "ประทาย", "3025": "ปักธงชัย", "3026": "ด่านขุนทด", "3027": "ชุมพวง",
    "3028": "โนนไทย", "3029": "ชุมพวง", "3030": "บัวใหญ่", "3031": "บัวใหญ่", "3032": "จักราช",
}  # fmt: skip


@dataclass(frozen=True)
class Areas:
    """Tambon in the order of their codes.

    Attributes:
        tambon_code: Six digits.
        tambon: Name.
        amphoe: Name of the amphoe.
        amphoe_number: 1–32.
        weight: Share of the people.
        old_amphoe: The amphoe it was split from, else empty.
    """

    tambon_code: Objects
    tambon: Objects
    amphoe: Objects
    amphoe_number: Ints
    weight: Floats
    old_amphoe: Objects


@lru_cache(maxsize=1)
def province_areas() -> Areas:
    """Read the province's areas."""
    import geothai

    rows = [
        (tambon.code, tambon.name_th, amphoe.name_th, amphoe.code)
        for amphoe in geothai.districts(PROVINCE_CODE)
        for tambon in geothai.subdistricts(amphoe.code)
    ]
    rng = np.random.Generator(np.random.PCG64(30))
    weight = rng.gamma(6.0, 1.0, len(rows)) * np.array([_CROWDED.get(code, 1.0) for code, *_ in rows])
    return Areas(
        tambon_code=np.array([r[0] for r in rows], dtype=object),
        tambon=np.array([r[1] for r in rows], dtype=object),
        amphoe=np.array([r[2] for r in rows], dtype=object),
        amphoe_number=np.array([int(r[3][2:]) for r in rows], dtype=np.int64),
        weight=weight / weight.sum(),
        old_amphoe=np.array([OLD_AMPHOE.get(r[3], "") for r in rows], dtype=object),
    )


@dataclass(frozen=True)
class Houses:
    """Houses: one row a house code.

    Attributes:
        tambon: Index into the areas.
        moo: Village number.
        village: Village name.
        house_no: House number.
        house_code: 11 digits as a number.
    """

    tambon: Ints
    moo: Ints
    village: Objects
    house_no: Objects
    house_code: Ints


def place_houses(count: int, seed: int) -> tuple[Ints, Ints]:
    """Tambon and moo of each house, neighbours side by side.

    Small provinces use only some of the tambon, so that villages still hold several houses, of kin and namesakes.
    """
    rng = stream(seed, "houses")
    areas = province_areas()
    used = max(6, min(len(areas.weight), count // 25))
    chosen = np.sort(rng.choice(len(areas.weight), used, replace=False, p=areas.weight))
    weight = np.zeros(len(areas.weight))
    weight[chosen] = areas.weight[chosen]
    tambon = np.sort(draw(rng, weight, count))
    moos = 2 + (areas.weight * 2800).astype(np.int64) % 14 if count > 20_000 else np.full(len(weight), 5)
    moo = 1 + (rng.random(count) * moos[tambon]).astype(np.int64)
    order = np.lexsort((moo, tambon))
    return tambon[order], moo[order]


def village_names(tambon: Ints, moo: Ints) -> Objects:
    """A made-up name for each village, the same for every house in it and for every seed."""
    first, second = village_parts()
    number = tambon * 31 + moo * 7
    one, two = np.array(first, dtype=object), np.array(second, dtype=object)
    named: Objects = one[number % len(one)] + two[number // 3 % len(two)]
    return named


def house_numbers(count: int, rng: Rng) -> Objects:
    """House numbers: 76 % have two or three digits, a fifth are divided (99/9) (domain.md section 6)."""
    kind = rng.random(count)
    number = np.where(kind < 0.03, rng.integers(1, 10, count), rng.integers(10, 400, count))
    number = np.where(kind > 0.985, rng.integers(1000, 2000, count), number)
    text = number.astype("U9").astype(object)
    # Plots are divided among children: low numbers over low numbers, which Excel takes for dates.
    divided = (kind > 0.765) & (kind <= 0.985)
    size = int(divided.sum())
    whole = (1 + rng.exponential(60, size)).astype(np.int64).astype("U5").astype(object)
    text[divided] = whole + "/" + (1 + rng.exponential(8, size)).astype(np.int64).astype("U3").astype(object)
    return text
