"""Pairs of records whose national IDs differ by one digit or one swap of neighbours: the built-in blocking rule."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from pipeline.link.encode import Coded
from pipeline.link.pairing import BlockSizes, Ints, distinct, packed, unpacked
from pipeline.link.similarity import near_numbers


def near_id_pairs(coded: Coded, cap: int) -> tuple[Ints, BlockSizes]:
    """Packed pairs of records whose IDs are one digit or swap apart, one of them failing its checksum.

    Two such IDs with all records that carry one of them are a block, over the cap where it would make more pairs.

    Args:
        coded: The records.
        cap: Most pairs of a block.

    Returns:
        The pairs, ascending, and how large the blocks were.
    """
    ids = coded.columns["national_id"]
    holders = np.flatnonzero((ids >= 0) & coded.is_person())
    is_bad = np.zeros(len(coded.id_numbers), dtype=bool)
    is_bad[ids[holders[coded.columns["is_id_valid"][holders] == 0]]] = True
    order = np.argsort(coded.id_numbers, kind="stable")
    numbers = coded.id_numbers[order]
    suspects = np.flatnonzero(is_bad & (coded.id_numbers >= 0))
    at_suspect, at_known = near_numbers(coded.id_numbers[suspects], numbers)
    left, right = suspects[at_suspect], order[at_known]
    is_near_another = np.zeros(len(numbers), dtype=bool)
    is_near_another[left] = is_near_another[right] = True
    holders = holders[is_near_another[ids[holders]]]
    records = np.bincount(ids[holders], minlength=len(numbers))
    held_by = defaultdict(list)
    for number, node in zip(ids[holders].tolist(), holders.tolist(), strict=True):
        held_by[number].append(node)
    pairs = {
        (min(a, b), max(a, b))
        for x, y in zip(left.tolist(), right.tolist(), strict=True)
        if len(held_by[x]) * len(held_by[y]) <= cap
        for a in held_by[x]
        for b in held_by[y]
        if a != b
    }
    ordered = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return packed(ordered[:, 0], ordered[:, 1]), _sizes(records, left, right, cap)


def _sizes(holders: Ints, left: Ints, right: Ints, cap: int) -> BlockSizes:
    """How large the blocks of near IDs are.

    Args:
        holders: Records of each ID.
        left: Place of one ID of each two; two bad ones stand in both orders.
        right: Place of the other.
        cap: Most pairs of a block.
    """
    low, high = unpacked(distinct(np.sort(packed(np.minimum(left, right), np.maximum(left, right)))))
    pairs = holders[low] * holders[high]
    size = (holders[low] + holders[high])[pairs > 0]
    return BlockSizes(len(size), int(size.max(initial=0)), int((pairs > cap).sum()), int(pairs[pairs <= cap].sum()))
