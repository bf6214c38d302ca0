"""Cells that need no repair, read by column: what a kernel would make of them, for hundreds of thousands at once.

Most cells of a list are plain: a sound ID, one Thai word, an ISO date. Each reader here says which of the distinct
rows are plain, and what is read from those; the kernel of the concept reads the others one by one. A reader gives what
the kernel gives; where that is not sure, the row is not plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.values.dates import OLDEST_AGE
from pipeline.values.digits import plain_valid
from pipeline.values.house_numbers import PLAIN_HOUSE_NO
from pipeline.values.national_id import KINDS
from pipeline.values.text import CONSONANTS, LEAD_VOWELS, PLAIN_WORD, given_names, placeholders
from pipeline.values.titles import names_not_titles, sure_titles, title_beginnings

Mask = npt.NDArray[np.bool_]
Values = dict[str, pa.Array | str]
Plain = Callable[[pa.RecordBatch], tuple[Mask, Values]]
"""From distinct rows to which are plain, and values by column of the concept: an array as long as the rows, of which
only the plain ones count, or one text for all. What is not named is null."""

_NO_TEXT = pa.scalar(None, pa.string())
_CARD_DASHES = [1, 6, 12, 15]
# A name has two letters or more: a leading vowel is none.
_BEGINNING_OF_NAME = f"[{LEAD_VOWELS}]?[{CONSONANTS}].+"
_DIGIT_OR_LETTER_CODE = "-*[0-9A-Za-z][0-9A-Za-z-]*"
_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
# Before lie the days that Excel shows for an empty cell.
_FIRST_YEAR, _LAST_YEAR = 1901, 2100


def _mask(answers: pa.Array) -> Mask:
    found: Mask = pc.fill_null(answers, False).to_numpy(zero_copy_only=False)
    return found


def _fits(texts: pa.Array, pattern: str) -> Mask:
    return _mask(pc.match_substring_regex(texts, f"^(?:{pattern})$"))


def _is_one_of(texts: pa.Array, words: Iterable[str]) -> Mask:
    return _mask(pc.is_in(texts, value_set=pa.array(list(words), pa.string())))


def _characters(texts: pa.Array, length: int) -> npt.NDArray[np.uint8]:
    """The bytes of texts of that many bytes, one row a text; zeros for any other."""
    of_length = _mask(pc.equal(pc.binary_length(texts), length))
    found = np.zeros((len(texts), length), dtype=np.uint8)
    if of_length.any():
        fitting = texts.filter(pa.array(of_length))
        _, offsets, characters = fitting.buffers()
        start = np.frombuffer(offsets, np.int32)[fitting.offset]
        found[of_length] = np.frombuffer(characters, np.uint8, len(fitting) * length, start).reshape(-1, length)
    return found


def _digits(characters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Digits as numbers; what is no digit comes out above 9."""
    return characters - np.uint8(ord("0"))


