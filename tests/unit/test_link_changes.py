from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.link.changes import Changes


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
