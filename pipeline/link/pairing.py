"""Pairs of records that share a key: pure functions on arrays of whole numbers.

A block is all nodes with one key. Pairs are made from blocks of whole numbers, never as a join of text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csc_array

from pipeline.link.codes import Codes, combined

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
NO_KEY = -1
# Places of a table of keys for each key: enough that keys hardly ever share one, and fewer where it would grow large.
_PLACES_PER_KEY, _FEWEST_PLACES_PER_KEY = 64, 8
# The same where a table is looked up for every record, and stays in the processor's cache only if small; and where it
# holds a place for every record.
_PLACES_PER_WANTED, _PLACES_PER_RECORD = 32, 4
_FEWEST_PLACES, _MANY_PLACES = 1 << 12, 1 << 23
# Rows worked on at a time: what is in between then stays in the processor's cache.
_CHUNK = 1 << 17
# Pairs worked on at a time, for the same reason.
_CHUNK_PAIRS = 1 << 18


@dataclass(frozen=True, slots=True)
class BlockSizes:
    """How large the blocks of one rule are, before they are cut.

    Attributes:
        blocks: Number of blocks.
        largest: Records in the largest; on its larger side where the two records are read by different keys.
        over_cap: Blocks that are cut, or left out.
        pairs: Pairs of the others.
    """

    blocks: int
    largest: int
    over_cap: int
    pairs: int


def mixed(columns: Sequence[Codes], salt: int) -> Ints:
    """One 64-bit key out of several codes (multiplied and folded, column by column), never -1.

    Two combinations of a rule meet in one key by chance about once in 700,000 provinces of five million records; such a
    pair is compared like any other.
    """
    found = np.empty(len(columns[0]), dtype=np.int64)
    for start in range(0, len(found), _CHUNK):
        rows = slice(start, start + _CHUNK)
        key = np.full(len(found[rows]), salt + 1, dtype=np.uint64)
        for column in columns:
            key ^= column[rows].astype(np.uint64)
            key *= np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(32)
        key *= np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(32)
        np.bitwise_and(key.view(np.int64), np.int64(0x7FFFFFFFFFFFFFFF), out=found[rows])
    return found


def sharing(sides: Sequence[Sequence[Codes]], wanted: Sequence[Sequence[Codes]]) -> Ints:
    """Nodes that share a key with some records, ascending, and now and then one that does not.

    Every node is looked up by a short key in a table of those wanted: of a million records and ten thousand wanted a
    few milliseconds. So few are left that looking exactly costs nothing.

    Args:
        sides: Columns of each key of the nodes; a node shares one if any of its keys is any key of theirs.
        wanted: The same columns of the records whose keys are wanted.
    """
    short = np.concatenate([_short_keys(columns) for columns in wanted])
    last = (1 << min(max(_FEWEST_PLACES, _PLACES_PER_WANTED * len(short)), _MANY_PLACES).bit_length()) - 1
    is_there = np.zeros(last + 1, dtype=bool)
    is_there[short & np.uint32(last)] = True
    found = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(sides[0][0]), _CHUNK):
        keys = [_short_keys([column[start : start + _CHUNK] for column in columns]) for columns in sides]
        hit = np.logical_or.reduce([is_there.take(key & np.uint32(last)) for key in keys])
        found.append(np.flatnonzero(hit) + start)
    return np.concatenate(found)


def alike_in(columns: Sequence[Codes], wanted: Sequence[Codes]) -> Ints:
    """All nodes that are in every column as one of some records is, ascending.

    Args:
        columns: Columns of the nodes.
        wanted: The same columns of those records.
    """
    chosen = sharing([columns], [wanted])
    here = [np.take(column, chosen) for column in columns]
    both = combined([np.concatenate(parts) for parts in zip(wanted, here, strict=True)])
    return chosen[np.isin(both[len(wanted[0]) :], both[: len(wanted[0])])]


def may_repeat(columns: Sequence[Codes]) -> npt.NDArray[np.bool_]:
    """Which nodes may be in every column as another is; one that is not marked is surely alone."""
    keys = np.empty(len(columns[0]), dtype=np.uint32)
    for start in range(0, len(keys), _CHUNK):
        keys[start : start + _CHUNK] = _short_keys([column[start : start + _CHUNK] for column in columns])
    keys &= np.uint32((1 << max(_FEWEST_PLACES, _PLACES_PER_RECORD * len(keys)).bit_length()) - 1)
    nodes = np.arange(len(keys), dtype=np.int32)
    # Every node writes its number over that of the one before: who then reads another is not alone, nor is that one.
    last = np.empty(int(keys.max(initial=0)) + 1, dtype=np.int32)
    last[keys] = nodes
    read = np.take(last, keys)
    is_repeated = read != nodes
    is_repeated[read[is_repeated]] = True
    return np.asarray(is_repeated)


def _short_keys(columns: Sequence[Codes]) -> npt.NDArray[np.uint32]:
    key = np.ones(len(columns[0]), dtype=np.uint32)
    for column in columns:
        key ^= column.astype(np.uint32, copy=False)
        key *= np.uint32(0x9E3779B1)
        key ^= key >> np.uint32(15)
    return key


@dataclass(frozen=True, slots=True)
class Blocks:
    """Nodes with one key, for every key that several nodes have.

    Attributes:
        nodes: Nodes in the order of their blocks, ascending inside a block.
        size: Nodes of each block, in that order.
        block: For each node the number of its block, -1 for a node without one.
    """

    nodes: Nodes
    size: Ints
    block: Nodes


def find_blocks(key: Ints, cap: int, cut: int, refine: Callable[[Nodes], Ints]) -> tuple[Blocks, BlockSizes]:
    """Blocks of nodes with one key; large ones are cut by a finer key, and left out where still over the cap.

    Args:
        key: Key of each node, -1 for none.
        cap: Most nodes of a block.
        cut: Most nodes of a block that is not cut, at most ``cap``.
        refine: Finer keys of some nodes, -1 for none; asked only for nodes of blocks to be cut.

    Returns:
        The blocks, and how large they were before they were cut.
    """
    nodes, size = _grouped(key, np.flatnonzero(key >= 0).astype(np.int32))
    is_large = size > cut
    small = np.where(is_large, 0, size)
    sizes = BlockSizes(len(size), int(size.max(initial=0)), int(is_large.sum()), int((small * (small - 1) // 2).sum()))
    if is_large.any():
        inside = np.repeat(is_large, size)
        crowded = nodes[inside]
        finer = refine(crowded)
        finer_nodes, finer_size = _grouped(finer, np.flatnonzero(finer >= 0).astype(np.int32))
        nodes = np.concatenate([nodes[~inside], np.take(crowded, finer_nodes)])
        size = np.concatenate([size[~is_large], finer_size])
    kept = (size > 1) & (size <= cap)
    nodes, size = nodes[np.repeat(kept, size)], size[kept]
    block = np.full(len(key), NO_KEY, dtype=np.int32)
    block[nodes] = np.repeat(np.arange(len(size), dtype=np.int32), size)
    return Blocks(nodes, size, block), sizes


def _grouped(key: Ints, nodes: Nodes) -> tuple[Nodes, Ints]:
    """Nodes with equal keys side by side, each group ascending, and the size of each group.

    Hashing and counting, not sorting: a third of the time on a million keys.
    """
    chosen = key if len(nodes) == len(key) else np.take(key, nodes)
    codes = pa.array(chosen).dictionary_encode().indices.to_numpy()
    count = len(codes)
    if count == 0:
        return nodes, np.empty(0, dtype=np.int64)
    columns = csc_array(
        (np.ones(count, dtype=np.int8), codes, np.arange(count + 1, dtype=np.int32)), (int(codes.max()) + 1, count)
    )
    rows = columns.tocsr()
    return np.take(nodes, rows.indices), np.diff(rows.indptr).astype(np.int64)


def pairs_within(blocks: Blocks) -> tuple[Nodes, Nodes]:
    """Every pair (a < b) of nodes of one block."""
    nodes, size = blocks.nodes, blocks.size
    ends = np.repeat(np.cumsum(size, dtype=np.int32), size)
    left: list[Nodes] = []
    right: list[Nodes] = []
    at, step = np.arange(len(nodes), dtype=np.int32), 1
    # One step over all blocks at once: first neighbours, then the next but one, until the largest block is used up.
    while len(at := at[at + step < np.take(ends, at)]):
        left.append(np.take(nodes, at))
        right.append(np.take(nodes, at + step))
        step += 1
    if not left:
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    return np.concatenate(left), np.concatenate(right)


def pairs_across(
    left: Ints, right: Ints, left_finer: Ints, right_finer: Ints, cap: int
) -> tuple[tuple[Nodes, Nodes], BlockSizes]:
    """Every pair (a < b) of a node and another node whose other key is the same.

    Args:
        left: Key of each node, -1 for none.
        right: Other key of each node, -1 for none.
        left_finer: Key inside blocks over the cap, -1 for none.
        right_finer: The same of the other key.
        cap: Most nodes of a block on either side; blocks over it are cut by the finer keys, or left out.

    Returns:
        The pairs, some of them twice, and how large the blocks with nodes on both sides were before they were cut.
    """
    left, right = among(left, right), among(right, left)
    shared = np.intersect1d(left[left >= 0], right[right >= 0])
    sides = [_side(left, shared), _side(right, shared)]
    counts = np.stack([np.bincount(position, minlength=len(shared)) for _, position in sides])
    over: npt.NDArray[np.bool_] = np.asarray((counts > cap).any(axis=0))
    a, b = _ascending(*_product(sides[0], sides[1], ~over))
    pairs = len(distinct(np.sort(packed(a, b))))
    sizes = BlockSizes(len(shared), int(counts.max(initial=0)), int(over.sum()), pairs)
    if over.any() and (left_finer.max(initial=NO_KEY) >= 0):
        inside_left = np.where(np.isin(left, shared[over]), left_finer, NO_KEY)
        inside_right = np.where(np.isin(right, shared[over]), right_finer, NO_KEY)
        none = np.full(len(left), NO_KEY, dtype=np.int64)
        finer, _ = pairs_across(inside_left, inside_right, none, none, cap)
        a, b = np.r_[a, finer[0]], np.r_[b, finer[1]]
    return (a, b), sizes


def _ascending(one: Ints, other: Ints) -> tuple[Nodes, Nodes]:
    """Pairs with the smaller node first; a node beside itself is none."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return low[low < high].astype(np.int32), high[low < high].astype(np.int32)