def plain_national_ids(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """Sound IDs, in digits or with the dashes of the card (``1-2345-67890-12-3``)."""
    ids = rows["national_id"]
    digits, dashed = _digits(_characters(ids, 13)), _characters(ids, 17)
    is_dashed: Mask = (dashed[:, _CARD_DASHES] == ord("-")).all(axis=1)
    digits[is_dashed] = _digits(np.delete(dashed[is_dashed], _CARD_DASHES, axis=1))
    kinds = pc.index_in(pc.utf8_slice_codeunits(ids, 0, 1), value_set=pa.array(list(KINDS)))
    return plain_valid(digits), {
        "value": pc.replace_substring(ids, "-", ""),
        "status": "valid",
        "kind": pa.array(list(KINDS.values())).take(kinds),
        "rules": pc.if_else(pa.array(is_dashed), "digits.separators", _NO_TEXT),
    }


def plain_house_codes(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """Sound house codes."""
    codes = rows["house_code"]
    return plain_valid(_digits(_characters(codes, 11))), {"value": codes, "status": "valid"}


def _is_word(texts: pa.Array) -> Mask:
    """As :func:`pipeline.values.text.is_plain_word`."""
    return _fits(texts, PLAIN_WORD) & ~_is_one_of(texts, placeholders())


def _may_be_titled(texts: pa.Array) -> Mask:
    """As :func:`pipeline.values.titles.may_begin_with_title`."""
    return _mask(pc.match_substring_regex(texts, _beginnings()))


def _beginnings() -> str:
    return f"^(?:{'|'.join(map(re.escape, title_beginnings()))})"


def _cut_titles(cells: pa.Array) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Which of the sure titles is the longest that a cell begins with, -1 for none; and what stands behind it."""
    names = pc.replace_substring_regex(cells, _beginnings(), "")
    cut = pc.subtract(pc.binary_length(cells), pc.binary_length(names))
    number = np.full(len(cells), -1, dtype=np.int32)
    for i, spelling in enumerate(sure_titles()):
        number[_mask(pc.and_(pc.starts_with(cells, spelling), pc.equal(cut, len(spelling.encode()))))] = i
    return number, names


def plain_given_names(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """One Thai word: a name, or a title and a name (``นายสมชาย``)."""
    cells = rows["first_name"]
    is_word, is_known = _is_word(cells), _is_one_of(cells, given_names())
    is_name = is_word & (is_known | ~_may_be_titled(cells))
    number, names = _cut_titles(cells)
    is_titled = is_word & ~is_name & (number >= 0) & ~_is_one_of(cells, names_not_titles())
    is_titled &= _is_word(names) & ~_may_be_titled(names) & _fits(names, _BEGINNING_OF_NAME)
    title = pa.array(number, mask=~is_titled)
    return is_name | is_titled, {
        "title": pa.array([t.value for t in sure_titles().values()]).take(title),
        "sex": pa.array([t.sex for t in sure_titles().values()]).take(title),
        "first_name": pc.if_else(pa.array(is_titled), names, cells),
        "rules": pc.if_else(pa.array(is_titled), "name.title_cut", _NO_TEXT),
    }


def plain_surnames(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """One Thai word that does not begin as ณ อยุธยา does."""
    names = rows["last_name"]
    return _is_word(names) & ~_mask(pc.starts_with(names, "ณ")), {"last_name": names}


def _is_day(texts: pa.Array) -> tuple[Mask, npt.NDArray[np.int32]]:
    """Which texts are a day of the calendar as ``yyyy-mm-dd``; year, month and day of those, one row each."""
    characters = _characters(texts, len("yyyy-mm-dd"))
    digits = _digits(characters[:, [0, 1, 2, 3, 5, 6, 8, 9]])
    parts = digits.astype(np.int32) @ np.array(
        [[1000, 0, 0], [100, 0, 0], [10, 0, 0], [1, 0, 0], [0, 10, 0], [0, 1, 0], [0, 0, 10], [0, 0, 1]], np.int32
    )
    year, month, day = parts.T
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _MONTH_DAYS[np.clip(month, 1, 12) - 1] + (is_leap & (month == 2))
    is_written_so = (characters[:, [4, 7]] == ord("-")).all(axis=1) & (digits <= 9).all(axis=1)
    return is_written_so & (month >= 1) & (month <= 12) & (day >= 1) & (day <= last), parts


def _plain_days(rows: pa.RecordBatch, texts: pa.Array) -> tuple[Mask, npt.NDArray[np.int32], pa.Array]:
    """Full CE dates of a life at the date of the evidence; their parts, and as dates.

    1 January is not plain: it often stands for a day that is not known.
    """
    is_day, parts = _is_day(texts)
    year, month, day = parts.T
    is_day &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & ((month > 1) | (day > 1))
    is_day &= ~_mask(pc.equal(rows["date_era"], "be"))
    dates = pc.if_else(pa.array(is_day), texts, None).cast(pa.date32())
    latest = rows["evidence_date"]
    is_too_late = _mask(pc.greater(dates, latest))
    is_too_early = _mask(pc.less(pc.year(dates), pc.subtract(pc.year(latest), OLDEST_AGE)))
    return is_day & ~is_too_late & ~is_too_early, parts, dates


def plain_birth_dates(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """Full CE dates without an age beside them."""
    texts = rows["birth_date"]
    is_plain, parts, _ = _plain_days(rows, texts)
    year, month, day = (pa.array(np.ascontiguousarray(part)) for part in parts.T)
    values = {"value": texts, "year": year, "month": month, "day": day, "source": "date"}
    return is_plain & _mask(pc.is_null(rows["age"])), values


def plain_dates(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """Full CE dates other than of birth."""
    texts = rows.column(0)
    is_plain, _, dates = _plain_days(rows, texts)
    return is_plain, {"value": texts, "date": dates}


def plain_house_numbers(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """House numbers in digits."""
    numbers = rows["house_no"]
    return _fits(numbers, PLAIN_HOUSE_NO), {"value": numbers}


def plain_household_refs(rows: pa.RecordBatch) -> tuple[Mask, Values]:
    """Household numbers in digits, Latin letters and dashes."""
    refs = rows["household_ref"]
    is_code = _fits(refs, _DIGIT_OR_LETTER_CODE) & ~_is_one_of(pc.utf8_lower(refs), placeholders())
    return is_code, {"value": refs}
