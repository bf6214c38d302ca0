"""The agencies' tables as one stage folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.extract.outcome import OUTPUTS


def combine(outs: Sequence[Path], out: Path) -> None:
    """Put the agencies' tables together, in the order of each table's key.

    Args:
        outs: Folders that :func:`pipeline.extract.agency.extract_agency` wrote.
        out: The stage's folder.
    """
    for table in OUTPUTS:
        parts = [table.read(folder) for folder in sorted(outs)]
        table.write(pa.concat_tables([table.empty(), *parts]), out)
