"""Every code for what can be wrong in the data: severity, Thai and English text, way out.

Severity says what follows: ``note`` (kept for the record), ``warn`` (the row counts, the agency should look),
``reject`` (the row is set aside), ``stop`` (the file is set aside and the last good delivery stands in).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "warn", "reject", "stop"]


@dataclass(frozen=True, slots=True)
class IssueCode:
    """One kind of fault.

    Attributes:
        code: Stable name, used in tables and reports.
        severity: What follows when the contract does not say otherwise.
        thai: What is wrong, for officers and agencies.
        way_out: How to mend it, in Thai.
        english: What is wrong, for support.
        way_out_english: How to mend it, for support.
    """

    code: str
    severity: Severity
    thai: str
    way_out: str
    english: str
    way_out_english: str = ""


def _codes(*rows: tuple[str, Severity, str, str, str]) -> dict[str, IssueCode]:
    return {row[0]: IssueCode(*row, _WAYS_OUT_ENGLISH.get(row[0], "")) for row in rows}


# The Thai way out again for support, code by code; a test holds that every code has one.
_WAYS_OUT_ENGLISH = {
    "agency_failed": "tell the administrator, with the night's log; the agency need not send anything",
    "all_rows_rejected": "look at each row's fault; most often the name or ID column is empty or shifted",
    "list_older": "if it corrects the list in use, check the dates in it or in its name and send it again",
    "key_incomplete": "fill in every part of the key",
    "row_short": "check that values stand under their headers and no cell is broken over two lines, or send .xlsx",
    "row_read_as_note": "if it is data, fill in the name or the national ID in its own column",
    "unknown_agency_folder": "correct the folder's name, or add a contract to data_contracts/agencies",
    "contract_faulty": "run khrua contract check on the contracts folder and mend what it lists",
    "agreement_expired": "renew the agreement in data_contracts/agreements.yaml; until then nothing is read",
    "file_empty": "send a file with data in it",
    "file_unreadable": "open the file in Excel and save it anew as .xlsx",
    "file_unsafe": "copy the data alone into a new workbook and send that",
    "file_too_large": "split the file, or delete the empty rows and columns at the end of the sheet",
    "file_password": "send the file without a password, or tell the data officer the password",
    "reader_failed": "save the file anew as .xlsx and send it again",
    "sheet_missing": "name the sheet as the contract does",
    "header_not_found": "make the headers those of the contract; khrua inspect FILE shows what the file has",
    "required_column_missing": "add the column, or correct its header; a new name goes into the contract's aliases",
    "assertion_failed": "check that it is the right file and all of it",
    "assertion_warned": "check that it is the right file and all of it",
    "full_delivery_lost_rows": "check that the file is whole; if it is, run with --accept-change and the reason",
    "delivery_late": "ask the agency for a newer list",
    "nothing_delivered": "ask the agency's contact",
    "file_ignored": "nothing to do",
    "file_repeated": "nothing to do, or delete the copy",
    "sheet_ignored": "if it should be read, add the sheet to the contract",
    "column_unknown": "add the column to the contract, or to its ignored headers",
    "required_value_missing": "fill in the cell",
    "no_identity": "fill in given name, surname or national ID",
    "cell_error": "mend the formula, or type the value",
    "formula_without_value": "open the file in Excel and save it again, or type the value instead of the formula",
    "value_not_number": "type a number",
    "value_not_date": "type a date such as 15/03/2540",
    "value_not_in_list": "choose one of the values in the contract",
    "value_out_of_range": "check the number and its unit",
    "duplicate_key": "delete the row that repeats, or correct the key",
    "duplicate_row": "delete the row that repeats",
    "row_ragged": "put quotation marks around texts that hold a comma, or send the list as .xlsx",
    "row_replaced": "nothing to do",
    "national_id_missing": "add the ID if there is one",
    "national_id_bad_checksum": "compare the 13 digits with the card",
    "national_id_wrong_length": "compare the 13 digits with the card",
    "national_id_lost_digits": "format the column as text and type the number again",
    "national_id_placeholder": "type the true number, or leave the cell empty",
    "birth_date_invalid": "correct the date as day/month/year of the Buddhist era",
    "birth_date_ambiguous": "type the month in letters",
    "age_disagrees": "check age and birth date",
    "name_unreadable": "type the name again",
    "sex_disagrees_with_title": "check sex and title",
    "house_code_bad_checksum": "compare the 11 digits with the house register",
    "house_code_wrong_length": "compare the 11 digits with the house register",
    "area_unknown": "spell tambon and amphoe as the Department of Provincial Administration does",
    "area_ambiguous": "add the amphoe",
    "outside_area": "nothing to do",
    "area_disagrees": "check that the tambon is in that amphoe and that the code is the name's",
    "address_part_unreadable": "type the house number like 25/2 and the village number in digits",
    "national_id_not_thai": "type the national ID instead if there is one",
    "national_id_masked": "send all 13 digits, as agreed",
    "birth_date_partial": "add day and month if they are known",
    "birth_date_maybe_unknown": "compare the birth date with the card",
    "name_not_split": "put a space between given name and surname",
    "title_unknown": "check how the title is spelled",
    "same_id_other_person": "compare the ID with the card",
    "duplicate_in_list": "make it one row if it is one person",
    "death_needs_review": "confirm with the civil register",
    "household_too_large": "check the house code and the type of the dwelling",
    "survey_round_without_set": "add the round's indicator set to data_contracts/indicators",
    "decision_contradicted": "look at the decision again",
}


ISSUE_CODES: dict[str, IssueCode] = _codes(
    # ---- delivery and file
    (
        "unknown_agency_folder",
        "stop",
        "ไม่มีสัญญาข้อมูลของหน่วยงานนี้",
        "ตรวจชื่อโฟลเดอร์ หรือเพิ่มไฟล์สัญญาข้อมูลใน data_contracts/agencies",
        "no contract for this agency folder",
    ),
    (
        "contract_faulty",
        "stop",
        "สัญญาข้อมูลของหน่วยงานมีข้อผิดพลาด",
        "รัน khrua contract check แล้วแก้ตามรายการ",
        "the agency's contract has faults",
    ),
    (
        "agreement_expired",
        "stop",
        "ข้อตกลงแลกเปลี่ยนข้อมูลหมดอายุ",
        "ต่ออายุข้อตกลงใน data_contracts/agreements.yaml ก่อนจึงจะอ่านไฟล์ได้",
        "the agreement for this feed has ended",
    ),
    ("file_empty", "stop", "ไฟล์ว่างเปล่า", "ส่งไฟล์ใหม่ที่มีข้อมูล", "the file is empty"),
    (
        "file_unreadable",
        "stop",
        "เปิดอ่านไฟล์ไม่ได้ หรือชนิดไฟล์ไม่ตรงกับเนื้อหา",
        "เปิดไฟล์ด้วย Excel แล้วบันทึกใหม่เป็น .xlsx",
        "the file cannot be read as a spreadsheet",
    ),
    (
        "file_unsafe",
        "stop",
        "ไฟล์มีส่วนประกอบที่ไม่ปลอดภัย (แมโคร ขนาดผิดปกติ หรือโครงสร้างผิด)",
        "คัดลอกเฉพาะข้อมูลไปไว้ในสมุดงานใหม่แล้วส่งใหม่",
        "the container of the file is not safe to open",
    ),
    (
        "file_too_large",
        "stop",
        "ไฟล์ใหญ่เกินกำหนด",
        "แบ่งไฟล์ หรือลบแถวและคอลัมน์ว่างที่ท้ายแผ่นงาน",
        "the file or its extent is too large",
    ),
    (
        "file_password",
        "stop",
        "ไฟล์ใส่รหัสผ่าน",
        "ส่งไฟล์ที่ไม่ใส่รหัส หรือแจ้งรหัสให้เจ้าหน้าที่ข้อมูล",
        "the workbook is password-protected",
    ),
    (
        "reader_failed",
        "stop",
        "ตัวอ่านไฟล์หยุดทำงานหรือใช้เวลานานเกินกำหนด",
        "บันทึกไฟล์ใหม่เป็น .xlsx แล้วส่งอีกครั้ง",
        "the reader crashed or ran out of its limits",
    ),
    (
        "agency_failed",
        "stop",
        "ระบบประมวลผลข้อมูลของหน่วยงานนี้ไม่สำเร็จ จึงใช้ข้อมูลชุดก่อน",
        "แจ้งผู้ดูแลระบบพร้อมบันทึกการทำงานของคืนนี้ หน่วยงานไม่ต้องส่งไฟล์ใหม่",
        "Khrua itself failed on this agency's data; the log says where",
    ),
    (
        "sheet_missing",
        "stop",
        "ไม่พบแผ่นงานตามสัญญาข้อมูล",
        "ตรวจชื่อแผ่นงานให้ตรงกับสัญญาข้อมูล",
        "a sheet that the contract names is missing",
    ),
    ("header_not_found", "stop", "หาแถวหัวตารางไม่พบ", "ตรวจว่าหัวตารางตรงกับสัญญาข้อมูล", "no header row was found"),
    (
        "required_column_missing",
        "stop",
        "ขาดคอลัมน์ที่จำเป็น",
        "เพิ่มคอลัมน์ หรือแก้ชื่อหัวตารางให้ตรงกับสัญญาข้อมูล",
        "a required column is missing",
    ),
    (
        "assertion_failed",
        "stop",
        "ข้อมูลทั้งรายการผิดจากเกณฑ์ที่สัญญาข้อมูลกำหนด",
        "ตรวจว่าเป็นไฟล์ที่ถูกต้องและครบถ้วน",
        "a list-level assertion of the contract failed",
    ),
    (
        "assertion_warned",
        "warn",
        "ข้อมูลทั้งรายการต่างจากเกณฑ์ที่คาดไว้",
        "ตรวจว่าเป็นไฟล์ที่ถูกต้องและครบถ้วน",
        "a list-level assertion of the contract warns",
    ),
    (
        "full_delivery_lost_rows",
        "stop",
        "รายการฉบับเต็มมีจำนวนแถวหายไปเกินกำหนด จึงพักไว้ตรวจสอบ",
        "ตรวจว่าไฟล์ครบถ้วน ถ้าถูกต้องให้รันด้วย --accept-change พร้อมเหตุผล",
        "a full delivery lost more rows than allowed and is held",
    ),
    (
        "all_rows_rejected",
        "warn",
        "ไม่มีแถวใดในรายการนี้ใช้ได้เลย",
        "ตรวจสาเหตุของแต่ละแถว ส่วนใหญ่คือคอลัมน์ชื่อหรือเลขประจำตัวว่างหรือผิดช่อง",
        "every row of the list was rejected",
    ),
    (
        "list_older",
        "warn",
        "ไฟล์นี้เป็นรายการที่เก่ากว่าฉบับที่ใช้อยู่ จึงไม่ได้ใช้",
        "ถ้าเป็นฉบับแก้ไขของฉบับที่ใช้อยู่ ให้ตรวจวันที่ในรายการหรือในชื่อไฟล์แล้วส่งใหม่",
        "the list is older than the one in use and was not used",
    ),
    (
        "delivery_late",
        "warn",
        "ข้อมูลเก่ากว่าที่กำหนด",
        "ขอข้อมูลชุดใหม่จากหน่วยงาน",
        "the list is older than its freshness limit",
    ),
    (
        "nothing_delivered",
        "note",
        "ยังไม่มีข้อมูลจากหน่วยงานนี้",
        "ติดต่อผู้ประสานงานของหน่วยงาน",
        "the agency has delivered nothing",
    ),
    (
        "file_ignored",
        "note",
        "ข้ามไฟล์ที่ไม่ใช่ข้อมูล (ไฟล์ล็อกหรือไฟล์ซ่อน)",
        "ไม่ต้องทำอะไร",
        "not a data file (lock or hidden file)",
    ),
    (
        "file_repeated",
        "note",
        "ไฟล์นี้มีเนื้อหาเหมือนไฟล์อื่นที่ส่งมาแล้ว จึงอ่านเพียงครั้งเดียว",
        "ไม่ต้องทำอะไร หรือลบไฟล์ที่ซ้ำ",
        "the file's content was delivered under another name too",
    ),
    (
        "sheet_ignored",
        "note",
        "แผ่นงานนี้ไม่อยู่ในสัญญาข้อมูล จึงไม่ได้อ่าน",
        "ถ้าควรอ่าน ให้เพิ่มแผ่นงานในสัญญาข้อมูล",
        "a sheet that the contract does not name",
    ),
    (
        "column_unknown",
        "warn",
        "มีคอลัมน์ที่สัญญาข้อมูลไม่รู้จัก จึงไม่ได้อ่าน",
        "เพิ่มคอลัมน์ในสัญญาข้อมูล หรือระบุว่าไม่ใช้",
        "a column the contract does not know",
    ),
    # ---- row and cell
    ("required_value_missing", "reject", "ช่องที่จำเป็นว่างอยู่", "กรอกข้อมูลในช่องนี้", "a required value is missing"),
    (
        "no_identity",
        "reject",
        "ไม่มีทั้งชื่อและเลขประจำตัว จึงระบุตัวบุคคลไม่ได้",
        "กรอกชื่อ นามสกุล หรือเลขประจำตัวประชาชน",
        "neither a name nor an ID: nobody can be identified",
    ),
    ("cell_error", "warn", "ช่องนี้เป็นค่าผิดพลาดของ Excel เช่น #REF!", "แก้สูตรหรือพิมพ์ค่าลงในช่อง", "an Excel error value"),
    (
        "formula_without_value",
        "warn",
        "สูตรในช่องนี้ไม่มีค่าที่คำนวณแล้ว",
        "เปิดไฟล์ด้วย Excel แล้วบันทึกใหม่ หรือพิมพ์ค่าแทนสูตร",
        "a formula without a stored value",
    ),
    ("value_not_number", "warn", "ค่านี้ไม่ใช่ตัวเลข", "แก้เป็นตัวเลข", "not a number"),
    ("value_not_date", "warn", "ค่านี้ไม่ใช่วันที่", "แก้เป็นวันที่ เช่น 15/03/2540", "not a date"),
    ("value_not_in_list", "warn", "ค่านี้ไม่อยู่ในรายการที่กำหนด", "เลือกค่าจากรายการในสัญญาข้อมูล", "not one of the listed values"),
    ("value_out_of_range", "warn", "ค่านี้อยู่นอกช่วงที่เป็นไปได้", "ตรวจตัวเลขและหน่วย", "outside the possible range"),
    (
        "duplicate_key",
        "reject",
        "รหัสของแถวซ้ำกับอีกแถวในรายการเดียวกัน",
        "ลบแถวที่ซ้ำ หรือแก้รหัส",
        "the key stands in two rows of one list",
    ),
    (
        "key_incomplete",
        "warn",
        "รหัสของแถวไม่ครบ จึงใช้ชื่อและข้อมูลอื่นของแถวแทนรหัส",
        "กรอกรหัสให้ครบทุกช่อง",
        "a part of the key is missing; the row is known by its other values",
    ),
    ("duplicate_row", "warn", "แถวนี้ซ้ำกับอีกแถวทุกช่อง", "ลบแถวที่ซ้ำ", "the row repeats another row"),
    (
        "row_ragged",
        "reject",
        "แถวนี้มีจำนวนช่องมากกว่าหัวตาราง ข้อมูลจึงเลื่อนช่อง",
        "ใส่เครื่องหมายคำพูดคร่อมข้อความที่มีจุลภาค หรือส่งเป็น .xlsx",
        "the row has more fields than the header",
    ),
    (
        "row_short",
        "warn",
        "แถวนี้มีจำนวนช่องน้อยกว่าหัวตาราง ข้อมูลอาจเลื่อนช่องหรือขาดหาย",
        "ตรวจว่าข้อมูลตรงช่องและไม่มีการขึ้นบรรทัดใหม่กลางช่อง หรือส่งเป็น .xlsx",
        "the row has fewer fields than the header",
    ),
    (
        "row_read_as_note",
        "warn",
        "แถวนี้อ่านเป็นชื่อกลุ่มหรือหมายเหตุ จึงไม่นับเป็นข้อมูล",
        "ถ้าเป็นข้อมูล ให้กรอกชื่อและนามสกุล หรือเลขประจำตัวประชาชน ในช่องของคอลัมน์นั้น",
        "the row was read as a group label or a note",
    ),
    (
        "row_replaced",
        "note",
        "แถวนี้ถูกแทนที่ด้วยข้อมูลที่ส่งมาภายหลัง",
        "ไม่ต้องทำอะไร",
        "a later delivery says the same row anew",
    ),
    # ---- values (normalise)
    ("national_id_missing", "note", "ไม่มีเลขประจำตัวประชาชน", "เพิ่มเลขประจำตัวถ้ามี", "no national ID"),
    (
        "national_id_bad_checksum",
        "warn",
        "เลขประจำตัวประชาชนไม่ถูกต้อง (เลขตรวจสอบไม่ตรง)",
        "ตรวจเลข 13 หลักกับบัตร",
        "the national ID fails its checksum",
    ),
    (
        "national_id_wrong_length",
        "warn",
        "เลขประจำตัวประชาชนไม่ครบ 13 หลัก",
        "ตรวจเลข 13 หลักกับบัตร",
        "the national ID has not 13 digits",
    ),
    (
        "national_id_lost_digits",
        "warn",
        "เลขประจำตัวประชาชนเสียหลักท้ายเพราะ Excel แปลงเป็นเลขยกกำลัง",
        "ตั้งคอลัมน์เป็นข้อความแล้วพิมพ์เลขใหม่",
        "Excel's scientific notation lost digits of the ID",
    ),
    (
        "national_id_placeholder",
        "warn",
        "เลขประจำตัวเป็นเลขสมมุติ",
        "ใส่เลขจริง หรือเว้นว่าง",
        "a placeholder instead of a national ID",
    ),
    (
        "birth_date_invalid",
        "warn",
        "วันเกิดอ่านไม่ได้หรือเป็นไปไม่ได้",
        "แก้วันเกิดเป็นวัน/เดือน/ปี พ.ศ.",
        "the birth date cannot be read or is impossible",
    ),
    ("birth_date_ambiguous", "note", "วันเกิดอ่านได้สองแบบ", "พิมพ์เดือนเป็นตัวอักษร", "day and month could be either way round"),
    ("age_disagrees", "warn", "อายุไม่ตรงกับวันเกิด", "ตรวจอายุและวันเกิด", "age and birth date disagree"),
    ("name_unreadable", "warn", "ชื่ออ่านไม่ได้", "พิมพ์ชื่อใหม่", "the name cannot be read"),
    ("sex_disagrees_with_title", "note", "เพศไม่ตรงกับคำนำหน้าชื่อ", "ตรวจเพศและคำนำหน้าชื่อ", "sex and title disagree"),
    (
        "house_code_bad_checksum",
        "note",
        "รหัสประจำบ้านมีเลขตรวจสอบไม่ตรง",
        "ตรวจรหัส 11 หลักกับทะเบียนบ้าน",
        "the house code fails its checksum",
    ),
    (
        "house_code_wrong_length",
        "warn",
        "รหัสประจำบ้านไม่ครบ 11 หลัก",
        "ตรวจรหัส 11 หลักกับทะเบียนบ้าน",
        "the house code has not 11 digits",
    ),
    (
        "area_unknown",
        "warn",
        "ไม่รู้จักชื่อตำบลหรืออำเภอ",
        "แก้ชื่อตำบล อำเภอ ให้ตรงกับกรมการปกครอง",
        "tambon or amphoe is not known",
    ),
    ("area_ambiguous", "warn", "ชื่อตำบลนี้มีในหลายอำเภอ", "เพิ่มชื่ออำเภอ", "the tambon name occurs in several amphoe"),
    ("outside_area", "note", "อยู่นอกจังหวัด", "ไม่ต้องทำอะไร", "outside the province"),
    (
        "area_disagrees",
        "warn",
        "ตำบล อำเภอ หรือรหัสตำบลขัดกัน",
        "ตรวจว่าตำบลอยู่ในอำเภอที่ระบุ และรหัสตรงกับชื่อ",
        "tambon, amphoe and area code do not agree",
    ),
    (
        "address_part_unreadable",
        "note",
        "บ้านเลขที่หรือหมู่ที่อ่านไม่ได้",
        "พิมพ์บ้านเลขที่ เช่น 25/2 และหมู่ที่เป็นตัวเลข",
        "house number or village number cannot be read",
    ),
    (
        "national_id_not_thai",
        "note",
        "เลขประจำตัวไม่ใช่เลข 13 หลัก (เช่น หนังสือเดินทาง)",
        "ถ้ามีเลขประจำตัวประชาชนให้ใส่แทน",
        "another identifier instead of a national ID",
    ),
    (
        "national_id_masked",
        "warn",
        "เลขประจำตัวประชาชนถูกปิดบางหลัก",
        "ส่งเลขครบ 13 หลักตามข้อตกลง",
        "digits of the national ID are masked",
    ),
    (
        "birth_date_partial",
        "note",
        "วันเกิดไม่ครบวัน เดือน ปี",
        "เติมวันและเดือนเกิดถ้าทราบ",
        "day or month of the birth date is unknown",
    ),
    (
        "birth_date_maybe_unknown",
        "note",
        "วันเกิดเป็น 1 มกราคม ซึ่งอาจใช้แทนวันที่ไม่ทราบ",
        "ตรวจวันเกิดกับบัตร",
        "1 January often stands for an unknown day",
    ),
    (
        "name_not_split",
        "note",
        "แยกชื่อกับนามสกุลไม่ได้",
        "เว้นวรรคระหว่างชื่อกับนามสกุล",
        "given name and surname could not be told apart",
    ),
    ("title_unknown", "note", "ไม่รู้จักคำนำหน้าชื่อนี้", "ตรวจตัวสะกดของคำนำหน้าชื่อ", "a title that no list knows"),
    # ---- link and score
    (
        "same_id_other_person",
        "warn",
        "เลขประจำตัวนี้ตรงกับอีกรายหนึ่งแต่ข้อมูลอื่นขัดกัน",
        "ตรวจเลขประจำตัวกับบัตร",
        "the ID is that of a record which otherwise disagrees",
    ),
    (
        "duplicate_in_list",
        "warn",
        "บุคคลนี้มีมากกว่าหนึ่งแถวในรายการ",
        "รวมเป็นแถวเดียวถ้าเป็นคนเดียวกัน",
        "the person stands in more than one row of the list",
    ),
    ("death_needs_review", "warn", "มีรายการเดียวที่ระบุว่าเสียชีวิต", "ยืนยันกับทะเบียนราษฎร", "a death claimed by one weak link"),
    (
        "household_too_large",
        "warn",
        "บ้านหลังนี้มีคนมากผิดปกติ",
        "ตรวจรหัสบ้านและประเภทที่อยู่",
        "more people in the house than allowed for one household",
    ),
    (
        "survey_round_without_set",
        "warn",
        "ยังไม่มีชุดตัวชี้วัดรอบนี้",
        "เพิ่มชุดตัวชี้วัดของรอบนี้ใน data_contracts/indicators",
        "no indicator set for this survey round",
    ),
    (
        "decision_contradicted",
        "warn",
        "ข้อมูลใหม่ขัดกับคำวินิจฉัยเดิม",
        "ตรวจคำวินิจฉัยอีกครั้ง",
        "later data contradict a clerk's decision",
    ),
)


def issue_code(code: str) -> IssueCode:
    """The description of a code.

    Raises:
        KeyError: The code is not declared here: a programming error.
    """
    return ISSUE_CODES[code]
