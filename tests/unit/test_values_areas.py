"""Names and codes of areas, house numbers, villages and whole addresses."""

from __future__ import annotations

import geothai
import pytest

from pipeline.values.addresses import parse_address
from pipeline.values.areas import area_of_code, province_code_of, resolve_area
from pipeline.values.house_numbers import parse_house_no
from pipeline.values.villages import parse_moo, parse_village

HOME = "30"


@pytest.mark.parametrize(
    ("tambon", "amphoe", "province", "code"),
    [
        ("ในเมือง", "เมืองนครราชสีมา", "นครราชสีมา", "300101"),
        ("ต.ในเมือง", "อ.เมือง", None, "300101"),
        ("ตำบล ในเมือง", "อำเภอเมือง", "จังหวัดนครราชสีมา", "300101"),
        ("ต ในเมือง", "อ เมืองฯ", "จ โคราช", "300101"),
        ("บ้านใหม่", "เมือง", None, "300113"),
        ("สุรนารี", None, None, "300120"),
        ("ในเมือง", "พิมาย", None, "301501"),
        ("ในเมือง", "เมือง", "ขอนแก่น", "400101"),
        ("แขวงวังใหม่", "เขตปทุมวัน", "กทม", "100702"),
    ],
)
def test_typed_names_give_the_tambon(tambon: str, amphoe: str | None, province: str | None, code: str) -> None:
    area = resolve_area(tambon, amphoe, province, None, HOME)
    assert (area.tambon_code, area.status) == (code, "value")
    assert area.amphoe_code == code[:4]
    assert area.province_code == code[:2]


def test_every_tambon_of_the_province_is_found_by_its_own_names() -> None:
    for district in geothai.districts(HOME):
        for tambon in geothai.subdistricts(district.code):
            area = resolve_area(f"ต.{tambon.name_th}", f"อ.{district.name_th}", None, None, HOME)
            assert area.tambon_code == tambon.code


def test_a_tambon_name_of_several_amphoe_stays_unresolved_without_its_amphoe() -> None:
    area = resolve_area("ในเมือง", None, None, None, HOME)
    assert (area.tambon_code, area.status, area.province_code) == (None, "ambiguous", "30")


@pytest.mark.parametrize(("tambon", "old", "code"), [("ท่าช้าง", "จักราช", "303202"), ("ขุย", "ชุมพวง", "302901")])
def test_the_old_amphoe_of_a_tambon_after_a_split_gives_its_successor(tambon: str, old: str, code: str) -> None:
    area = resolve_area(tambon, old, None, None, HOME)
    assert (area.tambon_code, area.rules) == (code, ("area.successor",))


def test_the_old_amphoe_is_read_for_tambon_that_moved_before_the_list_of_abolished_areas_begins() -> None:
    area = resolve_area("หนองบุนนาก", "โชคชัย", None, None, HOME)
    assert (area.amphoe_code, area.rules) == ("3022", ("area.old_amphoe",))


def test_an_abolished_code_gives_its_only_successor_and_an_unknown_code_nothing() -> None:
    assert area_of_code("300602").tambon_code == "303202"
    assert (area_of_code("309999").tambon_code, area_of_code("309999").status) == (None, "unknown")


def test_nothing_is_made_up_from_a_name_that_is_not_known() -> None:
    area = resolve_area("ไม่มีตำบลนี้แน่", "พิมาย", None, None, HOME)
    assert (area.tambon_code, area.amphoe_code, area.flags) == (None, "3015", ("tambon_unknown",))
    nowhere = resolve_area("ไม่มีตำบลนี้แน่", "ไม่มีอำเภอนี้แน่", None, None, HOME)
    assert (nowhere.tambon_code, nowhere.amphoe_code, nowhere.status) == (None, None, "unknown")


def test_a_tambon_of_another_amphoe_is_not_moved_there() -> None:
    area = resolve_area("ด่านเกวียน", "เมือง", None, None, HOME)
    assert (area.tambon_code, area.amphoe_code, area.flags) == (None, "3001", ("amphoe_disagrees",))


def test_a_misspelt_amphoe_does_no_harm_to_a_tambon_name_that_is_unique() -> None:
    area = resolve_area("กระชอน", "พิมายย", None, None, HOME)
    assert (area.tambon_code, area.rules) == ("301509", ("area.tambon_unique",))
    assert area.flags == ("amphoe_unknown",)


def test_the_code_goes_before_the_names_and_the_disagreement_is_flagged() -> None:
    area = resolve_area("ในเมือง", "พิมาย", None, "300101", HOME)
    assert (area.tambon_code, area.flags) == ("300101", ("code_disagrees",))


def test_a_village_code_carries_the_moo() -> None:
    area = resolve_area(None, None, None, "30010105", HOME)
    assert (area.tambon_code, area.moo) == ("300101", "5")


def test_another_province_is_found_and_home_is_not_assumed() -> None:
    assert resolve_area("วังใหม่", "ปทุมวัน", None, None, HOME).province_code == "10"
    assert province_code_of("กรุงเทพมหานคร") == "10"
    assert province_code_of("ไม่มี") is None


