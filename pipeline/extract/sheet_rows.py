"""A sheet under a list's rule → its rows, each with its kind and, for data, the values of the contract's columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.attributes import Attribute
from pipeline.contracts import EVERY_ROLE, ContractColumn, ContractList
from pipeline.extract.grid import BLANK, Sheet
from pipeline.extract.header_search import Header
from pipeline.extract.headers import ColumnMap
from pipeline.extract.kernels import NOTHING, ColumnKernel, Value
from pipeline.extract.row_kinds import DATA, Region, tell_rows_apart
from pipeline.values.text import clean

PERSON_IDENTITY = ("national_id", "first_name", "full_name", "last_name")
HOUSE_IDENTITY = ("house_code", "household_ref", "house_no", "address")
HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one row: code, positions of the contract's columns (none: the row), what follows.

    ``other`` is the row that this one repeats.
    """

    code: str
    columns: tuple[int, ...] = ()
    severity: str = ""
    other: DataRow | None = None


@dataclass(slots=True)
class DataRow:
    """One data row.

    Attributes:
        sheet: Position among the sheets of the file.
        position: Position of the row in its sheet.
        number: Row number as Excel shows it.
        values: One value for each column of the list.
        roles: Roles of the records it yields, in the order of the list.
        faults: What is wrong.
        kind: ``accepted``, ``rejected`` or ``excluded``.
        part: Part of a ``full_per_part`` list.
    """

    sheet: int
    position: int
    number: int
    values: tuple[Value, ...]
    roles: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    kind: str = "accepted"
    part: str = ""

    def reject(self, code: str, *columns: int, other: DataRow | None = None) -> None:
        """Set the row aside, for what stands in these columns; for the whole of it where none is named."""
        self.faults.append(Fault(code, columns, "reject", other))
        self.kind = "rejected"


@dataclass(slots=True)
class SheetRows:
    """One sheet, told apart.

    Attributes:
        kinds: One kind a physical row; ``data`` stands for the kinds of ``rows``.
        rows: The data rows.
        doubtful: Positions of rows passed over as a label or a note that may be data.
    """

    sheet: Sheet
    header: Header
    columns: ColumnMap
    kinds: list[str]
    rows: list[DataRow]
    doubtful: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Widths:
    """How many fields a record of a CSV has when nothing is shifted. A sheet that is no CSV has none to shift.

    Attributes:
        labels: Fields up to the last label: the fewest.
        most: Fields of the header; one more where every line ends with a delimiter.
    """

    labels: int
    most: int

    @classmethod
    def of(cls, sheet: Sheet, header: Header, labelled: Sequence[int], data: Sequence[int]) -> _Widths:
        labels = labelled[-1] + 1 if labelled else 0
        width = max(sheet.fields[header.top : header.bottom], default=0)
        is_trailing = {sheet.fields[at] for at in data if sheet.fields} == {width + 1}
        return cls(labels, width + is_trailing)

    def has_more(self, sheet: Sheet, at: int) -> bool:
        return bool(sheet.fields) and (
            sheet.fields[at] > self.most or bool(sheet.kinds[at][self.labels :].strip(BLANK))
        )

    def has_fewer(self, sheet: Sheet, at: int) -> bool:
        return bool(sheet.fields) and sheet.fields[at] < self.labels


