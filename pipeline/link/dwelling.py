"""The dwelling that each record names.

It depends on what records say (residence.py) and on persons: what one list knows of a person's home holds for the
person's other records, and a house code counts by the people who give it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.link.best import count_persons, strongest
from pipeline.link.codes import UNKNOWN, Codes, Flags, at, present, through, where
from pipeline.link.residence import Residence, of_person


def find_dwellings(residence: Residence, person: Codes) -> Codes:
    """Number of the dwelling each record names: an even one is a house code, an odd one an address; -1 without.

    A record that gives an address alone stands for the house code most people give with it. A house code that one
    record alone gives yields to the code that others give for the same address: it is most likely mistyped (2.65 % of
    real codes fail even their checksum).

    Args:
        residence: What the records say.
        person: Smallest node of each record's person.
    """
    is_ordinary = ~of_person(residence.is_elsewhere, person)
    code, address = where(residence.house_code, is_ordinary), where(residence.address, is_ordinary)
    best, persons = _codes_of_addresses(residence, person, is_ordinary)
    is_used_once = np.bincount(code + 1, minlength=1)[1:] == 1
    # Records without a code, and those with one that may be mistyped.
    rows = np.flatnonzero((address >= 0) & at(np.append(is_used_once, True), code))
    known = address[rows]
    rows = rows[(at(best, known) >= 0) & ((code[rows] < 0) | (at(persons, known) > 1))]
    code[rows] = at(best, address[rows])
    dwelling = 2 * code
    rows = np.flatnonzero(code < 0)
    dwelling[rows] = at(_of_addresses(address), address[rows])
    return dwelling


def _codes_of_addresses(residence: Residence, person: Codes, is_ordinary: Flags) -> tuple[Codes, Codes]:
    """For each address the house code most people give with it, -1 without, and how many do, -1 likewise."""
    claim = where(residence.claim, is_ordinary)
    nodes = np.flatnonzero((claim >= 0) & residence.is_person)
    persons = count_persons(claim[nodes], person[nodes], len(residence.claims))
    # A record of a house gives a code too, though no person speaks for it.
    claims = present(claim)
    address, code = residence.claims[claims].T
    count = int(residence.address.max(initial=UNKNOWN)) + 1
    row = strongest(address, persons[claims], count)
    return through(row, code), through(row, persons[claims])


def _of_addresses(address: Codes) -> npt.NDArray[np.int32]:
    """Number of the dwelling of each address that some record names, without gaps; -1, the last, for the unknown."""
    named = present(address)
    dwelling = np.full(int(address.max(initial=UNKNOWN)) + 2, UNKNOWN, dtype=np.int32)
    dwelling[named] = 2 * np.arange(len(named)) + 1
    return dwelling
