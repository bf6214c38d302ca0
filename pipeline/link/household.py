"""Households: who lives together, from agencies' household numbers, house codes, addresses and common members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine import Engine, Frame
from pipeline.link.codes import Codes, combined, is_any_of
from pipeline.link.encode import Coded, agency_rank
from pipeline.link.house_record import follow_people

UNKNOWN = -1
KIN = ("spouse", "child", "parent", "grandchild", "grandparent", "sibling", "child_in_law", "relative")
NOT_ORDINARY = ("institution", "temple", "central_register", "no_fixed_home")


@dataclass(frozen=True, slots=True)
class Households:
    """Who lives where. One entry a node.

    Attributes:
        label: Smallest node of the record's household.
        deciding_node: For a record of a person: the record that places the person; -1 when none does.
        dwelling: The dwelling the record names, -1 without.
    """

    label: Codes
    deciding_node: Codes
    dwelling: Codes


def find_households(
    engine: Engine, coded: Coded, person: Codes, source_priority: Sequence[str], size_limit: int
) -> Households:
    """Group persons, and records of households, into households.

    Args:
        engine: The engine.
        coded: The records.
        person: Smallest node of each record's person; for a record of a household its own node.
        source_priority: Agencies in the order in which they are believed about who lives together.
        size_limit: A dwelling with more people than this is no one household.
    """
    facts = engine.frame(_facts(coded, person, source_priority))
    dwelling = engine.sql("link/sql/household_dwelling", tables={"fact": facts})
    group = engine.sql("link/sql/household_group", tables={"fact": facts, "dwelling": dwelling})
    match = engine.sql("link/sql/household_match", tables={"fact": facts, "household_group": group})
    component = engine.connected_components(match)
    placement = engine.sql(
        "link/sql/household_placement",
        tables={"fact": facts, "dwelling": dwelling, "household_group": group, "group_component": component},
    )
    placement = _without_crowds(engine, placement, size_limit)
    choice = engine.sql("link/sql/household_choice", tables={"placement": placement})
    result = _labels(engine, coded, person, placement, choice, dwelling)
    engine.drop(facts, dwelling, group, match, component, placement, choice)
    return result


def _facts(coded: Coded, person: Codes, source_priority: Sequence[str]) -> pa.Table:
    columns, records = coded.columns, coded.records
    has_address = (
        (columns["tambon"] >= 0) & (columns["house_no"] >= 0) & ((columns["moo"] >= 0) | (columns["village"] >= 0))
    )
    is_ordinary = _is_ordinary(coded, person)
    address = _group_code(
        [columns["tambon"], columns["moo"], np.where(columns["moo"] >= 0, -1, columns["village"]), columns["house_no"]],
        has_address & is_ordinary,
    )
    group = _group_code([columns["agency"], columns["household_ref"]], columns["household_ref"] >= 0)
    days = records["evidence_date"].cast(pa.int32()).fill_null(UNKNOWN).to_numpy().astype(np.int64)
    seen = records["last_seen_date"].cast(pa.int32()).fill_null(UNKNOWN).to_numpy().astype(np.int64)
    is_person = coded.is_person()
    return pa.table(
        {
            "node": pa.array(np.arange(coded.count), pa.int64()),
            "person": pa.array(person, mask=~is_person),
            "agency": pa.array(columns["agency"]),
            "living_rank": pa.array(agency_rank(coded, source_priority)),
            "household_group": _nullable(group),
            "house_code": _nullable(np.where(is_ordinary, columns["house_code"], UNKNOWN)),
            "address": _nullable(address),
            "surname": _nullable(columns["surname_fold"]),
            "is_kin": pa.array(_of_person(is_any_of(records["relationship_code"], KIN), person)),
            "day_number": _nullable(np.where(days >= 0, days, seen)),
        }
    )


def _is_ordinary(coded: Coded, person: Codes) -> npt.NDArray[np.bool_]:
    """Records that no list places in a temple, an institution, the central register or nowhere.

    What one list knows of a person's dwelling holds for the person's other records, and for whoever has its house code.
    """
    is_other = is_any_of(coded.records["household_type_code"], NOT_ORDINARY)
    house = coded.columns["house_code"]
    codes = np.zeros(int(house.max(initial=0)) + 1, dtype=bool)
    codes[house[is_other & (house >= 0)]] = True
    return ~(_of_person(is_other, person) | ((house >= 0) & codes[np.maximum(house, 0)]))


def _of_person(flag: npt.NDArray[np.bool_], person: Codes) -> npt.NDArray[np.bool_]:
    """What holds for one record of a person holds for all."""
    persons = np.zeros(len(flag), dtype=bool)
    persons[person[flag]] = True
    return np.asarray(persons[person])


def _group_code(columns: list[Codes], keep: npt.NDArray[np.bool_]) -> Codes:
    """One code for each combination of codes, in their order; -1 where not kept."""
    code = np.full(len(keep), UNKNOWN, dtype=np.int64)
    if keep.any():
        code[keep] = np.unique(combined([c[keep] for c in columns]), return_inverse=True)[1]
    return code


def _nullable(codes: Codes) -> pa.Array:
    return pa.array(codes, mask=codes < 0)


def _without_crowds(engine: Engine, placement: Frame, size_limit: int) -> Frame:
    """Placements by dwelling alone do not count where more people stand than one household can hold."""
    kept = engine.sql("link/sql/household_crowd", {"size_limit": size_limit}, {"placement": placement})
    engine.drop(placement)
    return kept


def _labels(
    engine: Engine, coded: Coded, person: Codes, placement: Frame, choice: Frame, dwelling: Frame
) -> Households:
    count = coded.count
    chosen = engine.arrow(choice)
    unit_of_person = np.full(count, UNKNOWN, dtype=np.int64)
    node_of_person = np.full(count, UNKNOWN, dtype=np.int64)
    persons = chosen["person"].to_numpy()
    unit_of_person[persons] = chosen["unit"].to_numpy()
    node_of_person[persons] = chosen["node"].to_numpy()
    placed = engine.arrow(placement)
    own_unit = np.full(count, UNKNOWN, dtype=np.int64)
    own_unit[placed["node"].to_numpy()] = placed["unit"].fill_null(UNKNOWN).to_numpy()
    is_person = coded.is_person()
    unit = np.where(is_person, unit_of_person[person], own_unit)
    # Without evidence a person is a household of their own; its number lies outside those of units.
    beyond = int(unit.max(initial=0)) + 1
    key = np.where(unit >= 0, unit, beyond + person)
    named = engine.arrow(dwelling)
    dwelling_of = np.full(count, UNKNOWN, dtype=np.int64)
    dwelling_of[named["node"].to_numpy()] = named["dwelling"].fill_null(UNKNOWN).to_numpy()
    key = follow_people(coded, key, dwelling_of)
    smallest = np.full(beyond + count + 1, count, dtype=np.int64)
    np.minimum.at(smallest, key, np.arange(count))
    return Households(smallest[key], np.where(is_person, node_of_person[person], UNKNOWN), dwelling_of)
