"""From the stages' tables to a published warehouse: content, swap, limits, rollback."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from publish_province import HOUSEHOLDS, NIGHT, make_request, tiny_province

from pipeline.errors import AuditError, ExitCode, HomeError, NothingPublishedError, UserError
from pipeline.publish.audit_log import audit_log_path
from pipeline.publish.build import RunFacts, build_warehouse, close_warehouse
from pipeline.publish.manifest import current_run_id, read_manifest
from pipeline.publish.publishing import publish, report_unpublished
from pipeline.publish.readonly import open_readonly
from pipeline.publish.sql_files import SQL
from pipeline.publish.swap import clear_scratch, inspect_built, publications, rollback, verify

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "publish_warehouse.json"
# Lookups of packages and of our own code: their content is tested where it is made.
NOT_GOLDEN = {"core.area", "ops.issue_code", "core.code_label", "ops.table_hash", "ops.schema_description"}


def content(path: Path) -> dict[str, list[list[str]]]:
    with open_readonly(path) as connection:
        names = [
            f"{s}.{t}"
            for s, t in connection.execute(
                "select schema_name, table_name from duckdb_tables() order by all"
            ).fetchall()
        ]
        return {
            name: [[str(v) for v in row] for row in connection.execute(f"select * from {name} order by all").fetchall()]
            for name in names
            if name not in NOT_GOLDEN
        }


def test_a_tiny_publication_is_the_one_that_was_reviewed(tmp_path: Path) -> None:
    result = publish(make_request(tmp_path))
    found = content(result.warehouse)
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_same_content_has_the_same_hashes_whatever_the_order_of_rows(tmp_path: Path) -> None:
    first = publish(make_request(tmp_path / "a"))
    shuffled = tiny_province()
    for rows in shuffled.rows.values():
        random.Random(7).shuffle(rows)
    second = publish(make_request(tmp_path / "b", shuffled))
    hashes = [read_manifest(r.warehouse.parents[1])[0].tables for r in (first, second)]
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) > 15


def test_a_changed_value_changes_the_hash_of_its_table_alone(tmp_path: Path) -> None:
    first = publish(make_request(tmp_path / "a"))
    changed = tiny_province()
    changed.rows["assistance"][0]["amount_baht"] = 1.0
    second = publish(make_request(tmp_path / "b", changed))
    one, other = (read_manifest(r.warehouse.parents[1])[0].tables for r in (first, second))
    assert {name for name in one if one[name] != other[name]} == {"core.assistance", "mart.who_helps_whom"}


def test_a_home_whose_path_has_a_quote_in_it_publishes(tmp_path: Path) -> None:
    result = publish(make_request(tmp_path / "เครื่องของ's"))
    assert result.counts["households"] == HOUSEHOLDS


def test_nothing_unfinished_stays_and_the_link_is_relative(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    publish(request)
    warehouse = request.home / "warehouse"
    assert sorted(p.name for p in warehouse.iterdir()) == ["20261124-01.duckdb", "current.duckdb", "manifest.json"]
    assert (warehouse / "current.duckdb").readlink() == Path("20261124-01.duckdb")
    assert verify(request.home) == []


def test_a_reader_keeps_the_old_publication_while_the_new_one_is_swapped_in(tmp_path: Path) -> None:
    publish(make_request(tmp_path))
    link = tmp_path / "home" / "warehouse" / "current.duckdb"
    with open_readonly(link) as reader:
        publish(make_request(tmp_path, run_id="20261125-01"))
        assert reader.execute("select run_id from ops.run").fetchone() == ("20261124-01",)
        assert reader.execute("select count(*) from core.household").fetchone() == (HOUSEHOLDS,)
        with open_readonly(link) as later:
            assert later.execute("select run_id, previous_run_id from ops.run").fetchone() == (
                "20261125-01",
                "20261124-01",
            )


def test_a_swap_killed_at_any_moment_leaves_a_whole_publication(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    publish(request)
    built = tmp_path / "built.duckdb"
    facts = RunFacts(request.run_id, NIGHT)
    close_warehouse(build_warehouse(built, request.folders, request.book, facts, request.indicators))
    child = Path(__file__).with_name("publish_swapper.py")
    last = "20261124-01"
    for attempt in range(6):
        arguments = [sys.executable, str(child), str(request.home), str(built), f"2026{12:02d}{attempt + 1:02d}"]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.01 + attempt * 0.037)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        current = current_run_id(request.home)
        assert current is not None
        assert current >= last
        last = current
        with open_readonly(request.home / "warehouse" / "current.duckdb") as reader:
            assert reader.execute("select count(*) from core.household").fetchone() == (HOUSEHOLDS,)
        clear_scratch(request.home)
        assert verify(request.home) == []
        assert current in {p.run_id for p in read_manifest(request.home)}
    assert last > "20261124-01"


def test_a_failing_audit_swaps_nothing_and_still_writes_a_report(tmp_path: Path) -> None:
    publish(make_request(tmp_path))
    broken = tiny_province()
    broken.rows["person"][0]["relationship_code"] = "หัวหน้าบ้านชื่อทดสอบ"
    request = make_request(tmp_path, broken, run_id="20261125-01")
    with pytest.raises(AuditError) as caught:
        publish(request)
    assert caught.value.exit_code == ExitCode.AUDIT_FAILED
    assert current_run_id(request.home) == "20261124-01"
    assert not (request.home / "warehouse" / "20261125-01.duckdb").exists()
    assert not list((request.home / "returns").glob("*/20261125-01.xlsx"))
    page = (request.home / "report" / "20261125-01" / "index.html").read_text(encoding="utf-8")
    assert "ยังไม่เผยแพร่" in page
    assert "no_thai_names" in page
    assert "ชื่อทดสอบ" not in page


def test_a_move_beyond_the_limits_waits_for_a_reason_and_the_reason_is_kept(tmp_path: Path) -> None:
    publish(make_request(tmp_path))
    smaller = tiny_province(households=10)
    request = make_request(tmp_path, smaller, run_id="20261125-01")
    with pytest.raises(NothingPublishedError) as caught:
        publish(request)
    assert "24 → 10" in caught.value.thai
    assert "--accept-change" in caught.value.thai
    assert current_run_id(request.home) == "20261124-01"
    assert "เกินเกณฑ์" in (request.home / "report" / "20261125-01" / "index.html").read_text(encoding="utf-8")
    accepted = replace(request, run_id="20261125-02", accept_change="สำรวจใหม่")
    result = publish(accepted)
    with open_readonly(result.warehouse) as reader:
        assert reader.execute("select is_change_accepted from ops.run").fetchone() == (True,)
    assert "สำรวจใหม่" in audit_log_path(request.home).read_text(encoding="utf-8")


def test_nothing_is_delivered_when_the_audit_log_cannot_be_written(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    audit_log_path(request.home).mkdir()
    with pytest.raises(HomeError):
        publish(request)
    assert current_run_id(request.home) is None
    assert not list((request.home / "returns").glob("*/*.xlsx"))
    assert not list((request.home / "warehouse").glob("*.duckdb"))


def test_a_warehouse_that_cannot_be_put_in_its_place_takes_its_lists_back(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    # A folder stands where the file has to go.
    (request.home / "warehouse" / "20261124-01.duckdb" / "x").mkdir(parents=True)
    with pytest.raises(HomeError):
        publish(request)
    assert current_run_id(request.home) is None
    assert not list((request.home / "returns").glob("*/*.xlsx"))
    events = [json.loads(line)["event"] for line in audit_log_path(request.home).read_text().splitlines()]
    assert events == ["publish", "publish_undone"]


def test_a_full_disk_leaves_the_earlier_publication_and_nothing_half(tmp_path: Path) -> None:
    publish(make_request(tmp_path))
    request = make_request(tmp_path, run_id="20261125-01")

    def small_files() -> None:
        # A file may not grow beyond 256 KiB: what a full disk does to the warehouse being built.
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**18, 2**18))

    child = Path(__file__).with_name("publish_again.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, str(child), str(tmp_path)],
        preexec_fn=small_files,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == int(ExitCode.NOTHING_PUBLISHED), done.stderr
    assert "could not be written" in done.stdout
    assert current_run_id(request.home) == "20261124-01"
    assert sorted(p.name for p in (request.home / "warehouse").iterdir()) == [
        "20261124-01.duckdb",
        "current.duckdb",
        "manifest.json",
    ]
    assert not list((request.home / "returns").glob("*/20261125-01.xlsx"))
    assert verify(request.home) == []


def test_rollback_is_one_swap_and_stands_in_the_audit_log(tmp_path: Path) -> None:
    publish(make_request(tmp_path))
    request = make_request(tmp_path, run_id="20261125-01")
    publish(request)
    rollback(request.home, "20261124-01", run_by="officer")
    found = publications(request.home)
    assert [(p["run_id"], p["is_current"]) for p in found] == [("20261125-01", False), ("20261124-01", True)]
    assert json.loads(audit_log_path(request.home).read_text().splitlines()[-1])["event"] == "rollback"
    assert verify(request.home) == []


def test_rollback_to_an_unknown_or_changed_publication_is_refused(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    result = publish(request)
    with pytest.raises(UserError, match="no publication"):
        rollback(request.home, "20200101-01")
    publish(make_request(tmp_path, run_id="20261125-01"))
    with result.warehouse.open("ab") as file:
        file.write(b"x")
    with pytest.raises(UserError, match="not as it was published"):
        rollback(request.home, "20261124-01")
    assert current_run_id(request.home) == "20261125-01"


@pytest.mark.parametrize("harm", ["byte", "missing", "link", "log"])
def test_verify_finds_harm_done_after_publication(tmp_path: Path, harm: str) -> None:
    request = make_request(tmp_path)
    path = publish(request).warehouse
    if harm == "byte":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    elif harm == "missing":
        path.unlink()
    elif harm == "link":
        (path.parent / "current.duckdb").unlink()
    else:
        audit_log_path(request.home).write_text("")
    assert verify(request.home)


def test_a_file_with_a_write_ahead_log_beside_it_is_not_published(tmp_path: Path) -> None:
    built = tmp_path / "w.duckdb"
    request = make_request(tmp_path)
    connection = build_warehouse(built, request.folders, request.book, RunFacts("20261124-01", NIGHT))
    close_warehouse(connection)
    Path(f"{built}.wal").write_bytes(b"left")
    with pytest.raises(NothingPublishedError):
        inspect_built(built, NIGHT)


def test_a_truncated_file_is_not_published(tmp_path: Path) -> None:
    built = tmp_path / "w.duckdb"
    request = make_request(tmp_path)
    close_warehouse(build_warehouse(built, request.folders, request.book, RunFacts("20261124-01", NIGHT)))
    built.write_bytes(built.read_bytes()[: built.stat().st_size // 2])
    with pytest.raises(NothingPublishedError):
        inspect_built(built, NIGHT)


@pytest.mark.parametrize(
    "statement",
    [
        "insert into core.agency values ('x', 'x', null, null)",
        "select * from read_csv('/etc/hostname')",
        "copy core.agency to 'agency.csv'",
        "attach 'other.duckdb' as other",
        "set enable_external_access = true",
        "install httpfs",
        "set threads = 1",
    ],
)
def test_a_query_can_neither_write_nor_leave_the_file(tmp_path: Path, statement: str) -> None:
    result = publish(make_request(tmp_path))
    with open_readonly(result.warehouse) as reader, pytest.raises(duckdb.Error):
        reader.execute(statement)


def test_a_night_that_ended_early_has_a_report_of_what_came(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    early = replace(request, folders=replace(request.folders, normalise=None, link=None, score=None))
    error = NothingPublishedError("Nothing could be read.", "ไม่มีไฟล์ที่อ่านได้")
    page = report_unpublished(early, error).read_text(encoding="utf-8")
    assert "ไม่มีไฟล์ที่อ่านได้" in page
    assert "กองทัพภาคที่ 2" in page
    assert "ยังไม่เผยแพร่" in page
    assert not list((request.home / "warehouse").iterdir())


@pytest.mark.parametrize("path", sorted((SQL / "examples").glob("*.sql")), ids=lambda p: p.stem)
def test_an_example_query_of_the_dictionary_answers(tmp_path: Path, path: Path) -> None:
    result = publish(make_request(tmp_path))
    with open_readonly(result.warehouse) as reader:
        assert reader.execute(path.read_text(encoding="utf-8")).fetchall()