@pytest.mark.parametrize(("typed", "code"), [("จ.นม.", "30"), ("จ.น.ม.", "30"), ("จ.ขก.", "40"), ("กทม.", "10")])
def test_abbreviated_provinces_are_read(typed: str, code: str) -> None:
    assert resolve_area(None, None, typed, None, HOME).province_code == code


def test_an_empty_address_is_missing() -> None:
    assert resolve_area(None, None, None, None, HOME).status == "missing"
    assert resolve_area("-", "ไม่ทราบ", None, None, HOME).status == "missing"


# ---------------------------------------------------------------- house numbers


@pytest.mark.parametrize(
    ("raw", "value", "rules"),
    [
        ("25/2", "25/2", ()),
        ("99/9", "99/9", ()),
        ("2024-02-25", "25/2", ("house_no.excel_date",)),
        ("2567-02-25 00:00:00", "25/2", ("house_no.excel_date",)),
        ("25-ก.พ.", "25/2", ("house_no.excel_date",)),
        ("5-May", "5/5", ("house_no.excel_date",)),
        ("1960-05-01", "5/60", ("house_no.excel_month_year",)),
        ("2024-05-01", "1/5", ("house_no.excel_date",)),
        ("ก.พ.-60", "2/60", ("house_no.excel_month_year",)),
        ("บ้านเลขที่ ๒๕", "25", ("house_no.thai_digits", "house_no.tidied")),
        ("025", "25", ("house_no.tidied",)),
        ("25 / 2", "25/2", ("house_no.tidied",)),
        ("25.0", "25", ("house_no.tidied",)),
        ("12ก", "12ก", ()),
    ],
)
def test_a_house_number_is_put_back_with_its_rule(raw: str, value: str, rules: tuple[str, ...]) -> None:
    found = parse_house_no(raw)
    assert (found.value, found.status, found.rules) == (value, "value", rules)


@pytest.mark.parametrize("raw", ["-", "0", "ไม่มีเลขที่", "ทะเบียนบ้านกลาง", "ไม่มีบ้านเลขที่"])
def test_no_house_number_is_a_placeholder(raw: str) -> None:
    assert (parse_house_no(raw).value, parse_house_no(raw).status) == (None, "placeholder")


@pytest.mark.parametrize("raw", ["25 ม.5", "25 หมู่ 5", "25 หมู่ที่ ๕"])
def test_a_moo_beside_the_house_number_is_read(raw: str) -> None:
    assert (parse_house_no(raw).value, parse_house_no(raw).moo) == ("25", "5")


@pytest.mark.parametrize("raw", ["5", "05", "5.0", "ม.5", "ม. 5", "หมู่ 5", "หมู่ที่ ๕", "หมู่ที่5", "หมู่บ้านที่ 5"])
def test_a_village_number_is_read_in_every_form(raw: str) -> None:
    assert parse_moo(raw).moo == "5"


def test_a_village_name_beside_the_number_is_kept() -> None:
    assert (parse_moo("หมู่ที่ ๕ บ้านหนองบัว").moo, parse_moo("หมู่ที่ ๕ บ้านหนองบัว").name) == ("5", "หนองบัว")
    assert parse_moo("0").moo is None


@pytest.mark.parametrize(
    ("raw", "name", "moo"),
    [
        ("บ้านหนองบัว", "หนองบัว", None),
        ("บ.หนองบัว ม.5", "หนองบัว", "5"),
        ("หมู่บ้านสวนสุข", "สวนสุข", None),
        ("ชุมชนสุขใจ", "ชุมชนสุขใจ", None),
    ],
)
def test_a_village_name_loses_its_word_and_a_community_keeps_it(raw: str, name: str, moo: str | None) -> None:
    assert (parse_village(raw).name, parse_village(raw).moo) == (name, moo)


@pytest.mark.parametrize(
    "raw",
    [
        "25/2 ม.5 บ้านหนองบัว ต.ในเมือง อ.เมือง จ.นครราชสีมา 30000",
        "บ้านเลขที่ ๒๕/๒ หมู่ที่ ๕ บ้านหนองบัว ตำบลในเมือง อำเภอเมือง จังหวัดนครราชสีมา",
        "25/2 บ.หนองบัว หมู่ 5 ต. ในเมือง อ. เมือง จ. นครราชสีมา",
        "เลขที่ 25/2 บ้านหนองบัว ม.5ต.ในเมืองอ.เมืองจ.นครราชสีมา",
    ],
)
def test_a_whole_address_in_one_cell_is_taken_apart(raw: str) -> None:
    found = parse_address(raw)
    assert (found.house_no, found.moo, found.village) == ("25/2", "5", "หนองบัว")
    assert (found.tambon, found.amphoe, found.province) == ("ในเมือง", "เมือง", "นครราชสีมา")


def test_a_name_that_begins_with_a_word_for_village_stays_the_tambons() -> None:
    found = parse_address("12 หมู่ 3 ต. บ้านใหม่ อ.เมือง")
    assert (found.tambon, found.village, found.moo) == ("บ้านใหม่", None, "3")


def test_an_address_without_words_for_areas_is_read_from_its_end() -> None:
    found = parse_address("25 หมู่ 5 ในเมือง เมือง นครราชสีมา")
    assert (found.tambon, found.amphoe, found.province) == ("ในเมือง", "เมือง", "นครราชสีมา")
