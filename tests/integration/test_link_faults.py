"""Faults of the user and of the machine around ``khrua link`` and ``khrua evaluate``: told, and nothing is lost."""

from __future__ import annotations

import errno
import json
import mmap
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from link_runs import COLUMNS, DECISIONS_HEADER, outputs, run_link, village_table

from pipeline import handover
from pipeline.commands import given
from pipeline.commands.evaluate import evaluate_files
from pipeline.commands.explain import explain, open_linked
from pipeline.commands.run_folder import writing_into
from pipeline.engine import read_arrow, write_arrow
from pipeline.errors import AnotherRunError, UserError
from pipeline.handover import new_run, only_run, reading
from pipeline.link import memory

ROOT = Path(__file__).resolve().parents[2]


def records(households: int = 15) -> pa.Table:
    return village_table(households)


def with_texts(table: pa.Table, name: str, texts: list[str]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(texts, pa.string()))


# ---------------------------------------------------------------- one run at a time


def test_a_second_run_into_a_folder_waits_its_turn(tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    before = outputs(tmp_path / "one")
    with only_run(tmp_path / "one"):
        for previous in (None, tmp_path / "one"):
            with pytest.raises(AnotherRunError, match="Another run is at work in the folder one"):
                run_link(records().slice(3), tmp_path / "one", previous)
        # Nor may another run read what is being written.
        with pytest.raises(AnotherRunError):
            run_link(records(), tmp_path / "two", tmp_path / "one")
        with pytest.raises(AnotherRunError):
            run_link(records(), tmp_path / "two", tmp_path / "one" / "state")
    assert outputs(tmp_path / "one") == before
    run_link(records(), tmp_path / "two", tmp_path / "one")


def test_who_comes_second_into_a_new_folder_takes_nothing_from_the_first(tmp_path: Path) -> None:
    with writing_into(tmp_path / "one", None):
        for _ in range(2):
            with pytest.raises(AnotherRunError), writing_into(tmp_path / "one", None):
                pass
    with writing_into(tmp_path / "one", None):
        pass


def test_a_run_in_a_folder_inside_the_other_or_behind_a_link_is_held_too(tmp_path: Path) -> None:
    run_link(records(), tmp_path / "all" / "one")
    (tmp_path / "latest").symlink_to(tmp_path / "all" / "one" / "state")
    assert handover.run_of(tmp_path / "latest") == (tmp_path / "all" / "one").resolve()
    with only_run(tmp_path / "all" / "one"):
        for out, previous in ((tmp_path / "all", tmp_path / "all" / "one"), (tmp_path / "two", tmp_path / "latest")):
            with pytest.raises(AnotherRunError):
                run_link(tmp_path / "all" / "one.parquet", out, previous)
    run_link(tmp_path / "all" / "one.parquet", tmp_path / "two", tmp_path / "latest")


@pytest.mark.parametrize("name", ["state", "state/one", "state/before"])
def test_a_run_in_a_folder_called_like_a_state_is_a_run(name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    run_link(records(), out)
    for previous in (out, out / "state"):
        assert handover.run_of(previous) == out.resolve()
        with only_run(out), pytest.raises(AnotherRunError):
            run_link(records(), tmp_path / "two", previous)
    # Killed as soon as it was ready: whoever reads it ends it first.
    (out / "state").rename(tmp_path / "left")
    (out / ".khrua-ready").mkdir()
    (tmp_path / "left").rename(out / ".khrua-ready" / "state")
    with reading(out):
        assert (out / "state" / "identity.parquet").is_file()


def test_what_was_set_aside_is_of_its_run(tmp_path: Path) -> None:
    for _ in range(2):
        run_link(records(), tmp_path / "one")
    assert handover.run_of(tmp_path / "one" / "state" / "before") == (tmp_path / "one").resolve()


def test_nobody_looks_into_a_folder_that_is_being_written(tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    linked = tmp_path / "one" / "linked.parquet"
    with only_run(tmp_path / "one"):
        with pytest.raises(AnotherRunError):
            evaluate_files(linked, linked)
        with pytest.raises(AnotherRunError), open_linked(tmp_path / "one"):
            pass
    assert evaluate_files(linked, linked)["person"]["f1"] == 1


def test_who_reads_never_ends_what_another_run_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "one"
    run_link(records(), out)
    ready, settle, settled = out / ".khrua-ready", handover.settle, []

    def settle_and_be_overtaken(folder: Path) -> None:
        settle(folder)
        settled.append(folder)
        # A run that began as soon as this was settled, and was killed before its files were in their places.
        if len(settled) == 1:
            (ready / "state").mkdir(parents=True)

    monkeypatch.setattr(handover, "settle", settle_and_be_overtaken)
    with reading(out):
        assert len(settled) == 2 and not ready.exists()


def test_a_run_that_is_read_is_not_written_into_and_may_be_read_by_several(tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    with reading(tmp_path / "one"):
        run_link(records(), tmp_path / "two", tmp_path / "one")
        with pytest.raises(AnotherRunError):
            run_link(records(), tmp_path / "one", tmp_path / "one")


# ---------------------------------------------------------------- folders and files that a run must leave alone


@pytest.mark.parametrize("name", ["pairs.parquet", "linked.parquet", "model.json", "issue.parquet"])
def test_a_file_of_records_that_the_run_would_write_over_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    pq.write_table(records(), tmp_path / "own" / name)
    with pytest.raises(UserError, match="would write over it"):
        run_link(tmp_path / "own" / name, tmp_path / "own")
    assert pq.read_table(tmp_path / "own" / name).equals(records())


@pytest.mark.parametrize("inner", ["state", "state/private", "state/new"])
def test_the_state_of_another_run_is_no_place_for_a_run(inner: str, tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    pq.write_table(records(), tmp_path / "records.parquet")
    state = {path: path.read_bytes() for path in (tmp_path / "one" / "state").rglob("*") if path.is_file()}
    with pytest.raises(UserError, match="lies in the state of another run"):
        run_link(tmp_path / "records.parquet", tmp_path / "one" / inner)
    assert {path: path.read_bytes() for path in (tmp_path / "one" / "state").rglob("*") if path.is_file()} == state


def test_a_folder_in_the_way_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "one" / "linked.parquet").mkdir(parents=True)
    with pytest.raises(UserError, match=r"linked\.parquet in the folder one is a folder"):
        run_link(records(), tmp_path / "one")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["linked.parquet"]


@pytest.mark.parametrize("name", ["state/notes.txt", "state/private/notes.txt", "state/spill/notes.txt"])
def test_a_folder_called_state_that_is_no_runs_is_left_alone(name: str, tmp_path: Path) -> None:
    notes = tmp_path / "one" / name
    notes.parent.mkdir(parents=True)
    notes.write_text("my own", "utf-8")
    rights = stat.S_IMODE((tmp_path / "one" / "state").stat().st_mode)
    with pytest.raises(UserError, match="that is no run's"):
        run_link(records(), tmp_path / "one")
    assert notes.read_text("utf-8") == "my own"
    assert stat.S_IMODE((tmp_path / "one" / "state").stat().st_mode) == rights


@pytest.mark.parametrize("name", ["state", "state/private", ".khrua-next", ".khrua-ready"])
def test_a_file_called_as_a_folder_of_a_run_is_told_before_the_work(name: str, tmp_path: Path) -> None:
    (tmp_path / "one" / name).parent.mkdir(parents=True)
    (tmp_path / "one" / name).write_text("my own", "utf-8")
    with pytest.raises(UserError, match="a file is called"):
        run_link(records(), tmp_path / "one")


@pytest.mark.parametrize("name", ["decisions.csv", "counters.json", "model.json", "before"])
def test_what_stands_in_the_way_inside_the_state_is_told_and_the_run_before_stands(name: str, tmp_path: Path) -> None:
    ids = records()["record_id"].to_pylist()
    (tmp_path / "d.csv").write_text(f"{DECISIONS_HEADER}{ids[0]},{ids[9]},different,x,2026-11-01,seen\n", "utf-8")
    out = tmp_path / "one"
    run_link(records(), out)
    before, path = outputs(out), out / "state" / name
    if name == "before":
        path.write_text("my own", "utf-8")
    else:
        path.unlink(missing_ok=True)
        path.mkdir()
    with pytest.raises(UserError, match=f"{name} in the folder state is a f"):
        run_link(records().slice(5), out, decisions=tmp_path / "d.csv")
    assert outputs(out) == before and not any(path.name.startswith(".khrua") for path in out.iterdir())


def test_nothing_is_made_for_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is missing or is no Parquet file"):
        run_link(tmp_path / "nothing.parquet", tmp_path / "one")
    assert not (tmp_path / "one").exists()


def test_a_column_whose_name_is_no_text_makes_no_parquet_file(tmp_path: Path) -> None:
    pq.write_table(records(), tmp_path / "r.parquet", store_schema=False)
    run_link(tmp_path / "r.parquet", tmp_path / "one")
    data = (tmp_path / "r.parquet").read_bytes()
    (tmp_path / "r.parquet").write_bytes(data.replace(b"first_name", b"first_nam\xff"))
    for previous in (None, tmp_path / "one"):
        with pytest.raises(UserError, match="is no Parquet file"):
            run_link(tmp_path / "r.parquet", tmp_path / "two", previous)


def test_what_a_killed_run_set_aside_can_be_gone_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "one"
    run_link(records(), out)
    first = pq.read_table(out / "linked.parquet")

    def killed(ready: Path, state: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(handover, "_settle_state", killed)
        with pytest.raises(KeyboardInterrupt):
            run_link(records().slice(5), out)
    assert not (out / "state" / "before").exists()
    run_link(records(), tmp_path / "two", out / "state" / "before")
    columns = ["record_id", "person_id", "household_id"]
    assert pq.read_table(tmp_path / "two" / "linked.parquet").select(columns).equals(first.select(columns))


@pytest.mark.parametrize("fault", [OSError(errno.EIO, os.strerror(errno.EIO)), KeyboardInterrupt()])
def test_a_run_that_ends_at_the_last_leaves_nothing_of_it(
    fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_link(records(), tmp_path / "one")
    before = outputs(tmp_path / "one")

    def failing(folder: Path) -> None:
        raise fault

    monkeypatch.setattr(handover, "_flush_all", failing)
    with pytest.raises(type(fault)):
        run_link(records().slice(5), tmp_path / "one", tmp_path / "one")
    assert outputs(tmp_path / "one") == before and not (tmp_path / "one" / ".khrua-next").exists()


def test_the_report_is_whole_when_it_is_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    flush = handover._flush_all

    def looking(folder: Path) -> None:
        seen.append(
            json.loads((folder / "report.json").read_text("utf-8")) if (folder / "report.json").exists() else {}
        )
        flush(folder)

    monkeypatch.setattr(handover, "_flush_all", looking)
    report = run_link(records(), tmp_path / "one")["report"]
    assert seen[0] == report == json.loads((tmp_path / "one" / "report.json").read_text("utf-8"))
    assert {"unread", "columns_not_read", "identifiers_begin_anew"} <= report.keys()
    assert {"normalise", "whole"} <= report["seconds"].keys()


# ---------------------------------------------------------------- rows and columns with a fault


@pytest.mark.parametrize("column", ["record_id", "agency", "first_name", "house_code"])
@pytest.mark.parametrize("rows", [{4}, {4, 9}])
def test_text_that_is_no_text_is_one_sentence(column: str, rows: set[int], tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    cells = [
        b"\xe0\xb8" if row in rows else (cell or "").encode() for row, cell in enumerate(records()[column].to_pylist())
    ]
    data = pa.array(cells, pa.binary())
    texts = pa.Array.from_buffers(pa.string(), len(data), data.buffers())
    faulty = records().set_column(records().column_names.index(column), column, texts)
    for previous in (None, tmp_path / "one"):
        with pytest.raises(UserError, match=f"{column} hold bytes that are no UTF-8 text"):
            run_link(faulty, tmp_path / "two", previous)


BYTES = [pa.binary(), pa.large_binary(), pa.binary(1), pa.dictionary(pa.int32(), pa.binary())]


@pytest.mark.parametrize("kind", BYTES)
def test_texts_that_come_as_bytes_are_texts(kind: pa.DataType, tmp_path: Path) -> None:
    table = records()
    place = table.column_names.index("sex")
    run_link(table, tmp_path / "one")
    sexes = pa.array([None if sex is None else sex.encode() for sex in table["sex"].to_pylist()], pa.binary())
    as_bytes = sexes.dictionary_encode() if pa.types.is_dictionary(kind) else sexes.cast(kind)
    run_link(table.set_column(place, "sex", as_bytes), tmp_path / "two")
    assert outputs(tmp_path / "two") == outputs(tmp_path / "one")
    wrong = pa.array([b"\xff"] * len(table), pa.binary())
    as_bytes = wrong.dictionary_encode() if pa.types.is_dictionary(kind) else wrong.cast(kind)
    with pytest.raises(UserError, match="sex hold bytes that are no UTF-8 text"):
        run_link(table.set_column(place, "sex", as_bytes), tmp_path / "two", tmp_path / "one")


@pytest.mark.parametrize("kind", [pa.string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())])
def test_an_agency_is_known_as_it_is_read_however_it_is_written(kind: pa.DataType, tmp_path: Path) -> None:
    table = records()
    one = min(table["agency"].to_pylist())
    table = table.set_column(table.column_names.index("agency"), "agency", table["agency"].cast(kind))
    for previous, given_records in ((None, table), (tmp_path / "one", table), (tmp_path / "one", table.slice(3))):
        run_link(given_records, tmp_path / "one", previous, duplicate_free=(one,))
        with pytest.raises(UserError, match="No record is of agency nobody after --duplicate-free"):
            run_link(given_records, tmp_path / "one", previous, duplicate_free=(one, "nobody"))


@pytest.mark.parametrize("column", ["record_id", "agency"])
@pytest.mark.parametrize("cell", [None, " "])
def test_rows_without_an_identity_are_named_by_their_number_among_all_rows(
    column: str, cell: str | None, tmp_path: Path
) -> None:
    run_link(records(), tmp_path / "one")
    texts = records()[column].to_pylist()
    faulty = with_texts(records(), column, [cell if row in (4, 9) else text for row, text in enumerate(texts)])
    for previous in (None, tmp_path / "one"):
        with pytest.raises(UserError, match=r"2 rows \(5, 10\)") as refused:
            run_link(faulty, tmp_path / "two", previous)
        assert "แถว 5, 10" in refused.value.thai


def test_repeated_record_ids_are_named_by_their_rows(tmp_path: Path) -> None:
    ids = records()["record_id"].to_pylist()
    twice = with_texts(records(), "record_id", [ids[2] if row == 7 else text for row, text in enumerate(ids)])
    with pytest.raises(UserError, match=r"2 rows \(3, 8\)"):
        run_link(twice, tmp_path / "two")
    many = with_texts(records(), "record_id", ["x"] * len(ids))
    with pytest.raises(UserError, match=rf"{len(ids)} rows \(1, 2, 3, 4, 5 …\)") as refused:
        run_link(many, tmp_path / "two")
    assert f"และอีก {len(ids) - 5} แถว" in refused.value.thai


def test_a_column_named_like_a_person_is_told_without_the_person(tmp_path: Path) -> None:
    nothing = pa.nulls(records().num_rows, pa.string())
    strange = records()
    for name in ("นางสาวสมหญิง ใจดี", "1234567890123", "สมหญิง", "Somying", "AA1234567", "remark"):
        strange = strange.append_column(name, nothing)
    told: list[str] = []
    found = run_link(strange, tmp_path / "one", told=told)
    for text in ("\n".join(told), str(found), (tmp_path / "one" / "report.json").read_text()):
        assert "สมหญิง" not in text and "1234567890123" not in text and "Somying" not in text
    width = len(COLUMNS)
    assert found["report"]["columns_not_read"] == [f"column {width + place}" for place in range(1, 6)] + ["remark"]
    assert any(f"column {width + 5}, remark" in line for line in told)


def test_values_set_aside_in_most_records_and_a_file_without_records_are_told(tmp_path: Path) -> None:
    told: list[str] = []
    run_link(records(), tmp_path / "one", told=told)
    assert told == []
    alike = with_texts(records(60), "national_id", ["1100700000009"] * records(60).num_rows)
    run_link(alike, tmp_path / "two", told=told)
    assert any("national_id" in line and "stand too often" in line for line in told)
    told.clear()
    born = with_texts(records(60), "birth_date", ["1970-05-05"] * records(60).num_rows)
    report = run_link(born, tmp_path / "four", told=told)["report"]
    assert report["often"] == {"birth_date": born.num_rows}
    assert any("used as they stand" in line and "birth_date" in line for line in told)
    told.clear()
    run_link(records().slice(0, 0), tmp_path / "three", tmp_path / "one", told=told)
    assert any("holds no record" in line for line in told)


# ---------------------------------------------------------------- what was set aside


def test_a_run_that_fails_keeps_what_was_set_aside_before(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("no,header\n", "utf-8")
    out = tmp_path / "one"
    run_link(records(), out)
    first = (out / "state" / "identity.parquet").read_bytes()
    told: list[str] = []
    assert run_link(records().slice(5), out, told=told)["report"]["identifiers_begin_anew"]
    assert any("was written over" in line for line in told)
    kept = out / "state" / "before" / "identity.parquet"
    assert kept.read_bytes() == first
    told.clear()
    with pytest.raises(UserError):
        run_link(records().slice(9), out, decisions=tmp_path / "bad.csv", told=told)
    assert told == [] and kept.read_bytes() == first


def test_what_was_set_aside_holds_no_file_of_an_earlier_run(tmp_path: Path) -> None:
    ids = records()["record_id"].to_pylist()
    (tmp_path / "d.csv").write_text(f"{DECISIONS_HEADER}{ids[0]},{ids[9]},different,x,2026-11-01,seen\n", "utf-8")
    out = tmp_path / "one"
    run_link(records(), out, decisions=tmp_path / "d.csv")
    run_link(records(), out)
    assert (out / "state" / "before" / "decisions.csv").is_file() and not (out / "state" / "decisions.csv").exists()
    run_link(records(), out)
    assert not (out / "state" / "before" / "decisions.csv").exists()


# ---------------------------------------------------------------- folders


@pytest.mark.parametrize("name", ["state", "state/private", ".khrua-next"])
def test_a_part_of_the_folder_on_another_disk_is_refused_before_the_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_link(records(), tmp_path / "one")
    (tmp_path / "one" / name).mkdir(exist_ok=True)
    lstat = Path.lstat

    def elsewhere(path: Path) -> os.stat_result:
        found = lstat(path)
        is_there = path == tmp_path / "one" / name
        return os.stat_result([*found[:2], found.st_dev + 1, *found[3:]]) if is_there else found

    monkeypatch.setattr(Path, "lstat", elsewhere)
    with pytest.raises(UserError, match="is a link or stands on another disk"):
        run_link(records().slice(4), tmp_path / "one", tmp_path / "one")


def test_what_a_killed_run_left_unfinished_is_no_part_of_the_next(tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    left = tmp_path / "one" / ".khrua-next" / "state" / "before"
    left.mkdir(parents=True)
    (left / "identity.parquet").write_bytes(b"left")
    run_link(records(), tmp_path / "one", tmp_path / "one")
    assert not (tmp_path / "one" / "state" / "before").exists() and not left.exists()


@pytest.mark.parametrize("name", ["state", "state/private", ".khrua-next"])
def test_a_part_of_the_folder_that_is_a_link_is_refused_before_the_work(name: str, tmp_path: Path) -> None:
    out = tmp_path / "one"
    run_link(records(), out)
    place, elsewhere = out / name, tmp_path / "elsewhere"
    if place.exists():
        place.rename(elsewhere)
    else:
        elsewhere.mkdir()
    place.symlink_to(elsewhere)
    before = outputs(out)
    with pytest.raises(UserError, match="is a link or stands on another disk"):
        run_link(records().slice(4), out, out)
    assert outputs(out) == before and not (out / ".khrua-ready").exists()


def test_what_a_killed_run_left_of_spilled_rows_is_removed(tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    left = tmp_path / "one" / ".khrua-spill" / "duckdb_temp_storage_DEFAULT-0.tmp"
    left.parent.mkdir()
    left.write_bytes(b"rows")
    run_link(records(), tmp_path / "one", tmp_path / "one")
    assert not left.parent.exists()


def test_all_of_a_run_is_on_the_disk_before_it_is_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: set[tuple[int, int]] = set()
    at_step: list[set[str]] = []
    sync, rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        found = os.fstat(descriptor)
        flushed.add((found.st_dev, found.st_ino))
        sync(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        if path.name == ".khrua-next":
            parts = [path, *path.rglob("*")]
            at_step.append({p.name for p in parts if (p.stat().st_dev, p.stat().st_ino) not in flushed})
            flushed.clear()
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", renamed)
    run_link(records(), tmp_path / "one")
    assert at_step == [set()]
    # The step itself is on the disk before anything is moved.
    found = (tmp_path / "one").stat()
    assert (found.st_dev, found.st_ino) in flushed
    assert stat.S_IMODE((tmp_path / "one" / "state").stat().st_mode) == 0o700


def test_a_state_that_lacks_a_decision_file_takes_none_of_the_run_before(tmp_path: Path) -> None:
    ids = records()["record_id"].to_pylist()
    (tmp_path / "d.csv").write_text(f"{DECISIONS_HEADER}{ids[0]},{ids[9]},different,x,2026-11-01,seen\n", "utf-8")
    run_link(records(), tmp_path / "one", decisions=tmp_path / "d.csv")
    with new_run(tmp_path / "one"):
        pass
    assert not (tmp_path / "one" / "state" / "decisions.csv").exists()


def test_a_disk_that_is_full_and_rights_that_lack_are_one_sentence(tmp_path: Path) -> None:
    pq.write_table(records(), tmp_path / "r.parquet")
    code = (
        "import errno, os, pyarrow.parquet as pq\n"
        "def full(*a, **k): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), 'สมชาย ใจดี.parquet')\n"
        "pq.ParquetWriter = full\n"
        "from pipeline.cli import main; main()"
    )
    arguments = ["link", str(tmp_path / "r.parquet"), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "No space left" in done.stderr and "free space" in done.stderr
    assert "สมชาย" not in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out" / ".khrua-next").exists()


# ---------------------------------------------------------------- damaged state


def damaged(name: str, change: Callable[[dict[str, Any]], dict[str, Any]], folder: Path) -> None:
    path = folder / "state" / "private" / name
    table = read_arrow(path)
    columns = change({column: table[column].to_pylist() for column in ("a", "b")})
    for column, values in columns.items():
        table = table.set_column(table.column_names.index(column), column, pa.array(values, pa.int32()))
    path.unlink()
    write_arrow(table, path)


@pytest.mark.parametrize(
    "change",
    [
        lambda pairs: {"a": [0] * len(pairs["a"]), "b": [0] * len(pairs["b"])},
        lambda pairs: {"a": pairs["a"][::-1], "b": pairs["b"][::-1]},
        lambda pairs: {"a": pairs["a"], "b": [b + 1_000_000 for b in pairs["b"]]},
    ],
)
def test_pairs_that_no_run_leaves_are_worked_out_anew(
    change: Callable[[dict[str, Any]], dict[str, Any]], tmp_path: Path
) -> None:
    run_link(records(), tmp_path / "one")
    second = records().slice(4)
    run_link(second, tmp_path / "whole", tmp_path / "one", full=True)
    damaged("pair.arrow", change, tmp_path / "one")
    run_link(second, tmp_path / "quick", tmp_path / "one")
    assert outputs(tmp_path / "quick") == outputs(tmp_path / "whole")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run (one), one on as many records of other people (other), and what goes on from the first (whole)."""
    folder = tmp_path_factory.mktemp("left")
    first = records()
    run_link(first, folder / "one")
    ids = [f"x{text}" for text in first["record_id"].to_pylist()]
    run_link(with_texts(first, "record_id", ids), folder / "other")
    run_link(first.slice(4), folder / "whole", folder / "one", full=True)
    return folder


@pytest.mark.parametrize("name", ["record", "column", "name", "pair", "delivered", "unread"])
@pytest.mark.parametrize("how", ["damaged", "exchanged", "removed"])
def test_a_file_of_the_state_that_is_not_the_one_left_is_worked_out_anew(
    name: str, how: str, left: Path, tmp_path: Path
) -> None:
    shutil.copytree(left / "one", tmp_path / "one")
    path = tmp_path / "one" / "state" / "private" / f"{name}.arrow"
    data = bytearray(path.read_bytes())
    path.unlink()
    if how == "damaged":
        at = len(data) // 2
        data[at : at + 16] = bytes(byte ^ 0x55 for byte in data[at : at + 16])
        path.write_bytes(data)
    elif how == "exchanged":
        shutil.copyfile(left / "other" / "state" / "private" / f"{name}.arrow", path)
    # Columns and names of the other run are the same.
    told_of = {"record.arrow"} if how == "exchanged" else {"record.arrow", "column.arrow", "name.arrow"}
    for full in (False, True):
        told: list[str] = []
        run_link(records().slice(4), tmp_path / "two", tmp_path / "one", full=full, told=told)
        assert outputs(tmp_path / "two") == outputs(left / "whole")
        # What the rows said, and pairs, are worked out anew without a word: nothing else follows from it.
        assert any("everything was compared anew" in line for line in told) is (path.name in told_of)


@pytest.mark.parametrize("name", ["identity.parquet", "model.json", "counters.json", "checksums.json"])
def test_identifiers_are_never_given_on_from_a_damaged_state(name: str, tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    path = tmp_path / "one" / "state" / name
    data = path.read_bytes()
    for at in np.random.default_rng(7).permutation(len(data))[:8].tolist():
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(UserError, match="The state of the earlier run in one is damaged"):
            run_link(records(), tmp_path / "two", tmp_path / "one")
    path.write_bytes(data)
    run_link(records(), tmp_path / "two", tmp_path / "one")


@pytest.mark.parametrize(
    "text", ['{"person": 3}', '{"household": 3, "person": "x"}', '{"household": 3, "person": 3}', "[]", "null", "{"]
)
def test_counters_of_a_state_without_checksums_are_looked_at(text: str, tmp_path: Path) -> None:
    run_link(records(), tmp_path / "one")
    (tmp_path / "one" / "state" / "checksums.json").unlink()
    run_link(records(), tmp_path / "two", tmp_path / "one")
    (tmp_path / "one" / "state" / "counters.json").write_text(text, "utf-8")
    with pytest.raises(UserError, match="The state of the earlier run in one is damaged"):
        run_link(records(), tmp_path / "two", tmp_path / "one")


@pytest.mark.parametrize("name", ["pairs.parquet", "linked.parquet", "state/model.json"])
def test_explain_says_which_file_of_a_run_is_damaged(name: str, left: Path, tmp_path: Path) -> None:
    shutil.copytree(left / "one", tmp_path / "one")
    pair = pq.read_table(left / "one" / "pairs.parquet").slice(0, 1).to_pylist()[0]
    path = tmp_path / "one" / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_linked(tmp_path / "one") as run, pytest.raises(UserError, match=f"{path.name} of that run is damaged"):
        explain(pair["record_id_a"], pair["record_id_b"], run)


def test_explain_believes_no_model_that_was_changed(left: Path, tmp_path: Path) -> None:
    shutil.copytree(left / "one", tmp_path / "one")
    pair = pq.read_table(left / "one" / "pairs.parquet").slice(0, 1).to_pylist()[0]
    path = tmp_path / "one" / "state" / "model.json"
    model = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**model, "link_weight": model["link_weight"] - 400}), "utf-8")
    with open_linked(tmp_path / "one") as run, pytest.raises(UserError, match=r"model\.json of that run is damaged"):
        explain(pair["record_id_a"], pair["record_id_b"], run)


def test_damaged_records_are_measured_by_nobody(left: Path, tmp_path: Path) -> None:
    shutil.copytree(left / "one", tmp_path / "one")
    linked = tmp_path / "one" / "linked.parquet"
    assert evaluate_files(linked, linked)["persons_with_two_valid_ids"] == 0
    path = tmp_path / "one" / "state" / "private" / "record.arrow"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)
    assert evaluate_files(linked, linked)["persons_with_two_valid_ids"] is None
    ids = pq.read_table(linked)["record_id"].to_pylist()
    with open_linked(tmp_path / "one") as run, pytest.raises(UserError, match="have been removed or damaged"):
        explain(ids[0], ids[-1], run)


def test_an_id_that_stands_for_none_is_told(tmp_path: Path) -> None:
    ids = records()["national_id"].to_pylist()
    told: list[str] = []
    table = with_texts(records(), "national_id", [*ids[:3], "1111111111111", "1234567890123", *ids[5:]])
    assert run_link(table, tmp_path / "one", told=told)["report"]["unread"] == {"national_id": 2}
    assert any("national_id 2" in line for line in told)


def test_what_is_saved_again_is_another_file(tmp_path: Path) -> None:
    path = tmp_path / "private" / "record.arrow"
    write_arrow(pa.table({"n": list(range(1000))}), path)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        before = bytes(mapped)
        write_arrow(pa.table({"n": [1]}), path)
        assert bytes(mapped) == before
    assert read_arrow(path).num_rows == 1


def test_the_words_of_faults_are_part_of_what_a_state_is_made_by() -> None:
    assert "issues.py" in memory._FILES


# ---------------------------------------------------------------- files read part by part


@pytest.mark.parametrize("is_shuffled", [False, True])
def test_a_file_read_in_many_parts_gives_what_it_gives_as_a_whole(
    is_shuffled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given, "_PART_ROWS", 7)
    first = records(30)
    run_link(first, tmp_path / "one")
    second = pa.concat_tables([first.slice(3, 40), first.slice(45)])
    names = second["first_name"].to_pylist()
    second = with_texts(second, "first_name", [*names[:20], names[30], *names[21:]])
    if is_shuffled:
        second = second.take(pa.array(np.random.default_rng(5).permutation(len(second))))
    quick = run_link(second, tmp_path / "quick", tmp_path / "one")
    run_link(second, tmp_path / "whole", tmp_path / "one", full=True)
    assert outputs(tmp_path / "quick") == outputs(tmp_path / "whole")
    assert 0 < quick["pairs_compared"] < quick["pairs"]
    # What is left to the next night is that of a whole run too.
    left = [tmp_path / way / "state" / "private" / "delivered.arrow" for way in ("quick", "whole")]
    assert read_arrow(left[0]).equals(read_arrow(left[1])) and read_arrow(left[0]).num_rows == len(second)
    assert run_link(second, tmp_path / "again", tmp_path / "quick")["pairs_compared"] == 0


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_record_delivered_twice_in_two_parts_is_refused(
    is_changed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given, "_PART_ROWS", 7)
    first = records()
    run_link(first, tmp_path / "one")
    twice = with_texts(first.slice(2, 1), "first_name", ["อื่น"]) if is_changed else first.slice(2, 1)
    with pytest.raises(UserError, match="record_id is empty or repeated"):
        run_link(pa.concat_tables([first, twice]), tmp_path / "two", tmp_path / "one")


def test_columns_that_are_not_used_are_named(tmp_path: Path) -> None:
    told: list[str] = []
    table = records().rename_columns([{"birth_date": "birthdate"}.get(name, name) for name in COLUMNS])
    assert run_link(table, tmp_path / "one", told=told)["report"]["columns_not_read"] == ["birthdate"]
    assert [line for line in told if "birthdate" in line]
    assert run_link(table, tmp_path / "two", tmp_path / "one")["report"]["columns_not_read"] == ["birthdate"]


# ---------------------------------------------------------------- decisions


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ('{a},{b},same,ก,2026-11-01,"ดูแล้ว\n{c},{d},different,ก,2026-11-01,ดูแล้ว\n', 2),
        ('"{a},{b},same,ก,2026-11-01,ดูแล้ว\n{c},{d},different,ก,2026-11-01,"ดูแล้ว"\n', 2),
        ("\n\n{a},{b},same,ก,2026-11-01,ดูแล้ว,more\n", 4),
        ('"{a}\n",{b},same,ก,2026-11-01,ดูแล้ว\n', 3),
        ('{a},{b},same,ก,2026-11-01,"สอง\nบรรทัด"\n{c},{d},perhaps,ก,2026-11-01,ดูแล้ว\n', 4),
    ],
)
def test_a_decision_file_that_loses_lines_is_refused_with_the_line(lines: str, number: int, tmp_path: Path) -> None:
    ids = dict(zip("abcd", records()["record_id"].to_pylist(), strict=False))
    (tmp_path / "d.csv").write_text(DECISIONS_HEADER + lines.format(**ids), "utf-8")
    with pytest.raises(UserError) as caught:
        run_link(records(), tmp_path / "one", decisions=tmp_path / "d.csv")
    assert caught.value.details == (f"d.csv: {number}",)


# ---------------------------------------------------------------- evaluation


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ({"record_id": ["a", "a"], "person_id": ["1", "1"], "household_id": ["1", "1"]}, "more than once"),
        ({"record_id": ["z"], "person_id": ["1"], "household_id": ["1"]}, "none of the records"),
        ({"record_id": [], "person_id": [], "household_id": []}, "none of the records"),
        ({"record_id": ["a"], "person_id": ["1"]}, "name another file"),
    ],
)
def test_a_truth_that_is_none_is_told(truth: dict[str, list[str]], said: str, tmp_path: Path) -> None:
    linked = {"record_id": ["a", "b"], "person_id": ["P1", "P1"], "household_id": ["H1", "H1"]}
    pq.write_table(pa.table(linked), tmp_path / "linked.parquet")
    pq.write_table(pa.table(truth), tmp_path / "truth.parquet")
    with pytest.raises(UserError, match=said):
        evaluate_files(tmp_path / "linked.parquet", tmp_path / "truth.parquet")


def test_records_without_a_true_person_count_for_households_alone(tmp_path: Path) -> None:
    linked = {"record_id": ["a", "b"], "person_id": ["P1", "P1"], "household_id": ["H1", "H1"]}
    pq.write_table(pa.table(linked), tmp_path / "linked.parquet")
    pq.write_table(
        pa.table({"record_id": ["a", "b"], "person_id": [None, None], "household_id": ["x", "x"]}),
        tmp_path / "t.parquet",
    )
    found = evaluate_files(tmp_path / "linked.parquet", tmp_path / "t.parquet")
    assert found["household"]["f1"] == 1.0 and found["person"]["f1"] is None


def test_a_folder_of_another_program_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one" / ".next").mkdir(parents=True)
    (tmp_path / "one" / ".next" / "build").write_text("of another", "utf-8")
    run_link(records(), tmp_path / "one")
    assert (tmp_path / "one" / ".next" / "build").is_file()
    assert handover.STATE == "state"
