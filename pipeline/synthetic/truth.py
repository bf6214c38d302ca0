"""The truth beside the lists: who each row is, what was done to it, and how each household really fares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.synthetic.areas import province_areas
from pipeline.synthetic.draws import World
from pipeline.synthetic.frame import BIT, ERROR_CLASSES
from pipeline.synthetic.grid import Grid
from pipeline.synthetic.indicators import INDICATORS
from pipeline.synthetic.kinds import HOUSEHOLD_TYPES, LIFE_STATUSES, RELATIONSHIP, SLOTS, TITLES
from pipeline.synthetic.layout import LayoutSheet
from pipeline.synthetic.names import name_pools, surname_texts
from pipeline.synthetic.numbers import digits
from pipeline.synthetic.rows import ListRows

ROWS = pa.schema(
    [
        ("agency", pa.string()),
        ("file_name", pa.string()),
        ("sheet", pa.string()),
        ("row_number", pa.int64()),
        ("role", pa.string()),
        ("person_id", pa.string()),
        ("household_id", pa.string()),
        ("errors", pa.string()),
    ]
)
# Errors of a household's own record: those of its address.
_OF_ADDRESS = frozenset({
    "address_old", "amphoe_old_name", "address_abbreviated", "house_no_wrong", "house_no_date",
    "house_code_digit_wrong", "moo_missing", "row_doubled",
})  # fmt: skip


def person_ids(index: Iterable[int]) -> list[str]:
    """True identifiers of persons."""
    return [f"P{number:08d}" for number in index]


def household_ids(index: Iterable[int]) -> list[str]:
    """True identifiers of households."""
    return [f"H{number:08d}" for number in index]


# The columns in which errors of a kind can be seen; an error in a column the list does not have was never delivered.
_SEEN_IN = {
    "id_": {"national_id"},
    "birth_": {"birth_date"},
    "title_changed": {"title", "full_name", "first_name"},
    "address_": {"house_no", "moo", "village", "tambon", "amphoe", "address", "house_code"},
    "amphoe_": {"amphoe", "address"},
    "house_no_": {"house_no", "address"},
    "house_code_": {"house_code"},
    "moo_": {"moo", "address"},
}
# What a column that holds only the birth year can show.
_OF_YEARS = frozenset({"birth_decade_slip", "birth_wrong_era", "birth_missing"})


def visible_errors(sheet: LayoutSheet, role: str) -> int:
    """Bits of the errors that can be seen in a sheet's columns for a role.

    Args:
        sheet: The layout.
        role: One of its roles.
    """
    # Columns without a role are the main person's; the address is everybody's.
    columns = [c for c in sheet.columns if c.source and (c.role in (role, "registered", "") or role == "household")]
    sources = {column.source for column in columns}
    only_year = any(column.source == "birth_date" and column.format == "year_be" for column in columns)
    bits = 0
    for name, bit in BIT.items():
        needed = next((where for prefix, where in _SEEN_IN.items() if name.startswith(prefix)), None)
        hidden = only_year and name.startswith("birth_") and name not in _OF_YEARS
        if (needed is None or needed & sources) and not hidden:
            bits |= bit
    return bits


def error_text(bits: int) -> str:
    """Class names of the bits, separated by spaces."""
    return " ".join(name for number, name in enumerate(ERROR_CLASSES) if bits >> number & 1)


@dataclass
class RowTruth:
    """Collects the truth of delivered rows."""

    columns: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in ROWS.names})

    def add(self, agency: str, file_name: str, sheet: LayoutSheet, grid: Grid, rows: ListRows) -> None:
        """Note who stands in each row of a grid.

        Args:
            agency: The agency.
            file_name: The file.
            sheet: Layout of the sheet.
            grid: The sheet as laid out.
            rows: The list it shows.
        """
        household = household_ids(rows.household.tolist())
        for role in sheet.roles:
            frame = rows.role(role)
            person = frame.person().tolist()
            visible = visible_errors(sheet, role)
            errors = np.where(
                frame.at >= 0, frame.frame.errors[np.maximum(frame.at, 0)] if len(frame.frame) else 0, 0
            ).tolist()
            for row_number, at in grid.placed.items():
                if person[at] < 0:
                    continue
                is_household = role == "household"
                text = error_text(int(errors[at]) & visible)
                if is_household:
                    text = " ".join(name for name in text.split() if name in _OF_ADDRESS)
                identity = None if is_household else f"P{person[at]:08d}"
                values = (agency, file_name, grid.name, row_number, role, identity, household[at], text)
                for name, value in zip(ROWS.names, values, strict=True):
                    self.columns[name].append(value)

    def table(self) -> pa.Table:
        """The truth of all rows, ordered."""
        table = pa.table(self.columns, schema=ROWS)
        return table.sort_by([(name, "ascending") for name in ("agency", "file_name", "sheet", "row_number", "role")])


def write_truth(world: World, rows: RowTruth, folder: Path) -> None:
    """Write the four tables of the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "rows": rows.table(),
        "people": _people(world),
        "households": _households(world),
        "indicators": _indicators(world),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _people(world: World) -> pa.Table:
    people, pools = world.population.people, name_pools()
    slots = people.slot.tolist()
    return pa.table(
        {
            "person_id": person_ids(range(len(people))),
            "household_id": household_ids(people.household.tolist()),
            "national_id": digits(people.national_id, 13).tolist(),
            "title": [TITLES[t] for t in people.title.tolist()],
            "first_name": pools.given[people.first].tolist(),
            "last_name": surname_texts(pools, people.last).tolist(),
            "sex": np.where(people.is_male, "M", "F").tolist(),
            "birth_date": pa.array(people.birth.astype("datetime64[D]")),
            "relationship_code": [RELATIONSHIP[s] for s in slots],
            "place": [SLOTS[s] for s in slots],
            "is_twin": people.is_twin,
            "life_status_code": [LIFE_STATUSES[s] for s in people.life_status.tolist()],
            "life_status_date": pa.array(people.life_date.astype("datetime64[D]"), from_pandas=True),
            "registered_house_code": [
                None if h < 0 else code
                for h, code in zip(
                    people.registered_house.tolist(),
                    digits(world.population.houses.house_code[people.registered_house], 11).tolist(),
                    strict=True,
                )
            ],
        }
    )


