"""A sheet as rows of cells: titles, merged headers, groups, data, totals, legends; and which person stands where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pipeline.synthetic.areas import province_areas
from pipeline.synthetic.assembly import column_cells
from pipeline.synthetic.cells import Cell
from pipeline.synthetic.formats import LONG_MONTHS
from pipeline.synthetic.layout import LayoutColumn, LayoutSheet
from pipeline.synthetic.randomness import Ints
from pipeline.synthetic.rows import ListRows

# First row, first column, last row, last column, from 0.
Merge = tuple[int, int, int, int]


@dataclass
class Grid:
    """One sheet.

    Attributes:
        name: Sheet name.
        rows: Cells, row by row from the first.
        merges: Merged ranges.
        placed: Row number as Excel shows it → position in the list.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    placed: dict[int, int] = field(default_factory=dict)


def build_grids(rows: ListRows, sheet: LayoutSheet, *, hand: bool, is_workbook: bool, date_rate: float) -> list[Grid]:
    """Lay a list out.

    Args:
        rows: The list.
        sheet: The layout.
        hand: Typed by hand.
        is_workbook: Whether the file is .xls or .xlsx.
        date_rate: See ``assembly.column_cells``.

    Returns:
        One grid, or one for each amphoe.
    """
    columns = [column_cells(rows, c, hand=hand, is_workbook=is_workbook, date_rate=date_rate) for c in sheet.columns]
    if sheet.sheet_per != "amphoe":
        return [_grid(sheet.name, sheet, rows, columns, np.arange(len(rows)))]
    areas, houses = province_areas(), rows.world.population.houses
    amphoe = areas.amphoe_number[houses.tambon[rows.main.house]]
    names = {number: name for number, name in zip(areas.amphoe_number.tolist(), areas.amphoe.tolist(), strict=True)}
    return [
        _grid(f"อ.{names[number]}", sheet, rows, columns, np.flatnonzero(amphoe == number))
        for number in np.unique(amphoe).tolist()
    ]


def _grid(name: str, sheet: LayoutSheet, rows: ListRows, columns: list[list[Cell]], index: Ints) -> Grid:
    grid = Grid(name)
    width = len(sheet.columns)
    for title in sheet.titles:
        grid.merges.append((len(grid.rows), 0, len(grid.rows), min(width, 12) - 1))
        grid.rows.append([title])
    grid.rows.extend([] for _ in range(sheet.blank_after_titles))
    _header(grid, sheet)
    summed = [0.0] * width
    for label, members in _groups(sheet, rows, index):
        if label:
            grid.rows.append([label])
        group_sum = [0.0] * width
        for row in members:
            grid.placed[len(grid.rows) + 1] = row
            cells = [column[row] for column in columns]
            _add(group_sum, cells)
            grid.rows.append(cells)
        summed = [a + b for a, b in zip(summed, group_sum, strict=True)]
        if sheet.subtotal:
            grid.rows.append(_total(sheet, sheet.subtotal, group_sum))
    _renumber(grid, sheet)
    if sheet.total:
        grid.rows.append(_total(sheet, sheet.total, summed))
    _notes(grid, sheet)
    return grid


def _renumber(grid: Grid, sheet: LayoutSheet) -> None:
    """Serial numbers run down the sheet as a person sees it."""
    serials = [at for at, column in enumerate(sheet.columns) if column.fill == "serial" and not column.source]
    for number, row in enumerate(grid.placed, start=1):
        for at in serials:
            grid.rows[row - 1][at] = number


def _notes(grid: Grid, sheet: LayoutSheet) -> None:
    if sheet.legends:
        grid.rows.append([])
        grid.rows.extend([legend] for legend in sheet.legends)
    for number, text in enumerate(sheet.legend_right):
        at = len(sheet.titles) + sheet.blank_after_titles + sheet.header_depth + number
        if at < len(grid.rows):
            row = grid.rows[at]
            row.extend([None] * (len(sheet.columns) + 1 - len(row)))
            row.append(text)
    if sheet.blank_first_column:
        grid.rows = [[None, *row] if row else row for row in grid.rows]
        grid.merges = [(top, left + 1, bottom, right + 1) for top, left, bottom, right in grid.merges]


def _add(sums: list[float], cells: list[Cell]) -> None:
    for at, cell in enumerate(cells):
        if isinstance(cell, int | float):
            sums[at] += cell


def _total(sheet: LayoutSheet, label: str, sums: list[float]) -> list[Cell]:
    row: list[Cell] = [
        (int(total) if total.is_integer() else round(total, 2)) if column.is_summed else None
        for column, total in zip(sheet.columns, sums, strict=True)
    ]
    row[0] = label
    return row


def _groups(sheet: LayoutSheet, rows: ListRows, index: Ints) -> Iterator[tuple[str, list[int]]]:
    if not sheet.group_rows:
        yield "", index.tolist()
        return
    keys = _group_keys(sheet.group_rows, rows)[index]
    for key in np.unique(keys).tolist():
        yield _group_label(sheet.group_rows, key), index[keys == key].tolist()


def _group_keys(kind: str, rows: ListRows) -> Ints:
    if kind == "month":
        return rows.met.astype("datetime64[M]").astype(np.int64)
    areas = province_areas()
    tambon = rows.world.population.houses.tambon[rows.main.house]
    return areas.amphoe_number[tambon] if kind == "amphoe" else tambon


def _group_label(kind: str, key: int) -> str:
    areas = province_areas()
    if kind == "month":
        return f"เดือน{LONG_MONTHS[key % 12]} {1970 + key // 12 + 543}"
    if kind == "amphoe":
        return f"อำเภอ{areas.amphoe[areas.amphoe_number == key][0]}"
    return f"ตำบล{areas.tambon[key]}"


def _header(grid: Grid, sheet: LayoutSheet) -> None:
    depth, top = sheet.header_depth, len(grid.rows)
    labels = [_padded(column, depth) for column in sheet.columns]
    cells: list[list[Cell]] = [[None] * len(labels) for _ in range(depth)]
    covered = np.zeros((depth, len(labels)), dtype=bool)
    for row in range(depth):
        for at in range(len(labels)):
            if covered[row, at]:
                continue
            right, bottom = _block(labels, row, at, depth)
            covered[row : bottom + 1, at : right + 1] = True
            cells[row][at] = labels[at][row]
            if (bottom, right) != (row, at):
                grid.merges.append((top + row, at, top + bottom, right))
    grid.rows.extend(cells)


def _padded(column: LayoutColumn, depth: int) -> tuple[str, ...]:
    return column.header + (column.header[-1],) * (depth - len(column.header))


def _block(labels: list[tuple[str, ...]], row: int, at: int, depth: int) -> tuple[int, int]:
    """Last column and row of the merged label that begins here: same path across, same text down.

    Labels of one row never merge across: two columns under one header stay two.
    """
    right = at
    while (
        depth > 1
        and row < depth - 1
        and right + 1 < len(labels)
        and labels[right + 1][: row + 1] == labels[at][: row + 1]
    ):
        if labels[right + 1] == labels[at] and len(set(labels[at][row:])) == 1:
            break
        right += 1
    bottom = row
    while bottom + 1 < depth and all(label[bottom + 1] == labels[at][row] for label in labels[at : right + 1]):
        bottom += 1
    return right, bottom
