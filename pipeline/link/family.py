"""Families: households that agencies numbered, matched by their members, and who else belongs to them.

They depend on what records say (residence.py), on persons, who are the members, and on the dwellings that records name.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.engine import Engine
from pipeline.link.best import best_nodes, count_persons, is_mixed
from pipeline.link.cluster import components
from pipeline.link.codes import UNKNOWN, Codes, Flags, combined, numbered, positions
from pipeline.link.residence import Residence, of_person


def find_families(engine: Engine, residence: Residence, person: Codes, dwelling: Codes) -> Codes:
    """Family of each record: that of its household number, else one that lives in its dwelling; -1 without.

    A record without a household number belongs to a family of its dwelling that has its surname, or to any where it has
    none or is kin of the head. A survey counts whole families, so another surname that nobody calls kin (heads of their
    own, lodgers, ผู้อาศัย) is another household.

    Args:
        engine: The engine.
        residence: What the records say.
        person: Smallest node of each record's person.
        dwelling: Dwelling each record names, -1 without.
    """
    groups = _groups(residence, person, dwelling)
    family_of_group = _matched(engine, residence, person, groups)
    # The unknown, -1, is the last entry.
    family = np.append(family_of_group, UNKNOWN)[residence.group]
    free = np.flatnonzero((residence.group < 0) & (dwelling >= 0))
    if len(free) and len(family_of_group):
        living = groups.append_column("family", pa.array(family_of_group))
        tables = {"household_group": living, "family_surname": _surnames(residence, person, family)}
        homes = _taken(engine, "link/sql/household_family", tables)
        is_kin = of_person(residence.is_kin, person)
        family[free] = _among(homes, dwelling[free], residence.surname[free], is_kin[free])
    return family


def _groups(residence: Residence, person: Codes, dwelling: Codes) -> pa.Table:
    """Households as one agency numbers each: its agency, its people and the dwelling most of its records name."""
    count = int(residence.group.max(initial=UNKNOWN)) + 1
    nodes = np.flatnonzero(residence.group >= 0)
    group = residence.group[nodes]
    agency = np.empty(count, dtype=np.int64)
    agency[group] = residence.agency[nodes]
    home = np.full(count, UNKNOWN, dtype=np.int64)
    housed, voter = best_nodes(group, dwelling[nodes])
    home[housed] = dwelling[nodes[voter]]
    is_member = residence.is_person[nodes]
    persons = count_persons(group[is_member], person[nodes[is_member]], count)
    return pa.table(
        {
            "household_group": np.arange(count),
            "agency": agency,
            "persons": persons,
            "dwelling": pa.array(home, mask=home < 0),
        }
    )


def _matched(engine: Engine, residence: Residence, person: Codes, groups: pa.Table) -> Codes:
    """For each group the smallest group of its family: agencies' households of the same people are one."""
    members = np.flatnonzero((residence.group >= 0) & residence.is_person)
    # Groups have in common only people who stand in several.
    is_shared = is_mixed(person[members], residence.group[members], len(person))
    members = members[is_shared[person[members]]]
    member = pa.table({"household_group": residence.group[members], "person": person[members]})
    match = _taken(engine, "link/sql/household_match", {"member": member, "household_group": groups})
    return components(engine, match["a"].to_numpy(), match["b"].to_numpy(), len(groups))


def _surnames(residence: Residence, person: Codes, family: Codes) -> pa.Table:
    """Surnames of each family, and how many of its people have each."""
    nodes = np.flatnonzero((residence.group >= 0) & (residence.surname >= 0))
    pair = numbered(combined([family[nodes], residence.surname[nodes]]))
    count = int(pair.max(initial=UNKNOWN)) + 1
    bearer = np.empty(count, dtype=np.int64)
    bearer[pair] = nodes
    # A record of a house gives a surname too, though no person bears it.
    is_member = residence.is_person[nodes]
    persons = count_persons(pair[is_member], person[nodes[is_member]], count)
    return pa.table({"family": family[bearer], "surname": residence.surname[bearer], "persons": persons})


def _among(homes: pa.Table, dwelling: Codes, surname: Codes, is_kin: Flags) -> Codes:
    """Family of each record among those that live in its dwelling; -1 for none."""
    home, family = homes["dwelling"].to_numpy(), homes["family"].to_numpy()
    name = homes["surname"].fill_null(UNKNOWN).to_numpy()
    largest = np.full(max(home.max(initial=0), dwelling.max(initial=0)) + 1, UNKNOWN, dtype=np.int64)
    largest[home[name < 0]] = family[name < 0]
    found = np.where((surname < 0) | is_kin, largest[dwelling], UNKNOWN)
    rows, named = np.flatnonzero((surname >= 0) & (largest[dwelling] >= 0)), np.flatnonzero(name >= 0)
    width = max(name.max(initial=0), surname.max(initial=0)) + 1
    asked, known = dwelling[rows] * width + surname[rows], home[named] * width + name[named]
    at = positions(pa.array(asked), pa.array(known))
    found[rows[at >= 0]] = family[named[at[at >= 0]]]
    return found


def _taken(engine: Engine, name: str, tables: dict[str, pa.Table]) -> pa.Table:
    """Result of a statement, taken out of the engine."""
    frame = engine.sql(name, tables=tables)
    result = engine.arrow(frame)
    engine.drop(frame)
    return result
