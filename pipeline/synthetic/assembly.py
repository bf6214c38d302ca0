"""Columns of a list as cells: values typed in the column's form, names and addresses put together, fillers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.synthetic.areas import PROVINCE_NAME
from pipeline.synthetic.cells import Cell
from pipeline.synthetic.formats import SHORT_TITLES, Typing, house_no_date, type_value
from pipeline.synthetic.layout import LayoutColumn
from pipeline.synthetic.randomness import Ints, Rng
from pipeline.synthetic.rows import ListRows
from pipeline.synthetic.sources import Values, column_values

# Forms that put several columns of a person into one cell.
_COMPOSED = frozenset({"full_name_titled", "title_glued", "title_spaced", "address"})


def column_cells(
    rows: ListRows, column: LayoutColumn, *, hand: bool, is_workbook: bool, date_rate: float
) -> list[Cell]:
    """The cells of one column.

    Args:
        rows: The list; marks of errors made while typing go into its frames.
        column: The layout.
        hand: Typed by hand.
        is_workbook: Whether the file is .xls or .xlsx.
        date_rate: Share of the house numbers Excel can take for a date that it does take for one.
    """
    size = len(rows)
    if not column.source:
        return _filled(rows, column.fill, is_workbook=is_workbook)
    values = column_values(rows, column)
    if column.codes:
        values = [value if value is None else column.codes.get(str(value), str(value)) for value in values]
    if column.blank:
        empty = (rows.rng.random(size) < column.blank).tolist()
        values = [None if blank else value for value, blank in zip(values, empty, strict=True)]
    numbers = rows.rng.integers(0, 1 << 30, size)
    if column.format in _COMPOSED:
        return _composed(rows, column, values, numbers)
    cells = _typed(values, column.format, numbers, hand=hand, is_workbook=is_workbook)
    if column.format == "house_no" and is_workbook:
        _make_dates(rows, values, cells, numbers, date_rate)
    return cells


def _typed(values: Values, form: str, numbers: Ints, *, hand: bool, is_workbook: bool) -> list[Cell]:
    cells: list[Cell] = []
    for value, number in zip(values, numbers.tolist(), strict=True):
        cells.append(None if value is None else type_value(form, value, Typing(number, hand, is_workbook)))
    return cells


def _make_dates(rows: ListRows, values: Values, cells: list[Cell], numbers: Ints, rate: float) -> None:
    """Let Excel turn divided house numbers into dates, and note it on the rows."""
    struck = []
    chance = rows.rng.random(len(rows)) < rate
    for row in np.flatnonzero(chance).tolist():
        value = values[row]
        made = house_no_date(value, int(numbers[row])) if isinstance(value, str) else None
        if made is not None:
            cells[row] = made
            struck.append(row)
    rows.main.mark(np.array(struck, dtype=np.int64), "house_no_date")


def _composed(rows: ListRows, column: LayoutColumn, values: Values, numbers: Ints) -> list[Cell]:
    role = rows.role(column.role)
    if column.format == "address":
        parts = zip(
            *(role.column(name).tolist() for name in ("house_no", "moo", "village", "tambon", "amphoe")), strict=True
        )
        return [
            _address(list(part), n) if v is not None else None
            for part, v, n in zip(parts, values, numbers.tolist(), strict=True)
        ]
    titles = role.column("title").tolist()
    lasts = role.column("last_name").tolist()
    named = zip(titles, values, lasts, numbers.tolist(), strict=True)
    if column.format == "full_name_titled":
        return [None if first is None else _full_name(title, str(first), last, n) for title, first, last, n in named]
    space = " " if column.format == "title_spaced" else ""
    return [None if first is None else f"{_title(title, n)}{space}{first}" for title, first, _, n in named]


def _title(title: str | None, number: int) -> str:
    """The title as a hand writes it before a name: in full, or short."""
    if not title:
        return ""
    return SHORT_TITLES.get(title, title) if number % 5 == 0 else title


def _full_name(title: str | None, first: str, last: str | None, number: int) -> str:
    gap = "  " if number % 17 == 0 else " "
    glue = " " if number % 7 == 0 else ""
    return f"{_title(title, number)}{glue}{first}{gap}{last or ''}".strip()


def _address(parts: list[str | None], number: int) -> str:
    house_no, moo, village, tambon, amphoe = parts
    written: list[str] = []
    if house_no:
        written.append(f"บ้านเลขที่ {house_no}" if number % 3 == 0 else house_no)
    if moo:
        written.append((f"ม.{moo}", f"หมู่ {moo}", f"หมู่ที่ {moo}")[number % 3])
    if village and number % 4 == 0:
        written.append(village if village.startswith(("บ.", "วัด")) else f"บ้าน{village}")
    if tambon:
        written.append(tambon if tambon.startswith("ต.") else (f"ต.{tambon}", f"ตำบล{tambon}")[number % 2])
    if amphoe:
        written.append(amphoe if amphoe.startswith("อ.") else (f"อ.{amphoe}", f"อำเภอ{amphoe}")[number % 2])
    if number % 5 < 2:
        written.append((f"จ.{PROVINCE_NAME}", "จ.นม.", f"จังหวัด{PROVINCE_NAME}")[number % 3])
    return " ".join(written)


def _filled(rows: ListRows, kind: str, *, is_workbook: bool) -> list[Cell]:
    if kind == "amphoe_code":
        return [None if code is None else int(code[:4]) for code in rows.roles[""].column("tambon_code")]
    cells = filler(kind, len(rows), rows.rng)
    if is_workbook and kind.startswith("const:"):
        text = kind.removeprefix("const:")
        return [int(text)] * len(rows) if text.isdigit() else cells
    return cells


def filler(kind: str, size: int, rng: Rng) -> list[Cell]:
    """Cells of a column that nobody maps.

    Args:
        kind: See layouts/README.md.
        size: How many.
        rng: The list's stream.
    """
    if kind.startswith("const:"):
        return [kind.removeprefix("const:")] * size
    if kind == "serial":
        return list(range(1, size + 1))
    numbers = rng.integers(0, 10_000, size).tolist()
    if kind == "phone":
        # 000 is no prefix of any network: nobody's telephone.
        return [f"000-000-{n:04d}" for n in numbers]
    simple: dict[str, Callable[[int], Cell]] = {
        "officer": lambda n: f"เจ้าหน้าที่ {n % 40 + 1}",
        "photo": lambda n: f"IMG_{n:04d}.jpg",
        "amount": lambda n: n // 10 * 10 if n % 3 else None,
        "flag": lambda n: n % 2,
        "yes_no": lambda n: "มี" if n % 2 else "ไม่มี",
        "score": lambda n: n % 4 + 1,
        "postcode": lambda n: 30000 + n % 40 * 10,
        "latitude": lambda n: 14.5 + n / 10_000,
        "longitude": lambda n: 101.8 + n / 10_000,
        "blank": lambda n: None,
    }
    return [simple[kind](n) for n in numbers]
