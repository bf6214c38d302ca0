"""How values are typed in a column: forms of dates, IDs, numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.synthetic.canonical import with_dashes
from pipeline.synthetic.cells import Cell, Day, ExcelDate, excel_date

SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
LONG_MONTHS = ("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน",
               "ตุลาคม", "พฤศจิกายน", "ธันวาคม")  # fmt: skip
SHORT_TITLES = {
    "นางสาว": "น.ส.", "เด็กชาย": "ด.ช.", "เด็กหญิง": "ด.ญ.", "ว่าที่ร้อยตรี": "ว่าที่ ร.ต.", "ร้อยตรี": "ร.ต.",
    "จ่าสิบเอก": "จ.ส.อ.", "สิบเอก": "ส.อ.", "ดาบตำรวจ": "ด.ต.", "จ่าสิบตำรวจ": "จ.ส.ต.", "พันตรี": "พ.ต.",
    "พันตำรวจโท": "พ.ต.ท.", "ร้อยตำรวจเอก": "ร.ต.อ.", "สิบโท": "ส.ท.", "พันโท": "พ.ท.",
}  # fmt: skip
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
# Years in which a clerk typed 25/2 and Excel added the current year.
_TYPED_YEARS = (2023, 2024, 2025, 2026)


@dataclass(frozen=True, slots=True)
class Typing:
    """What decides how one value is typed.

    Attributes:
        number: Any number, drawn for the row and column.
        is_hand_made: Typed by hand.
        is_workbook: .xls or .xlsx: cells have types.
    """

    number: int
    is_hand_made: bool
    is_workbook: bool


Format = Callable[[str | Day, Typing], Cell]


def _text(value: str, typing: Typing) -> Cell:
    return value


def _id_number(value: str, typing: Typing) -> Cell:
    # A leading zero is lost in a number cell, as in life.
    return int(value) if value.isascii() and value.isdigit() else value


def _id_mixed(value: str, typing: Typing) -> Cell:
    kind = typing.number % 10
    if kind < 6:
        return _id_number(value, typing)
    return with_dashes(value) if kind < 9 else value


def _integer(value: str, typing: Typing) -> Cell:
    return int(value) if value.isascii() and value.lstrip("-").isdigit() else value


def _number(value: str, typing: Typing) -> Cell:
    number = float(value)
    return int(number) if number.is_integer() else number


def _number_text(value: str, typing: Typing) -> Cell:
    return f"{float(value):,.0f}"


def house_no_date(value: str, number: int) -> ExcelDate | None:
    """The date Excel makes of a divided house number, day first; None where it makes none."""
    whole, _, part = value.partition("/")
    if not (whole.isdigit() and part.isdigit()) or int(part) > 12:
        return None
    return excel_date(_TYPED_YEARS[number % len(_TYPED_YEARS)], int(part), int(whole))


def _house_no(value: str, typing: Typing) -> Cell:
    return _integer(value, typing) if typing.is_workbook else value


def _moo_word(value: str, typing: Typing) -> Cell:
    if not value.isdigit():
        return value
    forms: tuple[Cell, ...] = (
        int(value),
        f"ม.{value}",
        f"หมู่ {value}",
        f"หมู่ที่ {value.translate(_THAI_DIGITS)}",
        f"ม. {value}",
    )
    return forms[typing.number % len(forms)]


def _title_abbreviated(value: str, typing: Typing) -> Cell:
    short = SHORT_TITLES.get(value, value)
    forms = (short, short, short, value, short.replace(".", ""), short + " ")
    return forms[typing.number % len(forms)]


def _age_words(value: str, typing: Typing) -> Cell:
    forms: tuple[Cell, ...] = (int(value), f"{value} ปี", f"{value.translate(_THAI_DIGITS)} ปี", int(value))
    return forms[typing.number % len(forms)]


def _dmy(day: Day, typing: Typing) -> Cell:
    if not day.month:
        return str(day.buddhist_year)
    return f"{day.day}/{day.month}/{day.buddhist_year}"


def _dmy_padded(day: Day, typing: Typing) -> Cell:
    return f"{day.day:02d}/{day.month:02d}/{day.buddhist_year}"


def _mdy(day: Day, typing: Typing) -> Cell:
    return f"{day.month}/{day.day}/{day.buddhist_year}"


def _ymd(day: Day, typing: Typing) -> Cell:
    return f"{day.buddhist_year:04d}{day.month:02d}{day.day:02d}"


def _thai_short(day: Day, typing: Typing) -> Cell:
    if not day.month:
        return f"พ.ศ. {day.buddhist_year}"
    text = f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.buddhist_year}"
    if typing.is_hand_made and typing.number % 12 == 0:
        return f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.buddhist_year % 100:02d}"
    return text.translate(_THAI_DIGITS) if typing.is_hand_made and typing.number % 12 == 1 else text


def _thai_long(day: Day, typing: Typing) -> Cell:
    if not day.month:
        return f"พ.ศ. {day.buddhist_year}"
    return f"{day.day} {LONG_MONTHS[day.month - 1]} {day.buddhist_year}"


def _excel_buddhist(day: Day, typing: Typing) -> Cell:
    if not day.month:
        return day.buddhist_year
    return excel_date(day.buddhist_year, day.month, day.day) or _dmy(day, typing)


def _birth_mixed(day: Day, typing: Typing) -> Cell:
    """The shares of a real file: 78 % Excel dates, 17 % text in both orders, 3.6 % yyyymmdd, some 24__/__/__."""
    share = typing.number % 1000
    if share < 782 or not day.month:
        return _excel_buddhist(day, typing)
    if share < 952:
        return _dmy(day, typing) if share % 2 else _mdy(day, typing)
    if share < 988 or day.year >= 1957:
        return int(f"{day.buddhist_year:04d}{day.month:02d}{day.day:02d}")
    return "24__/__/__"


def _year(day: Day, typing: Typing) -> Cell:
    return day.buddhist_year


TEXT_FORMATS: dict[str, Callable[[str, Typing], Cell]] = {
    "text": _text,
    "id_text": _text,
    "id_number": _id_number,
    "id_dashes": lambda value, typing: with_dashes(value),
    "id_mixed": _id_mixed,
    "house_code_text": _text,
    "house_no": _house_no,
    "house_no_text": _text,
    "integer": _integer,
    "number": _number,
    "number_text": _number_text,
    "moo_pad": lambda value, typing: value.zfill(2),
    "moo_word": _moo_word,
    "title_abbrev": _title_abbreviated,
    "age_words": _age_words,
}
DATE_FORMATS: dict[str, Callable[[Day, Typing], Cell]] = {
    "dmy_be": _dmy,
    "dmy_be_pad": _dmy_padded,
    "ymd_be": _ymd,
    "thai_short": _thai_short,
    "thai_long": _thai_long,
    "excel_be": _excel_buddhist,
    "birth_mixed": _birth_mixed,
    "year_be": _year,
}


def type_value(form: str, value: str | Day, typing: Typing) -> Cell:
    """Type one value.

    Args:
        form: Name of the format.
        value: Canonical text, or a day.
        typing: What decides the form where there are several.
    """
    if isinstance(value, Day):
        return DATE_FORMATS[form](value, typing)
    # What is not a number stays as it was typed (a placeholder, a keyboard slip).
    return TEXT_FORMATS[form if form in TEXT_FORMATS else "text"](value, typing)


def day_of(value: date) -> Day:
    """A known day."""
    return Day(value.year, value.month, value.day)
