"""What holds for every value: normal values stay as they are, dates survive every form, checksums catch errors."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values.addresses import parse_address
from pipeline.values.areas import resolve_area
from pipeline.values.dates import parse_date
from pipeline.values.digits import check_digit, plain_valid
from pipeline.values.house_code import parse_house_code
from pipeline.values.house_numbers import parse_house_no
from pipeline.values.names import parse_full_name, parse_given_name, parse_surname
from pipeline.values.national_id import is_valid, parse_national_id
from pipeline.values.text import clean, family_names, given_names
from pipeline.values.titles import parse_title
from pipeline.values.villages import parse_moo, parse_village

THAI = "".join(chr(c) for c in range(0x0E01, 0x0E5C) if not 0x0E3B <= c <= 0x0E3E)
MONTHS = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
FULL_MONTHS = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

thai_text = st.text(alphabet=THAI + " .()-/\u200b\ufeff\u00a0" + "abz019", max_size=20)
given_name = st.sampled_from(sorted(given_names()))
surname = st.sampled_from(sorted(family_names()))
births = st.dates(min_value=date(1925, 1, 1), max_value=date(2024, 9, 30))
digits_12 = st.text(alphabet="0123456789", min_size=9, max_size=9).map(lambda d: "199" + d)

DATE_FORMS = {
    "iso_be": lambda d: f"{d.year + 543}-{d:%m-%d}",
    "iso_ce": lambda d: d.isoformat(),
    "excel_be": lambda d: f"{d.year + 543}-{d:%m-%d} 00:00:00",
    "slashes": lambda d: f"{d.day}/{d.month}/{d.year + 543}",
    "padded": lambda d: f"{d:%d/%m}/{d.year + 543}",
    "dashes": lambda d: f"{d.day}-{d.month}-{d.year + 543}",
    "dots": lambda d: f"{d.day}.{d.month}.{d.year + 543}",
    "yyyymmdd_be": lambda d: f"{d.year + 543}{d:%m%d}",
    "yyyymmdd_ce": lambda d: f"{d:%Y%m%d}",
    "short_month": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year + 543}",
    "glued_month": lambda d: f"{d.day}{MONTHS[d.month - 1]}{d.year + 543}",
    "full_month": lambda d: f"{d.day} {FULL_MONTHS[d.month - 1]} พ.ศ. {d.year + 543}",
    "thai_digits": lambda d: f"{d.day}/{d.month}/{d.year + 543}".translate(THAI_DIGITS),
    "english": lambda d: f"{d:%d-%b-%Y}",
}


@given(thai_text)
def test_cleaning_a_cleaned_text_changes_nothing(raw: str) -> None:
    once = clean(raw)
    again = clean(once.value)
    assert again.value == once.value
    assert again.rules == ()


@given(thai_text)
def test_a_given_name_read_twice_is_the_same(raw: str) -> None:
    once = parse_given_name(raw)
    again = parse_given_name(once.first_name)
    assert (again.first_name, again.last_name) == (once.first_name, None)


@given(thai_text)
def test_a_surname_read_twice_is_the_same(raw: str) -> None:
    once = parse_surname(raw)
    assert parse_surname(once.last_name).last_name == once.last_name


@given(thai_text)
def test_a_title_read_twice_is_the_same(raw: str) -> None:
    once = parse_title(raw)
    again = parse_title(once.value)
    assert again.value == once.value
    assert again.sex == once.sex


@given(thai_text)
def test_house_number_moo_and_village_read_twice_are_the_same(raw: str) -> None:
    house = parse_house_no(raw)
    assert parse_house_no(house.value).value == house.value
    moo = parse_moo(raw)
    assert parse_moo(moo.moo).moo == moo.moo
    village = parse_village(raw)
    assert parse_village(village.name).name == village.name


@given(
    st.sampled_from(["นาย", "นาง", "นางสาว", "น.ส.", "ด.ช.", "ว่าที่ ร.ต."]),
    st.sampled_from(["", " "]),
    given_name,
    surname,
)
def test_a_title_typed_before_a_name_is_found_glued_or_not(title: str, gap: str, first: str, last: str) -> None:
    name = parse_full_name(f"{title}{gap}{first} {last}")
    if first.startswith("สาว") and title == "นาง" and not gap:
        return  # นางสาว… is read as นางสาว: the two cannot be told apart.
    assert name.title == parse_title(title).value
    assert (name.first_name, name.last_name) == (clean(first).value, clean(last).value)


@given(given_name)
def test_a_known_given_name_is_never_cut(name: str) -> None:
    assert parse_given_name(name).first_name == clean(name).value
    assert parse_given_name(name).title is None


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize("form", DATE_FORMS)
@given(day=births)
def test_a_date_survives_every_form(form: str, day: date) -> None:
    raw = DATE_FORMS[form](day)
    assert parse_date(raw, order="dmy", latest=date(2024, 10, 1)).value == day.isoformat()


@given(births, st.sampled_from([4, 7, 10]))
def test_a_read_date_read_again_is_the_same_however_partial(day: date, length: int) -> None:
    partial = day.isoformat()[:length]
    assert parse_date(partial, latest=date(2024, 10, 1)).value == partial


@given(thai_text)
def test_whatever_is_typed_a_date_is_a_day_that_exists_or_nothing(raw: str) -> None:
    found = parse_date(raw, latest=date(2024, 10, 1))
    if found.day is not None and found.year is not None and found.month is not None:
        assert found.value == date(found.year, found.month, found.day).isoformat()
        assert found.value <= "2024-10-01"


@given(births, st.integers(0, 99))
def test_an_age_never_changes_a_four_digit_buddhist_year(day: date, age: int) -> None:
    raw = f"{day.day}/{day.month}/{day.year + 543}"
    assert parse_date(raw, order="dmy", latest=date(2024, 10, 1), age=age).value == day.isoformat()


# ---------------------------------------------------------------- numbers with a checksum


def _residue(digits: str) -> int:
    return sum((ord(d) - 48) * (13 - i) for i, d in enumerate(digits[:12])) % 11


@given(digits_12, st.integers(0, 12), st.integers(1, 9))
def test_a_one_digit_error_passes_only_in_the_third_digit_or_between_residues_0_and_10(
    body: str, place: int, shift: int
) -> None:
    good = body + str(check_digit(body))
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    may_pass = place == 2 or (place < 12 and {_residue(good), _residue(wrong)} == {0, 10})
    assert is_valid(wrong) == may_pass


def test_of_all_one_digit_errors_some_nine_per_cent_pass() -> None:
    # linkage.md finding 3: 9.2 %; nearly all of it is the third digit (1 of 13 places = 7.7 %).
    passed = total = 0
    for n in range(400):
        body = f"199{n * 2_476_193 % 10**9:09d}"
        good = body + str(check_digit(body))
        for place in range(13):
            wrong = [good[:place] + d + good[place + 1 :] for d in "0123456789" if d != good[place]]
            passed += sum(map(is_valid, wrong))
            total += len(wrong)
    assert 0.085 < passed / total < 0.099


@given(digits_12)
def test_a_valid_id_survives_dashes_thai_digits_and_a_float(body: str) -> None:
    good = body + str(check_digit(body))
    value = parse_national_id(good).value
    dashed = f"{good[0]}-{good[1:5]}-{good[5:10]}-{good[10:12]}-{good[12]}"
    for raw in (dashed, good.translate(THAI_DIGITS), good + ".0", f" {good} "):
        assert parse_national_id(raw).value == value


@given(st.text(alphabet="0123456789OlE+.x- ", max_size=16))
def test_an_id_and_a_house_code_read_twice_are_the_same(raw: str) -> None:
    once = parse_national_id(raw)
    assert parse_national_id(once.value).value == once.value
    house = parse_house_code(raw)
    assert parse_house_code(house.value).value == house.value


@given(st.lists(st.text(alphabet="0123456789", min_size=13, max_size=13), max_size=30))
def test_the_shortcut_for_plain_numbers_is_the_parser(numbers: list[str]) -> None:
    digits = np.array([[int(d) for d in n] for n in numbers], dtype=np.uint8).reshape(-1, 13)
    assert plain_valid(digits).tolist() == [parse_national_id(n).status == "valid" for n in numbers]
    assert plain_valid(digits[:, :11]).tolist() == [parse_house_code(n[:11]).status == "valid" for n in numbers]


# ---------------------------------------------------------------- addresses


@given(
    st.integers(1, 999),
    st.one_of(st.none(), st.integers(1, 99)),
    st.integers(1, 25),
    st.sampled_from([("ในเมือง", "เมือง", "300101"), ("กระชอน", "พิมาย", "301509"), ("บ้านใหม่", "ครบุรี", None)]),
    st.sampled_from([("ม.", "ต.", "อ."), ("หมู่ ", "ตำบล", "อำเภอ"), ("หมู่ที่ ", "ต. ", "อ. ")]),
)
def test_an_address_is_read_back_from_one_cell(
    number: int, part: int | None, moo: int, area: tuple[str, str, str | None], words: tuple[str, str, str]
) -> None:
    house = f"{number}/{part}" if part else str(number)
    found = parse_address(f"{house} {words[0]}{moo} {words[1]}{area[0]} {words[2]}{area[1]} จ.นครราชสีมา")
    assert (found.house_no, found.moo) == (house, str(moo))
    where = resolve_area(found.tambon, found.amphoe, found.province, None, "30")
    assert where.tambon_code == (area[2] or resolve_area(area[0], area[1], None, None, "30").tambon_code)
    assert where.tambon_code is not None


@given(
    st.sampled_from(["", "นาย", "นาง", "นางสาว", "น.ส.", "ด.ช.", "เด็กหญิง", "พระ", "ดร.", "ส.ต.ต.", "นส", "นายนาง"]),
    st.text(alphabet="กขจดตทนบปพมยรลวสหอ" + "ัาิีืุูเแโใไะ" + "็่้์", min_size=1, max_size=8),
)
def test_the_short_way_for_plain_names_is_the_long_way(title: str, name: str) -> None:
    # A space at the end is cut by cleaning, but keeps a cell from being plain.
    assert parse_given_name(title + name) == parse_given_name(f"{title}{name} ")
