"""The workbook that goes back to an agency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from pipeline.publish.returned_header import SheetHeader
from pipeline.publish.returned_rows import ANSWER_COLUMNS, ANSWERS, OUR_COLUMNS, ROW_STATUS, ReturnedList, ReturnedSheet
from pipeline.publish.words import thai_date

EXPLANATION = "คำอธิบาย"
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31
# Excel holds 32,767 characters in a cell; xlsxwriter leaves a longer one out with return code -2.
_LONGEST_CELL = 32_000
_CUT = " …(ตัดข้อความ)"
_WIDTH_ROWS = 300
_WRAPPED = frozenset({2, 3, 4, 7, 8})
_OUR_WIDTHS = (14, 12, 48, 34, 20, 18, 18, 34, 40)
COLUMN_MEANINGS = (
    ("แถวในไฟล์ที่ส่ง", "เลขแถวในไฟล์เดิมของท่านตามที่เห็นใน Excel"),
    ("สถานะ", "รับแล้ว = นำเข้าระบบ, ไม่รับ = ต้องแก้ก่อนจึงจะนำเข้าได้, ไม่นำเข้าตามเงื่อนไข = ยกเว้นตามสัญญาข้อมูล"),
    ("สิ่งที่ต้องแก้และวิธีแก้", "ข้อบกพร่องของแถวนี้ คอลัมน์ที่เกี่ยวข้อง (หรือทั้งแถว) และวิธีแก้ พร้อมรหัสสำหรับแจ้งเจ้าหน้าที่"),
    ("ข้อสังเกต", "เรื่องที่ระบบบันทึกไว้ ไม่จำเป็นต้องแก้"),
    ("แถวซ้ำในบัญชีนี้", "แถวอื่นในบัญชีเดียวกันที่เป็นบุคคลเดียวกัน"),
    ("รหัสบุคคล", "รหัสบุคคลเฉพาะหน่วยงานของท่าน คนเดียวกันได้รหัสเดียวกันทุกครั้ง นำไปเทียบกับหน่วยงานอื่นไม่ได้"),
    ("รหัสครัวเรือน", "รหัสครัวเรือนเฉพาะหน่วยงานของท่าน"),
    ("ความมั่นใจ", "ความมั่นใจว่าระเบียนนี้คือบุคคลเดียวกับระเบียนของหน่วยงานอื่น"),
    (
        "ความช่วยเหลือที่ครัวเรือนได้รับแล้ว",
        "ชนิดความช่วยเหลือและหน่วยงานที่ให้แก่ครัวเรือนนี้ เฉพาะที่ข้อตกลงอนุญาต ช่องว่างไม่ได้แปลว่าไม่เคยได้รับ",
    ),
    ("ผลตรวจของหน่วยงาน", "โปรดเลือกว่ารหัสบุคคลและครัวเรือนที่ระบบให้มาถูกต้องหรือไม่"),
    ("หมายเหตุของหน่วยงาน", "พิมพ์เพิ่มเติมได้"),
)


class ReturnedListError(RuntimeError):
    """A cell could not be written; the list must not go out with a cell missing."""


def write_workbook(content: ReturnedList, target: Path, scratch: Path) -> None:
    """Write the workbook of one agency; the same content gives the same bytes.

    Args:
        content: What goes back.
        target: The ``.xlsx`` file.
        scratch: Private folder for xlsxwriter's temporary files, which hold names.

    Raises:
        ReturnedListError: A cell could not be written.
    """
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "tmpdir": str(scratch)})
    book.set_properties(
        {
            "title": f"บัญชีกระทบยอด {content.agency_name}",
            "company": "ครัว Khrua",
            "comments": f"รอบ {content.run_id}",
            # xlsxwriter would write the clock; the night's date keeps the bytes the same.
            "created": datetime.combine(content.run_date, time(), tzinfo=UTC),
        }
    )
    formats = _formats(book)
    names = _sheet_names(content.sheets)
    _write_explanation(book.add_worksheet(EXPLANATION), content, names, formats)
    for name, sheet in zip(names, content.sheets, strict=True):
        _write_sheet(book.add_worksheet(name), sheet, formats)
    book.close()


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "TH Sarabun New", "font_size": 14, "valign": "top"}
    line = {"border": 1, "border_color": "#D5D0C4"}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 20, "font_color": "#7A2E12"}),
        "heading": book.add_format({**base, "bold": True, "font_size": 16, "font_color": "#7A2E12"}),
        "text": book.add_format({**base, "text_wrap": True}),
        "label": book.add_format({**base, "bold": True, "text_wrap": True}),
        "own_header": book.add_format({**base, **line, "bold": True, "text_wrap": True, "bg_color": "#EFEBE2"}),
        "our_header": book.add_format(
            {**base, **line, "bold": True, "text_wrap": True, "bg_color": "#7A2E12", "font_color": "#FFFFFF"}
        ),
        "answer_header": book.add_format(
            {**base, **line, "bold": True, "text_wrap": True, "bg_color": "#1F5D57", "font_color": "#FFFFFF"}
        ),
        # Text format: retyping a 13-digit ID in Excel does not turn it into 1.1E+12.
        "own": book.add_format({**base, "num_format": "@"}),
        "our": book.add_format({**base, "num_format": "@", "bg_color": "#FBF6EF"}),
        "our_wrapped": book.add_format({**base, "num_format": "@", "bg_color": "#FBF6EF", "text_wrap": True}),
        "our_rejected": book.add_format(
            {**base, "num_format": "@", "bg_color": "#F8DFD6", "bold": True, "font_color": "#7A2E12"}
        ),
        "answer": book.add_format({**base, "num_format": "@", "bg_color": "#EDF5F3"}),
    }


def _sheet_names(sheets: Sequence[ReturnedSheet]) -> list[str]:
    taken = {EXPLANATION.lower()}
    names = []
    for sheet in sheets:
        base = _FORBIDDEN_IN_SHEET_NAME.sub("-", sheet.title or Path(sheet.file_name).stem or "บัญชี").strip("' ")
        base = base[:_LONGEST_SHEET_NAME] or "บัญชี"
        name, number = base, 2
        while name.lower() in taken:
            tail = f" ({number})"
            name, number = base[: _LONGEST_SHEET_NAME - len(tail)] + tail, number + 1
        taken.add(name.lower())
        names.append(name)
    return names


def _put(worksheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write text as text, whatever it looks like, and make sure that it stands there."""
    shown = text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + _CUT
    code = worksheet.write_string(row, column, shown, style)
    if code != 0:
        raise ReturnedListError(f"cell at row {row + 1}, column {column + 1} was refused with code {code}")


