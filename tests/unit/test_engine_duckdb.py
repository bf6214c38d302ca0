"""The embedded engine keeps its promises."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine import DuckDBEngine
from pipeline.engine import duckdb as engine_module

EDGES = pa.schema([("a", pa.int64()), ("b", pa.int64())])


def test_sql_binds_values_and_names_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "adults.sql").write_text("select name from person where age >= $age order by name", encoding="utf-8")
    monkeypatch.setattr(engine_module, "PACKAGE", tmp_path)
    people = pa.table({"name": ["ก", "ข"], "age": [9, 40]})
    with DuckDBEngine() as engine:
        result = engine.sql("adults", {"age": 18}, {"person": people})
        assert engine.arrow(result).to_pydict() == {"name": ["ข"]}
        assert result.column_names == ("name",)


def test_a_table_name_that_is_no_identifier_is_refused() -> None:
    with DuckDBEngine() as engine, pytest.raises(ValueError, match="not an identifier"):
        engine.frame(pa.table({"x": [1]}), name="x; drop table y")


def test_map_batches_may_return_more_rows_than_it_got() -> None:
    def twice(batch: pa.Table) -> pa.Table:
        return pa.concat_tables([batch, batch])

    with DuckDBEngine() as engine:
        frame = engine.frame(pa.table({"x": list(range(10))}))
        result = engine.map_batches(frame, twice, pa.schema([("x", pa.int64())]), batch_rows=3)
        assert sorted(engine.arrow(result)["x"].to_pylist()) == sorted([*range(10), *range(10)])


def test_map_groups_hands_over_whole_groups_in_key_order_whatever_the_row_order() -> None:
    seen: list[list[int]] = []

    def kernel(group: pa.Table) -> pa.Table:
        seen.append(group["v"].to_pylist())
        return group

    rows = pa.table({"k": ["b", "a", "b", None], "v": [4, 2, 3, 1]})
    schema = pa.schema([("k", pa.string()), ("v", pa.int64())])
    with DuckDBEngine() as engine:
        engine.map_groups(engine.frame(rows), ["k"], kernel, schema)
        first, seen[:] = list(seen), []
        engine.map_groups(engine.frame(rows.take([3, 2, 1, 0])), ["k"], kernel, schema)
    assert first == seen == [[1], [2], [3, 4]]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=60))
def test_connected_components_are_those_of_networkx(pairs: list[tuple[int, int]]) -> None:
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(41))
    expected = {node: min(part) for part in nx.connected_components(graph) for node in part}
    edges = pa.Table.from_pylist([{"a": a, "b": b} for a, b in pairs], schema=EDGES)
    with DuckDBEngine() as engine:
        result = engine.connected_components(engine.frame(edges), 41).tolist()
        assert engine.connected_components(edges, 41).tolist() == result
    assert dict(enumerate(result)) == expected


def test_an_edge_that_stands_256_times_is_an_edge() -> None:
    edges = pa.table({"a": [0] * 256, "b": [1] * 256}, schema=EDGES)
    with DuckDBEngine() as engine:
        assert engine.connected_components(edges, 2).tolist() == [0, 0]


def test_written_parquet_has_the_same_bytes_whatever_the_row_order(tmp_path: Path) -> None:
    rows = pa.table({"k": [3, 1, 2], "v": ["ค", "ก", None]})
    with DuckDBEngine() as engine:
        engine.write(engine.frame(rows), tmp_path / "one.parquet", ["k"])
        engine.write(engine.frame(rows.take([2, 0, 1])), tmp_path / "two.parquet", ["k"])
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert pq.read_table(tmp_path / "one.parquet")["k"].to_pylist() == [1, 2, 3]


def test_what_the_engine_spills_cannot_be_read_from_the_disk(tmp_path: Path) -> None:
    names = pa.array([f"Thongdee Phongphaew {n:08d}" for n in range(1_500_000)])
    with DuckDBEngine(tmp_path, threads=1, memory_limit="30MB") as engine:
        engine.frame(pa.table({"name": names}))
        spilled = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(spilled) > 1_000_000
    assert b"Phongphaew" not in spilled


def test_a_path_with_a_quote_in_it_is_written_and_read(tmp_path: Path) -> None:
    target = tmp_path / "เจ้าของ's" / "one.parquet"
    with DuckDBEngine() as engine:
        engine.write(engine.frame(pa.table({"k": [2, 1]})), target, ["k"])
        assert engine.arrow(engine.read(target))["k"].to_pylist() == [1, 2]
