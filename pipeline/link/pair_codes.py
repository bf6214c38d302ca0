"""Pairs of records with the codes of both at hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes, Flags
from pipeline.link.pairing import Nodes

MISSING = -1


class PairCodes:
    """The pairs of a batch, with the codes of both their records at hand.

    Args:
        columns: Code columns of the records.
        a, b: Nodes of each pair.
        alike: Column of names → how alike the two names of each pair are.
    """

    def __init__(self, columns: dict[str, Codes], a: Nodes, b: Nodes, alike: dict[str, npt.NDArray[np.int8]]) -> None:
        self._columns = columns
        # Indices of another kind would be turned into this one at each of some sixty looks.
        self._a, self._b = a.astype(np.intp), b.astype(np.intp)
        self._found: dict[str, tuple[Codes, Codes]] = {}
        self.alike = alike

    def __len__(self) -> int:
        return len(self._a)

    def both(self, name: str) -> tuple[Codes, Codes]:
        """What the first and the second record of each pair say; -1 unknown."""
        if name not in self._found:
            column = self._columns[name]
            self._found[name] = np.take(column, self._a), np.take(column, self._b)
        return self._found[name]

    def same(self, name: str) -> Flags:
        """Whether both say the same, and say it at all."""
        left, right = self.both(name)
        return np.asarray((left == right) & (left != MISSING))

    def known(self, name: str) -> Flags:
        """Whether both say something."""
        left, right = self.both(name)
        # The unknown, -1, has every bit, and no other code has the highest.
        return np.asarray((left | right) >= 0)
