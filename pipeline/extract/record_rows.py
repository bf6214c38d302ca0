"""Accepted rows of a list → records and their attributes, column by column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from pipeline.attributes import Attribute
from pipeline.contracts import EVERY_ROLE, ContractColumn, ContractList
from pipeline.extract.kernels import IDENTITY_NAMES, ColumnKernel, Value
from pipeline.extract.record_id import RecordIds
from pipeline.extract.sheet_rows import HOUSEHOLD
from pipeline.extract.verdicts import IdentifiedRow, ListRows
from pipeline.tables import RECORD, RECORD_ATTRIBUTE, Table


@dataclass(slots=True)
class _Columns:
    """A table under construction."""

    table: Table
    data: dict[str, list[object]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: Mapping[str, object]) -> None:
        for name in self.table.column_names:
            self.data[name].append(row.get(name))

    def finish(self) -> pa.Table:
        return pa.table(
            {c.name: pa.array(self.data[c.name], c.type) for c in self.table.columns}, schema=self.table.schema
        )


@dataclass(frozen=True, slots=True)
class _Role:
    """How the records of one role are made: columns and constants, split in identity and facts."""

    name: str
    identity: tuple[tuple[int, str], ...]
    facts: tuple[tuple[int, ContractColumn], ...]
    constants: tuple[tuple[str, Value], ...]


def record_id_of(rule: ContractList, ids: RecordIds, base: str, role: str) -> str:
    """The record_id of one record of a row; a list of several roles names the role in all of them."""
    return ids.record_id(base, role if len(rule.roles) > 1 else "")


def build_records(
    found: ListRows, ids: RecordIds, agency: str, sheet_names: Mapping[int, str], attributes: Mapping[str, Attribute]
) -> tuple[pa.Table, pa.Table]:
    """The records and attributes of a list.

    Args:
        found: The list's accepted rows.
        ids: Makes the identities.
        agency: Agency code.
        sheet_names: Name of each sheet, by its position.
        attributes: The vocabulary.

    Returns:
        Tables ``RECORD`` and ``RECORD_ATTRIBUTE``; record_ids are those of the file alone, before
        :mod:`pipeline.extract.continuity`.
    """
    records, facts = _Columns(RECORD), _Columns(RECORD_ATTRIBUTE)
    roles = {role: _role(found, role, attributes) for role in found.rule.roles}
    for entry in found.accepted:
        for name in entry.row.roles:
            record_id = record_id_of(found.rule, ids, entry.base, name)
            said = _add_facts(facts, record_id, entry, roles[name], attributes)
            where = {
                "record_id": record_id,
                "agency": agency,
                "sheet": sheet_names[entry.row.sheet],
                "row_number": entry.row.number,
            }
            records.add(where | _record(found.rule, entry, roles[name], ids, said))
    return records.finish(), facts.finish()


def _role(found: ListRows, role: str, attributes: Mapping[str, Attribute]) -> _Role:
    identity: dict[str, int] = {}
    facts: dict[str, tuple[int, ContractColumn]] = {}
    # A role's own column goes before one that the whole row shares.
    for owner in (EVERY_ROLE, role):
        for number, column in enumerate(found.rule.columns):
            if found.reader.role_of(column) != owner:
                continue
            if column.name in IDENTITY_NAMES:
                identity[column.name] = number
            else:
                facts[column.name] = (number, column)
    constants = []
    for label, typed in found.rule.constants.items():
        owner, _, name = label.rpartition(".")
        if owner in ("", role, EVERY_ROLE):
            column = ContractColumn(
                name=name, header="", type=attributes[name].type if name in attributes else "identity"
            )
            kernel = ColumnKernel(column, attributes.get(name), found.rule.era, found.rule.date_order)
            constants.append((name, kernel.read(typed, "t")))
    return _Role(role, tuple((n, name) for name, n in identity.items()), tuple(facts.values()), tuple(constants))


def _add_facts(
    facts: _Columns, record_id: str, entry: IdentifiedRow, role: _Role, attributes: Mapping[str, Attribute]
) -> list[str]:
    said = []
    stated = {column.name for _, column in role.facts}
    values = [(column.name, column.column_class, entry.row.values[number]) for number, column in role.facts]
    values += [
        (name, attributes[name].column_class, value)
        for name, value in role.constants
        if name in attributes and name not in stated
    ]
    for name, column_class, value in values:
        is_empty = value.text is None and value.number is None and value.day is None
        if value.raw is None or (is_empty and not value.code):
            continue
        said.append(f"{name}={value.raw}")
        facts.add(
            {
                "record_id": record_id,
                "attribute": name,
                "raw_value": value.raw,
                "value_text": value.text,
                "value_number": value.number,
                "value_date": value.day,
                "column_class": column_class,
            }
        )
    return said


def _record(
    rule: ContractList, entry: IdentifiedRow, role: _Role, ids: RecordIds, said: list[str]
) -> dict[str, object | date]:
    identity: dict[str, object] = {
        name: value.text for name, value in role.constants if name in IDENTITY_NAMES and value.text
    }
    for number, name in role.identity:
        value = entry.row.values[number]
        if value.text is not None:
            identity[name] = value.text
    content = sorted([*said, *(f"{name}={value}" for name, value in identity.items())])
    return {
        "list_code": rule.list_code,
        "part": entry.row.part,
        "role": role.name,
        "record_kind": "household" if role.name == HOUSEHOLD else "person",
        "evidence_date": entry.evidence_date,
        "date_era": rule.era,
        "date_order": rule.date_order,
        "survey_round": rule.survey_round or None,
        "content_hash": ids.content(content),
        **identity,
    }
