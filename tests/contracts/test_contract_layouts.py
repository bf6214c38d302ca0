"""The contracts fit the layouts of the synthetic province: every delivered column is mapped or ignored by name."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts import EVERY_ROLE, ContractBook, ContractList
from pipeline.contracts.files import load_contract_book
from pipeline.extract.headers import make_label, map_columns

ROOT = Path(__file__).resolve().parents[2]
LAYOUTS = sorted((ROOT / "pipeline" / "synthetic" / "layouts").glob("*.yaml"))


@lru_cache(maxsize=1)
def _book() -> ContractBook:
    return load_contract_book(ROOT / "data_contracts")


def _sheets() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (layout["agency"], file["file"], sheet)
        for layout in (yaml.safe_load(path.read_text(encoding="utf-8")) for path in LAYOUTS)
        for file in layout["files"]
        for sheet in file["sheets"]
    ]


def _rule(agency: str, file: str, sheet: dict[str, Any]) -> ContractList:
    name = sheet.get("sheet", "เมือง")
    rules = [
        rule
        for rule in _book().contracts[agency].lists
        if re.search(rule.file_pattern, file) and re.fullmatch(rule.sheet_pattern, name)
    ]
    assert len(rules) == 1, [rule.list_code for rule in rules]
    return rules[0]


def _names(rule: ContractList, number: int) -> set[str]:
    column = rule.columns[number]
    return {column.name, f"{column.role}.{column.name}"} if column.role != EVERY_ROLE else {column.name}


@pytest.mark.parametrize(
    ("agency", "file", "sheet"), _sheets(), ids=[f"{a}-{s.get('sheet', 'per_amphoe')}" for a, _, s in _sheets()]
)
def test_every_column_of_a_layout_is_mapped_to_its_source_or_ignored_by_name(
    agency: str, file: str, sheet: dict[str, Any]
) -> None:
    rule = _rule(agency, file, sheet)
    headers = [c["header"] if isinstance(c["header"], list) else [c["header"]] for c in sheet["columns"]]
    found = map_columns([make_label(parts) for parts in headers], rule)
    assert [headers[at] for at in found.unknown] == []
    assert [column.header for column in found.missing] == []
    position_of = {at: number for number, at in found.mapped.items()}
    for at, column in enumerate(sheet["columns"]):
        source = re.sub(r"^registered\.", "", column.get("source", ""))
        assert (at in position_of) == bool(source), headers[at]
        if source:
            assert source in _names(rule, position_of[at]), headers[at]


@pytest.mark.parametrize(
    ("agency", "file", "sheet"), _sheets(), ids=[f"{a}-{s.get('sheet', 'per_amphoe')}" for a, _, s in _sheets()]
)
def test_every_code_a_layout_types_is_understood_by_the_contract(agency: str, file: str, sheet: dict[str, Any]) -> None:
    rule = _rule(agency, file, sheet)
    by_name = {name: column for number, column in enumerate(rule.columns) for name in _names(rule, number)}
    for column in sheet["columns"]:
        name = column.get("source", "").removeprefix("registered.")
        if name and by_name[name].type in ("code", "boolean"):
            for code, typed in column.get("codes", {}).items():
                assert by_name[name].lookups.get(str(typed)) == str(code), (name, code)
