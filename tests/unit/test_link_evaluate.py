from __future__ import annotations

import pyarrow as pa

from pipeline.link import evaluate


def linked(*rows: tuple[str, str | None, str]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    return pa.table(
        {
            "record_id": pa.array(columns[0], pa.string()),
            "person_id": pa.array(columns[1], pa.string()),
            "household_id": pa.array(columns[2], pa.string()),
        }
    )


TRUTH = linked(("a", "p", "h"), ("b", "p", "h"), ("c", "p", "h"), ("d", "q", "h"), ("e", "r", "g"))


def test_pairs_are_counted_as_by_hand() -> None:
    # True person pairs ab ac bc; found ab, de: one hit of two found, one of three true.
    found = linked(("a", "1", "1"), ("b", "1", "1"), ("c", "2", "2"), ("d", "3", "3"), ("e", "3", "3"))
    result = evaluate(found, TRUTH)
    assert result["person"] == {"precision": 0.5, "recall": round(1 / 3, 6), "f1": 0.4}
    # True household pairs: six of abcd; found ab, de.
    assert result["household"] == {"precision": 0.5, "recall": round(1 / 6, 6), "f1": 0.25}
    # Persons found exactly: none of p, q, r.
    assert result["cluster"]["f1"] == 0.0


def test_a_perfect_linkage_scores_one_whatever_its_identifiers() -> None:
    found = linked(("e", "x", "k"), ("d", "y", "m"), ("a", "z", "m"), ("b", "z", "m"), ("c", "z", "m"))
    result = evaluate(found, TRUTH)
    assert [result[kind]["f1"] for kind in ("person", "household", "cluster")] == [1.0, 1.0, 1.0]


def test_records_that_are_not_linked_are_missing_and_their_pairs_are_not_found() -> None:
    # True person pairs ab ac bc; of these ab is found, and c is missing.
    result = evaluate(linked(("a", "1", "1"), ("b", "1", "1"), ("d", "2", "1"), ("e", "3", "2")), TRUTH)
    assert result["missing"] == 1
    assert result["person"] == {"precision": 1.0, "recall": round(1 / 3, 6), "f1": 0.5}


def test_linked_records_that_the_truth_does_not_know_are_counted_and_change_no_measure() -> None:
    known = linked(("a", "1", "1"), ("b", "1", "1"), ("d", "2", "1"), ("e", "3", "2"))
    more = linked(("x", "1", "1"), ("a", "1", "1"), ("b", "1", "1"), ("y", "9", "9"), ("d", "2", "1"), ("e", "3", "2"))
    assert evaluate(known, TRUTH)["unknown"] == 0
    assert evaluate(more, TRUTH) == evaluate(known, TRUTH) | {"unknown": 2}


def test_records_of_households_count_for_households_alone() -> None:
    truth = linked(("a", "p", "h"), ("b", "p", "h"), ("x", None, "h"))
    found = linked(("a", "1", "1"), ("b", "1", "1"), ("x", None, "1"))
    result = evaluate(found, truth)
    assert result["person"]["f1"] == 1.0
    assert result["household"]["f1"] == 1.0


def test_a_person_with_two_valid_ids_is_counted() -> None:
    records = pa.table(
        {
            "record_id": ["a", "b", "c", "d"],
            "national_id": ["1", "2", "1", "3"],
            "national_id_status": ["valid", "valid", "valid", "bad_checksum"],
        }
    )
    found = linked(("a", "1", "1"), ("b", "1", "1"), ("c", "2", "2"), ("d", "2", "2"), ("e", "3", "3"))
    assert evaluate(found, TRUTH, records)["persons_with_two_valid_ids"] == 1
