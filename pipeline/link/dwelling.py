"""The dwelling that each record names.

It depends on what records say (residence.py) and on persons: what one list knows of a person's home holds for the
person's other records, and a house code counts by the people who give it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.link.best import count_persons, strongest
from pipeline.link.codes import UNKNOWN, Codes, Flags, present
from pipeline.link.residence import Residence, of_person


def find_dwellings(residence: Residence, person: Codes) -> npt.NDArray[np.int64]:
    """Number of the dwelling each record names: an even one is a house code, an odd one an address; -1 without.

    A record that gives an address alone stands for the house code most people give with it. A house code that one
    record alone gives yields to the code that others give for the same address: it is most likely mistyped (2.65 % of
    real codes fail even their checksum).

    Args:
        residence: What the records say.
        person: Smallest node of each record's person.
    """
    is_ordinary = ~of_person(residence.is_elsewhere, person)
    code = np.where(is_ordinary, residence.house_code, UNKNOWN)
    address = np.where(is_ordinary, residence.address, UNKNOWN)
    best, persons = (values[address] for values in _codes_of_addresses(residence, person, is_ordinary))
    uses = np.bincount(code[code >= 0], minlength=1)
    is_mistyped = (code >= 0) & (uses[code] == 1) & (persons > 1)
    code = np.where((best >= 0) & (is_mistyped | (code < 0)), best, code)
    return np.where(code >= 0, 2 * code, np.where(address >= 0, 2 * _without_gaps(address) + 1, UNKNOWN))


def _codes_of_addresses(residence: Residence, person: Codes, is_ordinary: Flags) -> tuple[Codes, Codes]:
    """For each address the house code most people give with it, -1 without, and how many do.

    The last entry is that of the unknown address.
    """
    claim = np.where(is_ordinary, residence.claim, UNKNOWN)
    nodes = np.flatnonzero((claim >= 0) & residence.is_person)
    persons = count_persons(claim[nodes], person[nodes], len(residence.claims))
    # A record of a house gives a code too, though no person speaks for it.
    claims = present(claim)
    address, code = residence.claims[claims].T
    count = int(residence.address.max(initial=UNKNOWN)) + 2
    row = strongest(address, persons[claims], count)
    known = np.flatnonzero(row >= 0)
    best_code, support = np.full(count, UNKNOWN, dtype=np.int64), np.zeros(count, dtype=np.int64)
    best_code[known] = code[row[known]]
    support[known] = persons[claims][row[known]]
    return best_code, support


def _without_gaps(codes: Codes) -> Codes:
    """The codes numbered anew in their order, so that no number is left out."""
    kept = present(codes)
    place = np.full(int(codes.max(initial=UNKNOWN)) + 2, UNKNOWN, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return place[codes]
