"""Families: households that agencies numbered, matched by their members, and who else belongs to them.

They depend on what records say (residence.py), on persons, who are the members, and on the dwellings that records name.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine import Engine
from pipeline.link.best import best_nodes, count_persons, first_rows, is_mixed, rows_in_order, strongest
from pipeline.link.cluster import components
from pipeline.link.codes import UNKNOWN, Codes, at, combined, numbered, through, where
from pipeline.link.residence import Residence, of_person


@dataclass(frozen=True, slots=True)
class _Groups:
    """Households as one agency numbers each. One entry a group.

    Attributes:
        agency: The agency.
        persons: Number of its people.
        dwelling: Dwelling most of its records name, -1 without.
    """

    agency: Codes
    persons: Codes
    dwelling: Codes


@dataclass(frozen=True, slots=True)
class _Surnames:
    """Surnames of families, in the order of the families: how many people of a family have a surname."""

    family: Codes
    surname: Codes
    persons: Codes


def find_families(engine: Engine, residence: Residence, person: Codes, dwelling: Codes) -> Codes:
    """Family of each record: that of its household number, else one that lives in its dwelling; -1 without.

    Of several families in a dwelling a record belongs to the one most of whose people have its surname, then to the
    largest.

    Args:
        engine: The engine.
        residence: What the records say.
        person: Smallest node of each record's person.
        dwelling: Dwelling each record names, -1 without.
    """
    groups = _groups(residence, person, dwelling)
    family_of_group = _matched(engine, residence, person, groups)
    family = through(residence.group, family_of_group)
    free = np.flatnonzero((residence.group < 0) & (dwelling >= 0))
    home, living = _living(groups, family_of_group)
    surnames = _surnames(residence, person, family)
    namesakes = _with_surname(home, living, surnames, dwelling[free], residence.surname[free])
    # A survey counts whole families, so another surname that nobody calls kin (heads of their own, lodgers, ผู้อาศัย) is
    # another household.
    takes_any = (residence.surname < 0) | of_person(residence.is_kin, person)
    family[free] = namesakes
    free = free[(namesakes < 0) & takes_any[free]]
    family[free] = _largest(home, living, dwelling[free])
    return family


def _groups(residence: Residence, person: Codes, dwelling: Codes) -> _Groups:
    count = int(residence.group.max(initial=UNKNOWN)) + 1
    nodes = np.flatnonzero(residence.group >= 0)
    group = residence.group[nodes]
    agency, home = (np.full(count, UNKNOWN, dtype=np.int32) for _ in range(2))
    agency[group] = residence.agency[nodes]
    housed, voter = best_nodes(group, dwelling[nodes])
    home[housed] = dwelling[nodes[voter]]
    is_member = residence.is_person[nodes]
    return _Groups(agency, count_persons(group[is_member], person[nodes[is_member]], count), home)


def _matched(engine: Engine, residence: Residence, person: Codes, groups: _Groups) -> Codes:
    """For each group the smallest group of its family: agencies' households of the same people are one."""
    members = np.flatnonzero((residence.group >= 0) & residence.is_person)
    # Groups have in common only people who stand in several.
    is_shared = is_mixed(person[members], residence.group[members], len(person))
    members = members[is_shared[person[members]]]
    tables = {
        "member": pa.table({"household_group": residence.group[members], "person": person[members]}),
        "household_group": pa.table(
            {
                "household_group": np.arange(len(groups.agency)),
                "agency": groups.agency,
                "persons": groups.persons,
                "dwelling": pa.array(groups.dwelling, mask=groups.dwelling < 0),
            }
        ),
    }
    frame = engine.sql("link/sql/household_match", tables=tables)
    match = engine.arrow(frame)
    engine.drop(frame)
    return components(engine, match["a"].to_numpy(), match["b"].to_numpy(), len(groups.agency))


def _living(groups: _Groups, family: Codes) -> tuple[Codes, Codes]:
    """Dwellings in order and the families that live in each, the largest first."""
    nodes = np.flatnonzero(groups.dwelling >= 0)
    pair = numbered(combined([groups.dwelling[nodes], family[nodes]]))
    one = np.empty(int(pair.max(initial=UNKNOWN)) + 1, dtype=np.int32)
    one[pair] = nodes
    size = np.zeros(len(one), dtype=np.int64)
    np.add.at(size, pair, groups.persons[nodes])
    ordered = one[rows_in_order(groups.dwelling[one], -size, family[one])]
    return groups.dwelling[ordered], family[ordered]


def _surnames(residence: Residence, person: Codes, family: Codes) -> _Surnames:
    nodes = np.flatnonzero((residence.group >= 0) & (residence.surname >= 0))
    pair = numbered(combined([family[nodes], residence.surname[nodes]]))
    one = np.empty(int(pair.max(initial=UNKNOWN)) + 1, dtype=np.int32)
    one[pair] = nodes
    # A record of a house gives a surname too, though no person bears it.
    is_member = residence.is_person[nodes]
    persons = count_persons(pair[is_member], person[nodes[is_member]], len(one))
    return _Surnames(family[one], residence.surname[one], persons)


def _largest(home: Codes, living: Codes, dwelling: Codes) -> Codes:
    """The largest family of each dwelling asked for, -1 without."""
    size = int(max(home.max(initial=0), dwelling.max(initial=0))) + 1
    return at(through(first_rows(home, np.arange(len(home)), size), living), dwelling)


def _with_surname(home: Codes, living: Codes, surnames: _Surnames, dwelling: Codes, surname: Codes) -> Codes:
    """The family most of whose people have a surname, of each dwelling and surname asked for; -1 without."""
    # One row is a surname in a family in a dwelling.
    row, of_family = _joined(living, surnames.family)
    place = numbered(combined([home[row], surnames.surname[of_family]]))
    # One of each surname in a dwelling, in order.
    best = strongest(place, surnames.persons[of_family], int(place.max(initial=UNKNOWN)) + 1)
    found = _looked_up(home[row[best]], surnames.surname[of_family[best]], dwelling, surname)
    return through(found, living[row[best]])


def _looked_up(home: Codes, name: Codes, dwelling: Codes, surname: Codes) -> Codes:
    """Where each dwelling and surname asked for stands among others, ordered by dwelling; -1 where it does not.

    A dwelling knows few surnames, so looking through them is quicker than hashing all that is asked.
    """
    names = np.bincount(home, minlength=int(dwelling.max(initial=UNKNOWN)) + 1)
    last = np.cumsum(names, dtype=np.int32) - np.int32(1)
    first = where(last + 1 - names.astype(np.int32), names > 0)
    place = at(first, dwelling)
    found = where(place, through(place, name) == surname)
    rows = np.flatnonzero((found < 0) & at(names > 1, dwelling) & (surname >= 0))
    place, end, wanted = place[rows], at(last, dwelling[rows]), surname[rows]
    while len(rows):
        place += 1
        is_found = name[place] == wanted
        found[rows[is_found]] = place[is_found]
        rest = ~is_found & (place < end)
        rows, place, end, wanted = rows[rest], place[rest], end[rest], wanted[rest]
    return found


def _joined(left: Codes, right: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of the left with each row of the right that has the same value, from 0; the right is in order."""
    count = np.bincount(right, minlength=int(left.max(initial=UNKNOWN)) + 1)
    times = count[left]
    row = np.repeat(np.arange(len(left)), times)
    # What lies between a row's place among all rows and the place of its partner on the right.
    shift = (np.cumsum(count) - count)[left] - (np.cumsum(times) - times)
    return row, np.arange(len(row)) + shift[row]
