"""The nearest sequence that never falls."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def non_decreasing(values: Floats, weight: Floats) -> Floats:
    """Pool adjacent violators (Ayer et al. 1955).

    Args:
        values: The sequence.
        weight: Weight of each value.

    Returns:
        The sequence without a fall that is nearest in weighted squares.
    """
    blocks: list[list[float]] = []
    for value, w in zip(values.tolist(), weight.tolist(), strict=True):
        blocks.append([value, w, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            v2, w2, n2 = blocks.pop()
            v1, w1, n1 = blocks.pop()
            blocks.append([(v1 * w1 + v2 * w2) / (w1 + w2), w1 + w2, n1 + n2])
    return np.concatenate([np.full(int(n), v) for v, _, n in blocks])
