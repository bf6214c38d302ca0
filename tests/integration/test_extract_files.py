"""Every kind of file that agencies send, made here and read through the reading process."""

from __future__ import annotations

import io
import os
import shutil
import threading
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlwt

from pipeline.contracts import Assertion
from pipeline.extract.grid import BLANK, DATE, ERROR, NO_VALUE, NUMBER, TEXT, ReadFaultError, Workbook
from pipeline.extract.reader import read_workbook
from pipeline.tables import DELIVERY, ISSUE, RECORD
from tests.extract_support import NIGHT, PERSON_HEADER, Office, made_up_id, person_rows, write_xlsx

MEMORY = 3 * 2**30


def read(path: Path) -> Workbook:
    return read_workbook(path, None, memory_bytes=MEMORY, seconds=60)


def fault(path: Path) -> str:
    with pytest.raises(ReadFaultError) as caught:
        read(path)
    return caught.value.code


def rebuilt(source: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """The zip with some entries replaced, added or (None) left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for name in names:
            content = changes.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in changes.items():
            if name not in names and content is not None:
                new.writestr(name, content)
    return target


def plain(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "plain.xlsx", {"Sheet1": [PERSON_HEADER, *person_rows(5)]})


SHEET = "xl/worksheets/sheet1.xml"


# ---------------------------------------------------------------- what aborts or fools a parser


def test_a_cell_at_the_last_corner_of_a_sheet_is_too_large(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    book.active["A1"] = 1
    book.save(tmp_path / "corner.xlsx")
    assert fault(tmp_path / "corner.xlsx") == "file_too_large"


def test_formats_down_to_the_last_row_do_not_make_a_sheet_too_large(tmp_path: Path) -> None:
    source = plain(tmp_path)
    with zipfile.ZipFile(source) as archive:
        xml = archive.read(SHEET)
    styled = xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    sheet = read(rebuilt(source, tmp_path / "styled.xlsx", {SHEET: styled})).sheets[0]
    assert len(sheet.cells) == 6


def test_a_zip_bomb_is_unsafe(tmp_path: Path) -> None:
    bomb = rebuilt(plain(tmp_path), tmp_path / "bomb.xlsx", {"xl/media/big.xml": b"<a>" + b" " * 60_000_000 + b"</a>"})
    assert fault(bomb) == "file_unsafe"


def test_an_entry_larger_than_it_says_is_not_read(tmp_path: Path) -> None:
    source = plain(tmp_path)
    data = bytearray(source.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    (tmp_path / "liar.xlsx").write_bytes(bytes(data))
    assert fault(tmp_path / "liar.xlsx") in ("file_unsafe", "file_unreadable")


def test_a_document_type_in_the_xml_is_unsafe(tmp_path: Path) -> None:
    source = plain(tmp_path)
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    assert fault(rebuilt(source, tmp_path / "dtd.xlsx", {SHEET: xml})) == "file_unsafe"


def test_a_macro_is_unsafe(tmp_path: Path) -> None:
    assert fault(rebuilt(plain(tmp_path), tmp_path / "m.xlsm", {"xl/vbaProject.bin": b"x"})) == "file_unsafe"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\..\\..\\evil.xml", "C:/evil.xml"])
def test_a_path_name_inside_the_container_is_unsafe(tmp_path: Path, name: str) -> None:
    assert fault(rebuilt(plain(tmp_path), tmp_path / "path.xlsx", {name: b"<a/>"})) == "file_unsafe"


def test_too_many_entries_are_unsafe(tmp_path: Path) -> None:
    many: dict[str, bytes | None] = {f"xl/x{i}.xml": b"" for i in range(4_001)}
    assert fault(rebuilt(plain(tmp_path), tmp_path / "many.xlsx", many)) == "file_unsafe"


def test_a_flipped_byte_is_found_by_the_checksum(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "whole.xlsx", {"Sheet1": [PERSON_HEADER, *person_rows(200)]})
    data = bytearray(source.read_bytes())
    with zipfile.ZipFile(source) as archive:
        entry = archive.getinfo(SHEET)
        middle = entry.header_offset + 30 + len(SHEET) + entry.compress_size // 2
    data[middle] ^= 0xFF
    (tmp_path / "flipped.xlsx").write_bytes(bytes(data))
    assert fault(tmp_path / "flipped.xlsx") == "file_unreadable"


def test_a_truncated_workbook_is_unreadable(tmp_path: Path) -> None:
    data = plain(tmp_path).read_bytes()
    (tmp_path / "half.xlsx").write_bytes(data[: len(data) // 2])
    assert fault(tmp_path / "half.xlsx") == "file_unreadable"


# ---------------------------------------------------------------- what is not what it says


def test_a_text_named_xlsx_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "note.xlsx").write_text("ขอส่งข้อมูลตามที่ขอ\nรายละเอียดจะตามมาภายหลัง\n", encoding="utf-8")
    assert fault(tmp_path / "note.xlsx") == "file_unreadable"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n  \n"])
def test_an_empty_file_is_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "empty.csv").write_bytes(content)
    assert fault(tmp_path / "empty.csv") == "file_empty"


@pytest.mark.parametrize("content", [b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", bytes(range(256))])
def test_a_picture_or_document_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xls").write_bytes(content)
    assert fault(tmp_path / "x.xls") == "file_unreadable"


def test_a_word_document_is_unreadable(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "letter.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert fault(tmp_path / "letter.xlsx") == "file_unreadable"


def test_an_xlsx_named_xls_is_read_by_its_content(tmp_path: Path) -> None:
    source = plain(tmp_path)
    target = tmp_path / "renamed.xls"
    shutil.copy(source, target)
    assert read(target).content == "xlsx"


def test_a_csv_named_xls_is_read_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "x.xls").write_text("ชื่อ,นามสกุล\nกข,คง\nจช,ซญ\n", encoding="cp874")
    book = read(tmp_path / "x.xls")
    assert (book.content, book.encoding, book.sheets[0].cells[1]) == ("csv", "cp874", ["กข", "คง"])


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
def test_an_html_table_named_xls_is_read_with_its_spans(tmp_path: Path, encoding: str) -> None:
    charset = {"utf-8": "utf-8", "cp874": "windows-874"}[encoding]
    html = (
        f'<html><head><meta charset="{charset}"><style>td {{x:y}}</style></head><body><table>'
        '<tr><td rowspan="2">ชื่อ</td><td colspan="2">ที่อยู่</td></tr><tr><td>ตำบล<td>อำเภอ</tr>'
        "<tr><td>กข</td><td>ใน&nbsp;เมือง</td><td>เมือง</td></tr></table></body></html>"
    )
    (tmp_path / "export.xls").write_bytes(html.encode(encoding))
    book = read(tmp_path / "export.xls")
    sheet = book.sheets[0]
    assert book.content == "html"
    assert sheet.cells[1] == ["", "ตำบล", "อำเภอ"]
    assert sheet.merges == [(0, 0, 1, 0), (0, 1, 0, 2)]


def test_a_protected_workbook_asks_for_its_password(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = tmp_path / "secret.xlsx"
    with plain(tmp_path).open("rb") as source, target.open("wb") as out:
        OOXMLFile(source).encrypt("1234", out)
    assert fault(target) == "file_password"


# ---------------------------------------------------------------- cells as they were typed


def test_a_13_digit_number_keeps_its_digits_and_a_text_stays_text(tmp_path: Path) -> None:
    number, text = int(made_up_id(1)), made_up_id(2)
    sheet = read(write_xlsx(tmp_path / "ids.xlsx", {"S": [[number, text, 12.5, "1.10070123456E+12", 7]]})).sheets[0]
    assert sheet.cells[0] == [str(number), text, "12.5", "1.10070123456E+12", "7"]
    assert sheet.kinds[0] == NUMBER + TEXT + NUMBER + TEXT + NUMBER


def test_an_excel_date_keeps_the_buddhist_year_it_holds(tmp_path: Path) -> None:
    sheet = read(write_xlsx(tmp_path / "d.xlsx", {"S": [[date(2540, 3, 15), date(1997, 3, 15)]]})).sheets[0]
    assert (sheet.cells[0], sheet.kinds[0]) == (["2540-03-15", "1997-03-15"], DATE + DATE)


def test_error_cells_and_formulas_without_a_value_are_not_blank(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "s.xlsx", {"S": [["ก", 1, 2], ["ข", 3, 4]]})
    with zipfile.ZipFile(source) as archive:
        xml = archive.read(SHEET)
    xml = xml.replace(b'<c r="B1"><v>1</v></c>', b'<c r="B1" t="e"><v>#REF!</v></c>')
    xml = xml.replace(b'<c r="C2"><v>4</v></c>', b'<c r="C2"><f>B1+B2</f></c>')
    sheet = read(rebuilt(source, tmp_path / "e.xlsx", {SHEET: xml})).sheets[0]
    assert (sheet.kinds[0][1], sheet.kinds[1][2]) == (ERROR, NO_VALUE)


def test_a_formula_with_a_stored_value_is_its_value(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "f.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write(0, 1, "ก")
    read_sheet = read(tmp_path / "f.xlsx").sheets[0]
    assert (read_sheet.cells[0][0], read_sheet.kinds[0][0]) == ("2", NUMBER)


@pytest.mark.parametrize("stored", [b"<v></v>", b"<v/>", b'<v xml:space="preserve"> </v>'])
def test_a_formula_whose_result_is_empty_text_is_blank_and_no_fault(tmp_path: Path, stored: bytes) -> None:
    source = write_xlsx(tmp_path / "s.xlsx", {"S": [["ก", 1, 2], ["ข", 3, 4]]})
    with zipfile.ZipFile(source) as archive:
        xml = archive.read(SHEET)
    xml = xml.replace(b'<c r="C2"><v>4</v></c>', b'<c r="C2" t="str"><f>IF(B1=1,"",B1)</f>' + stored + b"</c>")
    sheet = read(rebuilt(source, tmp_path / "e.xlsx", {SHEET: xml})).sheets[0]
    assert sheet.kinds[1][2] == BLANK


def test_error_cells_of_an_xls_are_not_blank(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("ข้อมูล")
    sheet.write(0, 0, "รายได้")
    sheet.write(0, 1, "ชื่อ")
    sheet.row(1).set_cell_error(0, "#DIV/0!")
    sheet.write(1, 1, "กข")
    book.save(str(tmp_path / "e.xls"))
    found = read(tmp_path / "e.xls")
    assert (found.content, found.sheets[0].kinds[1]) == ("xls", ERROR + TEXT)


def test_a_hidden_sheet_is_known_to_be_hidden(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "ก"
    hidden = book.create_sheet("ซ่อน")
    hidden["A1"] = "ข"
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "h.xlsx")
    assert [sheet.is_hidden for sheet in read(tmp_path / "h.xlsx").sheets] == [False, True]


# ---------------------------------------------------------------- text files


@pytest.mark.parametrize(
    ("encoding", "seen"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp874", "cp874"),
        ("tis-620", "cp874"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_a_csv_is_decoded_without_a_replacement(tmp_path: Path, encoding: str, seen: str) -> None:
    text = "".join(f"สมหญิง {n};ใจดี;{n}\r\n" for n in range(30))
    (tmp_path / "x.csv").write_bytes(("ชื่อ;นามสกุล;ที่\r\n" + text).encode(encoding))
    book = read(tmp_path / "x.csv")
    assert (book.encoding, book.sheets[0].cells[30]) == (seen, ["สมหญิง 29", "ใจดี", "29"])


def test_bytes_of_no_encoding_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("ชื่อ,ที่\nก,1\n".encode("cp874") + b"\xfc\xfd\xdb,2\n")
    assert fault(tmp_path / "x.csv") == "file_unreadable"


def test_an_open_quote_is_unreadable_and_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('ก,ข\n1,2\n3,"เปิดไว้\n5,6\n', encoding="utf-8")
    with pytest.raises(ReadFaultError) as caught:
        read(tmp_path / "x.csv")
    assert (caught.value.code, caught.value.line) == ("file_unreadable", 3)


def test_a_row_with_a_comma_too_many_is_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.inbox.mkdir(parents=True)
    rows = [[str(value) for value in row] for row in person_rows(4)]
    rows[1][4] = "25, ซอย 3"
    lines = [",".join(row) for row in [PERSON_HEADER, *rows]]
    (office.inbox / "list.csv").write_text("\n".join(lines), encoding="cp874")
    office.night()
    assert [(i["row_number"], i["code"]) for i in office.table(ISSUE)] == [(3, "row_ragged")]
    assert len(office.table(RECORD)) == 3


def deliver_lines(office: Office, rows: list[list[str]]) -> None:
    office.inbox.mkdir(parents=True, exist_ok=True)
    (office.inbox / "list.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")


def texts(count: int) -> list[list[str]]:
    return [[str(value) for value in row] for row in person_rows(count)]


def test_a_comma_too_many_before_empty_cells_is_rejected_and_no_shifted_value_is_kept(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = texts(4)
    rows[1][3:] = ["1/1/2500", "25", " ซอย 3", ""]
    deliver_lines(office, [PERSON_HEADER, *rows])
    office.night()
    assert [(i["row_number"], i["code"], i["severity"]) for i in office.table(ISSUE)] == [(3, "row_ragged", "reject")]
    assert {r["house_no"] for r in office.table(RECORD)} == {"1/1", "3/1", "4/1"}


def test_a_row_with_fewer_fields_than_the_header_counts_and_is_reported(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = texts(4)
    del rows[2][5]
    deliver_lines(office, [PERSON_HEADER, *rows])
    office.night()
    assert [(i["row_number"], i["code"], i["severity"]) for i in office.table(ISSUE)] == [(4, "row_short", "warn")]
    assert len(office.table(RECORD)) == 4


def test_a_record_broken_over_two_lines_makes_no_second_person(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = texts(4)
    broken = [[*rows[1][:4], "25 ซอย"], ["สามแยก", rows[1][5]]]
    deliver_lines(office, [PERSON_HEADER, rows[0], *broken, *rows[2:]])
    office.night()
    found = [(i["row_number"], i["code"], i["severity"]) for i in office.table(ISSUE)]
    assert found == [(3, "row_short", "warn"), (4, "row_short", "reject")]
    assert {r["national_id"] for r in office.table(RECORD)} == {made_up_id(n) for n in (1, 2, 3, 4)}


def test_lines_that_all_end_with_a_delimiter_are_read(tmp_path: Path) -> None:
    office = Office(tmp_path)
    deliver_lines(office, [PERSON_HEADER, *[[*row, ""] for row in texts(4)]])
    office.night()
    assert (len(office.table(RECORD)), office.table(ISSUE)) == (4, [])


def test_a_header_that_alone_ends_with_a_delimiter_makes_no_row_short(tmp_path: Path) -> None:
    office = Office(tmp_path)
    deliver_lines(office, [[*PERSON_HEADER, ""], *texts(4)])
    office.night()
    assert (len(office.table(RECORD)), office.table(ISSUE)) == (4, [])


def test_a_title_line_of_one_field_is_no_short_row(tmp_path: Path) -> None:
    office = Office(tmp_path)
    deliver_lines(office, [["บัญชีรายชื่อ"], PERSON_HEADER, *texts(3), ["หมายเหตุ ข้อมูลเบื้องต้น"]])
    office.night()
    assert (len(office.table(RECORD)), office.table(ISSUE)) == (3, [])


def test_rows_of_a_csv_are_numbered_by_line(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('ก,ข\n"สอง\nบรรทัด",2\n\n5,6\n', encoding="utf-8")
    sheet = read(tmp_path / "x.csv").sheets[0]
    assert sheet.row_numbers == [1, 2, 4, 5]


# ---------------------------------------------------------------- the process


def test_a_reader_out_of_memory_is_an_issue_and_not_a_crash(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", {"S": [["ก" * 50] * 30] * 3_000})
    with pytest.raises(ReadFaultError) as caught:
        read_workbook(path, None, memory_bytes=40 * 2**20, seconds=60)
    assert caught.value.code == "reader_failed"


def test_a_reader_out_of_time_is_an_issue(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", {"S": [[n, n] for n in range(60_000)]})
    with pytest.raises(ReadFaultError) as caught:
        read_workbook(path, None, memory_bytes=MEMORY, seconds=0)
    assert caught.value.code == "reader_failed"


def test_a_broken_file_stops_only_itself(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(6), "good.xlsx")
    broken = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    book.active["A1"] = 1
    book.save(broken)
    (office.inbox / "broken.xlsx").write_bytes(broken.getvalue())
    office.night()
    assert office.statuses()["broken.xlsx"] == ("quarantined", "file_too_large")
    assert len(office.table(RECORD)) == 6
    assert {row["received_date"] for row in office.table(DELIVERY)} == {NIGHT}


def test_a_registered_password_opens_a_protected_workbook(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = tmp_path / "secret.xlsx"
    with plain(tmp_path).open("rb") as source, target.open("wb") as out:
        OOXMLFile(source).encrypt("right", out)
    book = read_workbook(target, None, memory_bytes=MEMORY, seconds=60, passwords=["wrong", "right"])
    assert book.sheets[0].cells[0] == PERSON_HEADER
    with pytest.raises(ReadFaultError) as caught:
        read_workbook(target, None, memory_bytes=MEMORY, seconds=60, passwords=["wrong"])
    assert caught.value.code == "file_password"


def test_the_cells_on_their_way_to_us_never_stand_in_a_file(tmp_path: Path) -> None:
    path = plain(tmp_path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    seen: list[str] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for folder, _, names in os.walk(scratch):
                seen.extend(
                    name for name in names if not Path(folder, name).is_symlink() and Path(folder, name).exists()
                )

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        book = read_workbook(path, scratch, memory_bytes=MEMORY, seconds=60)
    finally:
        stop.set()
        watcher.join()
    assert (len(book.sheets[0].cells), seen) == (6, [])


def test_a_file_that_kills_its_reader_stops_only_itself(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.deliver_persons(person_rows(3), "good.xlsx")
    repeated = '<table:table-cell office:value-type="string" table:number-columns-repeated="1000">'
    cell = f"{repeated}<text:p>x</text:p></table:table-cell>"
    row = f'<table:table-row table:number-rows-repeated="100000">{cell}</table:table-row>'
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{row}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(office.inbox / "killer.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><m:manifest xmlns:m="urn:m"></m:manifest>')
    office.night(reader_memory_bytes=2**30, reader_seconds=20)
    assert office.statuses()["killer.ods"] == ("quarantined", "reader_failed")
    assert len(office.table(RECORD)) == 3


def test_a_night_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    office = Office(tmp_path)
    office.with_list(assertions=(Assertion("row_count", "", 50, None, "warn"),))
    office.deliver_persons(person_rows(3))
    office.night()
    assert "assertion_warned" in office.codes()
    assert tuple(capfd.readouterr()) == ("", "")
