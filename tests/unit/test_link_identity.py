from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.link.identity import IdentityState, as_text, assign, load_state, previous_numbers, save_state


def codes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_new_clusters_are_numbered_in_order_of_their_smallest_record() -> None:
    found = assign(codes(0, 1, 0, 3), codes(-1, -1, -1, -1), codes(), 1)
    assert found.number.tolist() == [1, 2, 1, 3]
    assert found.next_number == 4
    assert [e[0] for e in found.events.rows()] == ["created"] * 3


def test_a_cluster_keeps_the_identifier_it_shares_most_records_with() -> None:
    found = assign(codes(0, 0, 0), codes(8, 5, 8), codes(5, 8), 9)
    assert found.number.tolist() == [8, 8, 8]
    assert found.events.rows() == [("merged", 5, 8)]


def test_a_tie_goes_to_the_older_identifier() -> None:
    found = assign(codes(0, 0), codes(7, 3), codes(3, 7), 9)
    assert found.number.tolist() == [3, 3]


def test_a_split_gives_the_smaller_part_a_number_never_used_before() -> None:
    found = assign(codes(0, 0, 2), codes(4, 4, 4), codes(4), 9)
    assert found.number.tolist() == [4, 4, 9]
    assert found.events.rows() == [("split", 4, 9)]
    assert found.next_number == 10


def test_an_identifier_without_records_is_retired_and_not_given_again() -> None:
    found = assign(codes(0, 1), codes(-1, 2), codes(1, 2), 3)
    assert found.number.tolist() == [3, 2]
    assert ("retired", 1, None) in found.events.rows()


def test_nodes_without_a_cluster_have_no_identifier() -> None:
    found = assign(codes(-1, 1), codes(-1, -1), codes(), 1)
    assert as_text("person", found.number).to_pylist() == [None, "P000000001"]


def test_the_state_reads_back_as_it_was_written(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assigned = pa.table(
        {"record_id": ["b", "a"], "person_id": ["P000000002", None], "household_id": ["H000000001", "H000000007"]}
    )
    save_state(IdentityState(assigned, {"person": 3, "household": 8}), tmp_path)
    state = load_state(tmp_path)
    numbers, in_use = previous_numbers("household", pa.array(["a", "b", "c"]), state)
    assert numbers.tolist() == [7, 1, -1]
    assert in_use.tolist() == [1, 7]
    assert state.next_number == {"person": 3, "household": 8}
    assert previous_numbers("person", pa.array(["a"]), state)[0].tolist() == [-1]
