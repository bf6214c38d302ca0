"""SQL of the stages that a cluster engine will run too keeps to what DuckDB and Spark share."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import expressions as exp

PIPELINE = Path(__file__).resolve().parents[2] / "pipeline"
SHARED = sorted(path for room in ("normalise", "link", "score") for path in (PIPELINE / room / "sql").glob("*.sql"))
NOT_SHARED = (exp.Qualify, exp.Array, exp.ArrayAgg, exp.Unnest, exp.Explode, exp.IntDiv, exp.Levenshtein)


def _spark_text(text: str) -> str:
    # Spark binds :name where DuckDB binds $name; the engine translates.
    return text.replace("$", ":")


def _name(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.stem}"


def test_there_are_statements_to_look_at() -> None:
    assert {path.parent.parent.name for path in SHARED} >= {"link", "score"}


@pytest.mark.parametrize("path", SHARED, ids=_name)
def test_a_statement_is_one_query_in_both_dialects(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for statements in (sqlglot.parse(text, read="duckdb"), sqlglot.parse(_spark_text(text), read="spark")):
        assert len(statements) == 1
        assert isinstance(statements[0], exp.Query)


@pytest.mark.parametrize("path", SHARED, ids=_name)
def test_a_statement_uses_nothing_that_only_one_engine_has(path: Path) -> None:
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="duckdb")
    assert [type(node).__name__ for node in tree.find_all(*NOT_SHARED)] == []
    assert [star.sql() for star in tree.find_all(exp.Star) if star.args.get("except_") or star.args.get("except")] == []


@pytest.mark.parametrize("path", SHARED, ids=_name)
def test_an_order_says_where_nulls_stand(path: Path) -> None:
    # DuckDB puts nulls last and Spark first: only a stated order gives the same rows.
    text = path.read_text(encoding="utf-8")
    tree = sqlglot.parse_one(text, read="duckdb")
    keys = list(tree.find_all(exp.Ordered))
    assert text.lower().count("nulls first") + text.lower().count("nulls last") == len(keys)


@pytest.mark.parametrize("path", SHARED, ids=_name)
def test_a_statement_is_lower_case_and_says_what_a_row_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = "\n".join(line.split("--")[0] for line in text.splitlines())
    assert code == code.lower()
    assert text.lstrip().startswith("--")
