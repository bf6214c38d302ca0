"""The fixed input of ``khrua link`` → NORMAL_RECORD (architecture.md section 8).

Every record is read by itself, so batches give the same as the whole.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.errors import UserError
from pipeline.normalise.assemble import assemble
from pipeline.normalise.records import read_parts

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
BATCH_ROWS = 1_000_000
"""Records read at once: what they need beside input and output (about 1 GB) does not grow with the file."""
_THAI_AREA_CODE = r"^[1-9]\d{5}(\d{2})?$"


class LinkInputError(UserError):
    """The file is not an input of ``khrua link``."""


def _check(table: pa.Table) -> None:
    missing = [c for c in REQUIRED if c not in table.column_names]
    if missing:
        names = ", ".join(missing)
        raise LinkInputError(
            f"the records file lacks the column(s) {names}; add them, one row a record",
            f"ไฟล์ระเบียนขาดคอลัมน์ {names} ให้เพิ่มคอลัมน์นี้ หนึ่งแถวต่อหนึ่งระเบียน",
        )
    ids = table["record_id"]
    if ids.null_count or pc.count_distinct(ids).as_py() != table.num_rows:
        raise LinkInputError(
            "record_id is empty or repeated in some rows; give every row its own",
            "record_id ว่างหรือซ้ำกันในบางแถว ให้ทุกแถวมีค่าไม่ซ้ำกัน",
        )


def _as_record(table: pa.Table) -> pa.Table:
    """The input as RECORD: dates are CE, every row is a person."""
    columns = {c: table[c].cast(pa.string()) for c in (*REQUIRED, *OPTIONAL) if c in table.column_names}
    count = table.num_rows
    constants = {"record_kind": "person", "role": "person", "date_era": "ce", "date_order": "auto"}
    columns |= {name: pa.array([value] * count, pa.string()) for name, value in constants.items()}
    return tables.RECORD.conform(pa.table(columns))


def normalise_link_input(table: pa.Table, *, processes: int = 1) -> pa.Table:
    """Canonical values of records that come under our own column names.

    Lists that are not Thai pass usable: an identifier of another length stays as text, a postcode in
    ``tambon_code`` stays as given, a suburb in ``amphoe`` stands in ``amphoe_code`` too, ``yyyymmdd`` is a birth date.

    Args:
        table: ``record_id`` and ``agency``, and any of the optional columns, values as typed. Others are left out.
        processes: Most processes to use.

    Returns:
        NORMAL_RECORD, ordered by ``record_id``.

    Raises:
        LinkInputError: A required column is missing, or ``record_id`` is empty or repeated.
    """
    _check(table)
    starts = range(0, max(table.num_rows, 1), BATCH_ROWS)
    batches = [_normalise_batch(table.slice(start, BATCH_ROWS), processes) for start in starts]
    return tables.NORMAL_RECORD.conform(pa.concat_tables(batches))


def _normalise_batch(table: pa.Table, processes: int) -> pa.Table:
    record = _as_record(table)
    typed_code = record["tambon_code"]
    is_thai = pc.fill_null(pc.match_substring_regex(typed_code, _THAI_AREA_CODE), False)
    null = pa.scalar(None, pa.string())
    at = record.column_names.index("tambon_code")
    readable = record.set_column(at, record.schema.field(at), pc.if_else(is_thai, typed_code, null))
    normal, _ = assemble(readable, read_parts(readable, None, processes))
    # Where no Thai list knows a place, what was given still tells one place from another.
    given = {
        "tambon_code": pc.utf8_trim_whitespace(typed_code),
        "amphoe_code": pc.utf8_upper(normal["amphoe"]),
    }
    for name, values in given.items():
        at = normal.column_names.index(name)
        normal = normal.set_column(at, name, pc.coalesce(normal[name], values))
    return tables.NORMAL_RECORD.conform(normal)
