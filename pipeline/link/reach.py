"""The records whose household a change of persons can reach.

Households follow from who shares a person, a household number or a dwelling. Records that no chain of these joins to a
change, before it or after, have the same households as before: nothing that is counted or compared for them changed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import UNKNOWN, Codes, Flags, at
from pipeline.link.residence import Residence

# Beyond these, looking further costs more than working out everything.
_ROUNDS, _SHARE = 16, 0.25


def reached(residence: Residence, before: tuple[Codes, Codes], after: tuple[Codes, Codes]) -> npt.NDArray[np.int64]:
    """Nodes, ascending, whose household a change can reach; all of them where it reaches far.

    Args:
        residence: What the records say.
        before: Smallest node of each record's person, and the dwelling it names, as they were.
        after: The same as they are.
    """
    is_reached = (before[0] != after[0]) | (before[1] != after[1])
    # Those who are left behind are no longer joined to those who went.
    for values in _shared(residence, *before):
        is_reached = _with_sharers(is_reached, values)
    shared = (*_shared(residence, *after), residence.group)
    for _ in range(_ROUNDS):
        count = np.count_nonzero(is_reached)
        for values in shared:
            is_reached = _with_sharers(is_reached, values)
        if count == np.count_nonzero(is_reached):
            return np.flatnonzero(is_reached)
        if count > _SHARE * len(is_reached):
            break
    return np.arange(len(is_reached))


def _shared(residence: Residence, person: Codes, dwelling: Codes) -> tuple[Codes, Codes]:
    """Person and dwelling of each node; a record of a house goes with the person of its delivered row."""
    of_row = residence.row_person
    return np.where(of_row >= 0, at(person, of_row), person), dwelling


def _with_sharers(is_reached: Flags, values: Codes) -> Flags:
    """The nodes and all that have a value of theirs."""
    # The unknown, -1, is the last entry, and nobody shares it.
    marks = np.zeros(int(values.max(initial=UNKNOWN)) + 2, dtype=bool)
    marks[values[is_reached]] = True
    marks[UNKNOWN] = False
    return np.asarray(is_reached | at(marks, values))