@dataclass(slots=True)
class ListReader:
    """Reads the sheets of one list."""

    rule: ContractList
    attributes: Mapping[str, Attribute]
    kernels: list[ColumnKernel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kernels = [
            ColumnKernel(column, self.attributes.get(column.name), self.rule.era, self.rule.date_order)
            for column in self.rule.columns
        ]

    def read(self, sheet: Sheet, header: Header, columns: ColumnMap) -> SheetRows:
        """Read one sheet.

        Args:
            sheet: The sheet.
            header: Its header.
            columns: Its columns told apart.
        """
        core = tuple(sorted(columns.mapped.values()))
        labelled = tuple(i for i, label in enumerate(header.labels) if label.keys)
        identity = self._places(columns, PERSON_IDENTITY + HOUSE_IDENTITY)
        persons = self._places(columns, PERSON_IDENTITY + (HOUSE_IDENTITY if HOUSEHOLD in self.rule.roles else ()))
        told = tell_rows_apart(sheet, header, Region(core, labelled, identity, persons), self.rule.total_words)
        kinds = told.kinds
        filled = _filled_down(sheet, header, core)
        widths = _Widths.of(sheet, header, labelled, [at for at, kind in enumerate(kinds) if kind == DATA])
        required = [at for number, at in columns.mapped.items() if self.rule.columns[number].is_required]
        excluded = [
            (at, re.compile(rule.pattern))
            for rule, at in zip(self.rule.exclude, columns.excluding, strict=True)
            if at is not None
        ]
        rows = []
        for position, kind in enumerate(kinds):
            if kind != DATA:
                continue
            row = self._row(sheet, position, columns, filled)
            if _is_excluded(sheet.cells[position], excluded):
                row.kind = "excluded"
            elif widths.has_more(sheet, position):
                row.reject("row_ragged")
            elif widths.has_fewer(sheet, position) and sheet.fields[position] <= max(required, default=-1):
                # It ends before the columns that every row must have: the rest of a record broken over two lines.
                row.reject("row_short")
            else:
                if widths.has_fewer(sheet, position):
                    row.faults.append(Fault("row_short"))
                self._judge(row)
            rows.append(row)
        return SheetRows(sheet, header, columns, kinds, rows, told.doubtful)

    def _places(self, columns: ColumnMap, names: Sequence[str]) -> tuple[int, ...]:
        return tuple(sorted(at for number, at in columns.mapped.items() if self.rule.columns[number].name in names))

    def _row(
        self,
        sheet: Sheet,
        position: int,
        columns: ColumnMap,
        filled: Mapping[tuple[int, int], tuple[str, str]],
    ) -> DataRow:
        cells, kinds = sheet.cells[position], sheet.kinds[position]

        def value(number: int, kernel: ColumnKernel) -> Value:
            at = columns.mapped.get(number)
            if at is None:
                return NOTHING
            text, kind = filled.get((position, at)) or (cells[at], kinds[at])
            return kernel.read(text, kind)

        values = tuple(value(number, kernel) for number, kernel in enumerate(self.kernels))
        return DataRow(sheet.order, position, sheet.row_numbers[position], values)

    def _judge(self, row: DataRow) -> None:
        """Note what is wrong with the cells, find the records of the row, reject what cannot be used."""
        for number, value in enumerate(row.values):
            if value.code:
                row.faults.append(Fault(value.code, (number,)))
        row.roles = tuple(role for role in self.rule.roles if self._has_record(row, role))
        if not row.roles:
            marks = HOUSE_IDENTITY if self.rule.roles[0] == HOUSEHOLD else PERSON_IDENTITY
            row.reject("no_identity", *self.columns_of(marks))
            return
        for number, column in enumerate(self.rule.columns):
            is_asked = column.role == EVERY_ROLE or self.role_of(column) in row.roles
            if column.is_value_required and is_asked and is_missing(row.values[number]):
                row.reject("required_value_missing", number)

    def columns_of(self, names: Collection[str]) -> tuple[int, ...]:
        """Positions of the columns with these canonical names, of the first role or of every one."""
        roles = (self.rule.roles[0], EVERY_ROLE)
        columns = enumerate(self.rule.columns)
        return tuple(number for number, c in columns if c.name in names and self.role_of(c) in roles)

    def role_of(self, column: ContractColumn) -> str:
        """Role of a column: in a list of one role a column without one of its own has that role."""
        if column.role == EVERY_ROLE or column.role in self.rule.roles:
            return column.role
        return self.rule.roles[0]

    def _has_record(self, row: DataRow, role: str) -> bool:
        marks = HOUSE_IDENTITY if role == HOUSEHOLD else PERSON_IDENTITY
        is_first = role == self.rule.roles[0]
        for number, column in enumerate(self.rule.columns):
            owner = self.role_of(column)
            if is_first:
                # The first role may be known by what the whole row shares: a household by its address.
                if owner in (role, EVERY_ROLE) and column.name in marks and not is_missing(row.values[number]):
                    return True
            elif owner == role and not is_missing(row.values[number]) and (role == HOUSEHOLD or column.name in marks):
                return True
        return False


def is_missing(value: Value) -> bool:
    """Whether a cell says nothing: empty, or a word for it such as "-" or ไม่ทราบ."""
    if value.raw is None:
        return True
    if value.code or value.number is not None or value.day is not None:
        return False
    if value.text is not None and value.text != value.raw:
        return False
    return clean(value.raw).value is None


def _is_excluded(cells: Sequence[str], rules: Sequence[tuple[int, re.Pattern[str]]]) -> bool:
    return any(pattern.fullmatch(cells[at].strip()) for at, pattern in rules)


def _filled_down(sheet: Sheet, header: Header, core: Sequence[int]) -> dict[tuple[int, int], tuple[str, str]]:
    """A label merged over several rows of the body stands in each of them (ภาค, อำเภอ): position → text and kind."""
    wanted = set(core)
    filled = {}
    for first, left, last, right in sheet.merges:
        if first < header.bottom or last <= first or left != right or left not in wanted:
            continue
        for row in range(first + 1, min(last, len(sheet.cells) - 1) + 1):
            if sheet.kinds[row][left] == BLANK:
                filled[(row, left)] = (sheet.cells[first][left], sheet.kinds[first][left])
    return filled
