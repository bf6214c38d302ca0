"""What a stage may ask of an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Item = TypeVar("Item")
Result = TypeVar("Result")
Kernel = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True, slots=True)
class Frame:
    """A table inside an engine. Opaque: only the engine that made it can read it."""

    name: str
    column_names: tuple[str, ...]


class Engine(Protocol):
    """Joins and maps tables. DuckDB is the embedded default; a cluster engine has the same verbs."""

    def frame(self, source: pa.Table | Path, name: str | None = None) -> Frame:
        """Make a table or a Parquet file readable for the engine."""
        ...

    def sql(
        self,
        name: str,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, Frame | pa.Table | Path] | None = None,
        scanned: Mapping[str, pa.Table] | None = None,
    ) -> Frame:
        """Run one statement of a ``.sql`` file and keep its result.

        Args:
            name: File under ``pipeline/`` without the ending, such as ``link/sql/pairs``.
            params: Values bound where the statement says ``$name``.
            tables: What each table name in the statement stands for.
            scanned: Tables that the statement only reads through, once: they are not copied in, and nothing is known of
                them by which a join could be planned.

        Returns:
            The result, materialised.
        """
        ...

    def map_batches(self, table: Frame, kernel: Kernel, schema: pa.Schema, batch_rows: int = ...) -> Frame:
        """Apply a pure function to every batch of rows; it may return more or fewer rows."""
        ...

    def map_groups(self, table: Frame, keys: Iterable[str], kernel: Kernel, schema: pa.Schema) -> Frame:
        """Apply a pure function to every group of rows that share ``keys``, in key order."""
        ...

    def map_each(self, items: Sequence[Item], kernel: Callable[[Item], Result]) -> list[Result]:
        """Apply a pure function to every item, several at once; the results come in the order of the items."""
        ...

    def connected_components(self, edges: Frame | pa.Table, nodes: int) -> npt.NDArray[np.int32]:
        """Components of an undirected graph.

        Args:
            edges: Columns ``a`` and ``b``: whole numbers from 0 and below ``nodes``.
            nodes: Number of nodes, below 2 ** 31.

        Returns:
            For each node the smallest node of its component; its own where no edge ends.
        """
        ...

    def arrow(self, table: Frame) -> pa.Table:
        """The whole table as Arrow."""
        ...

    def count(self, table: Frame) -> int:
        """Number of rows."""
        ...

    def drop(self, *tables: Frame) -> None:
        """Forget tables that are no longer needed."""
        ...

    def read(self, path: Path) -> Frame:
        """A Parquet file as a table."""
        ...

    def write(self, table: Frame, path: Path, order_by: Iterable[str]) -> None:
        """Write Parquet, ordered, so that the same rows give the same bytes."""
        ...
