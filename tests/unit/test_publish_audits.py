"""Every audit holds on a sound night and can fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from publish_province import GIVEN, INDICATORS, NIGHT, SURNAMES, TinyProvince, make_book, national_id, tiny_province

from pipeline.errors import AuditError, ExitCode
from pipeline.publish.auditing import AUDITS, audit, require_passed
from pipeline.publish.build import RunFacts, build_warehouse

# What breaks each promise: a statement on the built warehouse. "tables:" breaks the stages' tables instead.
BROKEN = {
    "sheet_rows_accounted": "update ops.reconciliation set difference = 1 where level_code = 'sheet'",
    "stage_rows_accounted": "update ops.reconciliation set difference = 1 where step_code = 'link'",
    "poverty_of_ordinary_households": "update core.household set household_type_code = 'temple'",
    "not_assessed_is_unknown": "update core.household_poverty set is_assessed = false",
    "references_hold": "delete from core.person where person_id = 'P0000011'",
    "forbidden_columns": "alter table core.person add column first_name varchar",
    "no_identity_numbers": "update core.assistance set assistance_kind_code = '1-9999-00000-01-2'",
    "no_known_identity": "tables",
    "no_thai_names": "update core.person set relationship_code = 'หัวหน้า'",
    "everything_commented": "alter table core.person add column is_new boolean",
    "m0_is_h_times_a": "update mart.poverty_by_area set adjusted_headcount_ratio = 0.9 where area_level = 'amphoe'",
    "area_totals_add_up": "update mart.poverty_by_area set poor_count = poor_count + 1 where area_level = 'tambon'",
    "help_totals_add_up": "delete from mart.who_helps_whom where area_level = 'tambon'",
    "small_counts_flagged": "update mart.who_helps_whom set is_small_count = false",
}


def build(tiny: TinyProvince, folder: Path) -> duckdb.DuckDBPyConnection:
    return build_warehouse(
        folder / "w.duckdb", tiny.write(folder / "stages"), make_book(), RunFacts("20261124-01", NIGHT), INDICATORS
    )


def failed(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {r.audit.name for r in audit(connection) if not r.has_passed}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = build(tiny_province(), tmp_path_factory.mktemp("audits"))
    yield connection
    connection.close()


@pytest.fixture
def sound(built: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sound warehouse; what a test does to it is undone."""
    built.execute("begin")
    yield built
    built.execute("rollback")


def test_a_sound_night_passes_every_audit(sound: duckdb.DuckDBPyConnection) -> None:
    results = audit(sound)
    assert [r.audit.name for r in results if not r.has_passed] == []
    assert len(results) == len(AUDITS)


@pytest.mark.parametrize("name", sorted(n for n, s in BROKEN.items() if s != "tables"))
def test_an_audit_fails_when_its_promise_is_broken(sound: duckdb.DuckDBPyConnection, name: str) -> None:
    sound.execute(BROKEN[name])
    assert name in failed(sound)


def test_households_of_no_known_area_are_part_of_the_areas_and_missed_when_they_are_left_out(tmp_path: Path) -> None:
    tiny = tiny_province()
    of_no_area = {"tambon_code": None, "amphoe_code": None, "province_code": None, "is_inside_area": None}
    tiny.rows["household_poverty"].append(
        {**tiny.rows["household_poverty"][0], "household_id": "H0000024", **of_no_area, "is_poor": True}
    )
    with build(tiny, tmp_path / "without") as connection:
        assert "area_totals_add_up" in failed(connection)
    for level in ("tambon", "amphoe", "province"):
        shared = {"area_level": level, "area_code": "unknown", "method_code": "tpmap_2560", "unit_code": "household"}
        counts = {"assessed_count": 1, "not_assessed_count": 0, "poor_count": 1}
        tiny.add("area_poverty", **shared, measure_code="H", indicator_code="", value=1.0, **counts)
    with build(tiny, tmp_path / "with") as connection:
        assert "area_totals_add_up" not in failed(connection)


