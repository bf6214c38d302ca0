"""What each physical row of a sheet is: data, title, header, group label, total, legend or blank."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.extract.grid import BLANK, TEXT, Sheet
from pipeline.extract.header_search import Header, is_blank_row
from pipeline.extract.headers import normal_label
from pipeline.values.national_id import is_valid
from pipeline.values.text import arabic_digits

DATA = "data"

# "รวม" begins names too (รวมพร): a total word stands alone, before a number, or before an area.
_TOTAL = re.compile(
    r"(?:ยอด|ผล)?รวม(?:ยอด)?(?:ทั้งสิ้น|ทั้งหมด|ทั้งจังหวัด|สุทธิ|เป็นเงิน|เงิน|จำนวน|ทุก\S*)?"
    r"(?:\s*[:=(\d๐-๙].*|\s*(?:อำเภอ|ตำบล|หมู่|จังหวัด|ภาค|อ\.|ต\.|ม\.|จ\.).*|\s+\S*\s*[\d๐-๙].*)?"
    r"|(?:sub|grand\s*)?total\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NOTE = re.compile(
    r"\s*(?:\*+|หมายเหตุ|(?:แหล่ง)?ที่มา(?=[\s::]|ข้อมูล|ของ|จาก|\Z)|แหล่งข้อมูล|ลงชื่อ|\(?ลงชื่อ|ผู้รายงาน|ผู้จัดทำ|ผู้ให้ข้อมูล|ผู้ตรวจ|ผู้รับรอง|ตำแหน่ง|"
    r"ข้อมูล\s*ณ|ณ\s*วันที่|วันที่พิมพ์|พิมพ์เมื่อ|จัดทำโดย|คำอธิบาย|โทร\.|note\b|source\b|\.{5,}|_{5,}|\(\s*\.{3,})",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\s*(?:อำเภอ|ตำบล|หมู่|บ้าน|ชุมชน|กลุ่ม|อ\.|ต\.|ม\.|จังหวัด|ภาค|ประเภท|เขต|แขวง|เทศบาล|อบต)")
# In the column of names "ภาคภูมิ", "บ้านเย็น" and "อ.สมชาย ใจดี" are people: there an area must be one beyond doubt.
_SURE_GROUP = re.compile(
    r"\s*(?:อำเภอ|ตำบล|จังหวัด|ชุมชน|กลุ่ม|ประเภท|เทศบาล|อบต|แขวง|ต\.|อ\.\S+\s*\Z|เขต\s*(?:เทศบาล|เลือกตั้ง|[\d๐-๙])|"
    r"ภาค(?:กลาง|เหนือ|ใต้|อีสาน|ตะวัน)|หมู่บ้าน|(?:หมู่(?:ที่)?|ม\.)\s*[\d๐-๙]|บ้าน\S*\s*(?:หมู่|ม\.))"
)
# Below a table the officer who signs is named in brackets.
_IN_BRACKETS = re.compile(r"\s*\(.*\)\s*")
_NOT_DIGIT = re.compile(r"\D+")
_NUMBERING = re.compile(r"\(?\s*\d{1,3}\s*\)?(?:\s*=.*)?")


@dataclass(frozen=True, slots=True)
class Region:
    """Which columns of a sheet matter.

    Attributes:
        core: Columns that are read.
        labelled: All columns with a label.
        identity: Of the core, those that tell who or which house a row is; empty when unknown.
        persons: Of these, those whose text makes a row data: names and IDs; of a list of households, the house too.
    """

    core: tuple[int, ...]
    labelled: tuple[int, ...]
    identity: tuple[int, ...] = ()
    persons: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RowKinds:
    """The rows of a sheet, told apart.

    Attributes:
        kinds: One kind a physical row: ``data`` and the kinds of ``tables.SHEET_COUNT`` other than its verdicts.
        doubtful: Positions of rows that are passed over as a label or a note and may be data.
    """

    kinds: list[str]
    doubtful: tuple[int, ...]


def row_kinds(sheet: Sheet, header: Header, region: Region, total_words: Sequence[str] = ()) -> list[str]:
    """The kinds of :func:`tell_rows_apart` alone."""
    return tell_rows_apart(sheet, header, region, total_words).kinds


def tell_rows_apart(sheet: Sheet, header: Header, region: Region, total_words: Sequence[str] = ()) -> RowKinds:
    """Tell the rows of a sheet apart.

    Args:
        sheet: The sheet.
        header: Its header.
        region: Its columns.
        total_words: The contract's own words for a total row.
    """
    words = {normal_label(word) for word in total_words}
    kinds = []
    doubtful: set[int] = set()
    for row in range(len(sheet.cells)):
        if is_blank_row(sheet, row):
            kinds.append("blank")
        elif row < header.top:
            kinds.append("title")
        elif row < header.bottom:
            kinds.append("header")
        else:
            kind = _body_kind(sheet, row, header, region, words)
            kinds.append(DATA if kind != DATA and _has_id(sheet, row, region) else kind)
            if _is_doubtful(sheet, row, region, kinds[-1]):
                doubtful.add(row)
    _settle_numbering(sheet, header, kinds)
    doubtful |= _settle_end(sheet, header, region, kinds)
    return RowKinds(kinds, tuple(sorted(doubtful)))


def _filled(sheet: Sheet, row: int, columns: Collection[int]) -> list[int]:
    kinds = sheet.kinds[row]
    return [column for column in columns if kinds[column] != BLANK]


def _body_kind(sheet: Sheet, row: int, header: Header, region: Region, words: set[str]) -> str:
    labelled = _filled(sheet, row, region.labelled)
    if not labelled:
        return "legend"
    if _repeats_header(sheet, row, header, labelled):
        return "header"
    cells = sheet.cells[row]
    if _is_total(sheet, row, labelled, region, words):
        return "total"
    if _is_note(sheet, row, labelled, region):
        return "legend"
    core = _filled(sheet, row, region.core)
    if not core:
        is_number = all(_NUMBERING.fullmatch(cells[column].strip()) for column in labelled)
        return "blank" if is_number else "group_label"
    if len(labelled) == 1 and _is_group(sheet, row, labelled[0], region):
        return "group_label"
    return DATA


def _has_id(sheet: Sheet, row: int, region: Region) -> bool:
    """Whether a row holds a sound national ID where it belongs: whatever else it says, it is somebody."""
    cells = (sheet.cells[row][column] for column in region.persons)
    return any(is_valid(_NOT_DIGIT.sub("", arabic_digits(text))) for text in cells if len(text) >= 13)


def _is_note(sheet: Sheet, row: int, labelled: list[int], region: Region) -> bool:
    text = sheet.cells[row][labelled[0]]
    if len(labelled) > 3 or not _NOTE.match(text):
        return False
    # An asterisk marks a person as well as a note.
    is_marked = text.lstrip().startswith("*") and labelled[0] in region.persons
    return not (is_marked and len(_filled(sheet, row, region.core)) > 1)


def _is_doubtful(sheet: Sheet, row: int, region: Region, kind: str) -> bool:
    """Whether a label or a note may be a person: text where a name stands that is no area beyond doubt."""
    texts = [column for column in region.persons if sheet.kinds[row][column] == TEXT]
    if not texts or kind not in ("legend", "group_label"):
        return False
    filled = _filled(sheet, row, region.labelled)
    if kind == "legend":
        return filled[0] not in texts or len(texts) > 1
    return not _SURE_GROUP.match(sheet.cells[row][filled[0]]) and not _is_merged_over(sheet, row, filled[0])


def _repeats_header(sheet: Sheet, row: int, header: Header, filled: list[int]) -> bool:
    if len(filled) < 2:
        return False
    hits = 0
    for column in filled:
        text = normal_label(sheet.cells[row][column])
        hits += bool(text) and any(normal_label(part) == text for part in header.labels[column].parts)
    return 5 * hits >= 3 * len(filled)


def _is_total(sheet: Sheet, row: int, filled: list[int], region: Region, words: set[str]) -> bool:
    for column in filled[:3]:
        text = sheet.cells[row][column].strip()
        if sheet.kinds[row][column] != TEXT:
            continue
        if normal_label(text) in words:
            return True
        others = [i for i in region.identity if i != column and sheet.kinds[row][i] == TEXT]
        if _TOTAL.fullmatch(text) and not others:
            return True
    return False


def _is_group(sheet: Sheet, row: int, column: int, region: Region) -> bool:
    if sheet.kinds[row][column] != TEXT or len(region.labelled) < 3:
        return False
    if _is_merged_over(sheet, row, column):
        return True
    text = sheet.cells[row][column]
    if _GROUP.match(text):
        return column not in region.persons or _SURE_GROUP.match(text) is not None or len(text.split()) == 1
    return column == region.labelled[0] and column not in region.identity


def _is_merged_over(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell spans three columns and more, as the label of a group does."""
    return any(first == row and left <= column and right - left >= 2 for first, left, _, right in sheet.merges)


