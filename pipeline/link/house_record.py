"""Records of a house without a person follow the people whom the same row, or the same list, places there."""

from __future__ import annotations

import numpy as np

from pipeline.link.best import best_nodes
from pipeline.link.codes import UNKNOWN, Codes, combined, numbered
from pipeline.link.residence import Residence


def follow_people(residence: Residence, home: Codes, dwelling: Codes) -> Codes:
    """Households of all records, those of houses corrected.

    A house may hold several families, and a family may have moved since. A record of a house therefore joins the person
    of its own delivered row (the head first), else most people whom its own agency places in its dwelling. A record
    with the agency's own household number stays with that household.

    Args:
        residence: What the records say.
        home: Household number of each record.
        dwelling: Dwelling each record names, -1 without.
    """
    free = np.flatnonzero(~residence.is_person & (residence.group < 0))
    if len(free) == 0:
        return home
    guide = residence.row_person[free]
    guide = np.where(guide >= 0, guide, _people_of_lists(residence, home, dwelling)[free])
    found = home.copy()
    found[free] = np.where(guide >= 0, home[guide], home[free])
    return found


def _people_of_lists(residence: Residence, home: Codes, dwelling: Codes) -> Codes:
    """For each record a person whom its agency places in its dwelling, one who lives as most of them do; -1 without."""
    guide = np.full(len(home), UNKNOWN, dtype=np.int32)
    housed = np.flatnonzero(dwelling >= 0)
    place = numbered(combined([residence.agency[housed], dwelling[housed]]))
    places, rows = best_nodes(np.where(residence.is_person[housed], place, UNKNOWN), home[housed])
    person_of_place = np.full(int(place.max(initial=UNKNOWN)) + 1, UNKNOWN, dtype=np.int32)
    person_of_place[places] = housed[rows]
    guide[housed] = person_of_place[place]
    return guide