def test_a_small_count_of_the_target_poor_alone_makes_an_area_small(tmp_path: Path) -> None:
    tiny = tiny_province()
    for row in tiny.rows["area_poverty"]:
        row.update(assessed_count=500, poor_count=100)
        if row["measure_code"] == "target_poor":
            row["value"] = 3.0 if row["area_level"] == "amphoe" else 30.0
    with build(tiny, tmp_path) as connection:
        small = "select distinct area_level from mart.poverty_by_area where is_small_count"
        assert connection.execute(small).fetchall() == [("amphoe",)]
        connection.execute("update mart.poverty_by_area set is_small_count = false")
        assert "small_counts_flagged" in failed(connection)


def test_every_audit_has_a_test_that_breaks_it() -> None:
    broken_in_tables = {
        "delivery_rows_accounted",
        "record_linked_once",
        "household_never_null",
        "person_of_person_record",
        "two_valid_ids",
    }
    assert {a.name for a in AUDITS} == set(BROKEN) | broken_in_tables


def test_a_delivery_whose_counts_differ_from_its_sheets_fails(tmp_path: Path) -> None:
    tiny = tiny_province()
    tiny.rows["delivery"][0]["rows_accepted"] += 1
    assert "delivery_rows_accounted" in failed(build(tiny, tmp_path))


def test_rows_that_a_later_delivery_says_anew_are_accounted_for(tmp_path: Path) -> None:
    tiny = tiny_province()
    delivery = tiny.rows["delivery"][0]
    delivery["rows_accepted"] += 1
    count = next(c for c in tiny.rows["sheet_count"] if c["agency"] == delivery["agency"])
    count["excluded"] += 1
    count["physical_rows"] += 1
    note = {**tiny.rows["issue"][0], "agency": delivery["agency"], "delivery_id": delivery["delivery_id"]}
    tiny.rows["issue"].append({**note, "row_number": 90, "code": "row_replaced", "severity": "note", "column": None})
    assert failed(build(tiny, tmp_path)) == set()


def test_a_sheet_with_a_row_of_no_kind_fails(tmp_path: Path) -> None:
    tiny = tiny_province()
    tiny.rows["sheet_count"][0]["physical_rows"] += 1
    assert failed(build(tiny, tmp_path)) == {"sheet_rows_accounted"}


@pytest.mark.parametrize("change", ["missing", "twice"])
def test_a_record_that_is_not_linked_once_fails(tmp_path: Path, change: str) -> None:
    tiny = tiny_province()
    linked = tiny.rows["linked"]
    if change == "missing":
        del linked[5]
        assert {"record_linked_once", "stage_rows_accounted"} <= failed(build(tiny, tmp_path))
    else:
        # The same record twice cannot even be stored: the warehouse's own key refuses it.
        linked.append(dict(linked[5]))
        with pytest.raises(AuditError, match=r"core\.source_record"):
            build(tiny, tmp_path)


def test_a_record_without_a_household_cannot_be_stored(tmp_path: Path) -> None:
    tiny = tiny_province()
    tiny.rows["linked"][0]["household_id"] = None
    with pytest.raises(AuditError, match=r"core\.source_record"):
        build(tiny, tmp_path)


def test_a_record_with_an_empty_household_fails(tmp_path: Path) -> None:
    tiny = tiny_province()
    tiny.rows["linked"][0]["household_id"] = ""
    assert {"household_never_null", "references_hold"} <= failed(build(tiny, tmp_path))


def test_a_record_of_a_person_without_a_person_fails(tmp_path: Path) -> None:
    tiny = tiny_province()
    tiny.rows["linked"][3]["person_id"] = None
    assert "person_of_person_record" in failed(build(tiny, tmp_path))


