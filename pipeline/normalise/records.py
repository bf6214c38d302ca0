"""Records → canonical records: each distinct value once, then put back in place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pyarrow as pa

from pipeline import tables
from pipeline.normalise import findings
from pipeline.normalise.assemble import Parts, assemble
from pipeline.normalise.concepts import CONCEPTS, Concept
from pipeline.normalise.distinct import Positions, as_tuples, find_distinct, mapped_table, spread
from pipeline.normalise.plain import Mask, Values


@dataclass(frozen=True, slots=True)
class Normalised:
    """What normalise makes of records.

    Attributes:
        normal_record: NORMAL_RECORD, ordered by key.
        repair: REPAIR.
        issue: ISSUE.
    """

    normal_record: pa.Table
    repair: pa.Table
    issue: pa.Table


def read_parts(record: pa.Table, home_province: str | None, threads: int = 1, *, is_coded: bool = False) -> Parts:
    """Every concept of every record.

    Args:
        record: RECORD.
        home_province: Province meant where none is typed.
        threads: How many concepts to read at once.
        is_coded: Texts come back as codes into a dictionary.

    Returns:
        One table a concept with one row for each record, in the order of the records.
    """
    home = pa.repeat(pa.scalar(home_province, pa.string()), record.num_rows)
    data = record.append_column("home_province", home)
    kinds = {kind for concept in CONCEPTS for kind in concept.schema.types}
    unknown = {kind: pa.nulls(record.num_rows, kind) for kind in kinds}

    def read(concept: Concept) -> pa.Table:
        distinct = find_distinct(data, concept.columns)
        mapped, places = read_rows(concept, distinct.rows)
        return spread(mapped, places[distinct.index], unknown, is_coded=is_coded)

    # Two threads that import one package at once may find it half made.
    import_module("pythainlp.corpus")
    import_module("pythainlp.util")
    # Finding and spreading distinct values leaves the interpreter free for the kernel of another concept.
    with ThreadPoolExecutor(threads) as pool:
        return dict(zip((concept.name for concept in CONCEPTS), pool.map(read, CONCEPTS), strict=True))


def read_rows(concept: Concept, rows: pa.RecordBatch) -> tuple[pa.Table, Positions]:
    """A concept of distinct rows: those that are plain by column, the others one by one.

    Args:
        concept: What to read.
        rows: Distinct rows of its columns.

    Returns:
        The values, first of the plain rows, then of the others; and for each row the position of its values.
    """
    is_plain, values = concept.plain(rows) if concept.plain else (np.zeros(rows.num_rows, dtype=np.bool_), {})
    at_once = _plain_table(concept.schema, values, is_plain)
    one_by_one = mapped_table(concept.schema, concept.kernel(as_tuples(rows.filter(pa.array(~is_plain)))))
    places = np.where(is_plain, np.cumsum(is_plain) - 1, at_once.num_rows + np.cumsum(~is_plain) - 1)
    return pa.concat_tables([at_once, one_by_one]), places.astype(np.int32)


def _plain_table(schema: pa.Schema, values: Values, is_plain: Mask) -> pa.Table:
    kept, count = pa.array(is_plain), int(is_plain.sum())
    arrays = []
    for field in schema:
        value = values.get(field.name)
        if isinstance(value, pa.Array):
            arrays.append(value.filter(kept))
        else:
            arrays.append(pa.repeat(pa.scalar(value, field.type), count))
    return pa.Table.from_arrays(arrays, schema=schema)


def normalise_records(record: pa.Table, *, home_province: str | None, threads: int = 1) -> Normalised:
    """Canonical values of records.

    Every record is read by itself: the result does not depend on the order of the records or on what else is there.
    (Only ``national_id_missing`` looks at the sheet: a sheet without any ID is not asked for them.)

    Args:
        record: RECORD.
        home_province: Code of the province that the lists are of, meant where no province is typed.
        threads: How many concepts to read at once.

    Returns:
        Canonical records, repairs and issues.
    """
    record = tables.RECORD.conform(record)
    parts = read_parts(record, home_province, threads)
    normal, title_sex = assemble(record, parts)
    issue = findings.issues(record, normal, parts, title_sex, home_province)
    return Normalised(tables.NORMAL_RECORD.conform(normal), findings.repairs(record, parts), issue)
