"""The figures of a publication, read from its warehouse alone: tonight's and the one before by the same statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipeline.publish.sql_files import SQL, load_statements

NAMES = (
    "run",
    "agencies",
    "set_aside",
    "issues",
    "evidence",
    "household_types",
    "poverty_province",
    "poverty_amphoe",
    "indicators",
    "help",
    "sheet_rows",
    "stages",
)
COUNTS = (
    "deliveries",
    "rows_delivered",
    "rows_accepted",
    "rows_rejected",
    "records",
    "persons",
    "households",
    "households_assessed",
    "households_poor",
    "issues",
    "pairs_for_review",
    "merges_refused",
)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report shows of one publication: rows by the name of the statement in ``sql/figures``."""

    rows: Mapping[str, list[Row]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> list[Row]:
        return self.rows.get(name, [])

    @property
    def counts(self) -> dict[str, int]:
        """The counts of ``ops.run``."""
        run = self["run"]
        return {name: int(run[0][name]) for name in COUNTS} if run else {}


def read_figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    """Read every figure of a warehouse.

    A publication made by an older version may lack a table: that figure is then absent, never zero.
    """
    found: dict[str, list[Row]] = {}
    for name in NAMES:
        try:
            result = connection.execute(load_statements(SQL / "figures" / f"{name}.sql"))
        except (duckdb.CatalogException, duckdb.BinderException):
            continue
        columns = [str(d[0]) for d in result.description or ()]
        found[name] = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    return Figures(found)
