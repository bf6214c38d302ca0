"""What tells a record that stands as it was from one that changed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from pipeline.commands.delivered import digests
from pipeline.engine import DuckDBEngine
from pipeline.normalise.link_input import OPTIONAL, REQUIRED

COLUMNS = (*REQUIRED, *OPTIONAL)


def row(**cells: str | None) -> pa.Table:
    return pa.table({name: pa.array([cells.get(name, f"text of {name}")], pa.string()) for name in COLUMNS})


def test_every_column_and_its_place_are_part_of_what_a_row_says() -> None:
    with DuckDBEngine() as engine:
        rows = [row(), *(row(**{name: "another"}) for name in COLUMNS), *(row(**{name: None}) for name in COLUMNS)]
        # The same texts under each other's header.
        rows += [row(**{one: f"text of {other}", other: f"text of {one}"}) for one, other in pairwise(COLUMNS)]
        found = digests(engine, pa.concat_tables(rows))
        assert found is not None and len(np.unique(found)) == len(rows)


@pytest.mark.parametrize("name", REQUIRED)
def test_without_what_every_row_must_have_nothing_is_told_of_any(name: str) -> None:
    with DuckDBEngine() as engine:
        assert digests(engine, row().drop_columns([name])) is None
