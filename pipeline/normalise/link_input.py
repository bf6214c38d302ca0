"""The fixed input of ``khrua link`` → NORMAL_RECORD (architecture.md section 8).

Every record is read by itself; each distinct value is looked at once, and stays a code into a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.columns import whole
from pipeline.errors import UserError
from pipeline.normalise.assemble import assemble
from pipeline.normalise.coded import by_value, constant, first_known, plain
from pipeline.normalise.findings import unread
from pipeline.normalise.records import read_parts
from pipeline.values.text import arabic_digits, clean

REQUIRED = ("record_id", "agency")
OPTIONAL = (
    "national_id",
    "title",
    "first_name",
    "last_name",
    "sex",
    "birth_date",
    "house_no",
    "moo",
    "village",
    "tambon_code",
    "amphoe",
    "house_code",
    "household_ref",
    "relationship",
    "death_date",
    "last_seen_date",
)
_NAMES = frozenset((*REQUIRED, *OPTIONAL))
# So many rows with a fault are named.
_TOLD_ROWS = 5
_WORD = re.compile("[a-z_]{1,40}[0-9]{0,2}")
_THAI_AREA_CODE = re.compile("[1-9][0-9]{5}(?:[0-9]{2})?")


class LinkInputError(UserError):
    """The file is not an input of ``khrua link``."""


@dataclass(frozen=True, slots=True)
class LinkInput:
    """What the records file says.

    Attributes:
        normal_record: NORMAL_RECORD, ordered by ``record_id``.
        unread: ISSUE rows: cells in which something stands that could not be read, and counts as unknown.
    """

    normal_record: pa.Table
    unread: pa.Table


def columns_not_read(names: Iterable[str]) -> tuple[str, ...]:
    """Those of a file's columns that linkage knows no such name of: most often a name that is misspelt.

    One that is no word such as our names are is told by its place: in a sheet without a header a person's name stands
    there.
    """
    placed = enumerate(names, start=1)
    return tuple(name if _WORD.fullmatch(name) else f"column {place}" for place, name in placed if name not in _NAMES)


def _check(table: pa.Table) -> None:
    given = [name for name in table.column_names if name in _NAMES]
    if repeated := sorted({name for name in given if given.count(name) > 1}):
        listed = ", ".join(repeated)
        raise LinkInputError(
            f"the records file has the column(s) {listed} more than once; keep one of each",
            f"ไฟล์ระเบียนมีคอลัมน์ {listed} มากกว่าหนึ่งคอลัมน์ ให้เหลือเพียงคอลัมน์เดียว",
        )
    missing = [c for c in REQUIRED if c not in table.column_names]
    if missing:
        names = ", ".join(missing)
        raise LinkInputError(
            f"the records file lacks the column(s) {names}; add them, one row a record",
            f"ไฟล์ระเบียนขาดคอลัมน์ {names} ให้เพิ่มคอลัมน์นี้ หนึ่งแถวต่อหนึ่งระเบียน",
        )
    if nested := [field.name for field in table.schema if field.name in _NAMES and pa.types.is_nested(field.type)]:
        listed = ", ".join(nested)
        raise LinkInputError(
            f"the column(s) {listed} hold lists or structures; give one value in every cell",
            f"คอลัมน์ {listed} เป็นรายการหรือโครงสร้าง ให้มีค่าเดียวในแต่ละช่อง",
        )
    if unreadable := [name for name in given if not _is_text(table[name])]:
        listed = ", ".join(unreadable)
        raise LinkInputError(
            f"the column(s) {listed} hold bytes that are no UTF-8 text; write them as text",
            f"คอลัมน์ {listed} ไม่ใช่ข้อความ UTF-8 ให้บันทึกเป็นข้อความ",
        )
    if _has_blank(table["record_id"]):
        raise _no_identity(_blank_rows(table["record_id"]))
    if _has_blank(table["agency"]):
        english, thai = _told(_blank_rows(table["agency"]))
        raise LinkInputError(
            f"agency is empty in {english}; name the agency of every row", f"agency ว่างใน{thai} ให้ระบุหน่วยงานทุกแถว"
        )


def _is_text(column: pa.ChunkedArray) -> bool:
    try:
        # What is declared as text may hold other bytes all the same.
        (as_text(column) if _holds_bytes(column.type) else column).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _holds_bytes(kind: pa.DataType) -> bool:
    of_values = kind.value_type if pa.types.is_dictionary(kind) else kind
    checks = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(check(of_values) for check in checks)


def _has_blank(column: pa.ChunkedArray) -> bool:
    texts = as_text(column)
    if pa.types.is_dictionary(texts.type):
        # Each text once; a dictionary may hold one that no row has.
        texts = pc.unique(texts).cast(pa.string())
    return bool(column.null_count or pc.any(pc.equal(pc.utf8_trim_whitespace(texts), "")).as_py())


def _blank_rows(column: pa.ChunkedArray) -> list[int]:
    texts = plain(as_text(column))
    return _rows(pc.fill_null(pc.equal(pc.utf8_trim_whitespace(texts), ""), True).to_numpy())


def _rows(flags: npt.NDArray[np.bool_]) -> list[int]:
    """Numbers of the rows flagged; the first record is row 1."""
    return [row + 1 for row in np.flatnonzero(flags).tolist()]


def _told(rows: list[int]) -> tuple[str, str]:
    """Some rows in English and Thai: the first few, and how many there are."""
    first = ", ".join(str(row) for row in rows[:_TOLD_ROWS])
    more = len(rows) - _TOLD_ROWS
    english = f"row {first}" if len(rows) == 1 else f"{len(rows):,} rows ({first}{' …' if more > 0 else ''})"
    return english, f"แถว {first}" + (f" และอีก {more:,} แถว" if more > 0 else "")


def _no_identity(rows: list[int]) -> LinkInputError:
    english, thai = _told(rows)
    return LinkInputError(
        f"record_id is empty or repeated in {english}; give every row its own",
        f"record_id ว่างหรือซ้ำกันใน{thai} ให้ทุกแถวมีค่าไม่ซ้ำกัน",
    )


def _as_record(table: pa.Table) -> pa.Table:
    """The input as RECORD: dates are CE, every row is a person."""
    given = {c: as_text(table[c]) for c in OPTIONAL if c in table.column_names}
    columns = {"record_id": plain(as_text(table["record_id"])), "agency": as_text(table["agency"]), **given}
    ordered = _by_record_id(pa.table(columns))
    constants = {"record_kind": "person", "role": "person", "date_era": "ce", "date_order": "auto"}
    # Of the many columns that nobody gave one of each type is kept in memory.
    unknown = {kind: pa.nulls(table.num_rows, kind) for kind in set(tables.RECORD.schema.types)}
    columns = {field.name: unknown[field.type] for field in tables.RECORD.schema}
    columns |= {name: constant(value, table.num_rows) for name, value in constants.items()}
    return pa.table(columns | {name: ordered[name] for name in ordered.column_names})


def _by_record_id(data: pa.Table) -> pa.Table:
    """The rows in the order of ``record_id``, which must differ from row to row."""
    if data.num_rows < 2:
        return data
    ids = data["record_id"]
    if pc.all(pc.less(ids.slice(0, len(ids) - 1), ids.slice(1))).as_py():
        return data
    ordered = data.take(pc.sort_indices(ids))
    in_order = ordered["record_id"]
    if pc.any(pc.equal(in_order.slice(0, len(ids) - 1), in_order.slice(1))).as_py():
        places = whole(ids).dictionary_encode().indices.to_numpy()
        raise _no_identity(_rows(np.bincount(places)[places] > 1))
    return ordered


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as texts, or as codes into a dictionary of texts where it comes as codes into one."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        if not _holds_bytes(kind):
            return column.cast(tables.CODED)
        column = column.cast(kind.value_type)
    if pa.types.is_fixed_size_binary(column.type):
        column = column.cast(pa.binary())
    return column.cast(tables.TEXT)


def normalise_link_input(table: pa.Table, *, threads: int = 1) -> LinkInput:
    """Canonical values of records that come under our own column names.

    Lists that are not Thai pass usable: an identifier of another length stays as text, a postcode in
    ``tambon_code`` stays as given, a suburb in ``amphoe`` stands in ``amphoe_code`` too, ``yyyymmdd`` is a birth date.

    Every record is read by itself: some rows of a table give what those rows give among all others.

    Args:
        table: ``record_id`` and ``agency``, and any of the optional columns, values as typed. Others are left out.
        threads: How many concepts to read at once.

    Returns:
        The canonical records, and what could not be read.

    Raises:
        LinkInputError: A required column is missing, or ``record_id`` is empty or repeated, or ``agency`` is empty.
    """
    _check(table)
    record = _as_record(table)
    elsewhere = by_value(_coded(record["tambon_code"]), _not_thai)
    if elsewhere.null_count < len(elsewhere):
        thai = pc.if_else(pc.is_null(elsewhere), plain(record["tambon_code"]), pa.scalar(None, pa.string()))
        record = _with(record, "tambon_code", thai)
    parts = read_parts(record, None, threads, is_coded=True)
    normal, _ = assemble(record, parts)
    # Where no Thai list knows a place, what was given still tells one place from another.
    normal = _with(normal, "tambon_code", first_known(normal["tambon_code"], elsewhere))
    normal = _with(normal, "amphoe_code", first_known(normal["amphoe_code"], by_value(normal["amphoe"], pc.utf8_upper)))
    return LinkInput(tables.NORMAL_RECORD.conform(normal, keep_coded=True), unread(record, parts))


def _coded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _not_thai(codes: pa.Array) -> pa.Array:
    """Codes that have not the form of a Thai area code, as given; null for any other and where nothing is known."""
    found: list[str | None] = []
    for code in codes.to_pylist():
        text = arabic_digits(clean(code).value or "").removesuffix(".0")
        found.append(code.strip() if text and not _THAI_AREA_CODE.fullmatch(text) else None)
    return pa.array(found, pa.string())


def _with(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)