@pytest.mark.parametrize(("evidence", "fails"), [("A1", True), ("X", False)])
def test_a_person_with_two_valid_ids_fails_unless_a_clerk_said_so(tmp_path: Path, evidence: str, fails: bool) -> None:
    tiny = tiny_province()
    record = next(r for r in tiny.rows["normal_record"] if r["agency"] == "admin")
    record["national_id"] = national_id(999)
    next(r for r in tiny.rows["linked"] if r["record_id"] == record["record_id"])["evidence_code"] = evidence
    assert ("two_valid_ids" in failed(build(tiny, tmp_path))) is fails


@pytest.mark.parametrize(
    "value", [national_id(11), f"เลข {national_id(11)}", "081-234-5678", "9900 0000 001", "๑๙๙๐๐๐๐๐๐๐๐"]
)
def test_a_planted_number_is_found_in_any_text_column(sound: duckdb.DuckDBPyConnection, value: str) -> None:
    sound.execute(
        "update core.household_indicator set rule_code = $value where household_id = 'H0000001'", {"value": value}
    )
    assert "no_identity_numbers" in failed(sound)


def test_a_planted_id_inside_a_hash_is_found(sound: duckdb.DuckDBPyConnection) -> None:
    planted = f"admin/list/abc{national_id(11)}"
    sound.execute(
        "update core.assistance set record_id = $planted where household_id = 'H0000001'", {"planted": planted}
    )
    assert "no_known_identity" in failed(sound)


def test_hashes_dates_and_run_ids_are_no_identity_numbers(sound: duckdb.DuckDBPyConnection) -> None:
    sound.execute("update core.person set life_status_date = '2026-11-24'")
    sound.execute("update core.source_record set linked_record_id = 'admin/list/1234567890123456/head'")
    assert failed(sound) == set()


def test_a_persons_name_in_a_sheet_name_is_found(sound: duckdb.DuckDBPyConnection) -> None:
    # Person 11 is the second given name of the list … with the surname of household 1.
    name = f"บ้านของ{GIVEN[11 % len(GIVEN)]} {SURNAMES[1]}"
    sound.execute("update ops.issue set sheet = $name", {"name": name})
    assert "no_thai_names" in failed(sound)


@pytest.mark.parametrize("sheet", ["นางทองดี ผ่องแผ้ว 0812345678", "นางทองดี ผ่องแผ้ว"])
def test_the_name_of_a_sheet_that_nobody_could_read_stops_nothing_and_is_not_shown(tmp_path: Path, sheet: str) -> None:
    tiny = tiny_province()
    delivery = {"agency": "army2", "delivery_id": "broken", "file_name": "ใหม่.xlsx"}
    tiny.add("delivery", **delivery, status_code="quarantined", code="required_column_missing")
    fault = {"severity": "stop", "stage": "extract"}
    tiny.add("issue", **delivery, **fault, sheet="Sheet1", code="required_column_missing")
    tiny.add("issue", **delivery, **fault, sheet=sheet, code="required_column_missing")
    tiny.add("issue", **delivery, **fault, code="file_unreadable")
    with build(tiny, tmp_path) as connection:
        assert failed(connection) == set()
        rows = connection.execute(
            "select file_name, sheet from ops.issue where delivery_id = 'broken' order by all"
        ).fetchall()
    assert rows == [("ใหม่.xlsx", "[1]"), ("ใหม่.xlsx", "[2]"), ("ใหม่.xlsx", None)]


def test_a_failed_audit_stops_with_its_own_exit_code_and_shows_no_value(sound: duckdb.DuckDBPyConnection) -> None:
    sound.execute("update core.person set relationship_code = $value", {"value": GIVEN[0]})
    with pytest.raises(AuditError) as caught:
        require_passed(audit(sound))
    assert caught.value.exit_code == ExitCode.AUDIT_FAILED
    shown = "\n".join((caught.value.thai, caught.value.english, *caught.value.details))
    assert "no_thai_names" in shown
    assert GIVEN[0] not in shown
