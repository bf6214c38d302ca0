"""The dictionary of the warehouse (``docs/warehouse.md``), made from the same statements that make the warehouse.

``python -m pipeline.publish.dictionary > docs/warehouse.md`` writes it anew; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from pipeline.publish.build import SCHEMAS, table_files
from pipeline.publish.sql_files import SQL, load_statements

_HEAD = Path(__file__).resolve().parent / "templates" / "dictionary.md.j2"


def warehouse_dictionary() -> str:
    """The dictionary as Markdown: schemas, tables, columns with their Thai comments, and example queries."""
    with duckdb.connect(":memory:") as connection:
        _declare(connection)
        parts = [_HEAD.read_text(encoding="utf-8")]
        for schema in SCHEMAS:
            parts.append(f"## {schema}\n\n{_schema_words(schema)}\n")
            for table, comment in connection.execute(
                load_statements(SQL / "catalog" / "described_tables.sql"), {"schema": schema}
            ).fetchall():
                parts.append(f"### {schema}.{table}\n\n{comment}\n\n{_columns(connection, schema, table)}")
    parts.append("## ตัวอย่างคำถาม · Example queries\n\nทุกคำถามนี้รันจริงในการทดสอบ · A test runs each of them.\n")
    parts += [_example(path.read_text(encoding="utf-8")) for path in sorted((SQL / "examples").glob("*.sql"))]
    return "\n".join(parts)


def _declare(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in SCHEMAS:
        connection.execute(f"create schema {schema}")
    for path in table_files():
        for statement in connection.extract_statements(load_statements(path)):
            if statement.type != duckdb.StatementType.INSERT:
                connection.execute(statement)


def _schema_words(schema: str) -> str:
    text = load_statements(SQL / "tables" / "370_ops_schema_description.sql")
    with duckdb.connect(":memory:") as connection:
        connection.execute("create schema ops")
        connection.execute(text)
        found = connection.execute(
            load_statements(SQL / "catalog" / "schema_description.sql"), {"schema": schema}
        ).fetchone()
    return str(found[0]) if found else ""


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    rows = connection.execute(
        load_statements(SQL / "catalog" / "described_columns.sql"), {"schema": schema, "table": table}
    ).fetchall()
    lines = ["| คอลัมน์ | ชนิด | ว่างได้ | ความหมาย |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {kind} | {'ได้' if nullable else 'ไม่ได้'} | {str(comment).replace('|', '/')} |"
        for name, kind, nullable, comment in rows
    ]
    return "\n".join(lines) + "\n"


def _example(text: str) -> str:
    title, _, statement = text.partition("\n")
    return f"### {title.removeprefix('-- ')}\n\n```sql\n{statement.strip()}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(warehouse_dictionary())
