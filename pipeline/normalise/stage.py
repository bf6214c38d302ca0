"""The stage: RECORD in, NORMAL_RECORD, REPAIR and ISSUE out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline import tables
from pipeline.engine import Engine
from pipeline.normalise.records import normalise_records


@dataclass(frozen=True, slots=True)
class NormaliseResult:
    """Where the stage's tables are, and its reconciliation.

    Attributes:
        normal_record: Path of NORMAL_RECORD.
        repair: Path of REPAIR.
        issue: Path of ISSUE.
        rows_in: Records read.
        rows_out: Canonical records written; always ``rows_in``, nothing is dropped.
        repair_count: Repairs.
        issue_count: Issues.
    """

    normal_record: Path
    repair: Path
    issue: Path
    rows_in: int
    rows_out: int
    repair_count: int
    issue_count: int


def normalise(
    engine: Engine, record: pa.Table | Path, out: Path, *, province_code: str, threads: int = 1
) -> NormaliseResult:
    """Read every record's values and write them in canonical form.

    Args:
        engine: Where the records are read.
        record: RECORD, as a table or a Parquet file.
        out: Folder of the stage.
        province_code: Code of the province that the lists are of.
        threads: How many concepts to read at once.

    Returns:
        Paths and counts.
    """
    frame = engine.frame(record)
    data = engine.arrow(frame)
    engine.drop(frame)
    found = normalise_records(data, home_province=province_code, threads=threads)
    return NormaliseResult(
        tables.NORMAL_RECORD.write(found.normal_record, out),
        tables.REPAIR.write(found.repair, out),
        tables.ISSUE.write(found.issue, out),
        data.num_rows,
        found.normal_record.num_rows,
        found.repair.num_rows,
        found.issue.num_rows,
    )
