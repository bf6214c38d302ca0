"""Records → canonical records: each distinct value once, then put back in place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.normalise import findings
from pipeline.normalise.assemble import Parts, assemble
from pipeline.normalise.concepts import CONCEPTS, Concept, Plain
from pipeline.normalise.distinct import distinct_texts, find_distinct, mapped_table, spread, spread_table


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

    def read(concept: Concept) -> pa.Table:
        if concept.plain is not None:
            index, texts = distinct_texts(data[concept.columns[0]])
            return spread_table(_read_texts(concept, concept.plain, texts), index, is_coded=is_coded)
        distinct = find_distinct(data, concept.columns)
        return spread(concept.schema, concept.kernel(distinct.rows), distinct.index, is_coded=is_coded)

    # Two threads that import one package at once may find it half made.
    import_module("pythainlp.corpus")
    import_module("pythainlp.util")
    # Finding and spreading distinct values leaves the interpreter free for the kernel of another concept.
    with ThreadPoolExecutor(threads) as pool:
        return dict(zip((concept.name for concept in CONCEPTS), pool.map(read, CONCEPTS), strict=True))


def _read_texts(concept: Concept, plain: Plain, texts: pa.Array) -> pa.Table:
    """A concept of distinct cells: those that are plain at once, the others one by one; in the order of the cells."""
    is_plain, at_once = plain(texts)
    others = texts.filter(pc.invert(is_plain)).to_pylist()
    one_by_one = mapped_table(concept.schema, concept.kernel([(text,) for text in others]))
    flags = is_plain.to_numpy(zero_copy_only=False)
    place = np.where(flags, np.cumsum(flags) - 1, len(at_once) + np.cumsum(~flags) - 1)
    return pa.concat_tables([at_once, one_by_one]).take(pa.array(place))


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
