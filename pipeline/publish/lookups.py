"""The small tables that give codes their words: areas, agencies, indicators, issue codes, labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml

from pipeline.contracts import ContractBook
from pipeline.issues import ISSUE_CODES
from pipeline.publish.sql_files import SQL, load_statements
from pipeline.publish.stages import add_input
from pipeline.publish.words import CODED_COLUMNS
from pipeline.tables import BOOL, DATE, IDENTITY_COLUMNS, TEXT

_AREA = pa.schema(
    [
        ("area_code", TEXT),
        ("area_level", TEXT),
        ("name_thai", TEXT),
        ("name_english", TEXT),
        ("amphoe_code", TEXT),
        ("province_code", TEXT),
        ("is_inside_area", BOOL),
    ]
)
_AGENCY = pa.schema([("agency", TEXT), ("name_thai", TEXT), ("agreement_id", TEXT), ("agreement_valid_to_date", DATE)])
_INDICATOR = pa.schema(
    [(n, TEXT) for n in ("indicator_set", "indicator_code", "name_thai", "dimension_code", "dimension_thai")]
)
_ISSUE_CODE = pa.schema(
    [(n, TEXT) for n in ("code", "severity", "name_thai", "way_out_thai", "name_english", "way_out_english")]
)
_CODE_LABEL = pa.schema([(n, TEXT) for n in ("column_name", "code", "label_thai")])
_KNOWN_COLUMN = pa.schema([("column_name", TEXT)])


@dataclass(frozen=True, slots=True)
class IndicatorWords:
    """Words of the indicators and of the methods that use them.

    Attributes:
        indicators: One for each indicator of each set.
        methods: Method code → name.
        dimensions: Dimension code of a method → name.
    """

    indicators: tuple[IndicatorLabel, ...] = ()
    methods: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)


def read_indicator_words(folder: Path) -> IndicatorWords:
    """Read the words of every indicator set and method of a contracts folder; the score stage checks the files.

    Args:
        folder: ``data_contracts/indicators``.
    """
    labels: list[IndicatorLabel] = []
    methods: dict[str, str] = {}
    dimensions: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        if data.get("kind") == "indicator_set":
            groups = data.get("groups", {})
            labels += [
                IndicatorLabel(data["code"], i["code"], i["text"], i["group"], groups.get(i["group"], ""))
                for i in data["indicators"]
            ]
        elif data.get("kind") == "measure":
            methods[data["code"]] = data["name"]
            dimensions.update({d["code"]: d["name"] for d in data["dimensions"]})
    return IndicatorWords(tuple(labels), methods, dimensions)


@dataclass(frozen=True, slots=True)
class IndicatorLabel:
    """Words of one indicator of one set."""

    indicator_set: str
    indicator_code: str
    name_thai: str
    dimension_code: str = ""
    dimension_thai: str = ""


def add_lookups(connection: duckdb.DuckDBPyConnection, book: ContractBook, indicators: IndicatorWords) -> None:
    """Add every lookup table to the inputs of a build; codes that occur without words show themselves.

    Args:
        connection: With the inputs attached.
        book: Contracts, agreements, province, vocabulary.
        indicators: Words of the indicators and methods.
    """
    add_input(connection, "area", _areas(book.province.province_code, _codes(connection, "area_codes")))
    add_input(connection, "agency", _agencies(book, _codes(connection, "agencies")))
    add_input(connection, "indicator", _indicators(connection, indicators.indicators))
    issue_codes = [
        {
            "code": c.code,
            "severity": c.severity,
            "name_thai": c.thai,
            "way_out_thai": c.way_out,
            "name_english": c.english,
            "way_out_english": c.way_out_english,
        }
        for c in ISSUE_CODES.values()
    ]
    add_input(connection, "issue_code", pa.Table.from_pylist(issue_codes, schema=_ISSUE_CODE))
    add_input(connection, "code_label", _code_labels(book, indicators))
    known = sorted({name for name, _ in IDENTITY_COLUMNS} | set(book.attributes))
    add_input(
        connection, "known_column", pa.Table.from_pylist([{"column_name": n} for n in known], schema=_KNOWN_COLUMN)
    )


def _codes(connection: duckdb.DuckDBPyConnection, name: str) -> set[str]:
    rows = connection.execute(load_statements(SQL / "inputs" / f"{name}.sql")).fetchall()
    return {str(row[0]) for row in rows}


def _areas(province_code: str, used: Iterable[str]) -> pa.Table:
    # geothai reads its tables on import; only a build needs them.
    import geothai

    amphoe = [d.code for d in geothai.districts(province_code)]
    tambon = [s.code for code in amphoe for s in geothai.subdistricts(code)]
    rows = []
    for code in sorted({province_code, *amphoe, *tambon, *used}):
        level = {2: "province", 4: "amphoe", 6: "tambon"}.get(len(code))
        if level is None:
            continue
        area = {2: geothai.province, 4: geothai.district, 6: geothai.subdistrict}[len(code)](code)
        rows.append(
            {
                "area_code": code,
                "area_level": level,
                "name_thai": area.name_th if area else code,
                "name_english": area.name_en if area else None,
                "amphoe_code": code[:4] if len(code) > 2 else None,
                "province_code": code[:2],
                "is_inside_area": code[:2] == province_code,
            }
        )
    return pa.Table.from_pylist(rows, schema=_AREA)


def _agencies(book: ContractBook, delivered: Iterable[str]) -> pa.Table:
    rows = []
    for agency in sorted({*book.contracts, *delivered}):
        contract = book.contracts.get(agency)
        agreement = book.agreements.get(contract.agreement_id) if contract else None
        rows.append(
            {
                "agency": agency,
                "name_thai": contract.name_thai if contract else agency,
                "agreement_id": agreement.agreement_id if agreement else None,
                "agreement_valid_to_date": agreement.valid_to if agreement else None,
            }
        )
    return pa.Table.from_pylist(rows, schema=_AGENCY)


def _indicators(connection: duckdb.DuckDBPyConnection, indicators: Sequence[IndicatorLabel]) -> pa.Table:
    words = {(i.indicator_set, i.indicator_code): i for i in indicators}
    used = connection.execute(load_statements(SQL / "inputs" / "indicators.sql")).fetchall()
    for indicator_set, code, dimension in used:
        words.setdefault((indicator_set, code), IndicatorLabel(indicator_set, code, code, dimension or ""))
    rows = [
        {
            "indicator_set": i.indicator_set,
            "indicator_code": i.indicator_code,
            "name_thai": i.name_thai,
            "dimension_code": i.dimension_code or None,
            "dimension_thai": i.dimension_thai or None,
        }
        for _, i in sorted(words.items())
    ]
    return pa.Table.from_pylist(rows, schema=_INDICATOR)


def _code_labels(book: ContractBook, words: IndicatorWords) -> pa.Table:
    columns: dict[str, Mapping[str, str]] = {
        **CODED_COLUMNS,
        "method_code": words.methods,
        "poor_dimensions": words.dimensions,
    }
    columns.update({name: a.codes for name, a in book.attributes.items() if a.codes and a.column_class == "ordinary"})
    rows = [
        {"column_name": column, "code": code, "label_thai": label}
        for column, codes in sorted(columns.items())
        for code, label in sorted(codes.items())
    ]
    return pa.Table.from_pylist(rows, schema=_CODE_LABEL)
