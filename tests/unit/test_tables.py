"""Tables between stages are exactly as declared."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import tables


def test_conform_adds_missing_columns_as_null_and_orders_by_key() -> None:
    data = pa.table({"record_id": ["b", "a"], "household_id": ["H2", "H1"]})
    result = tables.LINKED.conform(data)
    assert result.schema == tables.LINKED.schema
    assert result["record_id"].to_pylist() == ["a", "b"]
    assert result["person_id"].to_pylist() == [None, None]


def test_conform_refuses_a_column_that_is_not_declared() -> None:
    with pytest.raises(ValueError, match="undeclared columns"):
        tables.LINKED.conform(pa.table({"record_id": ["a"], "surname": ["x"]}))


def test_rows_without_a_key_come_first_whatever_the_order_of_the_input() -> None:
    ids = ["P1", None, None, "P2"]
    data = pa.table({"kind": ["person"] * 4, "old_id": ids, "new_id": ["P2", "P4", "P3", None]})
    in_order = tables.IDENTITY_EVENT.conform(data.take([2, 1, 0, 3]))
    assert in_order["new_id"].to_pylist() == ["P3", "P4", "P2", None]
    assert tables.IDENTITY_EVENT.conform(data).equals(in_order)
    assert tables.IDENTITY_EVENT.conform(data.take([3, 2, 1, 0])).equals(in_order)


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    count = 3000
    rows = pa.table(
        {
            "record_id": [f"a:{i:04d}" for i in range(count)],
            "person_id": pa.array([f"P{i % 1000}" for i in range(count)]).dictionary_encode(),
            "household_id": pa.array([f"H{i % 300}" for i in range(count)]).dictionary_encode(),
            "evidence_code": pa.array(["A1", None, "S"] * 1000).dictionary_encode(),
            "probability": [i / count for i in range(count)],
        }
    )
    one, two = (tables.LINKED.write(data, tmp_path / name) for name, data in (("1", rows), ("2", rows[::-1])))
    assert one.read_bytes() == two.read_bytes()
    assert tables.LINKED.read(tmp_path / "1").equals(tables.LINKED.conform(rows))


def test_private_tables_stand_in_a_private_folder(tmp_path: Path) -> None:
    path = tables.RECORD.write(tables.RECORD.empty(), tmp_path)
    assert path == tmp_path / "private" / "record.parquet"
    assert tables.RECORD.read(tmp_path).num_rows == 0


@pytest.mark.parametrize("table", tables.TABLES.values(), ids=lambda t: t.name)
def test_every_key_is_a_declared_column_and_every_column_has_a_meaning(table: tables.Table) -> None:
    assert set(table.key) <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.column_names)
    assert all(column.meaning for column in table.columns)
