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


def test_private_tables_stand_in_a_private_folder(tmp_path: Path) -> None:
    path = tables.RECORD.write(tables.RECORD.empty(), tmp_path)
    assert path == tmp_path / "private" / "record.parquet"
    assert tables.RECORD.read(tmp_path).num_rows == 0


@pytest.mark.parametrize("table", tables.TABLES.values(), ids=lambda t: t.name)
def test_every_key_is_a_declared_column_and_every_column_has_a_meaning(table: tables.Table) -> None:
    assert set(table.key) <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.column_names)
    assert all(column.meaning for column in table.columns)
