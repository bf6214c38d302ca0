"""A publication larger than its memory spills, and nobody can read what it spilled."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.publish.build import Resources


def test_what_a_publication_spills_cannot_be_read_from_the_disk(tmp_path: Path) -> None:
    resources = Resources(threads=1, memory_limit="30MB", spill=tmp_path)
    with duckdb.connect(":memory:", config=resources.config()) as connection:
        connection.execute(
            "create temp table person as "
            "select 'Thongdee Phongphaew ' || lpad(cast(range as varchar), 8, '0') as name from range(1500000)"
        )
        spilled = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert connection.execute("select count(distinct name) from person").fetchone() == (1_500_000,)
    assert len(spilled) > 1_000_000
    assert b"Phongphaew" not in spilled
