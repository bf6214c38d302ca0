"""The dictionary in docs is the one the statements make."""

from __future__ import annotations

from pathlib import Path

from pipeline.publish.dictionary import warehouse_dictionary

DOCS = Path(__file__).resolve().parents[2] / "docs" / "warehouse.md"


def test_the_dictionary_in_docs_is_up_to_date() -> None:
    assert DOCS.read_text(encoding="utf-8") == warehouse_dictionary(), (
        "run: python -m pipeline.publish.dictionary > docs/warehouse.md"
    )


def test_the_dictionary_names_every_required_table() -> None:
    text = warehouse_dictionary()
    required = {
        "core": ("person", "household", "household_member", "source_record", "household_indicator"),
        "mart": ("poverty_by_area", "who_helps_whom"),
        "ops": ("run", "delivery", "issue", "reconciliation"),
    }
    more = ("core.household_poverty", "core.assistance", "core.identity_event")
    for table in (*(f"{schema}.{name}" for schema, names in required.items() for name in names), *more):
        assert f"### {table}\n" in text