def _households(world: World) -> pa.Table:
    households, houses, areas = world.population.households, world.population.houses, province_areas()
    tambon = houses.tambon[households.house]
    members = np.bincount(world.population.people.household, minlength=len(households.house))
    facts = world.facts.household
    return pa.table(
        {
            "household_id": household_ids(range(len(households.house))),
            "household_type_code": [HOUSEHOLD_TYPES[k] for k in households.kind.tolist()],
            "house_code": digits(houses.house_code[households.house], 11).tolist(),
            "number_in_house": households.number_in_house,
            "house_no": houses.house_no[households.house].tolist(),
            "moo": houses.moo[households.house],
            "tambon_code": areas.tambon_code[tambon].tolist(),
            "tambon": areas.tambon[tambon].tolist(),
            "amphoe": areas.amphoe[tambon].tolist(),
            "people_ever": members,
            "members_at_survey": facts.size,
            "household_income_baht_per_year": facts.income,
            "has_state_welfare_card_holder": _has_card(world),
        }
    )


def _has_card(world: World) -> pa.Array:
    holders = world.population.people.household[world.facts.person.has_card]
    return pa.array(np.bincount(holders, minlength=len(world.population.households.house)) > 0)


def _indicators(world: World) -> pa.Table:
    ids = np.array(household_ids(range(len(world.population.households.house))), dtype=object)
    surveyed = world.indicators[INDICATORS[0]] != None  # noqa: E711 - element-wise on objects
    codes = np.repeat(np.array(INDICATORS, dtype=object), int(surveyed.sum()))
    states = np.concatenate([world.indicators[code][surveyed] for code in INDICATORS])
    table = pa.table(
        {"household_id": np.tile(ids[surveyed], len(INDICATORS)), "indicator_code": codes, "state_code": states}
    )
    return table.sort_by([("household_id", "ascending"), ("indicator_code", "ascending")])
