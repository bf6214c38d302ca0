"""``khrua link`` on a made-up village, for tests of the command."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from link_records import village

from pipeline.commands.link import link_file
from pipeline.settings import settings_from_environment

COLUMNS = ("record_id", "agency", "national_id", "first_name", "last_name", "sex", "birth_date", "house_no", "moo",
           "tambon_code", "house_code", "household_ref")  # fmt: skip
OUTPUTS = ("linked", "link_reason", "pairs", "refused", "contradiction", "identity_event", "issue")
DECISIONS_HEADER = "record_id_a,record_id_b,decision,decided_by,decided_at,reason\n"


def village_table(households: int) -> pa.Table:
    """Records of a village, as one of our files has them."""
    rows, _ = village(households, seed=21)
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in COLUMNS})


def run_link(
    records: pa.Table | Path,
    out: Path,
    previous: Path | None = None,
    *,
    full: bool = False,
    decisions: Path | None = None,
    duplicate_free: tuple[str, ...] = (),
    told: list[str] | None = None,
) -> dict[str, Any]:
    """Link a file, or a table, which is written beside ``out`` first; what is told goes to ``told``."""
    path = records if isinstance(records, Path) else out.parent / f"{out.name}.parquet"
    if isinstance(records, pa.Table):
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(records, path)
    return link_file(
        path, out, previous=previous, full=full, retrain=False, decisions=decisions,
        duplicate_free=duplicate_free,
        settings=settings_from_environment({}, run_date=date(2026, 11, 24)),
        tell=(told if told is not None else []).append,
    )  # fmt: skip


def outputs(folder: Path) -> dict[str, bytes]:
    """The tables that a run wrote, as they are on the disk."""
    return {name: (folder / f"{name}.parquet").read_bytes() for name in OUTPUTS}
