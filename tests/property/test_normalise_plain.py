"""What is read by column is what the kernel reads one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.normalise.concepts import CONCEPTS, Concept
from pipeline.normalise.distinct import as_tuples, find_distinct, mapped_table
from pipeline.normalise.records import read_rows
from pipeline.synthetic import make_canonical
from pipeline.values.data import load
from pipeline.values.digits import check_digit
from pipeline.values.national_id import mask
from pipeline.values.text import family_names, given_names, placeholders
from pipeline.values.titles import names_not_titles, title_beginnings

BY_NAME = {concept.name: concept for concept in CONCEPTS}
WITH_PLAIN = [concept for concept in CONCEPTS if concept.plain is not None]
THAI = "".join(chr(c) for c in range(0x0E01, 0x0E5C) if not 0x0E3B <= c <= 0x0E3E)
SPELLINGS = sorted(
    {
        spelling
        for group, titles in load("titles").items()
        if group != "names_not_titles"
        for title in titles
        for spelling in (title["canonical"], *title.get("full", []), *title.get("short", []))
    }
    | set(title_beginnings())
)


def _assert_read_alike(concept: Concept, rows: pa.RecordBatch) -> None:
    found, places = read_rows(concept, rows)
    expected = mapped_table(concept.schema, concept.kernel(as_tuples(rows)))
    assert found.take(pa.array(places)).combine_chunks().equals(expected.combine_chunks())
    # A part of a batch begins behind the first byte of its buffers.
    few, of_few = read_rows(concept, rows.slice(1, 5))
    assert few.take(pa.array(of_few)).combine_chunks().equals(expected.slice(1, 5).combine_chunks())


def _assert_cells_read_alike(name: str, cells: Sequence[str | None]) -> None:
    concept = BY_NAME[name]
    _assert_read_alike(concept, pa.RecordBatch.from_arrays([pa.array(cells, pa.string())], names=[*concept.columns]))


def _plain_cells(name: str, cells: list[str]) -> list[str]:
    concept = BY_NAME[name]
    first, *others = concept.columns
    kinds = {"evidence_date": pa.date32()}
    nulls = {column: pa.nulls(len(cells), kinds.get(column, pa.string())) for column in others}
    assert concept.plain is not None
    is_plain, _ = concept.plain(pa.RecordBatch.from_pydict({first: pa.array(cells)} | nulls))
    return [cell for cell, plain in zip(cells, is_plain.tolist(), strict=True) if plain]


# ---------------------------------------------------------------- names

name = st.sampled_from(sorted(given_names() | family_names()))
title = st.sampled_from([*SPELLINGS, *(s.replace(".", "") for s in SPELLINGS), *sorted(names_not_titles()), ""])
stray = st.text(alphabet=THAI + " .()-๑1a\u200b", max_size=2)
name_cell = st.one_of(
    st.none(),
    name,
    st.text(alphabet=THAI, max_size=6),
    st.sampled_from(sorted(placeholders())),
    st.builds("".join, st.tuples(title, title, name)),
    st.builds("".join, st.tuples(title, stray, name, stray)),
    st.builds("".join, st.tuples(title, st.text(alphabet="กอนสมาิ์่เแ", max_size=4))),
)


@given(st.lists(name_cell, max_size=60))
def test_names_read_by_column_are_what_the_kernel_reads(cells: list[str | None]) -> None:
    _assert_cells_read_alike("first_name", cells)
    _assert_cells_read_alike("last_name", cells)


@pytest.mark.parametrize("spelling", ["", "นาย", "นางสาว", "พระ", "ดช", "อ"])
def test_every_known_name_behind_a_title_is_read_alike(spelling: str) -> None:
    names = sorted(given_names() | family_names())
    _assert_cells_read_alike("first_name", [spelling + n for n in names])
    _assert_cells_read_alike("last_name", [spelling + n for n in names])


def test_every_title_before_a_name_is_read_alike() -> None:
    names = ["สมชาย", "สาวิตรี", "เพ็ญ", "ก", "เก", "แสง", "ไก่", "อนงค์", "ชายแดน", "หญิงใหญ่", "กขค", "ะดี", "พรชัย", "นายก"]
    cells = [f"{title}{name}" for title in (*SPELLINGS, *names_not_titles()) for name in ("", *names)]
    _assert_cells_read_alike("first_name", [*cells, *(f"ว่าที่{cell}" for cell in cells)])


def test_names_in_one_thai_word_need_no_kernel_and_others_do() -> None:
    plain = ["สมชาย", "นายสมชาย", "นางสาวเพ็ญ", "ฟาตีเมาะ"]
    odd = ["นางสาวิตรี", "ไม่ทราบ", "สมชาย ใจดี", "น.ส.สมหญิง", "สมช่่าย", "MARIA", "นายนายสมชาย", "นางสาวก"]
    assert _plain_cells("first_name", [*plain, *odd]) == plain
    assert _plain_cells("last_name", ["ใจดี", "ณ อยุธยา", "ณรงค์", "ใจดี (เดิม)"]) == ["ใจดี"]


# ---------------------------------------------------------------- numbers

number = st.text(alphabet="0123456789", min_size=10, max_size=14)
sound = st.builds(lambda d: d + str(check_digit(d)), st.text(alphabet="0123456789", min_size=12, max_size=12))
sound_house = st.builds(lambda d: d + str(check_digit(d)), st.text(alphabet="0123456789", min_size=10, max_size=10))
dashed = st.builds(lambda n: f"{n[0]}-{n[1:5]}-{n[5:10]}-{n[10:12]}-{n[12]}", sound)
moved_dash = st.builds(lambda n, i: n[:i] + "-" + n[i:], sound, st.integers(0, 13))
odd_number = st.sampled_from(["-", "", "๑๒", "é" * 13])
number_cell = st.one_of(st.none(), number, sound, sound_house, dashed, moved_dash, odd_number)


@given(st.lists(number_cell, max_size=40))
@example(["0123456789012", "1234567890123", "9876543210987", "1111111111111", "1111111111119", "90123456789"])
def test_ids_and_house_codes_read_by_column_are_what_the_kernel_reads(cells: list[str | None]) -> None:
    _assert_cells_read_alike("national_id", cells)
    _assert_cells_read_alike("house_code", cells)


def test_counting_numbers_are_not_plain_even_with_a_right_check_digit() -> None:
    heads = [w[i : i + n] for n in (12, 10) for w in ("0123456789" * 3, "9876543210" * 3) for i in range(10)]
    cells = [head + str(check_digit(head)) for head in heads]
    _assert_cells_read_alike("national_id", cells)
    _assert_cells_read_alike("house_code", cells)
    assert _plain_cells("national_id", cells) == []
    assert _plain_cells("house_code", cells) == []


def test_a_sound_id_is_plain_with_or_without_the_dashes_of_the_card() -> None:
    bare = "199012345678" + str(check_digit("199012345678"))
    card = f"{bare[0]}-{bare[1:5]}-{bare[5:10]}-{bare[10:12]}-{bare[12]}"
    assert _plain_cells("national_id", [bare, card, f" {bare}", f"{bare}.0", str(mask(bare))]) == [bare, card]


@given(st.lists(st.one_of(st.none(), st.text(alphabet="0123456789/-กA ๑.", max_size=8)), max_size=60))
@example(["25", "25/2", "025", "25/0", "123456", "1๒", "1/๒", "25\n", "0", "00", "xxx", "--", "A-1", "12.0", "nil"])
def test_house_numbers_and_references_read_by_column_are_what_the_kernel_reads(cells: list[str | None]) -> None:
    _assert_cells_read_alike("house_no", cells)
    _assert_cells_read_alike("household_ref", [*cells, *placeholders()])


# ---------------------------------------------------------------- dates

day = st.dates(min_value=date(1890, 1, 1), max_value=date(2110, 12, 31))
date_cell = st.one_of(
    st.none(),
    day.map(date.isoformat),
    st.builds("{:04d}-{:02d}-{:02d}".format, st.integers(1860, 2620), st.integers(0, 13), st.integers(0, 32)),
    st.builds("{:04d}{}{:02d}{}{:02d}".format, st.integers(1900, 2100), st.sampled_from("-/. "), st.integers(1, 12),
              st.sampled_from("-/. "), st.integers(1, 31)),
    st.sampled_from(["2020-02-29", "2021-02-29", "2000-02-29", "1900-02-29", "1900-01-01", "2000-01-01", "20-20-2020"]),
    st.text(alphabet="0123456789-๑", min_size=9, max_size=11),
)  # fmt: skip
dated_row = st.tuples(
    date_cell,
    st.sampled_from([None, None, "45", "-", "20"]),
    st.sampled_from([None, "ce", "be", "auto"]),
    st.sampled_from([None, "dmy", "mdy", "auto"]),
    st.one_of(st.none(), st.dates(min_value=date(1995, 1, 1), max_value=date(2060, 12, 31))),
)


@given(st.lists(dated_row, max_size=60))
def test_dates_read_by_column_are_what_the_kernel_reads(
    found: list[tuple[str | None, str | None, str | None, str | None, date | None]],
) -> None:
    values = [list(column) for column in zip(*found, strict=True)] if found else [[] for _ in range(5)]
    kinds = [*[pa.string()] * 4, pa.date32()]
    cells, age, *others = (pa.array(v, kind) for v, kind in zip(values, kinds, strict=True))
    born, died = BY_NAME["birth_date"], BY_NAME["death_date"]
    _assert_read_alike(born, pa.RecordBatch.from_arrays([cells, age, *others], names=[*born.columns]))
    _assert_read_alike(died, pa.RecordBatch.from_arrays([cells, *others], names=[*died.columns]))


def test_every_day_of_a_leap_year_and_of_a_common_one_is_read_alike() -> None:
    cells = [f"{y}-{m:02d}-{d:02d}" for y in (1899, 1900, 2000, 2023, 2024) for m in range(14) for d in range(33)]
    column = pa.array(cells)
    nulls = [pa.nulls(len(cells), pa.string())] * 3
    latest = pa.nulls(len(cells), pa.date32())
    born = BY_NAME["birth_date"]
    _assert_read_alike(born, pa.RecordBatch.from_arrays([column, *nulls, latest], names=[*born.columns]))
    assert len(_plain_cells("birth_date", cells)) == 365 + 366 + 366 - 3


# ---------------------------------------------------------------- generated records


@pytest.mark.parametrize("model", ["default", "harsh"])
def test_every_distinct_value_of_generated_records_is_read_alike(tmp_path: Path, model: str) -> None:
    make_canonical(3000, 5, tmp_path, model)
    records = pq.read_table(tmp_path / "records.parquet")
    for name in ("age", "date_era", "date_order"):
        records = records.append_column(name, pa.nulls(records.num_rows, pa.string()))
    records = records.append_column("evidence_date", pa.nulls(records.num_rows, pa.date32()))
    for concept in WITH_PLAIN:
        rows = find_distinct(records, concept.columns).rows
        _assert_read_alike(concept, rows)
        assert concept.plain is not None
        is_plain, _ = concept.plain(rows)
        assert is_plain.mean() > 0.3, concept.name
    assert pc.count_distinct(records["first_name"]).as_py() > 500
