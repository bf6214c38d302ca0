"""A person in a file's name is found by the title; an office, an area or a heading is none."""

from __future__ import annotations

import pytest

from pipeline.values.titled_names import titled_names


def named(text: str) -> list[str]:
    return [text[start:end] for start, end in titled_names(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("รายชื่อ นายสมหมาย ทดสอบดี.xlsx", ["สมหมาย ทดสอบดี"]),
        ("นายสมชาย_ใจดี_1990112345678", ["สมชาย_ใจดี"]),
        ("น.ส.สมหญิง ใจงาม (7).xls", ["สมหญิง ใจงาม"]),
        ("ด.ช. กล้า หาญดี", ["กล้า หาญดี"]),
        ("นางสาวิตรี มั่นคง", ["สาวิตรี มั่นคง"]),
        ("ร.ต.อ.เก่ง จริงใจ", ["เก่ง จริงใจ"]),
        ("Mr.Somchai Jaidee.xlsx", ["Somchai Jaidee"]),
        ("เยี่ยมบ้าน-นางมาลี.csv", ["มาลี"]),
        ("นายพล ใจดี", ["พล ใจดี"]),
        ("รายชื่อนายสมชาย ใจดี.xlsx", ["สมชาย ใจดี"]),
        ("นายสมชาย-ใจดี.csv", ["สมชาย-ใจดี"]),
        ("นาย_สมชาย_ใจดี", ["สมชาย_ใจดี"]),
        ("ศ.สมชาย ใจดี", ["สมชาย ใจดี"]),
    ],
)
def test_a_name_behind_a_title_is_found_wherever_it_stands(text: str, names: list[str]) -> None:
    assert named(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "นายจ้างและลูกจ้าง",
        "นายอำเภอเมือง",
        "นายกเทศมนตรี 2569",
        "นายก อบต.",
        "นายิกา",
        "นางฟ้า",
        "คำนำหน้า (นาย/นาง/นางสาว)",
        "นาย นาง นางสาว",
        "อ.พระทองคำ",
        "ต.นางรำ",
        "ข้อมูล พ.ศ. 2569",
        "ชุมชนคุณธรรมและพระสงฆ์ 2569.xls",
        "คุณภาพชีวิต ครัวเรือน",
        "ms_2569.csv",
        "รายชื่อ.xlsx",
        "บัญชีครัวเรือนเป้าหมาย ศจพ.จ.นม. ปี 2569.xlsx",
        "ศรีสะเกษ_2569.xlsx",
        "บัญชีนางรอง.xlsx",
        "รายชื่อนายก อบต.",
    ],
)
def test_what_only_begins_like_a_title_names_nobody(text: str) -> None:
    assert named(text) == []
