"""Verdicts on the rows of one list in one file: identities, repeated rows and keys, parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.contracts import ContractList
from pipeline.extract.headers import normal_label
from pipeline.extract.period import row_period
from pipeline.extract.record_id import RecordIds, TraitReader, Traits
from pipeline.extract.sheet_claims import Claim
from pipeline.extract.sheet_rows import DataRow, Fault, ListReader, SheetRows


@dataclass(slots=True)
class IdentifiedRow:
    """One accepted row with its identity.

    Attributes:
        base: Hash by which the row is known from its own values.
        content: Keyed hash of everything the row says.
        evidence_date: Date the row speaks of; None: that of the delivery.
    """

    row: DataRow
    base: str
    content: str
    traits: Traits
    evidence_date: date | None


@dataclass(slots=True)
class ListRows:
    """One list of a file; ``parts``: what it speaks of, with or without a row."""

    rule: ContractList
    reader: ListReader
    sheets: list[SheetRows]
    accepted: list[IdentifiedRow]
    parts: tuple[str, ...] = ()


def judge_list(rule: ContractList, claims: Sequence[Claim], reader: ListReader, ids: RecordIds, part: str) -> ListRows:
    """Read the sheets of a list and settle which rows count.

    Args:
        rule: The list.
        claims: Its sheets.
        reader: Reads them.
        ids: Makes the identities.
        part: Part that the file's name gives; empty otherwise.
    """
    sheets = [reader.read(claim.sheet, claim.header, claim.columns) for claim in claims]
    traits = TraitReader(rule, lambda number: reader.role_of(rule.columns[number]))
    entries: list[IdentifiedRow] = []
    for sheet in sheets:
        for row in sheet.rows:
            row.part = _part(rule, row, sheet.sheet.name, part)
            if row.kind != "accepted":
                continue
            content = ids.content([f"{value.raw}" if value.raw is not None else "" for value in row.values])
            entries.append(IdentifiedRow(row, "", content, traits.read(row), row_period(rule, row)))
    for entry in entries:
        missing = traits.missing_key(entry.traits)
        if missing is not None:
            entry.row.faults.append(Fault("key_incomplete", (missing,)))
    _identify(entries, ids, reader.columns_of(rule.key), is_added=rule.delivery_mode == "append")
    accepted = [entry for entry in entries if entry.row.kind == "accepted"]
    return ListRows(rule, reader, sheets, accepted, _parts(rule, sheets, part))


def _parts(rule: ContractList, sheets: Sequence[SheetRows], file_part: str) -> tuple[str, ...]:
    """The parts that a file speaks of: a sheet without a row says that its part is empty."""
    if rule.delivery_mode != "full_per_part":
        return ("",)
    if rule.part_from == "file":
        return (normal_label(file_part),)
    if rule.part_from == "sheet":
        return tuple(sorted({normal_label(sheet.sheet.name) for sheet in sheets}))
    return tuple(sorted({row.part for sheet in sheets for row in sheet.rows}))


def _part(rule: ContractList, row: DataRow, sheet_name: str, file_part: str) -> str:
    if rule.delivery_mode != "full_per_part":
        return ""
    if rule.part_from == "sheet":
        return normal_label(sheet_name)
    if rule.part_from == "file":
        return normal_label(file_part)
    for number, column in enumerate(rule.columns):
        if column.name == rule.part_from and row.values[number].raw is not None:
            return normal_label(row.values[number].text or row.values[number].raw or "")
    return ""


def _identify(entries: Sequence[IdentifiedRow], ids: RecordIds, key_columns: Sequence[int], *, is_added: bool) -> None:
    unkeyed: list[IdentifiedRow] = []
    keyed: defaultdict[str, list[IdentifiedRow]] = defaultdict(list)
    for entry in entries:
        base = ids.keyed(entry.traits)
        if base is None:
            unkeyed.append(entry)
        else:
            entry.base = base
            keyed[base].append(entry)
    for group in keyed.values():
        if len(group) > 1:
            _settle_key(group, key_columns)
    bases = ids.unkeyed([(e.traits, e.content) for e in unkeyed], is_added=is_added)
    for entry, base in zip(unkeyed, bases, strict=True):
        entry.base = base
    _note_repeats(unkeyed)


def _settle_key(group: Sequence[IdentifiedRow], key_columns: Sequence[int]) -> None:
    """One row keeps the key: the fullest, then by content, so that the order of rows does not matter."""

    def rank(entry: IdentifiedRow) -> tuple[int, int, str, int, int]:
        filled = sum(value.raw is not None for value in entry.row.values)
        return (len(entry.row.faults), -filled, entry.content, entry.row.sheet, entry.row.position)

    keeper, *others = sorted(group, key=rank)
    for entry in others:
        if entry.content == keeper.content:
            entry.row.reject("duplicate_row", other=keeper.row)
        else:
            entry.row.reject("duplicate_key", *key_columns, other=keeper.row)


def _note_repeats(entries: Sequence[IdentifiedRow]) -> None:
    first: dict[str, DataRow] = {}
    for entry in sorted(entries, key=lambda e: (e.row.sheet, e.row.position)):
        other = first.setdefault(entry.content, entry.row)
        if other is not entry.row:
            entry.row.faults.append(Fault("duplicate_row", other=other))
