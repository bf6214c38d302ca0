"""What each physical row of a sheet is: data, title, header, group label, total, legend or blank."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.extract.grid import BLANK, TEXT, Sheet
from pipeline.extract.header_search import Header, is_blank_row
from pipeline.extract.headers import normal_label

DATA = "data"

# "รวม" begins names too (รวมพร): a total word stands alone, before a number, or before an area.
_TOTAL = re.compile(
    r"(?:ยอด|ผล)?รวม(?:ยอด)?(?:ทั้งสิ้น|ทั้งหมด|ทั้งจังหวัด|สุทธิ|เป็นเงิน|เงิน|จำนวน|ทุก\S*)?"
    r"(?:\s*[:=(\d๐-๙].*|\s*(?:อำเภอ|ตำบล|หมู่|จังหวัด|ภาค|อ\.|ต\.|ม\.|จ\.).*|\s+\S*\s*[\d๐-๙].*)?"
    r"|(?:sub|grand\s*)?total\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NOTE = re.compile(
    r"\s*(?:\*+|หมายเหตุ|ที่มา|แหล่งที่มา|แหล่งข้อมูล|ลงชื่อ|\(?ลงชื่อ|ผู้รายงาน|ผู้จัดทำ|ผู้ให้ข้อมูล|ผู้ตรวจ|ผู้รับรอง|ตำแหน่ง|"
    r"ข้อมูล\s*ณ|ณ\s*วันที่|วันที่พิมพ์|พิมพ์เมื่อ|จัดทำโดย|คำอธิบาย|โทร\.|note\b|source\b|\.{5,}|_{5,}|\(\s*\.{3,})",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\s*(?:อำเภอ|ตำบล|หมู่|บ้าน|ชุมชน|กลุ่ม|อ\.|ต\.|ม\.|จังหวัด|ภาค|ประเภท|เขต|แขวง|เทศบาล|อบต)")
_NUMBERING = re.compile(r"\(?\s*\d{1,3}\s*\)?(?:\s*=.*)?")


@dataclass(frozen=True, slots=True)
class Region:
    """Which columns of a sheet matter.

    Attributes:
        core: Columns that are read.
        labelled: All columns with a label.
        identity: Of the core, those that tell who or which house a row is; empty when unknown.
    """

    core: tuple[int, ...]
    labelled: tuple[int, ...]
    identity: tuple[int, ...] = ()


def row_kinds(sheet: Sheet, header: Header, region: Region, total_words: Sequence[str] = ()) -> list[str]:
    """Tell the rows of a sheet apart.

    Args:
        sheet: The sheet.
        header: Its header.
        region: Its columns.
        total_words: The contract's own words for a total row.

    Returns:
        One kind a physical row: ``data`` and the kinds of ``tables.SHEET_COUNT`` other than its verdicts.
    """
    words = {normal_label(word) for word in total_words}
    kinds = []
    for row in range(len(sheet.cells)):
        if is_blank_row(sheet, row):
            kinds.append("blank")
        elif row < header.top:
            kinds.append("title")
        elif row < header.bottom:
            kinds.append("header")
        else:
            kinds.append(_body_kind(sheet, row, header, region, words))
    _settle_numbering(sheet, header, kinds)
    _settle_end(sheet, header, region, kinds)
    return kinds


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
    if _NOTE.match(cells[labelled[0]]) and len(labelled) <= 3:
        return "legend"
    core = _filled(sheet, row, region.core)
    if not core:
        is_number = all(_NUMBERING.fullmatch(cells[column].strip()) for column in labelled)
        return "blank" if is_number else "group_label"
    if len(labelled) == 1 and _is_group(sheet, row, labelled[0], region):
        return "group_label"
    return DATA


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
    if any(first == row and left <= column and right - left >= 2 for first, left, _, right in sheet.merges):
        return True
    if _GROUP.match(sheet.cells[row][column]):
        return True
    return column == region.labelled[0] and column not in region.identity


def _settle_numbering(sheet: Sheet, header: Header, kinds: list[str]) -> None:
    """A row (1) (2) (3) … right below the header numbers the columns."""
    if header.bottom >= len(kinds):
        return
    row = header.bottom
    texts = [text.strip() for text in sheet.cells[row] if text.strip()]
    numbers = [int(re.sub(r"\D.*", "", t.strip("( ")) or 0) for t in texts if _NUMBERING.fullmatch(t)]
    if len(texts) >= 3 and len(numbers) == len(texts) and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        kinds[row] = "header"


def _settle_end(sheet: Sheet, header: Header, region: Region, kinds: list[str]) -> None:
    """Below the last row with an identity and another value there are only totals, notes and signatures."""
    last = header.bottom - 1
    for row in range(len(kinds) - 1, header.bottom - 1, -1):
        if kinds[row] == DATA and _is_sure(sheet, row, region):
            last = row
            break
    for row in range(max(last + 1, header.bottom), len(kinds)):
        if kinds[row] in (DATA, "group_label"):
            kinds[row] = "legend"


def _is_sure(sheet: Sheet, row: int, region: Region) -> bool:
    filled = len(_filled(sheet, row, region.core))
    if region.identity and not _filled(sheet, row, region.identity):
        # Mostly filled, it is a person whose name is missing: rejected with an issue, not passed over as a note.
        return filled >= 3 and 2 * filled >= len(region.core)
    return filled >= min(2, len(region.core))
