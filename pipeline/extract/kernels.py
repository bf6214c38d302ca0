"""One cell → one value of the type the contract gives its column, or the code of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.attributes import Attribute
from pipeline.contracts import ContractColumn
from pipeline.extract.grid import BLANK, BOOLEAN, DATE, ERROR, NO_VALUE, NUMBER
from pipeline.extract.headers import normal_label
from pipeline.tables import IDENTITY_COLUMNS
from pipeline.values.dates import full_date, parse_date
from pipeline.values.text import arabic_digits, clean

IDENTITY_NAMES = frozenset(name for name, _ in IDENTITY_COLUMNS)

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,3})?", re.IGNORECASE)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_UNITS = re.compile(r"(?:บาท|คน|ไร่|ตัว|แปลง|บ่อ|ครัวเรือน|ราย|%|฿|(?:/|ต่อ)(?:ปี|เดือน|คน))*(?:\.-)?$")
_TRUE = frozenset(
    normal_label(w)
    for w in ("ใช่", "มี", "ได้", "ได้รับ", "ผ่าน", "เป็น", "จริง", "true", "yes", "y", "1", "✓", "✔", "√", "☑", "/")
)
_FALSE = frozenset(
    normal_label(w)
    for w in (
        "ไม่ใช่",
        "ไม่มี",
        "ไม่ได้",
        "ไม่ได้รับ",
        "ไม่ผ่าน",
        "ไม่เป็น",
        "ไม่",
        "เท็จ",
        "false",
        "no",
        "n",
        "0",
        "x",
        "✗",
        "✘",
        "☐",
    )
)
_TICKS = frozenset("/✓✔√☑")


def _label(text: str) -> str:
    """A word as it is looked up; a mark such as "-" stays what it is."""
    return normal_label(text) or text.strip()


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell says.

    Attributes:
        raw: As typed; None for an empty cell.
        text: Identity columns: the text; codes, booleans and texts: the canonical value.
        number: Numbers.
        day: Full dates.
        code: What is wrong, an issue code; empty when nothing is.
    """

    raw: str | None
    text: str | None = None
    number: float | None = None
    day: date | None = None
    code: str = ""


NOTHING = Value(None)
_CELL_FAULTS = {ERROR: Value(None, code="cell_error"), NO_VALUE: Value(None, code="formula_without_value")}


@dataclass(slots=True)
class ColumnKernel:
    """Reads the cells of one column; each distinct cell once."""

    column: ContractColumn
    attribute: Attribute | None
    era: str
    date_order: str
    _memo: dict[tuple[str, str], Value] = field(default_factory=dict)
    _lookups: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes: Mapping[str, str] = self.attribute.codes if self.attribute else {}
        self._lookups = {_label(label): code for code, label in codes.items()}
        self._lookups |= {_label(code): code for code in codes}
        self._lookups |= {_label(typed): code for typed, code in self.column.lookups.items()}

    def read(self, text: str, kind: str) -> Value:
        """Read one cell.

        Args:
            text: The cell as a person sees it.
            kind: Its kind, a letter of ``grid``.
        """
        if kind == BLANK:
            return NOTHING
        known = self._memo.get((text, kind))
        if known is None:
            known = self._memo[(text, kind)] = self._read(text, kind)
        return known

    def _read(self, text: str, kind: str) -> Value:
        if kind in _CELL_FAULTS:
            return _CELL_FAULTS[kind]
        if self.column.name in IDENTITY_NAMES:
            return Value(text, self._lookups.get(_label(text), text))
        bare = arabic_digits(clean(text).value or "")
        if not bare and not self._is_word(text):
            # A placeholder such as "-" says that nothing is known.
            return Value(text)
        readers = {"number": self._number, "date": self._date, "boolean": self._boolean, "code": self._code}
        reader = readers.get(self.column.type)
        return reader(text, bare, kind) if reader else Value(text, clean(text).value)

    def _is_word(self, text: str) -> bool:
        """Whether a cell that says nothing elsewhere says something here: a tick, ไม่มี in a column of yes and no."""
        label = _label(text)
        return label in self._lookups or (self.column.type == "boolean" and (text.strip() in _TICKS or label in _FALSE))

    def _number(self, text: str, bare: str, kind: str) -> Value:
        if kind in (DATE, BOOLEAN):
            return Value(text, code="value_not_number")
        digits = bare if kind == NUMBER else _UNITS.sub("", bare.replace(" ", ""))
        if _GROUPED.fullmatch(digits):
            digits = digits.replace(",", "")
        if not _NUMBER.fullmatch(digits):
            return Value(text, code="value_not_number")
        number = float(digits)
        if not self._is_possible(number):
            return Value(text, code="value_out_of_range")
        return Value(text, number=number)

    def _is_possible(self, number: float) -> bool:
        lows = [self.column.minimum, self.attribute.minimum if self.attribute else None]
        highs = [self.column.maximum, self.attribute.maximum if self.attribute else None]
        return all(low is None or number >= low for low in lows) and all(h is None or number <= h for h in highs)

    def _date(self, text: str, bare: str, kind: str) -> Value:
        if kind == NUMBER and not re.fullmatch(r"\d{4}|\d{8}", bare):
            return Value(text, code="value_not_date")
        found = parse_date(text, era=self.era, order=self.date_order)
        if found.value is None:
            return Value(text, code="" if found.status in ("unknown", "placeholder", "missing") else "value_not_date")
        return Value(text, text=found.value, day=full_date(found.value))

    def _boolean(self, text: str, bare: str, kind: str) -> Value:
        label = _label(text)
        found = self._lookups.get(label)
        if found is None and (kind == BOOLEAN or label in _TRUE | _FALSE | _TICKS):
            found = "true" if label in _TRUE | _TICKS else "false"
        return Value(text, found, code="" if found in ("true", "false") else "value_not_in_list")

    def _code(self, text: str, bare: str, kind: str) -> Value:
        found = self._lookups.get(_label(text)) or self._lookups.get(_label(bare))
        return Value(text, found, code="" if found else "value_not_in_list")
