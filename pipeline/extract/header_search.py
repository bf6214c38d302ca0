"""Where the header of a sheet stands: settled by the contract's labels, or by the shape of the sheet alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.contracts import ContractList
from pipeline.extract.grid import BLANK, BOOLEAN, DATE, NUMBER, TEXT, Sheet
from pipeline.extract.headers import ColumnMap, Label, labels_of, map_columns, normal_label

HEIGHT_LIMIT = 6
# Titles, addresses and explanations above a table rarely pass a screen.
TOP_LIMIT = 40
# A sentence in a cell of its own is a title, also where it does not stand in the first column.
LABEL_LENGTH = 40
_YEAR = re.compile(r"2[45]\d\d|19\d\d|20\d\d")
_NUMERIC_TEXT = re.compile(r"[\d๐-๙][\d๐-๙.,/\- ]*")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet.

    Attributes:
        top: Position of its first row.
        height: Its rows.
        labels: Label of every column of the sheet.
    """

    top: int
    height: int
    labels: tuple[Label, ...]

    @property
    def bottom(self) -> int:
        """Position of the first row below the header."""
        return self.top + self.height


def is_blank_row(sheet: Sheet, row: int) -> bool:
    """Whether a row holds nothing."""
    return not sheet.kinds[row].strip(BLANK)


_Fit = tuple[tuple[int, bool, int, int, int], Header, ColumnMap]


def find_header_for(sheet: Sheet, rule: ContractList) -> tuple[Header, ColumnMap] | None:
    """The rows whose labels fit a list's columns best.

    Args:
        sheet: The sheet.
        rule: The list; its ``header_rows`` settles the height as long as the required columns are found with it.

    Returns:
        The header and the columns told apart; None when no rows fit: fewer than half of the required columns (or
        of all columns, when none is required), or fewer than two.
    """
    best: _Fit | None = None
    if rule.header_rows:
        best = _search(sheet, rule, (rule.header_rows,))
        if best is not None and not any(column.is_required for column in best[2].missing):
            return (best[1], best[2]) if _is_enough(best[2], rule) else None
    free = _search(sheet, rule, range(1, HEIGHT_LIMIT + 1))
    if best is None or (free is not None and free[0] > best[0]):
        # A header with fewer rows than the contract says would take rows of data into its labels.
        best = free
    if best is None or not _is_enough(best[2], rule):
        return None
    return best[1], best[2]


def nearest_header(sheet: Sheet, rule: ContractList) -> tuple[Header, ColumnMap] | None:
    """The rows that come nearest to a list's header, where :func:`find_header_for` finds none that is enough.

    Args:
        sheet: The sheet.
        rule: The list.

    Returns:
        The header and the columns told apart; None where no row holds two labels that the list knows: one may stand
        in a row of a person too (ชาย, บาท).
    """
    found = _search(sheet, rule, range(1, HEIGHT_LIMIT + 1))
    if found is None or len(found[2].mapped) + len(found[2].ignored) < 2:
        return None
    return found[1], found[2]


def _search(sheet: Sheet, rule: ContractList, heights: Sequence[int]) -> _Fit | None:
    best: _Fit | None = None
    parts = _label_parts(tuple(header for column in rule.columns for header in (column.header, *column.aliases)))
    last = min(len(sheet.cells), TOP_LIMIT + max(heights) - 1)
    # Rows of data rarely hold a piece of a label: without this a sheet of 116 columns takes half a second.
    has_piece = [any(normal_label(text) in parts for text in sheet.cells[row] if text) for row in range(last)]
    for top in range(min(last, TOP_LIMIT)):
        if best is not None and best[2].full_matches == len(rule.columns) and top >= best[1].bottom:
            break
        if is_blank_row(sheet, top):
            continue
        for height in (height for height in heights if top + height <= last and any(has_piece[top : top + height])):
            labels = tuple(labels_of(sheet, top, height))
            found = map_columns(labels, rule)
            header = Header(top, height, labels)
            score = (
                len(found.mapped),
                not _ends_in_a_group_row(sheet, header, found),
                found.full_matches,
                -height,
                -top,
            )
            if best is None or score > best[0]:
                best = (score, header, found)
    return best


def _ends_in_a_group_row(sheet: Sheet, header: Header, found: ColumnMap) -> bool:
    """Whether the last row holds one cell, such as an amphoe, left of all that the contract knows.

    Without the upper row of a header of two its labels stand bare above a group row, and more of them fit whole.
    """
    filled = [column for column, kind in enumerate(sheet.kinds[header.bottom - 1]) if kind != BLANK]
    return len(filled) == 1 and filled[0] < min((*found.mapped.values(), *found.ignored), default=0)


@lru_cache(maxsize=256)
def _label_parts(headers: tuple[str, ...]) -> frozenset[str]:
    """The labels, their beginnings and their ends: what a cell of a header row can hold."""
    found: set[str] = set()
    for header in headers:
        label = normal_label(header)
        found.add(label)
        found.update(label[:end] for end in range(2, len(label)))
        found.update(label[start:] for start in range(1, len(label) - 1))
    return frozenset(found)


