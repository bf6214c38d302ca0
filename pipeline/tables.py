"""Every table that passes between stages, declared once.

A stage reads and writes Parquet files whose columns, types and keys are exactly those given here.
Thai column comments of the published warehouse live with the warehouse (``publish``); the tables
here are the working tables between the rooms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.columns import whole

TEXT = pa.string()
INT = pa.int64()
SMALL = pa.int32()
REAL = pa.float64()
BOOL = pa.bool_()
DATE = pa.date32()
TEXTS = pa.list_(pa.string())
CODED = pa.dictionary(pa.int32(), TEXT)
_DICTIONARY_BYTES = 1 << 28
# Rows that are written at a time, which is the row group of Parquet.
PART_ROWS = 1 << 20
# Identifiers that hardly repeat: a dictionary of theirs costs three times the time and more room.
_IDENTIFIER = re.compile(r"(^|_)(record|person|household|old|new)_id(_[ab])?$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type and one line of meaning."""

    name: str
    type: pa.DataType
    meaning: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table between stages: name, meaning, key (also its order on disk) and columns.

    ``is_private`` tables hold names, IDs or addresses; they are written under ``private/``.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    is_private: bool = False

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema in declared column order."""
        return pa.schema([pa.field(c.name, c.type, nullable=True) for c in self.columns])

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in declared order."""
        return tuple(c.name for c in self.columns)

    def hardly_repeats(self, column: str) -> bool:
        """Whether the column holds so many values that codes into a dictionary cost more than they save."""
        return self.key == (column,) or _IDENTIFIER.search(column) is not None

    def path(self, folder: Path) -> Path:
        """Where this table stands inside a stage's folder."""
        return folder / "private" / f"{self.name}.parquet" if self.is_private else folder / f"{self.name}.parquet"

    def empty(self) -> pa.Table:
        """The table with no rows."""
        return self.schema.empty_table()

    def from_rows(self, rows: Iterable[dict[str, object]]) -> pa.Table:
        """Build the table from dictionaries; a missing column is null."""
        return pa.Table.from_pylist(list(rows), schema=self.schema)

    def conform(self, data: pa.Table, *, keep_coded: bool = False) -> pa.Table:
        """Return ``data`` with exactly the declared columns, types and key order.

        Columns that are missing become null; a column not declared is a programming error.

        Args:
            data: The table.
            keep_coded: Texts that come as codes into a dictionary stay so where they repeat: a million repeated texts
                cost a tenth.
        """
        unknown = sorted(set(data.column_names) - set(self.column_names))
        if unknown:
            raise ValueError(f"table {self.name} has undeclared columns {unknown}")
        arrays = [
            _as_declared(data[c.name], c.type, keep_coded and not self.hardly_repeats(c.name))
            if c.name in data.column_names
            else pa.nulls(data.num_rows, c.type)
            for c in self.columns
        ]
        ordered = pa.Table.from_arrays(arrays, names=self.column_names)
        if ordered.num_rows < 2 or not self.key:
            return ordered
        keys = ordered.select(list(self.key)).cast(pa.schema([self.schema.field(k) for k in self.key]))
        if not self._is_in_order(keys):
            # A total order makes the file byte-identical whatever the order of the input.
            order = pc.sort_indices(keys, sort_keys=[(k, "ascending", "at_start") for k in self.key])
            ordered = ordered.take(order)
        return ordered

    def _is_in_order(self, keys: pa.Table) -> bool:
        """Whether rows already stand in the order of their key: to look is a tenth of the work of sorting."""
        is_tied = pa.scalar(True)
        in_order = pa.scalar(False)
        for values in keys.columns:
            before, after = values.slice(0, len(values) - 1), values.slice(1)
            in_order = pc.or_(in_order, pc.and_(is_tied, _is_less(before, after)))
            if pc.all(in_order).as_py():
                return True
            is_tied = pc.and_(is_tied, _is_equal(before, after))
        return pc.all(pc.or_(in_order, is_tied)).as_py() is True

    def write(self, data: pa.Table, folder: Path) -> Path:
        """Conform ``data`` and write it as Parquet under ``folder``; returns the path."""
        rows = self.conform(data, keep_coded=True)
        return self._write((rows.slice(at, PART_ROWS) for at in range(0, len(rows), PART_ROWS)), folder)

    def write_parts(self, parts: Iterable[pa.Table], folder: Path) -> Path:
        """Write a table that comes in parts, in the order of the key: it is never whole in memory."""
        return self._write((self.conform(part, keep_coded=True) for part in parts), folder)

    def _write(self, parts: Iterable[pa.Table], folder: Path) -> Path:
        """Write parts that are conformed."""
        target = self.path(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        ready = map(_as_written, parts)
        first = next(ready, None) or _as_written(self.conform(self.empty(), keep_coded=True))
        with pq.ParquetWriter(
            target,
            first.schema,
            compression="zstd",
            # Without the Arrow schema in the file a reader gets the declared types, coded or not.
            store_schema=False,
            use_dictionary=[c for c in self.column_names if not self.hardly_repeats(c)],
            # To find the least and the greatest text of a dictionary costs twice as much as to write its codes.
            write_statistics=list(self.key),
            dictionary_pagesize_limit=_DICTIONARY_BYTES,
        ) as file:
            for part in chain([first], ready):
                file.write_table(part)
        return target

    def read(self, folder: Path) -> pa.Table:
        """Read the table from a stage's folder."""
        return pq.read_table(self.path(folder), schema=self.schema)

    def read_coded(self, path: Path) -> pa.Table:
        """Read the table from a file, its texts as codes into one dictionary a column."""
        texts = [c.name for c in self.columns if c.type == TEXT and c.name not in self.key]
        found = pq.read_table(path, read_dictionary=texts).unify_dictionaries()
        return self.conform(found, keep_coded=True).combine_chunks()


def _as_declared(column: pa.ChunkedArray, kind: pa.DataType, keep_coded: bool) -> pa.ChunkedArray:
    if keep_coded and kind == TEXT and pa.types.is_dictionary(column.type):
        return column.cast(CODED)
    return column.cast(kind)


def _is_less(before: pa.ChunkedArray, after: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether each value comes before the other; the unknown comes before every value."""
    less = pc.less(before, after)
    return less if less.null_count == 0 else pc.coalesce(less, pc.and_(pc.is_null(before), pc.is_valid(after)))


def _is_equal(before: pa.ChunkedArray, after: pa.ChunkedArray) -> pa.ChunkedArray:
    equal = pc.equal(before, after)
    return equal if equal.null_count == 0 else pc.coalesce(equal, pc.and_(pc.is_null(before), pc.is_null(after)))


def _as_written(conformed: pa.Table) -> pa.Table:
    joined = conformed.combine_chunks()
    return pa.table([_by_appearance(column) for column in joined.columns], names=joined.column_names)


def _by_appearance(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.DictionaryArray:
    """A coded column with its dictionary in the order in which rows use it: the same rows give the same bytes."""
    if not pa.types.is_dictionary(column.type) or len(column) == 0:
        return column
    coded = whole(column)
    used = coded.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(used.indices, coded.dictionary.take(used.dictionary))


def _table(
    name: str, meaning: str, key: str, columns: list[tuple[str, pa.DataType, str]], *, private: bool = False
) -> Table:
    return Table(name, meaning, tuple(key.split()), tuple(Column(*c) for c in columns), private)


_WHERE = [
    ("agency", TEXT, "agency code, the contract's file name"),
    ("delivery_id", TEXT, "the delivery: first 16 hex digits of the file's SHA-256"),
    ("file_name", TEXT, "name of the file as delivered"),
    ("sheet", TEXT, "sheet name as delivered; empty for a CSV file"),
    ("row_number", INT, "row number as Excel shows it, from 1"),
]

# ---------------------------------------------------------------- every stage

ISSUE = _table(
    "issue",
    "One row is one fault in the data, for whoever can mend it. Carries no value.",
    "agency delivery_id sheet row_number column code record_id",
    [
        *_WHERE,
        ("column", TEXT, "canonical column, or the header when the column is unknown"),
        ("header", TEXT, "the agency's own header of that column; of several columns, parted by commas"),
        ("code", TEXT, "code in pipeline/issues.py"),
        ("severity", TEXT, "note | warn | reject | stop"),
        ("stage", TEXT, "extract | normalise | link | score"),
        ("record_id", TEXT, "the record concerned, if there is one"),
        ("other_row_number", INT, "row that counts instead, where this one repeats it"),
        ("other_sheet", TEXT, "sheet of that row, where it is another one"),
    ],
)

# ---------------------------------------------------------------- extract

DELIVERY = _table(
    "delivery",
    "One row is one delivered file that this night looked at or relied on.",
    "agency delivery_id",
    [
        ("agency", TEXT, "agency code"),
        ("delivery_id", TEXT, "first 16 hex digits of the file's SHA-256"),
        ("sha256", TEXT, "content hash"),
        ("file_name", TEXT, "name of the file as delivered"),
        ("received_date", DATE, "night on which the file was first seen"),
        ("period_date", DATE, "date the list speaks of (survey or delivery period); received date where unknown"),
        ("status_code", TEXT, "accepted | in_use | stand_in | superseded | quarantined | held | not_read"),
        ("code", TEXT, "issue code that explains a status other than accepted or in_use"),
        ("is_new", BOOL, "first seen on this night"),
        ("rows_delivered", INT, "physical rows in all sheets read"),
        ("rows_accepted", INT, "rows accepted"),
        ("rows_rejected", INT, "rows rejected"),
        ("contract_version", TEXT, "version of the contract the file was read with"),
        ("survey_round", TEXT, "survey rounds of its lists, in order, separated by spaces"),
    ],
)

SHEET_COUNT = _table(
    "sheet_count",
    "One row is one sheet of one delivery: what became of each physical row. Kinds sum to physical_rows.",
    "agency delivery_id sheet",
    [
        ("agency", TEXT, "agency code"),
        ("delivery_id", TEXT, "the delivery"),
        ("file_name", TEXT, "name of the file as delivered"),
        ("sheet", TEXT, "sheet name"),
        ("physical_rows", INT, "rows in the sheet's used extent, from row 1"),
        ("accepted", INT, "data rows accepted"),
        ("rejected", INT, "data rows rejected"),
        ("blank", INT, "empty rows"),
        ("title", INT, "rows above the header that are not blank"),
        ("header", INT, "header rows, repeated headers included"),
        ("group_label", INT, "rows that label a group of rows"),
        ("total", INT, "total and subtotal rows"),
        ("legend", INT, "notes, legends and signatures"),
        ("excluded", INT, "rows excluded by a rule of the contract, or of a sheet the contract ignores"),
    ],
)

DELIVERED_ROW = _table(
    "delivered_row",
    "One row is one physical row of a sheet in use, as typed; header rows included.",
    "agency delivery_id sheet row_number",
    [
        *_WHERE,
        ("sheet_order", SMALL, "position of the sheet in the file, from 0"),
        ("row_kind", TEXT, "accepted | rejected | blank | title | header | group_label | total | legend | excluded"),
        ("cells", TEXTS, "the cells as text, as a person sees them"),
        ("headers", TEXTS, "on header rows only the last one: the joined header of each column; else null"),
        ("columns", TEXTS, "on that row too: what each column is read as, as issues name it; else null"),
        (
            "merges",
            TEXTS,
            "on that row too: merged header cells: top, left, bottom, right; rows from 1, columns from 0",
        ),
    ],
    private=True,
)

# Identity columns of a record, as typed. Other columns of a list are rows of record_attribute.
IDENTITY_COLUMNS: tuple[tuple[str, str], ...] = (
    ("national_id", "13-digit national ID, may carry dashes, Thai digits, errors"),
    ("title", "title when it has its own column"),
    ("first_name", "given name; may hold the title"),
    ("last_name", "surname"),
    ("full_name", "title, given name and surname in one cell"),
    ("sex", "sex as typed"),
    ("birth_date", "birth date as typed; an Excel date arrives as ISO text with the year the cell holds"),
    ("age", "age in years as typed"),
    ("house_no", "house number as typed; an Excel date arrives as ISO text"),
    ("moo", "village number (หมู่ที่)"),
    ("village", "village or community name"),
    ("address", "house number, moo, tambon, amphoe in one cell"),
    ("tambon", "tambon by name"),
    ("amphoe", "amphoe by name"),
    ("province", "province by name"),
    ("tambon_code", "tambon code, six digits"),
    ("house_code", "11-digit house code (รหัสประจำบ้าน)"),
    ("household_ref", "the agency's own household number or code"),
    ("relationship", "relationship to the head of household"),
    ("household_type", "kind of household or dwelling as typed"),
    ("life_status", "alive, dead, moved out … as typed"),
    ("death_date", "date of death as typed"),
    ("last_seen_date", "last date the agency met or served the person"),
)

RECORD = _table(
    "record",
    "One row is one record in use tonight: one person or one household in one agency's list, values as typed.",
    "record_id",
    [
        ("record_id", TEXT, "identity that survives re-delivery"),
        *_WHERE,
        ("list_code", TEXT, "the list (sheet rule) of the contract"),
        ("part", TEXT, "part of a full_per_part list; empty otherwise"),
        ("role", TEXT, "which record of the row: person, head, spouse, child …, household"),
        ("record_kind", TEXT, "person | household"),
        ("evidence_date", DATE, "date of the survey or the delivery period: when these facts held"),
        ("date_era", TEXT, "era of dates in this list: be | ce | auto"),
        ("date_order", TEXT, "order of day and month in text dates: dmy | mdy | auto"),
        ("survey_round", TEXT, "survey round of the list, if it is a survey"),
        *[(name, TEXT, meaning) for name, meaning in IDENTITY_COLUMNS],
        ("content_hash", TEXT, "keyed hash of all values of the record: tells a changed record"),
    ],
    private=True,
)

RECORD_ATTRIBUTE = _table(
    "record_attribute",
    "One row is one fact, other than identity, that a record states. Types as in data_contracts/attributes.yaml.",
    "record_id attribute",
    [
        ("record_id", TEXT, "the record"),
        ("attribute", TEXT, "canonical attribute"),
        ("raw_value", TEXT, "as typed"),
        ("value_text", TEXT, "canonical code or text"),
        ("value_number", REAL, "number, in the attribute's unit"),
        ("value_date", DATE, "date, CE"),
        ("column_class", TEXT, "identity | sensitive | free_text | ordinary"),
    ],
    private=True,
)

# ---------------------------------------------------------------- normalise

NORMAL_RECORD = _table(
    "normal_record",
    "One row is one record with canonical values. Null is unknown.",
    "record_id",
    [
        ("record_id", TEXT, "the record"),
        ("agency", TEXT, "agency code"),
        ("record_kind", TEXT, "person | household"),
        ("list_code", TEXT, "the list of the agency; null where the input knows none"),
        ("role", TEXT, "which record of the row"),
        (
            "national_id",
            TEXT,
            "13 digits, kept even when the checksum fails; another identifier as text; null when unusable",
        ),
        (
            "national_id_status",
            TEXT,
            "valid | bad_checksum | placeholder | lost_digits | wrong_length | not_thai | masked | missing",
        ),
        ("national_id_kind", TEXT, "kind of person by the first digit (values/national_id.py)"),
        ("title", TEXT, "canonical title"),
        ("first_name", TEXT, "given name, repaired"),
        ("middle_name", TEXT, "what stands between given name and surname"),
        ("last_name", TEXT, "surname, repaired"),
        ("sex", TEXT, "M | F; from the column, else the title"),
        ("birth_date", TEXT, "CE, ISO; partial stays partial: YYYY, YYYY-MM or YYYY-MM-DD"),
        ("birth_year", SMALL, "CE year"),
        ("birth_month", SMALL, "1–12"),
        ("birth_day", SMALL, "1–31"),
        ("birth_year_source", TEXT, "date | age: where the year comes from"),
        ("house_no", TEXT, "house number, repaired"),
        ("moo", TEXT, "village number, no leading zero"),
        ("village", TEXT, "village or community name, repaired"),
        ("tambon_code", TEXT, "six digits, DOPA"),
        ("amphoe_code", TEXT, "four digits"),
        ("province_code", TEXT, "two digits"),
        ("amphoe", TEXT, "amphoe or suburb as typed; for places no Thai list knows"),
        ("house_code", TEXT, "11 digits"),
        ("house_code_status", TEXT, "valid | bad_checksum | placeholder | wrong_length | missing"),
        ("household_ref", TEXT, "the agency's own household number, trimmed"),
        (
            "relationship_code",
            TEXT,
            "head | spouse | child | parent | grandchild | grandparent | sibling | child_in_law | relative | lodger | other",
        ),
        ("household_type_code", TEXT, "ordinary | institution | temple | central_register | no_fixed_home | unknown"),
        ("life_status_code", TEXT, "alive | dead | moved_out | in_transit | central_register | unknown"),
        ("life_status_date", TEXT, "CE ISO, may be partial"),
        ("evidence_date", DATE, "when these facts held"),
        ("last_seen_date", DATE, "last date the agency met or served the person"),
    ],
    private=True,
)

REPAIR = _table(
    "repair",
    "One row is one value that normalise changed beyond white space: raw value, value, rule.",
    "record_id column rule_code",
    [
        ("record_id", TEXT, "the record"),
        ("column", TEXT, "canonical column"),
        ("raw_value", TEXT, "as typed"),
        ("value", TEXT, "after the repair"),
        ("rule_code", TEXT, "the rule that changed it"),
    ],
    private=True,
)

# ---------------------------------------------------------------- link

LINKED = _table(
    "linked",
    "One row is one record and who it is.",
    "record_id",
    [
        ("record_id", TEXT, "the record"),
        ("person_id", TEXT, "opaque; null for a record of kind household"),
        ("household_id", TEXT, "opaque; never null"),
        ("evidence_code", TEXT, "A1 A2 B C D X of the strongest link; S for a record linked to no other"),
        ("probability", REAL, "calibrated probability of that link; 1 for a record alone"),
    ],
)

LINK_REASON = _table(
    "link_reason",
    "One row is one linked record: the strongest link that holds it in its person, and the runner-up.",
    "record_id",
    [
        ("record_id", TEXT, "the record"),
        ("linked_record_id", TEXT, "the record it is most strongly linked to"),
        ("weight_millibit", INT, "match weight of that link, 1/1000 bit"),
        ("margin_millibit", INT, "weight above the best link to another person; null when there is none"),
        ("explanation", TEXT, "one Thai sentence from the same figures, without values"),
    ],
)

PAIR = _table(
    "pair",
    "One row is one compared pair at or above the review floor.",
    "record_id_a record_id_b",
    [
        ("record_id_a", TEXT, "the smaller record_id"),
        ("record_id_b", TEXT, "the larger record_id"),
        ("evidence_code", TEXT, "A1 A2 B C D X"),
        ("probability", REAL, "calibrated"),
        ("weight_millibit", INT, "sum of the weights and the prior, 1/1000 bit"),
        ("levels", TEXT, "comparison=level, separated by spaces"),
        ("weights", TEXT, "comparison=weight in 1/1000 bit, separated by spaces"),
        ("is_review", BOOL, "waits for a clerk"),
    ],
)

REFUSED = _table(
    "refused",
    "One row is one merge that a constraint refused.",
    "record_id_a record_id_b",
    [
        ("record_id_a", TEXT, "the smaller record_id"),
        ("record_id_b", TEXT, "the larger record_id"),
        (
            "reason_code",
            TEXT,
            "two_valid_ids | clerk_different | active_after_death | duplicate_free_source | same_house_different_name",
        ),
        ("weight_millibit", INT, "match weight of the refused link"),
    ],
)

CONTRADICTION = _table(
    "contradiction",
    "One row is one clerical decision that the data now contradict: it still holds, and comes back as a question.",
    "record_id_a record_id_b",
    [
        ("record_id_a", TEXT, "the smaller record_id"),
        ("record_id_b", TEXT, "the larger record_id"),
        ("decision", TEXT, "same | different"),
        ("reason_code", TEXT, "two_valid_ids | same_id_name_and_birth | a reason of refused"),
    ],
)

PERSON = _table(
    "person",
    "One row is one person with the best-supported values of its records.",
    "person_id",
    [
        ("person_id", TEXT, "opaque"),
        ("household_id", TEXT, "current household; null for the dead and the moved out"),
        ("registered_household_id", TEXT, "household of the house register, where known"),
        ("household_source", TEXT, "agency whose evidence places the person in the household"),
        ("household_evidence_date", DATE, "date of that evidence"),
        ("national_id", TEXT, "best valid ID"),
        ("title", TEXT, "title"),
        ("first_name", TEXT, "given name"),
        ("last_name", TEXT, "surname"),
        ("sex", TEXT, "M | F"),
        ("birth_date", TEXT, "CE ISO, may be partial"),
        ("birth_year", SMALL, "CE year"),
        ("relationship_code", TEXT, "relationship to the head"),
        ("life_status_code", TEXT, "alive | dead | moved_out | in_transit | central_register | unknown"),
        ("life_status_date", TEXT, "CE ISO, may be partial"),
        ("life_status_source", TEXT, "agency"),
        ("life_status_date_source_code", TEXT, "stated | last_update | as_of: where life_status_date comes from"),
        ("record_count", SMALL, "records of this person"),
        ("agency_count", SMALL, "agencies that know this person"),
    ],
    private=True,
)

HOUSEHOLD = _table(
    "household",
    "One row is one household that lives together (or stands in for one).",
    "household_id",
    [
        ("household_id", TEXT, "opaque"),
        ("household_type_code", TEXT, "ordinary | institution | temple | central_register | no_fixed_home | unknown"),
        ("house_code", TEXT, "house code of the register, where known"),
        ("house_no", TEXT, "house number"),
        ("moo", TEXT, "village number"),
        ("village", TEXT, "village name"),
        ("tambon_code", TEXT, "six digits"),
        ("amphoe_code", TEXT, "four digits"),
        ("province_code", TEXT, "two digits"),
        ("is_registered_only", BOOL, "known from the register alone"),
        ("member_count", SMALL, "current members"),
        ("source", TEXT, "agency with the best evidence"),
        ("evidence_date", DATE, "date of that evidence"),
    ],
    private=True,
)

HOUSEHOLD_MEMBER = _table(
    "household_member",
    "One row is one person in one household, current or past.",
    "household_id person_id",
    [
        ("household_id", TEXT, "the household"),
        ("person_id", TEXT, "the person"),
        ("relationship_code", TEXT, "relationship to the head"),
        ("is_head", BOOL, "head of the household"),
        ("is_current", BOOL, "lives there now"),
        ("is_registered", BOOL, "registered there"),
        ("source", TEXT, "agency that says so"),
        ("evidence_date", DATE, "when it held"),
    ],
)

IDENTITY_EVENT = _table(
    "identity_event",
    "One row is one thing that happened to an identifier tonight.",
    "kind old_id new_id",
    [
        ("kind", TEXT, "person | household"),
        ("event_code", TEXT, "created | merged | split | retired"),
        ("old_id", TEXT, "identifier before; null when created"),
        ("new_id", TEXT, "identifier that answers for it now; null when retired"),
    ],
)

# ---------------------------------------------------------------- score

HOUSEHOLD_INDICATOR = _table(
    "household_indicator",
    "One row is one indicator of one household, as published.",
    "household_id indicator_set indicator_code",
    [
        ("household_id", TEXT, "the household"),
        ("indicator_set", TEXT, "indicator set and version, such as bmn_2560"),
        ("indicator_code", TEXT, "such as bmn_08"),
        ("dimension_code", TEXT, "dimension in the set"),
        ("state_code", TEXT, "pass | fail | not_applicable | unknown"),
        ("eligible_count", SMALL, "members the indicator applies to; 1 for a household indicator; null when unknown"),
        ("failing_count", SMALL, "of these, how many fail"),
        ("source_agency", TEXT, "agency whose fact decided"),
        ("source_record_id", TEXT, "record whose fact decided"),
        ("rule_code", TEXT, "survey_result, or the rule of the indicator YAML that derived it"),
        ("evidence_date", DATE, "date of that fact"),
        ("has_conflict", BOOL, "another source says otherwise"),
    ],
)

HOUSEHOLD_POVERTY = _table(
    "household_poverty",
    "One row is one ordinary household under one method.",
    "household_id method_code",
    [
        ("household_id", TEXT, "the household"),
        ("method_code", TEXT, "measure and version, such as tpmap_2560"),
        ("tambon_code", TEXT, "area"),
        ("amphoe_code", TEXT, "area"),
        ("province_code", TEXT, "area"),
        ("is_inside_area", BOOL, "lives in the province"),
        ("member_count", SMALL, "current members"),
        ("is_assessed", BOOL, "enough indicators are known"),
        ("indicators_known", SMALL, "indicators that pass, fail or do not apply"),
        ("deprivation_score", REAL, "c: weighted sum of deprivations; null when not assessed"),
        ("is_poor", BOOL, "score at or above the cutoff; null when not assessed"),
        ("is_target_poor", BOOL, "poor and registered for the state welfare card; null when either is unknown"),
        ("poor_dimensions", TEXT, "dimension codes with a deprivation, in order, separated by spaces"),
        ("is_vulnerable", BOOL, "income at or below the line of levels.yaml; null when income is unknown"),
        ("vulnerability_level", SMALL, "0–3 of a vulnerable household; null otherwise and where too little is known"),
        ("livelihood_index", REAL, "X, 1–4; null when no capital is known"),
        ("livelihood_level_code", TEXT, "very_hard | hard | fair | good"),
        ("capitals_known", SMALL, "0–5"),
        ("income_baht_per_year", REAL, "household income; null when unknown"),
    ],
)

AREA_POVERTY = _table(
    "area_poverty",
    "One row is one measure of one area, by household or by person.",
    "area_level area_code method_code unit_code measure_code indicator_code",
    [
        ("area_level", TEXT, "tambon | amphoe | province"),
        ("area_code", TEXT, "DOPA code; unknown: the area of this level is not known"),
        ("method_code", TEXT, "measure and version"),
        ("unit_code", TEXT, "household | person"),
        (
            "measure_code",
            TEXT,
            "H | A | M0 | target_poor (a count) | target_poor_share | uncensored | censored | contribution",
        ),
        ("indicator_code", TEXT, "indicator or dimension; empty for the area's own measures"),
        ("value", REAL, "the figure; null when it cannot be computed"),
        ("assessed_count", INT, "households or persons assessed: the denominator"),
        ("not_assessed_count", INT, "not assessed"),
        ("poor_count", INT, "poor among the assessed"),
        ("eligible_count", INT, "for an indicator: to whom it applies"),
        ("failing_count", INT, "for an indicator: who fails"),
        ("poor_failing_count", INT, "for an indicator: poor and failing"),
    ],
)

ASSISTANCE = _table(
    "assistance",
    "One row is one help given, lent or planned.",
    "record_id",
    [
        ("record_id", TEXT, "the record that states it"),
        ("agency", TEXT, "who helps"),
        ("person_id", TEXT, "who is helped; null for help to a household"),
        ("household_id", TEXT, "whose household is helped"),
        ("assistance_kind_code", TEXT, "code in data_contracts/attributes.yaml"),
        ("assistance_status_code", TEXT, "given | lent | planned | requested"),
        ("assistance_date", DATE, "when, or when planned; null where the list does not say"),
        ("amount_baht", REAL, "worth in baht, where stated"),
    ],
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        ISSUE,
        DELIVERY,
        SHEET_COUNT,
        DELIVERED_ROW,
        RECORD,
        RECORD_ATTRIBUTE,
        NORMAL_RECORD,
        REPAIR,
        LINKED,
        LINK_REASON,
        PAIR,
        REFUSED,
        PERSON,
        HOUSEHOLD,
        HOUSEHOLD_MEMBER,
        IDENTITY_EVENT,
        HOUSEHOLD_INDICATOR,
        HOUSEHOLD_POVERTY,
        AREA_POVERTY,
        ASSISTANCE,
    )
}
