"""The layouts: canonical names, known forms, and every shape of spreadsheet the province must show."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.synthetic.draws import all_draws
from pipeline.synthetic.formats import DATE_FORMATS, TEXT_FORMATS
from pipeline.synthetic.layout import Layout, LayoutSheet, all_layouts
from pipeline.tables import IDENTITY_COLUMNS

ROOT = Path(__file__).parents[2]
AGENCIES = [
    "province", "admin", "social_dev", "education", "army2", "tourism", "agri_coop", "commerce", "labour", "culture",
    "community_dev", "health", "pao", "agri_ext", "fisheries", "livestock", "employment", "prd", "skills5",
    "community_net", "codi", "nrru",
]  # fmt: skip
COMPOSED = {"full_name_titled", "title_glued", "title_spaced", "address"}


@pytest.fixture(scope="module")
def layouts() -> list[Layout]:
    return all_layouts()


def sheets(layouts: list[Layout]) -> list[LayoutSheet]:
    return [sheet for layout in layouts for file in layout.files for sheet in file.sheets]


def test_every_agency_has_a_layout(layouts: list[Layout]) -> None:
    assert sorted(layout.agency for layout in layouts) == sorted(AGENCIES)


def test_every_source_is_a_canonical_name_and_every_form_and_draw_is_known(layouts: list[Layout]) -> None:
    vocabulary = yaml.safe_load((ROOT / "data_contracts/attributes.yaml").read_text(encoding="utf-8"))["attributes"]
    known = {name for name, _ in IDENTITY_COLUMNS} | set(vocabulary)
    for sheet in sheets(layouts):
        assert sheet.draw in all_draws()
        assert all_draws()[sheet.draw].unit == sheet.unit
        for column in sheet.columns:
            assert not column.source or column.source in known, column.header
            assert column.format in {*TEXT_FORMATS, *DATE_FORMATS, *COMPOSED}, column.header


def test_every_code_of_a_coded_column_is_a_code_of_the_vocabulary(layouts: list[Layout]) -> None:
    vocabulary = yaml.safe_load((ROOT / "data_contracts/attributes.yaml").read_text(encoding="utf-8"))["attributes"]
    for sheet in sheets(layouts):
        for column in sheet.columns:
            codes = vocabulary.get(column.source, {}).get("codes")
            if codes:
                assert set(column.codes) <= set(codes), column.header
            elif vocabulary.get(column.source, {}).get("type") == "boolean":
                assert set(column.codes) == {"true", "false"}, column.header


def test_the_layouts_cover_every_shape(layouts: list[Layout]) -> None:
    files = {(file.type, file.encoding) for layout in layouts for file in layout.files}
    assert files >= {("xlsx", ""), ("xls", ""), ("csv", "cp874"), ("csv", "utf-8-sig")}
    every = sheets(layouts)
    assert {sheet.header_depth for sheet in every} == {1, 2, 3}
    assert any(sheet.sheet_per == "amphoe" for sheet in every)
    assert any(sheet.total for sheet in every)
    assert any(sheet.subtotal for sheet in every)
    assert any(sheet.group_rows for sheet in every)
    assert any(sheet.legends for sheet in every)
    assert any(sheet.legend_right for sheet in every)
    assert any(len(sheet.titles) > 1 for sheet in every)
    columns = [column for sheet in every for column in sheet.columns]
    forms = {column.format for column in columns}
    assert forms >= {"excel_be", "dmy_be", "thai_short", "ymd_be", "birth_mixed", "id_number", "id_text", "id_dashes"}
    assert forms >= {"title_glued", "full_name_titled", "address", "house_no"}
    assert any(column.source == "title" for column in columns)
    assert any(column.source == "need_text" for column in columns)
    assert any(not column.source for column in columns)


def test_the_wide_survey_export_has_code_and_name_under_one_header(layouts: list[Layout]) -> None:
    nrru = next(layout for layout in layouts if layout.agency == "nrru")
    headers = [column.header[0] for column in nrru.files[1].sheets[0].columns]
    assert len(headers) == 116
    assert [headers.count(name) for name in ("ตำบล", "อำเภอ", "จังหวัด")] == [2, 2, 2]
    assert len(nrru.files[0].sheets) == 6


def test_the_survey_is_dated_on_the_day_of_its_truth() -> None:
    from pipeline.synthetic.facts import SURVEY_DAY

    assert {all_draws()[name].day for name in ("bmn_household", "bmn_member")} == {SURVEY_DAY}


def test_every_title_is_one_that_the_reader_of_names_knows() -> None:
    from pipeline.synthetic.formats import SHORT_TITLES
    from pipeline.synthetic.kinds import TITLES

    spellings = yaml.safe_load((ROOT / "pipeline/values/titles.yaml").read_text(encoding="utf-8"))
    known = {
        text for group in spellings.values() if isinstance(group, list) for entry in group if isinstance(entry, dict)
        for text in [entry.get("canonical"), *entry.get("full", []), *entry.get("short", [])]
    }  # fmt: skip
    acting = {text.removeprefix("ว่าที่").strip() for text in {*TITLES, *SHORT_TITLES.values()}}
    assert acting <= known
