"""The clerk's list names records, never people, and says why each pair waits."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline import tables
from pipeline.link.review import COLUMNS, write_review


def test_doubtful_pairs_come_before_refused_merges_and_each_pair_stands_once(tmp_path: Path) -> None:
    pair = tables.PAIR.from_rows(
        [
            {"record_id_a": "a", "record_id_b": "b", "probability": 0.6, "levels": "given=2", "is_review": True},
            {"record_id_a": "a", "record_id_b": "c", "probability": 0.9, "levels": "given=3", "is_review": True},
            {"record_id_a": "d", "record_id_b": "e", "probability": 0.99, "levels": "given=5", "is_review": False},
        ]
    )
    refused = tables.REFUSED.from_rows(
        [
            {"record_id_a": "a", "record_id_b": "b", "reason_code": "two_valid_ids"},
            {"record_id_a": "x", "record_id_b": "y", "reason_code": "active_after_death"},
        ]
    )
    target = tmp_path / "review" / "20261124-01.csv"
    contradiction = tables.CONTRADICTION.from_rows(
        [{"record_id_a": "k", "record_id_b": "m", "decision": "same", "reason_code": "two_valid_ids"}]
    )
    assert write_review(pair, refused, contradiction, target) == 4
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row[:4] for row in rows[1:]] == [
        ["k", "m", "decided_same_but_two_valid_ids", ""],
        ["a", "c", "doubtful", "0.900"],
        ["a", "b", "doubtful", "0.600"],
        ["x", "y", "active_after_death", ""],
    ]
