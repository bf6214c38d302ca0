from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from pipeline.link.changes import Changes, has_drifted


def test_records_are_placed_by_their_row_before_only_among_those_of_the_run_before() -> None:
    nothing = np.empty(0, dtype=np.int64)
    changes = Changes(
        is_changed=np.array([True, False]),
        row_before=np.array([-1, 1]),
        ids_before=pa.array(["a", "c"]),
        node=np.array([-1, 1], dtype=np.int32),
        old_rows=nothing,
        columns_before={},
    )
    ids = pa.array(["b", "c"])
    assert changes.places_among(ids, pa.array(["a", "c"])).tolist() == [-1, 1]
    assert changes.places_among(ids, pa.array(["b", "c", "d"])).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("changed", "records", "has"),
    [(99, 40, False), (100, 40, True), (100, 400, True), (249, 1000, False), (250, 1000, True)],
)
def test_the_model_is_learnt_anew_from_its_published_limits_on(changed: int, records: int, has: bool) -> None:
    assert has_drifted(changed, records) is has
