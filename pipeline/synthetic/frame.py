"""What one list says about each of its persons, before it is laid out: right values, then errors put in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.synthetic.areas import province_areas
from pipeline.synthetic.kinds import LIFE_STATUSES, TITLE, TITLES, TODAY
from pipeline.synthetic.misspell import CLASSES
from pipeline.synthetic.names import name_pools, surname_texts
from pipeline.synthetic.numbers import digits
from pipeline.synthetic.population import People, Population
from pipeline.synthetic.randomness import Ints, Objects

# Every class of error, in the order of the bits of ``Frame.errors``.
ERROR_CLASSES: tuple[str, ...] = (
    *(name for name, _, _ in CLASSES),
    "name_order_swapped", "old_given_name", "maiden_name", "title_changed", "title_in_name",
    "id_missing", "id_digit_wrong", "id_digits_swapped", "id_digit_dropped", "id_placeholder", "id_of_other_member",
    "birth_day_month_swapped", "birth_decade_slip", "birth_first_january", "birth_year_only", "birth_wrong_era",
    "birth_missing", "address_old", "amphoe_old_name", "address_abbreviated", "house_no_wrong", "house_no_date",
    "house_code_digit_wrong", "moo_missing", "keyboard_layout", "invisible_characters", "row_doubled",
)  # fmt: skip
BIT = {name: 1 << number for number, name in enumerate(ERROR_CLASSES)}


@dataclass
class Frame:
    """Rows of one list, one person each.

    Attributes:
        person: Index of the person.
        values: Canonical identity column → text, None where nothing stands.
        year: Birth year, CE; 0 unknown.
        month: Birth month; 0 unknown.
        day: Day of birth; 0 unknown.
        house: The house whose address stands in the row; −1: none.
        errors: Bits of ``BIT``.
    """

    person: Ints
    values: dict[str, Objects]
    year: Ints
    month: Ints
    day: Ints
    house: Ints
    errors: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.person)

    def mark(self, rows: Ints, error: str) -> None:
        """Note an error class on rows (each row at most once in ``rows``)."""
        self.errors[rows] |= BIT[error]

    def repeat(self, rows: Ints) -> Frame:
        """The rows at these positions, in this order."""
        values = {name: column[rows] for name, column in self.values.items()}
        return Frame(
            self.person[rows],
            values,
            self.year[rows],
            self.month[rows],
            self.day[rows],
            self.house[rows],
            self.errors[rows],
        )


def build_frame(population: Population, person: Ints, *, registered: bool = False, on: np.datetime64 = TODAY) -> Frame:
    """The right values for these persons.

    Args:
        population: The province.
        person: Their indexes.
        registered: Whether addresses are those of the register; else those where they live.
        on: Day of the list; who was under fifteen then is เด็กชาย or เด็กหญิง.
    """
    people = population.people.take(person)
    pools = name_pools()
    house = people.registered_house if registered else population.households.house[people.household]
    days = people.birth
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    known = people.birth_precision == 3
    values: dict[str, Objects] = {
        "national_id": digits(people.national_id, 13).astype(object),
        "title": _titles(people, on),
        "first_name": pools.given[people.first],
        "last_name": surname_texts(pools, people.last),
        "sex": np.where(people.is_male, "M", "F").astype(object),
        "life_status": np.array(LIFE_STATUSES, dtype=object)[people.life_status],
    }
    frame = Frame(person, values, year, np.where(known, month, 1), np.where(known, day, 1), house)
    frame.errors = np.zeros(len(person), dtype=np.int64)
    put_address(population, frame, np.arange(len(person)))
    return frame


def _titles(people: People, day: np.datetime64) -> Objects:
    child = np.where(people.is_male, TITLE["เด็กชาย"], TITLE["เด็กหญิง"])
    young = (day - people.birth).astype(np.float64) < 15 * 365.2425
    worldly = people.title != TITLE["สามเณร"]
    titles: Objects = np.array(TITLES, dtype=object)[np.where(young & worldly, child, people.title)]
    return titles


ADDRESS = ("house_no", "moo", "village", "tambon", "amphoe", "tambon_code", "house_code")


def address_columns(population: Population, house: Ints) -> dict[str, Objects]:
    """The columns of an address for each house; None for −1."""
    houses, areas = population.houses, province_areas()
    tambon = houses.tambon[house]
    columns: dict[str, Objects] = {
        "house_no": houses.house_no[house],
        "moo": houses.moo[house].astype("U2").astype(object),
        "village": houses.village[house],
        "tambon": areas.tambon[tambon],
        "amphoe": areas.amphoe[tambon],
        "tambon_code": areas.tambon_code[tambon],
        "house_code": digits(houses.house_code[house], 11).astype(object),
    }
    nowhere = house < 0
    for name, column in columns.items():
        column = column.copy()
        column[nowhere | (column == "")] = None
        columns[name] = column
    return columns


def put_address(population: Population, frame: Frame, rows: Ints) -> None:
    """Write the address of ``frame.house`` into these rows."""
    for name, column in address_columns(population, frame.house[rows]).items():
        if name not in frame.values:
            frame.values[name] = np.empty(len(frame), dtype=object)
        frame.values[name][rows] = column
