"""What holds for every sheet: rows are accounted for, the header is found, the order of rows does not matter."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.excel_reader import number_text
from pipeline.extract.grid import Sheet, Workbook, from_json, to_json
from pipeline.extract.header_search import find_header_by_shape, find_header_for
from pipeline.extract.headers import normal_label
from pipeline.extract.parse import ParseContext, parse_workbook
from pipeline.extract.row_kinds import Region, row_kinds
from pipeline.extract.text_reader import decode
from pipeline.tables import DELIVERED_ROW, ISSUE, RECORD, SHEET_COUNT
from tests.extract_support import ATTRIBUTES, KEY, PERSON_HEADER, PERSONS, contract_of, person_rows, sheet_of

KINDS = ("accepted", "rejected", "blank", "title", "header", "group_label", "total", "legend", "excluded")
CELLS = st.sampled_from(["", "", "ก", "รวม", "5", "อำเภอเมือง", "หมายเหตุ", "-", "1/1/2500", "สมหญิง", *PERSON_HEADER])
GRIDS = st.lists(st.lists(CELLS, max_size=8), max_size=25)
CONTEXT = ParseContext(contract_of(PERSONS), ATTRIBUTES, KEY, "x.csv")
THAI = st.text(
    alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E3A) | st.sampled_from("abc ,;\n\"'0123"), min_size=1
)


def person_sheet(seed: int, count: int, titles: int = 0) -> Sheet:
    rows = [[str(value) for value in row] for row in person_rows(count)]
    random.Random(seed).shuffle(rows)
    return sheet_of([*[[f"เรื่องที่ {n}"] for n in range(titles)], PERSON_HEADER, *rows])


@given(GRIDS)
def test_every_physical_row_has_one_kind(grid: list[list[str]]) -> None:
    parsed = parse_workbook(Workbook("csv", "utf-8", [sheet_of([PERSON_HEADER, *grid])]), CONTEXT)
    for count in parsed.table(SHEET_COUNT).to_pylist():
        assert sum(count[kind] or 0 for kind in KINDS) == count["physical_rows"] == parsed.summary.rows_delivered
    if not parsed.summary.code:
        kinds = Counter(parsed.table(DELIVERED_ROW)["row_kind"].to_pylist())
        assert kinds["accepted"] == parsed.summary.rows_accepted == parsed.rows.num_rows
        assert kinds["rejected"] == parsed.summary.rows_rejected


@given(GRIDS)
def test_no_shape_of_a_sheet_makes_the_reader_fail(grid: list[list[str]]) -> None:
    sheet = sheet_of(grid)
    found = find_header_by_shape(sheet)
    if found is not None:
        labelled = tuple(i for i, label in enumerate(found.labels) if label.keys)
        kinds = row_kinds(sheet, found, Region(labelled, labelled))
        assert len(kinds) == len(sheet.cells)
        assert kinds.count("title") + kinds[: found.top].count("blank") == found.top


@given(st.integers(0, 12), st.permutations(range(len(PERSON_HEADER))), st.integers(2, 12))
def test_the_header_is_found_wherever_it_stands_and_however_columns_are_ordered(
    titles: int, order: list[int], count: int
) -> None:
    rows = [[str(value) for value in row] for row in person_rows(count)]
    body = [[row[i] for i in order] for row in [PERSON_HEADER, *rows]]
    found = find_header_for(sheet_of([*[["บัญชี"]] * titles, *body]), PERSONS)
    assert found is not None
    header, columns = found
    assert (header.top, header.height) == (titles, 1)
    assert columns.mapped == {number: order.index(number) for number in range(len(order))}


@given(st.integers(0, 1000), st.integers(1, 25))
def test_identities_do_not_depend_on_the_order_of_rows(seed: int, count: int) -> None:
    def identities(sheet: Sheet) -> dict[str, str]:
        records = parse_workbook(Workbook("csv", "utf-8", [sheet]), CONTEXT).table(RECORD)
        return dict(zip(records["national_id"].to_pylist(), records["record_id"].to_pylist(), strict=True))

    assert identities(person_sheet(seed, count, titles=2)) == identities(person_sheet(seed + 1, count))


@given(st.lists(st.sampled_from(range(6)), min_size=1, max_size=20))
def test_identities_are_never_shared(picks: list[int]) -> None:
    people = [[str(value) for value in row] for row in person_rows(6)]
    sheet = sheet_of([PERSON_HEADER, *[people[i] for i in picks]])
    records = parse_workbook(Workbook("csv", "utf-8", [sheet]), CONTEXT).table(RECORD)
    assert len(set(records["record_id"].to_pylist())) == records.num_rows == len(picks)


@given(THAI)
def test_a_label_made_comparable_stays_as_it_is(text: str) -> None:
    assert normal_label(normal_label(text)) == normal_label(text)


@given(THAI, st.sampled_from(["utf-8", "utf-8-sig", "cp874", "utf-16"]))
def test_text_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    # A lone byte of windows-874 can be UTF-8 only by accident; Thai UTF-8 never passes for anything else.
    data = text.encode(encoding)
    assert decode(data)[0] == text


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_are_shown_without_a_point(number: int) -> None:
    assert number_text(float(number)) == str(number)


@given(GRIDS)
def test_a_workbook_comes_back_from_the_reading_process_as_it_was(grid: list[list[str]]) -> None:
    import json

    book = Workbook("csv", "utf-8", [sheet_of(grid, merges=[(0, 0, 1, 1)])])
    assert from_json(json.loads(json.dumps(to_json(book)))) == book


@given(
    st.lists(st.sampled_from([*PERSON_HEADER, "หัวใหม่", ""]), min_size=2, max_size=8),
    st.sampled_from([None, 1, 2, 3]),
    st.integers(0, 4),
    st.integers(0, 2),
)
def test_no_issue_quotes_a_cell_of_a_data_row(header: list[str], height: int | None, rows: int, titles: int) -> None:
    secret = [[f"ลับ{n}{c}" for c in range(len(header))] for n in range(rows)]
    rule = replace(PERSONS, header_rows=height)
    context = replace(CONTEXT, contract=contract_of(rule))
    sheet = sheet_of([*[["บัญชี"]] * titles, header, *secret])
    issues = parse_workbook(Workbook("csv", "utf-8", [sheet]), context).table(ISSUE)
    assert "ลับ" not in str(issues.to_pylist())
