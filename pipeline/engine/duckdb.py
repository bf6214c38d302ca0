"""The embedded engine: DuckDB in memory, spilling to a private folder."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from itertools import count, pairwise
from pathlib import Path
from types import TracebackType

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine.base import Engine, Frame, Item, Kernel, Result

PACKAGE = Path(__file__).resolve().parent.parent
BATCH_ROWS = 262_144
# Joins on names and IDs spill their rows, and a copy of the disk outlives the rights of a folder. The cryptography that
# DuckDB brings along draws its keys from an ordinary random generator, hence "unsafe"; the better one stands in an
# extension that would open the network too. A key lives no longer than its process.
ENCRYPTED_SPILL = {"temp_file_encryption": "true", "force_mbedtls_unsafe": "true"}
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*\Z")


@lru_cache(maxsize=256)
def load_sql(name: str) -> str:
    """Text of ``pipeline/<name>.sql``."""
    return (PACKAGE / f"{name}.sql").read_text(encoding="utf-8")


def _identifier(name: str) -> str:
    if not _IDENTIFIER.match(name):
        raise ValueError(f"not an identifier: {name!r}")
    return name


class DuckDBEngine(Engine):
    """DuckDB behind the engine protocol.

    Args:
        spill: Folder for temporary files (mode 0700), written encrypted; made if missing. None: memory only.
        threads: Worker threads; None leaves DuckDB's own choice.
        memory_limit: Such as ``"4GB"``; above it DuckDB spills.
    """

    def __init__(self, spill: Path | None = None, threads: int | None = None, memory_limit: str | None = None) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        }
        if threads is not None:
            config["threads"] = str(threads)
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        if spill is not None:
            spill.mkdir(parents=True, exist_ok=True, mode=0o700)
            config["temp_directory"] = str(spill)
            config.update(ENCRYPTED_SPILL)
        self._connection = duckdb.connect(":memory:", config=config)
        self._threads = threads or os.cpu_count() or 1
        self._numbers = count()

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and forget every table."""
        self._connection.close()

    def _fresh_name(self) -> str:
        return f"frame_{next(self._numbers)}"

    def _describe(self, name: str) -> Frame:
        columns = self._connection.execute(f"describe {_identifier(name)}").fetchall()
        return Frame(name, tuple(str(row[0]) for row in columns))

    @contextmanager
    def _registered(self, data: pa.Table) -> Iterator[str]:
        name = self._fresh_name() + "_arrow"
        self._connection.register(name, data)
        try:
            yield name
        finally:
            self._connection.unregister(name)

    def frame(self, source: pa.Table | Path, name: str | None = None) -> Frame:
        """See :class:`Engine`."""
        if isinstance(source, Path):
            return self.read(source)
        target = _identifier(name) if name else self._fresh_name()
        with self._registered(source) as view:
            self._connection.execute(f"create or replace temp table {target} as select * from {view}")
        return self._describe(target)

    def sql(
        self,
        name: str,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, Frame | pa.Table | Path] | None = None,
        scanned: Mapping[str, pa.Table] | None = None,
    ) -> Frame:
        """See :class:`Engine`."""
        made: list[Frame] = []
        views: list[str] = []
        for alias, source in (tables or {}).items():
            if not isinstance(source, Frame):
                source = self.frame(source)
                made.append(source)
            view = _identifier(alias)
            self._connection.execute(f"create or replace temp view {view} as select * from {_identifier(source.name)}")
            views.append(view)
        target = self._fresh_name()
        try:
            for alias, data in (scanned or {}).items():
                self._connection.register(_identifier(alias), data)
            self._connection.execute(
                f"create temp table {target} as {load_sql(name).strip().rstrip(';')}", dict(params or {})
            )
        finally:
            for alias in scanned or {}:
                self._connection.unregister(alias)
            for view in views:
                self._connection.execute(f"drop view if exists {view}")
            self.drop(*made)
        return self._describe(target)

    def map_batches(self, table: Frame, kernel: Kernel, schema: pa.Schema, batch_rows: int = BATCH_ROWS) -> Frame:
        """See :class:`Engine`."""
        data = self.arrow(table)
        parts = [kernel(data.slice(start, batch_rows)).cast(schema) for start in range(0, data.num_rows, batch_rows)]
        return self.frame(pa.concat_tables(parts) if parts else schema.empty_table())

    def map_groups(self, table: Frame, keys: Iterable[str], kernel: Kernel, schema: pa.Schema) -> Frame:
        """See :class:`Engine`."""
        key_names = [_identifier(k) for k in keys]
        order = ", ".join(f"{k} nulls first" for k in key_names)
        columns = ", ".join(_identifier(c) for c in table.column_names)
        data = self._connection.execute(
            f"select {columns}, dense_rank() over (order by {order}) as group_number__ "
            f"from {_identifier(table.name)} order by group_number__, {columns}"
        ).to_arrow_table()
        numbers = data["group_number__"].to_numpy()
        data = data.drop_columns(["group_number__"])
        edges = np.flatnonzero(np.diff(numbers, prepend=-1, append=-1))
        parts = [kernel(data.slice(int(start), int(stop - start))).cast(schema) for start, stop in pairwise(edges)]
        return self.frame(pa.concat_tables(parts) if parts else schema.empty_table())

    def map_each(self, items: Sequence[Item], kernel: Callable[[Item], Result]) -> list[Result]:
        """See :class:`Engine`. NumPy releases the interpreter while it works on arrays, so threads do help."""
        if self._threads == 1 or len(items) < 2:
            return [kernel(item) for item in items]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(kernel, items))

    def connected_components(self, edges: Frame | pa.Table, nodes: int) -> npt.NDArray[np.int32]:
        """See :class:`Engine`."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        data = edges if isinstance(edges, pa.Table) else self.arrow(edges)
        a, b = (data[end].to_numpy().astype(np.int32, copy=False) for end in ("a", "b"))
        if (a[1:] < a[:-1]).any():
            order = np.argsort(a, kind="stable")
            a, b = a[order], b[order]
        begins = np.zeros(nodes + 1, dtype=np.int32)
        np.cumsum(np.bincount(a, minlength=nodes), out=begins[1:])
        # As the search wants it, so that nothing is made over: edges of a node side by side, their lengths as floats.
        graph = csr_array((np.ones(len(b)), b, begins), shape=(nodes, nodes))
        found, labels = connected_components(graph, directed=False)
        smallest = np.empty(found, dtype=np.int32)
        # Written from the last to the first, so that the smallest stays.
        smallest[labels[::-1]] = np.arange(nodes - 1, -1, -1, dtype=np.int32)
        return np.take(smallest, labels)

    def arrow(self, table: Frame) -> pa.Table:
        """See :class:`Engine`."""
        return self._connection.execute(f"select * from {_identifier(table.name)}").to_arrow_table()

    def count(self, table: Frame) -> int:
        """See :class:`Engine`."""
        row = self._connection.execute(f"select count(*) from {_identifier(table.name)}").fetchone()
        return int(row[0]) if row else 0

    def drop(self, *tables: Frame) -> None:
        """See :class:`Engine`."""
        for table in tables:
            self._connection.execute(f"drop table if exists {_identifier(table.name)}")

    def read(self, path: Path) -> Frame:
        """See :class:`Engine`."""
        target = self._fresh_name()
        self._connection.execute(
            f"create temp table {target} as select * from read_parquet($path)", {"path": str(path)}
        )
        return self._describe(target)

    def write(self, table: Frame, path: Path, order_by: Iterable[str]) -> None:
        """See :class:`Engine`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        order = ", ".join(f"{_identifier(c)} nulls first" for c in order_by)
        self._connection.execute(
            f"copy (select * from {_identifier(table.name)} order by {order}) "
            "to $path (format parquet, compression zstd)",
            {"path": str(path)},
        )
