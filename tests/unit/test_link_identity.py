from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.link.identity import (
    IdentityState,
    as_text,
    assign,
    empty_state,
    load_state,
    previous_numbers,
    save_state,
)
from pipeline.link.record_ids import places_among


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


def test_an_identifier_that_ends_is_answered_for_by_the_cluster_with_most_of_its_records() -> None:
    found = assign(codes(0, 0, 0, 3, 3, 3, 3, 3), codes(1, 1, 9, 5, 5, 5, 9, 9), codes(1, 5, 9), 10)
    assert found.number.tolist() == [1, 1, 1, 5, 5, 5, 5, 5]
    assert found.events.rows() == [("merged", 9, 5)]


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


def write_as_now(folder: Path) -> None:
    numbers = {"person": codes(-1, 2), "household": codes(7, 1)}
    save_state(IdentityState(pa.array(["a", "b"]), numbers, {"person": 3, "household": 8}), folder)


def write_as_before(folder: Path) -> None:
    """States used to name identifiers in full."""
    named = {"record_id": ["a", "b"], "person_id": [None, "P000000002"], "household_id": ["H000000007", "H000000001"]}
    coded = {name: pa.array(texts).dictionary_encode() for name, texts in named.items()}
    pq.write_table(pa.table(coded), folder / "identity.parquet")
    (folder / "counters.json").write_text('{"household": 8, "person": 3}', "utf-8")


@pytest.mark.parametrize("write", [write_as_now, write_as_before])
def test_the_state_reads_back_as_it_was_written(write: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path)
    state = load_state(tmp_path)
    places = places_among(pa.array(["a", "aa", "b", "c"]), state.record_id)
    assert places.tolist() == [0, -1, 1, -1]
    numbers, in_use = previous_numbers("household", places, state)
    assert (numbers.tolist(), in_use.tolist()) == ([7, -1, 1, -1], [1, 7])
    assert state.next_number == {"person": 3, "household": 8}
    assert previous_numbers("person", places, state)[0].tolist() == [-1, -1, 2, -1]


def test_records_are_found_in_the_state_across_blocks() -> None:
    before = pa.array([f"r{i:06d}" for i in range(0, 60_000, 2)])
    tonight = [f"r{i:06d}" for i in range(60_000) if i % 3 or i < 20_000]
    state = IdentityState(before, {"person": np.arange(30_000), "household": np.arange(30_000)})
    expected = [int(name[1:]) // 2 if int(name[1:]) % 2 == 0 else -1 for name in tonight]
    assert places_among(pa.array(tonight), state.record_id).tolist() == expected
    assert places_among(before, state.record_id).tolist() == list(range(30_000))
    assert places_among(pa.array([], pa.string()), state.record_id).tolist() == []
    assert places_among(before, empty_state().record_id).tolist() == [-1] * 30_000


def test_record_ids_in_no_order_and_repeated_ones_are_found_too() -> None:
    known = pa.array([f"r{i:06d}" for i in range(30_000)])
    wanted = [f"r{i:06d}" for i in range(40_000, 5_000, -7)] + ["r000005"] * 20_000 + ["", "z"]
    expected = [i if i < 30_000 else -1 for i in range(40_000, 5_000, -7)] + [5] * 20_000 + [-1, -1]
    assert places_among(pa.array(wanted), known).tolist() == expected
    few = ["r000007", "r000007", "a", "z", "r029999"]
    assert places_among(pa.array(few), known).tolist() == [7, 7, -1, -1, 29_999]
