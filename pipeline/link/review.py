"""What waits for a clerk: contradicted decisions, doubtful pairs, refused merges, as a CSV that Excel opens."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

_ANSWER = ("decision", "decided_by", "decided_at", "reason")
COLUMNS = ("record_id_a", "record_id_b", "why", "probability", "levels", *_ANSWER)


def write_review(pair: pa.Table, refused: pa.Table, contradiction: pa.Table, target: Path) -> int:
    """Write the pairs that a clerk should decide, doubtful ones first; the last columns are for the answer.

    Decisions that the data now contradict come before all: they hold until a clerk says otherwise.

    Args:
        pair: PAIR; those with ``is_review`` are written.
        refused: REFUSED.
        contradiction: CONTRADICTION.
        target: The CSV, UTF-8 with BOM so that Excel shows Thai. It holds record_ids and no names.

    Returns:
        How many pairs were written.
    """
    waiting = pair.filter(pc.fill_null(pair["is_review"], False)).to_pylist()
    rows = [
        (row["record_id_a"], row["record_id_b"], f"decided_{row['decision']}_but_{row['reason_code']}", "", "")
        for row in contradiction.to_pylist()
    ]
    rows += [
        (row["record_id_a"], row["record_id_b"], "doubtful", f"{row['probability']:.3f}", row["levels"])
        for row in sorted(waiting, key=lambda r: (-r["probability"], r["record_id_a"], r["record_id_b"]))
    ]
    seen = {row[:2] for row in rows}
    rows += [
        (row["record_id_a"], row["record_id_b"], row["reason_code"], "", "")
        for row in refused.to_pylist()
        if (row["record_id_a"], row["record_id_b"]) not in seen
    ]
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([*row, *("" for _ in _ANSWER)] for row in rows)
    return len(rows)
