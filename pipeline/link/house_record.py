"""Records of a house without a person follow the people whom the same row, or the same list, places there."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from pipeline.link.best import best_nodes, first_nodes
from pipeline.link.codes import Codes, plain_texts
from pipeline.link.encode import Coded

UNKNOWN = -1


def follow_people(coded: Coded, home: Codes, dwelling: Codes) -> Codes:
    """Households of all records, those of houses corrected.

    A house may hold several families, and a family may have moved since. A record of a house therefore joins the person
    of its own delivered row (the head first), else most people whom its own agency places in its dwelling. A record
    with the agency's own household number stays with that household.

    Args:
        coded: The records.
        home: Household number of each record.
        dwelling: Dwelling each record names, -1 without.
    """
    is_person = coded.is_person()
    free = np.flatnonzero(~is_person & (coded.columns["household_ref"] < 0))
    if len(free) == 0:
        return home
    found = home.copy()
    for group, chosen in (_by_list(coded, home, dwelling), _by_row(coded)):
        at = np.full(int(group.max(initial=0)) + 1, UNKNOWN, dtype=np.int64)
        at[chosen[0]] = chosen[1]
        guide = np.where(group[free] >= 0, at[np.maximum(group[free], 0)], UNKNOWN)
        found[free] = np.where(guide >= 0, home[np.maximum(guide, 0)], found[free])
    return found


def _by_list(coded: Coded, home: Codes, dwelling: Codes) -> tuple[Codes, tuple[Codes, Codes]]:
    """Agency and dwelling of each record, and a person of each who lives as most of them do."""
    agency = coded.columns["agency"]
    group = np.where(dwelling >= 0, dwelling * (int(agency.max(initial=0)) + 1) + agency, UNKNOWN)
    codes = np.unique(group, return_inverse=True)[1]
    codes = np.where(group >= 0, np.ravel(codes), UNKNOWN)
    return codes, best_nodes(np.where(coded.is_person(), codes, UNKNOWN), home)


def _by_row(coded: Coded) -> tuple[Codes, tuple[Codes, Codes]]:
    """Delivered row of each record (its identifier without its role), and the person of each row, the head first."""
    ids, role = coded.records["record_id"].combine_chunks(), plain_texts(coded.records["role"])
    stem = pc.replace_substring_regex(ids, r"/[^/]*$", "")
    is_row = pc.equal(pc.binary_join_element_wise(stem, role, "/"), ids).fill_null(False)
    rows = stem.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    rows = np.where(is_row.to_numpy(zero_copy_only=False).astype(bool), rows, UNKNOWN)
    is_head = pc.equal(role, "head").fill_null(False).to_numpy(zero_copy_only=False).astype(np.int64)
    return rows, first_nodes(np.where(coded.is_person(), rows, UNKNOWN), 1 - is_head)
