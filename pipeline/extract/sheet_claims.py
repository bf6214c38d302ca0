"""Which sheet of a file holds which list of the contract, and what keeps the file from being read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.contracts import ContractColumn, ContractList
from pipeline.extract.grid import Sheet
from pipeline.extract.header_search import Header, find_header_for, nearest_header
from pipeline.extract.headers import ColumnMap

# A name no sheet has: a pattern that takes it takes every name, so it says nothing about the sheet.
_NO_NAME = "\u2603 no such sheet \u2603"


@dataclass(frozen=True, slots=True)
class FileFault:
    """Something wrong with a whole file or sheet."""

    code: str
    sheet: str = ""
    column: str = ""
    header: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sheet that holds a list."""

    sheet: Sheet
    rule: ContractList
    header: Header
    columns: ColumnMap

    @property
    def missing(self) -> tuple[ContractColumn, ...]:
        """Required columns that are not there."""
        return tuple(column for column in self.columns.missing if column.is_required)

    @property
    def missing_exclusions(self) -> tuple[str, ...]:
        """Headers of exclusion rules that are not there: without them rows would be read that must not be."""
        places = zip(self.rule.exclude, self.columns.excluding, strict=True)
        return tuple(entry.header for entry, at in places if at is None)


@dataclass(slots=True)
class Claims:
    """The sheets of a file, told apart.

    Attributes:
        claims: Sheets that are read, in the order of the file.
        ignored: Sheets with content that no list claims.
        faults: What is wrong; a fault of severity ``stop`` keeps the file from being used.
    """

    claims: list[Claim] = field(default_factory=list)
    ignored: list[Sheet] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)

    @property
    def stop_code(self) -> str:
        """Code of the first fault that stops the file; empty when none does."""
        return next((fault.code for fault in self.faults if fault.severity == "stop"), "")


def applies_to_file(rule: ContractList, file_name: str) -> bool:
    """Whether a list may stand in a file of this name."""
    return not rule.file_pattern or re.search(rule.file_pattern, file_name) is not None


def claim_sheets(sheets: Sequence[Sheet], rules: Sequence[ContractList], file_name: str) -> Claims:
    """Give each sheet the list that its name and header fit.

    Args:
        sheets: Sheets of the file.
        rules: Lists of the contract.
        file_name: Name as delivered.
    """
    found = Claims()
    lists = [rule for rule in rules if applies_to_file(rule, file_name)]
    filled = [sheet for sheet in sheets if sheet.cells]
    weak: list[Claim] = []
    headless: list[tuple[Sheet, bool, Sequence[ContractList]]] = []
    for sheet in filled:
        candidates = [rule for rule in lists if re.fullmatch(rule.sheet_pattern, sheet.name)]
        is_named = any(re.fullmatch(rule.sheet_pattern, _NO_NAME) is None for rule in candidates)
        if not candidates or (sheet.is_hidden and not is_named):
            found.ignored.append(sheet)
            continue
        claim = _best(sheet, candidates)
        if claim is None:
            headless.append((sheet, is_named, candidates))
        elif claim.missing or claim.missing_exclusions:
            weak.append(claim)
        else:
            found.claims.append(claim)
    _settle_weak(found, weak)
    _settle_headless(found, headless)
    _note_missing(found, filled, lists)
    found.claims.sort(key=lambda claim: claim.sheet.order)
    return found


def _best(sheet: Sheet, candidates: Sequence[ContractList]) -> Claim | None:
    claims = []
    for rule in candidates:
        found = find_header_for(sheet, rule)
        if found is not None:
            claims.append(Claim(sheet, rule, *found))
    return min(
        claims,
        key=lambda c: (len(c.missing), -len(c.columns.mapped) / len(c.rule.columns), c.rule.list_code),
        default=None,
    )


def _is_any_name(rule: ContractList) -> bool:
    return re.fullmatch(rule.sheet_pattern, _NO_NAME) is not None


def _settle_weak(found: Claims, weak: Sequence[Claim]) -> None:
    """A sheet without a required column stops the file, unless its name says nothing and another sheet is sound.

    A sheet that has them all and lacks the column of an exclusion rule is that list, and always stops the file.
    """
    for claim in weak:
        has_sound = any(other.rule.list_code == claim.rule.list_code for other in found.claims)
        if claim.missing and _is_any_name(claim.rule) and has_sound:
            found.ignored.append(claim.sheet)
            continue
        found.faults += [
            FileFault("required_column_missing", claim.sheet.name, column.name, column.header, "stop")
            for column in claim.missing
        ]
        found.faults += [
            FileFault("required_column_missing", claim.sheet.name, "", header, "stop")
            for header in claim.missing_exclusions
        ]
        # What was found beside what was wanted: the column is often there under a new name.
        found.faults += _unknown_columns(claim)


def _settle_headless(found: Claims, headless: Sequence[tuple[Sheet, bool, Sequence[ContractList]]]) -> None:
    for sheet, is_named, candidates in headless:
        if (is_named and not sheet.is_hidden) or not (found.claims or found.faults):
            found.faults += _headless_faults(sheet, candidates)
        else:
            found.ignored.append(sheet)


def _headless_faults(sheet: Sheet, candidates: Sequence[ContractList]) -> list[FileFault]:
    """The columns that are wanted, and the headers that were found in the row that comes nearest to them."""
    near = [Claim(sheet, rule, *header) for rule in candidates if (header := nearest_header(sheet, rule)) is not None]
    claim = max(near, key=lambda c: (len(c.columns.mapped) / len(c.rule.columns), c.rule.list_code), default=None)
    missing = claim.missing if claim else tuple(column for column in candidates[0].columns if column.is_required)
    faults = [FileFault("header_not_found", sheet.name, one.name, one.header, "stop") for one in missing]
    return [*(faults or [FileFault("header_not_found", sheet.name, severity="stop")]), *_unknown_columns(claim)]


def _note_missing(found: Claims, filled: Sequence[Sheet], lists: Sequence[ContractList]) -> None:
    if not filled:
        found.faults.append(FileFault("file_empty", severity="stop"))
        return
    if not found.claims and not found.faults:
        found.faults.append(FileFault("sheet_missing", severity="stop"))
    claimed = {claim.rule.list_code for claim in found.claims}
    missing = [rule for rule in lists if rule.list_code not in claimed and not _is_any_name(rule)]
    if found.claims and not found.stop_code:
        # The other lists of the file are sound; the missing one keeps its last good delivery.
        found.faults += [FileFault("sheet_missing", column=rule.list_code, severity="warn") for rule in missing]
    found.faults += [FileFault("sheet_ignored", sheet.name, severity="note") for sheet in found.ignored]
    for claim in found.claims:
        found.faults += _unknown_columns(claim)


def _unknown_columns(claim: Claim | None) -> list[FileFault]:
    if claim is None:
        return []
    labels = claim.header.labels
    return [FileFault("column_unknown", claim.sheet.name, "", labels[at].text, "warn") for at in claim.columns.unknown]