def among(key: Ints, others: Ints) -> Ints:
    """Keys that stand among others, and now and then one that does not; -1 elsewhere.

    A look at one place of a table, by the last bits of a key: so few keys are left that looking exactly costs nothing.
    """
    wanted = others[others != NO_KEY]
    many = max(_MANY_PLACES, _FEWEST_PLACES_PER_KEY * len(wanted))
    places = 1 << min(max(_FEWEST_PLACES, _PLACES_PER_KEY * len(wanted)), many).bit_length()
    is_there = np.zeros(places, dtype=bool)
    is_there[wanted & (places - 1)] = True
    return np.where(np.take(is_there, key & (places - 1)), key, NO_KEY)


def _side(key: Ints, shared: Ints) -> tuple[Ints, Ints]:
    """Nodes whose key is shared, in the order of the keys, and the position of each one's key."""
    nodes = np.flatnonzero(key != NO_KEY)
    position = np.minimum(np.searchsorted(shared, key[nodes]), max(len(shared) - 1, 0))
    is_shared = shared[position] == key[nodes] if len(shared) else np.zeros(len(nodes), dtype=bool)
    nodes, position = nodes[is_shared], position[is_shared]
    order = np.argsort(position, kind="stable")
    return nodes[order], position[order]


def _product(left: tuple[Ints, Ints], right: tuple[Ints, Ints], keep: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Each node of the left with each of the right at the same position, for the positions to keep."""
    count_right = np.bincount(right[1], minlength=len(keep))
    first_right = np.cumsum(count_right) - count_right
    rows = np.flatnonzero(keep[left[1]])
    position = left[1][rows]
    times = count_right[position]
    a = np.repeat(left[0][rows], times)
    offset = np.arange(len(a)) - np.repeat(np.cumsum(times) - times, times)
    b = right[0][np.repeat(first_right[position], times) + offset]
    return a, b


def chunks(pairs: int) -> list[slice]:
    """Places of pairs to work on at a time: what is in between stays in the processor's cache."""
    return [slice(start, min(start + _CHUNK_PAIRS, pairs)) for start in range(0, pairs, _CHUNK_PAIRS)]


def packed(a: Codes, b: Codes) -> Ints:
    """A pair as one number, in the order of (a, b)."""
    return (a.astype(np.int64) << 32) | b


def unpacked(pairs: Ints) -> tuple[Nodes, Nodes]:
    """Both nodes of packed pairs."""
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def once(parts: Sequence[Ints]) -> Ints:
    """The numbers of some arrays, ascending, each once."""
    return distinct(np.sort(np.concatenate([np.empty(0, dtype=np.int64), *parts])))


def distinct(sorted_pairs: Ints) -> Ints:
    """Sorted numbers without repeats."""
    if len(sorted_pairs) == 0:
        return sorted_pairs
    return sorted_pairs[np.r_[True, sorted_pairs[1:] != sorted_pairs[:-1]]]
