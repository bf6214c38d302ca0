"""What normalise says about records: repairs (raw value, value, rule) and issues (code only, no value)."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.columns import whole
from pipeline.issues import issue_code
from pipeline.normalise.assemble import Parts, join_words
from pipeline.normalise.concepts import CONCEPTS, Concept

STAGE = "normalise"
_BAD_DATE = {"unreadable": "value_not_date", "impossible": "value_not_date", "out_of_range": "value_out_of_range"}
_NAME = {"unreadable": "name_unreadable"}
_UNKNOWN_WORD = {"unknown": "value_not_in_list"}
_WHERE = ("agency", "delivery_id", "file_name", "sheet", "row_number", "record_id")

# concept → (flag of its kernel → issue code); a flag not named here is no issue.
ISSUES: dict[str, dict[str, str]] = {
    "title": {"unknown": "title_unknown"},
    "first_name": _NAME,
    "last_name": _NAME,
    "full_name": _NAME,
    "national_id": {
        "bad_checksum": "national_id_bad_checksum",
        "wrong_length": "national_id_wrong_length",
        "lost_digits": "national_id_lost_digits",
        "placeholder": "national_id_placeholder",
        "not_thai": "national_id_not_thai",
        "masked": "national_id_masked",
    },
    "house_code": {
        "bad_checksum": "house_code_bad_checksum",
        "wrong_length": "house_code_wrong_length",
        "lost_digits": "house_code_wrong_length",
    },
    "birth_date": {
        "unreadable": "birth_date_invalid",
        "impossible": "birth_date_invalid",
        "out_of_range": "birth_date_invalid",
        "order_ambiguous": "birth_date_ambiguous",
        "digits_ambiguous": "birth_date_ambiguous",
        "era_guessed": "birth_date_ambiguous",
        "age_disagrees": "age_disagrees",
        "maybe_unknown_day": "birth_date_maybe_unknown",
        "unknown": "birth_date_partial",
    },
    "death_date": _BAD_DATE,
    "last_seen_date": _BAD_DATE,
    "house_no": {"unreadable": "address_part_unreadable"},
    "moo": {"unreadable": "address_part_unreadable"},
    "tambon": {
        "unknown": "area_unknown",
        "tambon_unknown": "area_unknown",
        "amphoe_unknown": "area_unknown",
        "province_unknown": "area_unknown",
        "code_unknown": "area_unknown",
        "ambiguous": "area_ambiguous",
        "code_disagrees": "area_disagrees",
        "amphoe_disagrees": "area_disagrees",
    },
    "sex": _UNKNOWN_WORD,
    "relationship": _UNKNOWN_WORD,
    "household_type": _UNKNOWN_WORD,
    "life_status": _UNKNOWN_WORD,
}

# Of these nothing of the cell is used.
_UNREAD = frozenset(
    {
        "address_part_unreadable",
        "birth_date_invalid",
        "name_unreadable",
        "national_id_lost_digits",
        "national_id_masked",
        "national_id_placeholder",
        "value_not_date",
        "value_not_in_list",
        "value_out_of_range",
    }
)

# Where a concept is read from several cells, the issue names the one that was typed in.
_TYPED_IN = {"tambon": ("tambon", "tambon_code", "amphoe", "address", "province"), "birth_date": ("birth_date", "age")}

# ---------------------------------------------------------------- repairs


def _raw(record: pa.Table, concept: Concept) -> pa.ChunkedArray:
    """The cells that a concept was read from, as one text."""
    if concept.name == "tambon":
        return join_words(*(record[c] for c in ("tambon", "amphoe", "province", "tambon_code", "address")))
    if concept.name == "birth_date":
        return pc.coalesce(record["birth_date"], record["age"])
    return record[concept.columns[0]]


def _value(concept: Concept, part: pa.Table) -> pa.ChunkedArray:
    if concept.name in ("first_name", "last_name", "full_name"):
        return join_words(part["first_name"], part["middle_name"], part["last_name"])
    return part["value"]


def repairs(record: pa.Table, parts: Parts) -> pa.Table:
    """Every repair of every record.

    Args:
        record: The records.
        parts: Concepts by name, one row for each record.

    Returns:
        REPAIR: one row for each record, column and rule.
    """
    found = [tables.REPAIR.empty()]
    for concept in CONCEPTS:
        keep = pc.is_valid(parts[concept.name]["rules"])
        cells = [c for c in concept.columns if c in record.column_names]
        mended, part = record.select(["record_id", *cells]).filter(keep), parts[concept.name].filter(keep)
        lists = pc.split_pattern(part["rules"], " ").combine_chunks()
        rows = pc.list_parent_indices(lists)
        found.append(
            pa.table(
                {
                    "record_id": mended["record_id"].take(rows),
                    "column": pa.array([concept.name] * len(rows), pa.string()),
                    "raw_value": _raw(mended, concept).take(rows),
                    "value": _value(concept, part).take(rows),
                    "rule_code": pc.list_flatten(lists),
                }
            )
        )
    return tables.REPAIR.conform(pa.concat_tables(found))


# ---------------------------------------------------------------- issues


def _column_of(record: pa.Table, columns: tuple[str, ...]) -> pa.ChunkedArray:
    """For each record the first of the columns that has something typed in it: the one the agency can mend."""
    named = [pc.if_else(pc.is_valid(record[c]), pa.scalar(c), pa.scalar(None, pa.string())) for c in columns]
    return pc.coalesce(*named, pa.scalar(columns[0]))


def _rows(record: pa.Table, mask: pa.ChunkedArray, columns: tuple[str, ...], code: str) -> pa.Table:
    where = record.select(list(_WHERE)).append_column("column", _column_of(record, columns)).filter(mask)
    count = where.num_rows
    constants = {"code": code, "severity": issue_code(code).severity, "stage": STAGE}
    for name, value in constants.items():
        where = where.append_column(name, pa.array([value] * count, pa.string()))
    return where


def _flagged(flags: pa.ChunkedArray, wanted: set[str]) -> pa.ChunkedArray:
    """Which records carry one of the flags. Flags are whole words, so each distinct text is looked at once."""
    encoded = whole(flags).dictionary_encode()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    hits = pa.array([bool(wanted & set(text.split())) for text in encoded.dictionary.to_pylist()], pa.bool_())
    return pc.fill_null(hits.take(encoded.indices), False)


def _of_concepts(record: pa.Table, parts: Parts, wanted: frozenset[str] | None = None) -> Iterator[pa.Table]:
    """Issues of single cells: all of them, or those of the codes that are wanted."""
    for name, codes in ISSUES.items():
        flags = parts[name]["flags"]
        for code in sorted(set(codes.values())) if flags.null_count < len(flags) else ():
            if wanted is None or code in wanted:
                mask = _flagged(flags, {flag for flag, c in codes.items() if c == code})
                yield _rows(record, mask, _TYPED_IN.get(name, (name,)), code)


def _missing_ids(record: pa.Table, normal: pa.Table) -> pa.ChunkedArray:
    """Persons without an ID, in sheets that have an ID column: a list without one is not asked for it."""
    sheets = record.group_by(["agency", "delivery_id", "sheet"]).aggregate([("national_id", "count")])
    with_ids = sheets.filter(pc.greater(sheets["national_id_count"], 0))
    keys = pc.binary_join_element_wise(
        *(pc.fill_null(with_ids[c], "") for c in ("agency", "delivery_id", "sheet")), "\x1f"
    )
    own = pc.binary_join_element_wise(
        *(pc.fill_null(record[c], "") for c in ("agency", "delivery_id", "sheet")), "\x1f"
    )
    is_missing = pc.fill_null(pc.equal(normal["national_id_status"], "missing"), False)
    is_person = pc.fill_null(pc.equal(record["record_kind"], "person"), False)
    return pc.and_(pc.and_(is_missing, is_person), pc.is_in(own, value_set=whole(keys)))


def _of_records(
    record: pa.Table, normal: pa.Table, parts: Parts, title_sex: pa.ChunkedArray, home_province: str | None
) -> Iterator[pa.Table]:
    """Issues that only the whole record shows."""
    yield _rows(record, _missing_ids(record, normal), ("national_id",), "national_id_missing")
    sexes_differ = pc.fill_null(pc.not_equal(parts["sex"]["value"], title_sex), False)
    yield _rows(record, sexes_differ, ("sex",), "sex_disagrees_with_title")
    unsplit = pc.or_(
        _flagged(parts["full_name"]["flags"], {"not_split"}), _flagged(parts["first_name"]["flags"], {"not_split"})
    )
    yield _rows(
        record, pc.and_(unsplit, pc.is_null(normal["last_name"])), ("full_name", "first_name"), "name_not_split"
    )
    is_partial = pc.and_(pc.is_valid(normal["birth_year"]), pc.is_null(normal["birth_day"]))
    typed = pc.and_(is_partial, pc.fill_null(pc.equal(normal["birth_year_source"], "date"), False))
    yield _rows(record, typed, ("birth_date",), "birth_date_partial")
    if home_province is not None:
        outside = pc.fill_null(pc.not_equal(normal["province_code"], home_province), False)
        yield _rows(record, outside, ("province", "address", "amphoe", "tambon_code"), "outside_area")


def issues(
    record: pa.Table, normal: pa.Table, parts: Parts, title_sex: pa.ChunkedArray, home_province: str | None
) -> pa.Table:
    """Every fault that normalise finds.

    Args:
        record: The records.
        normal: NORMAL_RECORD in the same order.
        parts: Concepts by name, in the same order.
        title_sex: Sex implied by the title.
        home_province: The province of the run; None: no record is outside.

    Returns:
        ISSUE, without values.
    """
    found = [*_of_concepts(record, parts), *_of_records(record, normal, parts, title_sex, home_province)]
    return tables.ISSUE.conform(pa.concat_tables(found))


def unread(record: pa.Table, parts: Parts) -> pa.Table:
    """Cells in which something stands of which nothing could be read.

    Args:
        record: The records.
        parts: Concepts by name, in the same order.

    Returns:
        ISSUE, without values.
    """
    found = (tables.ISSUE.conform(rows) for rows in _of_concepts(record, parts, _UNREAD))
    return pa.concat_tables([tables.ISSUE.empty(), *found])
