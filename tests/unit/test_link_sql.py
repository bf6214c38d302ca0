from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import pipeline.link

FILES = sorted((Path(pipeline.link.__file__).parent / "sql").glob("*.sql"))
# Compares UTF-8 bytes in DuckDB, of which a Thai letter has three (linkage page, finding 1).
ON_BYTES = re.compile(r"jaro|levenshtein|jaccard|//|\bexclude\b|\bqualify\b|\blist_|\barray_", re.IGNORECASE)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_each_statement_reads_the_same_in_both_dialects(path: Path, dialect: str) -> None:
    text = re.sub(r"\$(\w+)", r":\1", path.read_text(encoding="utf-8"))
    statements = [s for s in sqlglot.parse(text, dialect=dialect) if s is not None]
    assert len(statements) == 1
    assert not list(statements[0].find_all(exp.Command))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_no_statement_uses_what_only_one_engine_has(path: Path) -> None:
    code = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    assert not ON_BYTES.search(code)
    assert code == code.lower()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_each_statement_says_first_what_a_row_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- One row is")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_order_says_where_nulls_stand(path: Path) -> None:
    for order in sqlglot.parse_one(
        re.sub(r"\$(\w+)", r":\1", path.read_text(encoding="utf-8")), dialect="duckdb"
    ).find_all(exp.Ordered):
        assert order.args.get("nulls_first") is not None
