"""Twins: records whose surname and birth date stand in one agency's list under two given names.

A list that names both shows that they are two children, not one whose name was changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.link.codes import Codes, Flags, by_appearance, combined
from pipeline.link.pairing import Ints, alike_in, may_repeat

_BIRTH = ("birth_date", "surname_fold")
_READ = (*_BIRTH, "given_fold", "agency", "is_person")
_Columns = Mapping[str, Codes]


def find_twins(columns: _Columns) -> Codes:
    """For each record 1 where it is of a birth that some list names twice, else 0.

    Args:
        columns: Code columns.
    """
    twins = np.zeros(len(columns["agency"]), dtype=np.int32)
    has_birth = _has_birth(columns)
    births = [columns[name] for name in _BIRTH]
    # Few stand twice in one list: the others are not looked at further.
    nodes = np.flatnonzero(has_birth & may_repeat([*births, columns["agency"]]))
    if len(nodes) == 0:
        return twins
    birth, _ = by_appearance(combined([column[nodes] for column in births]))
    of_list, _ = by_appearance(combined([birth, columns["agency"][nodes]]))
    given = columns["given_fold"][nodes]
    # Every record writes its given name over that of the one before: who then reads another is not alone.
    last = np.empty(int(of_list.max()) + 1, dtype=given.dtype)
    last[of_list] = given
    named_twice = nodes[last[of_list] != given]
    alike = alike_in(births, [np.take(column, named_twice) for column in births])
    twins[alike[has_birth[alike]]] = 1
    return twins


def revise_twins(was_twin: Codes, columns: _Columns, changed: Ints, before: _Columns) -> Codes:
    """The same where few records changed: only births of these are looked at.

    Args:
        was_twin: What each record was in the run before; anything for those that changed.
        columns: Code columns.
        changed: Nodes of records that are new or differ.
        before: Code columns of the records that differ or are gone, as they were.
    """
    twins = was_twin.copy()
    twins[changed] = 0
    now = {name: np.take(columns[name], changed) for name in _READ}
    touched = [part[name][_has_birth(part)] for name in _BIRTH for part in (now, before)]
    births = [np.concatenate(touched[:2]), np.concatenate(touched[2:])]
    nodes = alike_in([columns[name] for name in _BIRTH], births)
    twins[nodes] = find_twins({name: np.take(columns[name], nodes) for name in _READ})
    return twins


def _has_birth(columns: _Columns) -> Flags:
    is_known = columns["is_person"] == 1
    for name in (*_BIRTH, "given_fold"):
        is_known &= columns[name] >= 0
    return np.asarray(is_known)
