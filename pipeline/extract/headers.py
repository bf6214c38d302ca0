"""Header labels: made comparable, joined over several rows, and matched to the columns of a contract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.contracts import RETURNED_HEADER_PREFIX, ContractColumn, ContractList
from pipeline.extract.grid import Merge, Sheet

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_SPACE = re.compile("[\\s\u00a0]+")
# The marks with which people part the levels of a header; brackets stay, and so does the dot of "1.1".
_PARTING = re.compile(r"(?<!\d)[/|>»·•:*._–—-]+|[/|>»·•:*._–—-]+(?!\d)")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_SARA_AM = re.compile("ํ([่้๊๋]?)า")
_NUMBERING = re.compile(r"\(?\d{1,3}\)?")


@lru_cache(maxsize=65536)
def normal_label(text: str) -> str:
    """A label as it is compared: no white space, invisible marks or partings; Arabic digits; lower case."""
    bare = _INVISIBLE.sub("", text).translate(_THAI_DIGITS)
    bare = _SARA_AM.sub("\\1ำ", bare).replace("เเ", "แ")
    return _PARTING.sub("", _SPACE.sub("", bare)).lower()


@dataclass(frozen=True, slots=True)
class Label:
    """The header of one column.

    Attributes:
        parts: Labels from the top row to the bottom one, repeats left out.
        keys: Comparable forms: all parts, then without the upper ones, the lowest part last.
    """

    parts: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def text(self) -> str:
        """The header as people read it: levels parted by a slash."""
        return " / ".join(self.parts)


def make_label(parts: Sequence[str]) -> Label:
    """Join the labels of one column from top to bottom."""
    kept: list[str] = []
    for part in parts:
        text = re.sub(r"\s+", " ", _INVISIBLE.sub("", part)).strip()
        if text and (not kept or normal_label(text) != normal_label(kept[-1])):
            kept.append(text)
    keys = tuple(normal_label("".join(kept[i:])) for i in range(len(kept)))
    return Label(tuple(kept), keys)


def header_rows_filled(sheet: Sheet, top: int, height: int) -> list[list[str]]:
    """The texts of header rows with merged labels repeated over the columns they span.

    Args:
        sheet: The sheet.
        top: Position of the first header row.
        height: Number of header rows.
    """
    rows = [list(sheet.cells[top + i]) for i in range(height)]
    merged = _fill_merges(rows, sheet.merges, top)
    for level in range(height - 1):
        below = ["".join(texts).strip() for texts in zip(*rows[level + 1 :], strict=True)]
        _fill_by_look(rows[level], level, below, merged)
    return rows


def _fill_merges(rows: list[list[str]], merges: Sequence[Merge], top: int) -> set[tuple[int, int]]:
    filled: set[tuple[int, int]] = set()
    for first, left, last, right in merges:
        if last < top or first >= top + len(rows) or first < top:
            continue
        for row in range(first - top, min(last - top, len(rows) - 1) + 1):
            for column in range(left, min(right, len(rows[row]) - 1) + 1):
                rows[row][column] = rows[first - top][left]
                filled.add((row, column))
    return filled


def _fill_by_look(row: list[str], level: int, below: list[str], merged: set[tuple[int, int]]) -> None:
    """Spread a label over blank cells to its right that have labels of their own below, as a CSV export leaves them."""
    label = ""
    for column, text in enumerate(row):
        if text.strip():
            # A label with nothing below it is a column's own and spans nothing.
            label = text if below[column] else ""
        elif label and below[column] and (level, column) not in merged:
            row[column] = label
        else:
            label = ""


def labels_of(sheet: Sheet, top: int, height: int) -> list[Label]:
    """The label of every column of a sheet."""
    rows = header_rows_filled(sheet, top, height)
    return [make_label([row[column] for row in rows]) for column in range(sheet.width)]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The columns of a sheet, told apart.

    Attributes:
        mapped: Position in the contract's columns → position in the sheet.
        ignored: Positions of columns the contract knows and does not use.
        unknown: Positions of labelled columns the contract does not know.
        missing: Contract columns that are not in the sheet.
        full_matches: How many columns matched by their whole label.
        excluding: Where the column of each exclusion rule stands; None: it is not there.
    """

    mapped: dict[int, int]
    ignored: tuple[int, ...]
    unknown: tuple[int, ...]
    missing: tuple[ContractColumn, ...]
    full_matches: int
    excluding: tuple[int | None, ...] = ()


def map_columns(labels: Sequence[Label], rule: ContractList) -> ColumnMap:
    """Match a sheet's labels to a list's columns.

    The whole label is tried first, then its lower levels; the occurrence counts the columns that share a label.

    Args:
        labels: Labels of the sheet's columns.
        rule: The list.
    """
    mapped: dict[int, int] = {}
    taken: set[int] = set()
    full = 0
    ignored = {normal_label(h) for h in rule.ignored_headers}
    for is_whole in (True, False):
        places = _places(labels, is_whole)
        for number, column in enumerate(rule.columns):
            if number in mapped:
                continue
            position = _find(column, places, taken)
            if position is not None:
                mapped[number] = position
                taken.add(position)
                full += is_whole
        # A column ignored by its whole label is not offered by its lower levels.
        taken |= {i for i, label in enumerate(labels) if label.keys and label.keys[0] in ignored}
    excluding = _excluding(labels, rule, mapped)
    left = [i for i, label in enumerate(labels) if label.keys and i not in mapped.values()]
    skipped = tuple(
        i
        for i in left
        if ignored.intersection(labels[i].keys)
        # A rule that leaves rows out reads it: the contract knows this column.
        or i in excluding
        or _NUMBERING.fullmatch(labels[i].text)
        # A list that we gave back may come again with our own columns beside the agency's.
        or labels[i].text.startswith(RETURNED_HEADER_PREFIX)
    )
    unknown = tuple(i for i in left if i not in skipped)
    missing = tuple(c for number, c in enumerate(rule.columns) if number not in mapped)
    return ColumnMap(mapped, skipped, unknown, missing, full, excluding)


def _excluding(labels: Sequence[Label], rule: ContractList, mapped: Mapping[int, int]) -> tuple[int | None, ...]:
    """Where each exclusion rule looks: at its label, or at the contract's column that has it among its headers."""
    found: list[int | None] = []
    for header in (normal_label(entry.header) for entry in rule.exclude):
        at = next((i for i, label in enumerate(labels) if header in label.keys), None)
        for number, column in enumerate(rule.columns):
            if at is None and header in (normal_label(name) for name in (column.header, *column.aliases)):
                at = mapped.get(number)
        found.append(at)
    return tuple(found)


def _places(labels: Sequence[Label], is_whole: bool) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        for key in label.keys[:1] if is_whole else label.keys[1:]:
            places.setdefault(key, []).append(position)
    return places


def _find(column: ContractColumn, places: dict[str, list[int]], taken: set[int]) -> int | None:
    for header in (column.header, *column.aliases):
        found = places.get(normal_label(header), [])
        if column.occurrence == 1:
            found = [position for position in found if position not in taken]
        if len(found) >= column.occurrence and found[column.occurrence - 1] not in taken:
            return found[column.occurrence - 1]
    return None