def _write_explanation(worksheet: Any, content: ReturnedList, names: Sequence[str], formats: dict[str, Any]) -> None:
    worksheet.hide_gridlines(2)
    for column, width in enumerate((34, 34, 52, 44, 12, 12)):
        worksheet.set_column(column, column, width)
    for number, (cells, style) in enumerate(_explanation_rows(content, names)):
        for column, text in enumerate(cells):
            first = style if column == 0 or style != "label" else "text"
            _put(worksheet, number, column, text, formats[first])
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)


def _explanation_rows(content: ReturnedList, names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    agreement = content.agreement
    yield (f"บัญชีกระทบยอดของ{content.agency_name}",), "title"
    yield ("วันที่", thai_date(content.run_date)), "label"
    yield ("รอบการทำงาน", content.run_id), "label"
    yield ("วัตถุประสงค์", agreement.purpose), "label"
    yield ("ฐานกฎหมาย", agreement.legal_basis), "label"
    yield (
        (
            "ข้อตกลง",
            f"{agreement.agreement_id} (มีผล {thai_date(agreement.valid_from)} ถึง {thai_date(agreement.valid_to)})",
        ),
        "label",
    )
    yield (
        (
            "ข้อควรระวัง",
            "มีข้อมูลส่วนบุคคล ใช้ตามวัตถุประสงค์ข้างต้นเท่านั้น ห้ามส่งต่อ มีเฉพาะแถวที่หน่วยงานของท่านส่งมา",
        ),
        "label",
    )
    yield (), "text"
    yield ("ไฟล์ที่ส่ง", "วันที่รับ", "สถานะ", "เหตุผลและทางแก้", "รับแล้ว", "ไม่รับ"), "own_header"
    for delivery in content.deliveries:
        file_name, received, status, reason, accepted, rejected = delivery
        yield (file_name, received, status, reason, accepted, rejected), "text"
    if content.faults:
        yield (), "text"
        yield ("ข้อบกพร่องทั้งไฟล์", "แผ่นงาน", "คืออะไร", "วิธีแก้"), "own_header"
        for fault in content.faults:
            yield fault, "text"
    yield (), "text"
    yield ("คอลัมน์ที่ขึ้นต้นด้วย “ครัว:”", "ความหมาย"), "own_header"
    for name, meaning in COLUMN_MEANINGS:
        yield (name, meaning), "label"
    yield (), "text"
    yield ("แผ่นงาน", "ไฟล์เดิม"), "own_header"
    for name, sheet in zip(names, content.sheets, strict=True):
        yield (name, sheet.file_name), "text"
    if content.help_agencies:
        yield (), "text"
        yield ("หน่วยงานที่ข้อตกลงอนุญาตให้แสดงความช่วยเหลือ", ", ".join(content.help_agencies)), "label"
    else:
        yield (), "text"
        yield ("ความช่วยเหลือจากหน่วยงานอื่น", "ข้อตกลงของท่านยังไม่อนุญาตให้แสดง"), "label"


def _write_sheet(worksheet: Any, sheet: ReturnedSheet, formats: dict[str, Any]) -> None:
    own, height = len(sheet.header.labels), sheet.header.height
    # The look of a column stands on the column: empty cells then need not be written.
    ours = [formats["our_wrapped" if at in _WRAPPED else "our"] for at in range(len(OUR_COLUMNS))]
    looks = [*[formats["own"]] * own, *ours, *[formats["answer"]] * len(ANSWER_COLUMNS)]
    for column, width in enumerate([*_own_widths(sheet), *_OUR_WIDTHS, 20, 30]):
        worksheet.set_column(column, column, width, looks[column])
    worksheet.freeze_panes(height, 0)
    last_row, last_column = height - 1 + max(len(sheet.rows), 1), own + len(OUR_COLUMNS) + len(ANSWER_COLUMNS) - 1
    worksheet.autofilter(height - 1, 0, last_row, last_column)
    worksheet.data_validation(
        height,
        own + len(OUR_COLUMNS),
        last_row,
        own + len(OUR_COLUMNS),
        {
            "validate": "list",
            "source": list(ANSWERS),
            "error_title": "เลือกจากรายการ",
            "error_message": "เลือก ถูกต้อง ไม่ถูกต้อง หรือ ไม่แน่ใจ",
        },
    )
    _write_header(worksheet, sheet.header, formats)
    for number, cells in enumerate(sheet.rows, start=height):
        _write_row(worksheet, number, cells, own, formats)


def _write_header(worksheet: Any, header: SheetHeader, formats: dict[str, Any]) -> None:
    """The agency's header rows with their merged cells; each of our columns has one cell as high as all of them."""
    own, bottom = len(header.labels), header.height - 1
    ours = [(h, "our_header") for h in OUR_COLUMNS] + [(h, "answer_header") for h in ANSWER_COLUMNS]
    for number, row in enumerate(header.rows):
        texts = ours if number == 0 else [("", style) for _, style in ours]
        for column, (text, style) in enumerate([*((text, "own_header") for text in row), *texts]):
            if text:
                _put(worksheet, number, column, text, formats[style])
            else:
                worksheet.write_blank(number, column, None, formats[style])
    below = [(0, own + position, bottom, own + position) for position in range(len(ours))] if bottom else []
    # merge_range() would write blanks into the rows below, and with constant_memory a row that was left stays closed.
    worksheet.merge += [list(merge) for merge in (*header.merges, *below)]


def _write_row(worksheet: Any, number: int, cells: Sequence[str], own: int, formats: dict[str, Any]) -> None:
    is_rejected = cells[own + 1] == ROW_STATUS["rejected"]
    for column, text in enumerate(cells):
        if not text:
            continue
        position = column - own
        if position < 0:
            style = "own"
        elif position == 1 and is_rejected:
            style = "our_rejected"
        else:
            style = "our_wrapped" if position in _WRAPPED else "our"
        _put(worksheet, number, column, text, formats[style])


def _own_widths(sheet: ReturnedSheet) -> list[int]:
    widths = []
    for column in range(len(sheet.header.labels)):
        header = sheet.header.lowest(column)
        longest = max((len(row[column]) for row in sheet.rows[:_WIDTH_ROWS]), default=0)
        # A long header wraps; about 18 letters a line read well.
        widths.append(max(8, min(40, max(longest + 2, min(len(header), 18) + 2))))
    return widths