def _is_enough(found: ColumnMap, rule: ContractList) -> bool:
    required = [n for n, column in enumerate(rule.columns) if column.is_required]
    wanted = required or list(range(len(rule.columns)))
    return len(found.mapped) >= min(2, len(rule.columns)) and 2 * sum(n in found.mapped for n in wanted) >= len(wanted)


# ---------------------------------------------------------------- by shape


def find_header_by_shape(sheet: Sheet) -> Header | None:
    """The rows that look like a header: labels above columns of numbers, below single-cell titles.

    Args:
        sheet: The sheet.

    Returns:
        The header; None for an empty sheet or one with nothing like a header.
    """
    filled = [row for row in range(len(sheet.cells)) if not is_blank_row(sheet, row)]
    if not filled or sheet.width < 2:
        return None
    first_data = _first_data_row(sheet, filled)
    above = [row for row in filled if row < first_data]
    if not above:
        return None
    bottom = _without_groups(sheet, above)
    top = bottom
    while top > 0 and bottom - top + 1 < HEIGHT_LIMIT and _is_header_row(sheet, top - 1):
        top -= 1
    height = bottom - top + 1
    return Header(top, height, tuple(labels_of(sheet, top, height)))


def _without_groups(sheet: Sheet, above: list[int]) -> int:
    """The lowest of the rows above the data that may be a header: group rows (a month, an amphoe) stand below it."""
    tables = [row for row in above if _count(sheet, row) > 1]
    if not tables:
        return above[-1]
    first = min(_first_filled(sheet, row) for row in tables)
    lower = [row for row in above if row > tables[-1]]
    labels = [row for row in lower if _first_filled(sheet, row) > first]
    return labels[-1] if labels else tables[-1]


def _first_filled(sheet: Sheet, row: int) -> int:
    return next(column for column, kind in enumerate(sheet.kinds[row]) if kind != BLANK)


def _is_data_cell(sheet: Sheet, row: int, column: int) -> bool:
    kind = sheet.kinds[row][column]
    if kind in (NUMBER, DATE, BOOLEAN):
        return True
    return kind == TEXT and _NUMERIC_TEXT.fullmatch(sheet.cells[row][column].strip()) is not None


def _first_data_row(sheet: Sheet, filled: list[int]) -> int:
    """The first row that has numbers in at least half of the columns that are numbers further down."""
    lower = [row for row in filled[len(filled) // 2 :] if _count(sheet, row) > 1] or filled
    numeric = [
        column
        for column in range(sheet.width)
        if 2 * sum(_is_data_cell(sheet, row, column) for row in lower) > len(lower)
    ]
    if not numeric:
        return _after_labels(sheet, filled)
    for row in filled:
        hits = sum(_is_data_cell(sheet, row, column) for column in numeric)
        if 2 * hits >= len(numeric) and _count(sheet, row) > 1 and not _is_row_of_years(sheet, row, filled[0]):
            return row
    return filled[-1] + 1


def _is_row_of_years(sheet: Sheet, row: int, first: int) -> bool:
    """Whether numbers in the first row are labels: years, as in จังหวัด | 2545 | 2546."""
    numbers = [c for c in range(sheet.width) if _is_data_cell(sheet, row, c)]
    return (
        row == first
        and len(numbers) < _count(sheet, row)
        and all(_YEAR.fullmatch(sheet.cells[row][column].strip()) for column in numbers)
    )


def _after_labels(sheet: Sheet, filled: list[int]) -> int:
    """Without columns of numbers: the first full row is the header, the next row begins the data."""
    widest = max(_count(sheet, row) for row in filled)
    first_full = next(row for row in filled if 5 * _count(sheet, row) >= 3 * widest)
    return next((row for row in filled if row > first_full), filled[-1] + 1)


def _count(sheet: Sheet, row: int) -> int:
    return len(sheet.kinds[row]) - sheet.kinds[row].count(BLANK)


def _is_header_row(sheet: Sheet, row: int) -> bool:
    """A row above the lowest header row that belongs to the header: several labels, or one that spans later columns."""
    count = _count(sheet, row)
    if count == 0:
        return False
    if count > 1:
        # A title of two short cells (a year and a band) above a wide table is no header row.
        return 5 * count > sheet.width or any(first == row and right > left for first, left, _, right in sheet.merges)
    column = _first_filled(sheet, row)
    spans = [(left, right) for first, left, _, right in sheet.merges if first == row and left == column]
    if not spans:
        return column > 0 and len(sheet.cells[row][column].strip()) <= LABEL_LENGTH
    # A label over most of the columns is a title.
    return column > 0 and 5 * (spans[0][1] - spans[0][0] + 1) < 3 * sheet.width
