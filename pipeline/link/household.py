"""Households: who lives together, from agencies' household numbers, house codes, addresses and common members.

What follows from what:

    residence    the records and the declared order of sources; not persons
    dwelling     residence and persons
    family       residence, persons and dwellings
    household    residence, persons, dwellings, families and the size limit

Votes and counts reach over houses and agencies, so one record can move others: each step takes all records of a night
and keeps nothing from an earlier one. The answer is the same however the persons were found. Where persons change again
within the night, what the change cannot reach stays as it is (reach.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.engine import Engine
from pipeline.link.best import count_persons, first_rows, is_mixed, strongest
from pipeline.link.codes import UNKNOWN, Codes, at, through, where
from pipeline.link.dwelling import find_dwellings
from pipeline.link.family import find_families
from pipeline.link.house_record import follow_people
from pipeline.link.reach import reached
from pipeline.link.residence import Residence, places_among


@dataclass(frozen=True, slots=True)
class Households:
    """Who lives where. One entry a node.

    Attributes:
        label: Smallest node of the record's household.
        deciding_node: For a record of a person: the record that places the person; -1 when none does.
        dwelling: The dwelling the record names, -1 without.
        person: Smallest node of the record's person, as persons were known.
    """

    label: Codes
    deciding_node: Codes
    dwelling: Codes
    person: Codes


def find_households(engine: Engine, residence: Residence, person: Codes, size_limit: int) -> Households:
    """Group persons, and records of houses, into households.

    Args:
        engine: The engine.
        residence: What the records say.
        person: Smallest node of each record's person; for a record of a house its own node.
        size_limit: A dwelling with more people than this is no one household.
    """
    return _living_in(engine, residence, person, find_dwellings(residence, person), size_limit)


def revise_households(
    engine: Engine, residence: Residence, before: Households, person: Codes, size_limit: int
) -> Households:
    """Households once persons changed: those of ``find_households``, worked out only where the change reaches.

    Args:
        engine: The engine.
        residence: What the records say.
        before: The households as persons were known before.
        person: Smallest node of each record's person.
        size_limit: A dwelling with more people than this is no one household.
    """
    dwelling = find_dwellings(residence, person)
    nodes = reached(residence, (before.person, before.dwelling), (person, dwelling))
    places = places_among(nodes, person[nodes])
    found = _living_in(engine, residence.only(nodes), places, dwelling[nodes], size_limit)
    label, deciding_node = before.label.copy(), before.deciding_node.copy()
    label[nodes], deciding_node[nodes] = nodes[found.label], through(found.deciding_node, nodes)
    return Households(label, deciding_node, dwelling, person)


def _living_in(engine: Engine, residence: Residence, person: Codes, dwelling: Codes, size_limit: int) -> Households:
    family = find_families(engine, residence, person, dwelling)
    # The household a record speaks for (unit): an even number is a family, an odd one a dwelling without.
    unit = np.where(family >= 0, 2 * family, where(2 * dwelling + 1, dwelling >= 0))
    unit = _without_crowds(residence, person, unit, size_limit)
    deciding_node = _deciding_nodes(residence, person, unit)
    home = np.where(residence.is_person, through(deciding_node, unit), unit)
    # Without evidence a person is a household of their own; its number lies outside those of units.
    alone = np.flatnonzero(home < 0)
    home[alone] = int(unit.max(initial=0)) + 1 + person[alone]
    home = follow_people(residence, home, dwelling)
    return Households(_smallest_nodes(home), deciding_node, dwelling, person)


def _without_crowds(residence: Residence, person: Codes, unit: Codes, size_limit: int) -> Codes:
    """Units, unknown where a dwelling without a family holds more people than one household can."""
    records = np.bincount(unit + 1, minlength=1)[1:]
    may_be_crowd = (records > size_limit) & (np.arange(len(records)) % 2 == 1)
    rows = np.flatnonzero(at(np.append(may_be_crowd, False), unit))
    nodes = rows[residence.is_person[rows]]
    is_crowd = count_persons(unit[nodes], person[nodes], len(records)) > size_limit
    found = unit.copy()
    found[rows[is_crowd[unit[rows]]]] = UNKNOWN
    return found


def _deciding_nodes(residence: Residence, person: Codes, unit: Codes) -> Codes:
    """For a record of a person the record that says where the person lives now; -1 without.

    A household that others name too comes before one that stands on this person alone (an address mistyped), and among
    both the record most believed.
    """
    said = where(unit, residence.is_person)
    # The unknown, -1, is the last entry.
    is_shared = is_mixed(said, person, int(said.max(initial=UNKNOWN)) + 2)
    stands = at(is_shared, said) | (residence.group >= 0)
    credence = residence.credence
    support = np.where(stands, credence + (credence.max(initial=0) + 1), credence)
    return at(strongest(person, where(support, said >= 0), len(person)), person)


def _smallest_nodes(home: Codes) -> Codes:
    """For each record the smallest node of its household."""
    nodes = np.arange(len(home), dtype=np.int32)
    return at(first_rows(home, nodes, int(home.max(initial=UNKNOWN)) + 1), home)
