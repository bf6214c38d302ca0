"""Random numbers that depend on a seed and a purpose, on nothing else.

Every part of the province draws from a stream of its own, so that a change in one part leaves the others as they were.
"""

from __future__ import annotations

import zlib
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rng: TypeAlias = np.random.Generator
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]
Days: TypeAlias = NDArray[np.datetime64]
Objects: TypeAlias = NDArray[Any]


def stream(seed: int, purpose: str) -> Rng:
    """The generator for one purpose.

    Args:
        seed: The province's seed.
        purpose: Name of what is drawn; CRC-32 and not ``hash`` keeps it the same in every process.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(purpose.encode())])))


def zipf_weights(count: int, exponent: float, offset: float) -> Floats:
    """Weights of ranks 1…count that fall as (rank + offset) ** -exponent and sum to 1."""
    weights = (np.arange(1, count + 1) + offset) ** -exponent
    shares: Floats = weights / weights.sum()
    return shares


def draw(rng: Rng, weights: Floats, size: int) -> Ints:
    """Indexes drawn with the given weights (by binary search: fast for millions)."""
    edges = np.cumsum(weights)
    found = np.searchsorted(edges / edges[-1], rng.random(size), side="right")
    return np.minimum(found, len(weights) - 1).astype(np.int64)


def scatter(index: Ints, size: int, seed: int) -> Ints:
    """A one-to-one map of 0…size−1 onto itself that looks unordered (affine, with a factor coprime to the size).

    Args:
        index: Values below ``size``.
        size: Size of the range.
        seed: Moves the map.
    """
    factor = int(size * 0.6180339887) | 1
    while np.gcd(factor, size) != 1:
        factor += 2
    return (index * factor + 7919 * (seed + 1)) % size


def choices(rng: Rng, options: list[str], size: int, weights: list[float] | None = None) -> Objects:
    """Texts drawn from a short list."""
    parts = np.array(weights if weights else [1.0] * len(options), dtype=np.float64)
    return np.array(options, dtype=object)[draw(rng, parts / parts.sum(), size)]
