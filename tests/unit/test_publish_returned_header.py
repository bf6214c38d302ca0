"""The header that goes back: its own rows, its merged cells, and which header an issue speaks of."""

from __future__ import annotations

from pipeline.publish.returned_header import SheetHeader, read_header

LABELS = ("ลำดับ", "ผู้ยื่น / เลขบัตร", "ผู้ยื่น / ชื่อ", "คู่สมรส / เลขบัตร", "ที่อยู่")
COLUMNS = ("", "head.national_id", "head.first_name", "spouse.national_id", "address")
HEADER = SheetHeader(LABELS, (("",) * 5,), columns=COLUMNS)


def test_an_issue_of_a_record_is_named_by_the_header_of_its_role() -> None:
    assert HEADER.own_names("national_id", "spouse") == ("คู่สมรส / เลขบัตร",)
    assert HEADER.own_names("head.first_name", "") == ("ผู้ยื่น / ชื่อ",)


def test_what_a_list_says_in_another_column_is_named_by_that_column() -> None:
    assert HEADER.own_names("tambon", "head") == ("ที่อยู่",)
    assert HEADER.own_names("life_status", "head") == ("ผู้ยื่น / ชื่อ",)


def test_a_column_that_the_sheet_does_not_have_has_no_header() -> None:
    assert HEADER.own_names("birth_date", "head") == ()
    assert HEADER.own_names("", "") == ()


def test_header_rows_keep_their_texts_and_merged_cells_by_row_number() -> None:
    rows = [
        (4, ["ลำดับ", "ผู้ยื่น", "", None, "ที่อยู่"], None, None, None),
        (6, [None, "เลขบัตร", "ชื่อ"], list(LABELS), ["", *COLUMNS[1:]], ["4 0 6 0", "4 1 4 2", "4 4 6 9"]),
    ]
    header = read_header(rows, 5)
    assert header.rows == (("ลำดับ", "ผู้ยื่น", "", "", "ที่อยู่"), ("", "เลขบัตร", "ชื่อ", "", ""))
    assert header.merges == ((0, 0, 1, 0), (0, 1, 0, 2), (0, 4, 1, 4))
    assert [header.lowest(column) for column in range(5)] == ["ลำดับ", "เลขบัตร", "ชื่อ", "", "ที่อยู่"]


def test_merged_cells_that_overlap_do_not_both_go_back() -> None:
    header = read_header([(1, ["ก", "", ""], ["ก", "", ""], None, ["1 0 1 1", "1 1 1 2"])], 3)
    assert header.merges == ((0, 0, 0, 1),)