def _settle_numbering(sheet: Sheet, header: Header, kinds: list[str]) -> None:
    """A row (1) (2) (3) … right below the header numbers the columns."""
    if header.bottom >= len(kinds):
        return
    row = header.bottom
    texts = [text.strip() for text in sheet.cells[row] if text.strip()]
    numbers = [int(re.sub(r"\D.*", "", t.strip("( ")) or 0) for t in texts if _NUMBERING.fullmatch(t)]
    if len(texts) >= 3 and len(numbers) == len(texts) and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        kinds[row] = "header"


def _settle_end(sheet: Sheet, header: Header, region: Region, kinds: list[str]) -> set[int]:
    """Below the last row with an identity and another value there are totals, notes, signatures, and names alone.

    A name alone is data as long as no note and no signature has begun: behind them stands the officer who signs.

    Returns:
        Rows that become notes and may have been data.
    """
    last = header.bottom - 1
    for row in range(len(kinds) - 1, header.bottom - 1, -1):
        if kinds[row] == DATA and _is_sure(sheet, row, region):
            last = row
            break
    doubtful: set[int] = set()
    has_notes = False
    for row in range(max(last + 1, header.bottom), len(kinds)):
        texts = [sheet.cells[row][column] for column in region.persons if sheet.kinds[row][column] == TEXT]
        has_notes = has_notes or kinds[row] == "legend" or any(_IN_BRACKETS.fullmatch(text) for text in texts)
        if kinds[row] not in (DATA, "group_label") or (kinds[row] == DATA and texts and not has_notes):
            continue
        if kinds[row] == DATA:
            doubtful.add(row)
        kinds[row] = "legend"
    return doubtful


def _is_sure(sheet: Sheet, row: int, region: Region) -> bool:
    filled = len(_filled(sheet, row, region.core))
    if _has_id(sheet, row, region):
        return True
    if region.identity and not _filled(sheet, row, region.identity):
        # Mostly filled, it is a person whose name is missing: rejected with an issue, not passed over as a note.
        return filled >= 3 and 2 * filled >= len(region.core)
    return filled >= min(2, len(region.core))
