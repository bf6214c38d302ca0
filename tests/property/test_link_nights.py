"""Nights on which little changed: comparing only that gives what comparing everything gives."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_records import FEW_VALUES, national_id, record, village

from pipeline import tables
from pipeline.engine import DuckDBEngine, read_arrow
from pipeline.link import (
    Kept,
    LinkOptions,
    LinkReport,
    blocking,
    changes,
    grade,
    link,
    load_memory,
    outputs,
    pairing,
    reblock,
    train,
)
from pipeline.link import night as steps
from pipeline.link.memory import FOUND, PLAIN, kept_records

Row = dict[str, object]
TABLES = (tables.LINKED, tables.LINK_REASON, tables.PAIR, tables.REFUSED, tables.IDENTITY_EVENT, tables.ISSUE)
MEMORY = ("record", "column", "name", "pair")
TIGHT = blocking.BlockingRules(
    3,
    tuple(
        blocking.BlockingRule(r.code, r.left, r.right, r.refine, min(r.cap, 3), 2 if r.refine else 3, r.has_id)
        for r in blocking.load_rules().rules
    ),
)
# Few values, so that blocks are full and the next record takes them over their cap.
VALUES = st.fixed_dictionaries(
    {
        "national_id": st.sampled_from([None, *(national_id(n) for n in range(5))]),
        "first_name": st.sampled_from(["สมชาย", "สมชัย", "มาลี", "วิชัย", "ใจดี", None]),
        "last_name": st.sampled_from(["ใจดี", "ไจดี", "คงชัย", "มาลี", None]),
        "birth_date": st.sampled_from(["1960-05-17", "1960", "1985-01-01", "1986-01-01", None]),
        "village": st.sampled_from(["บ้านโคก", "บ้านหนองบัว", None]),
        "title": st.sampled_from(["นาย", "นาง", None]),
        "relationship_code": st.sampled_from(["head", "child", None]),
        "life_status_code": st.sampled_from(["dead", "alive", "unknown"]),
        "life_status_date": st.sampled_from(["2026-01-05", "2026-03", "2025", None]),
        **{name: st.sampled_from(values) for name, values in FEW_VALUES.items()},
    }
)
PLACES = st.integers(0, 13)
# A night: what stands at some places of the lists from then on; None: withdrawn.
NIGHT = st.dictionaries(PLACES, st.one_of(st.none(), VALUES), min_size=0, max_size=4)


@pytest.fixture(autouse=True)
def tight_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "load_rules", lambda: TIGHT)
    # A few records are then worked on in many steps, as a million are.
    monkeypatch.setattr(pairing, "_CHUNK", 3)
    monkeypatch.setattr(pairing, "_CHUNK_PAIRS", 4)
    monkeypatch.setattr(reblock, "_FIRST_STEP", 2)
    monkeypatch.setattr(grade, "PAIRS_AT_ONCE", 5)
    monkeypatch.setattr(tables, "PART_ROWS", 4)
    monkeypatch.setattr(outputs, "PART_ROWS", 4)


def rows_of(standing: dict[int, Row]) -> list[Row]:
    agencies = ("admin", "community_dev", "health")
    return [
        record(f"{agencies[place % 3]}:{place}", **{k: v for k, v in values.items() if v is not None})
        for place, values in standing.items()
    ]


def run(
    rows: list[Row],
    out: Path,
    previous: Path | None,
    *,
    full: bool = False,
    retrain: bool = False,
    threads: int = 1,
    given_kept: bool = False,
) -> LinkReport:
    """One run; with ``given_kept`` only records that differ from those of the run before are handed over."""
    table = tables.NORMAL_RECORD.conform(tables.NORMAL_RECORD.from_rows(rows))
    kept = None
    if given_kept and previous:
        memory = load_memory(previous / "state")
        assert memory is not None
        table, rows_kept = others(table, previous)
        kept = Kept(memory, rows_kept)
    with DuckDBEngine(threads=threads) as engine:
        return link(engine, table, out, LinkOptions(previous=previous, full=full, retrain=retrain), kept)


def others(table: pa.Table, previous: Path) -> tuple[pa.Table, np.ndarray]:
    before = kept_records(previous / "state").cast(tables.NORMAL_RECORD.schema).to_pylist()
    place = {str(row["record_id"]): (number, row) for number, row in enumerate(before)}
    tonight = table.to_pylist()
    is_same = [row["record_id"] in place and place[row["record_id"]][1] == row for row in tonight]
    kept = sorted(place[row["record_id"]][0] for row, same in zip(tonight, is_same, strict=True) if same)
    return table.filter(pc.invert(pa.array(is_same, pa.bool_()))), np.array(kept, dtype=np.int64)


def assert_same(one: Path, other: Path, *, count_changes: bool = True) -> None:
    for table in TABLES:
        assert table.path(one).read_bytes() == table.path(other).read_bytes(), table.name
    for name in MEMORY:
        left, right = (read_arrow(folder / "state" / "private" / f"{name}.arrow") for folder in (one, other))
        assert left.equals(right), name
    facts = [json.loads((folder / "state" / "private" / "memory.json").read_text("utf-8")) for folder in (one, other)]
    if not count_changes:
        facts[1]["training"]["changed"] = facts[0]["training"]["changed"]
    # What the rules cost and find is measured where all pairs are made; under a null a file holds anything.
    assert facts[0] == facts[1] | {name: facts[0][name] for name in ("rules", "checksums")}


@pytest.fixture
def folder() -> Iterator[Path]:
    name = tempfile.mkdtemp()
    yield Path(name)
    shutil.rmtree(name)


@settings(max_examples=12)
@given(st.dictionaries(PLACES, VALUES, min_size=6, max_size=14), st.lists(NIGHT, min_size=1, max_size=4))
def test_comparing_what_changed_gives_what_comparing_everything_gives(
    first: dict[int, Row], nights: list[dict[int, Row | None]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        standing = dict(first)
        run(rows_of(standing), folder / "0", None)
        previous = folder / "0"
        for number, night in enumerate(nights, start=1):
            for place, values in night.items():
                standing.pop(place, None)
                if values is not None:
                    standing[place] = values
            if not standing:
                return
            rows = rows_of(standing)
            variants = {f"{number}-full": {"full": True}, f"{number}-kept": {"given_kept": True}, f"{number}": {}}
            for variant, options in variants.items():
                run(rows, folder / variant, previous, **options)  # type: ignore[arg-type]
            assert_same(folder / f"{number}", folder / f"{number}-full")
            assert_same(folder / f"{number}", folder / f"{number}-kept")
            previous = folder / f"{number}"


def test_of_a_village_only_pairs_with_a_changed_record_are_compared_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    rows, _ = village(150, 5)
    first = run(rows, folder / "one", None, threads=2)
    rows[7]["first_name"], rows[7]["birth_date"] = "อรพิน", "1999-01-02"
    rows[7] |= {"birth_year": 1999, "birth_month": 1, "birth_day": 2}
    later = [*rows[:40], *rows[41:], record("health:999999", first_name="มานี", last_name="ใจมาก")]
    second = run(later, folder / "two", folder / "one", threads=2)
    run(later, folder / "three", folder / "one", full=True)
    assert_same(folder / "two", folder / "three")
    assert first.counts["pairs_compared"] == first.counts["pairs"]
    assert 0 < second.counts["pairs_compared"] < second.counts["pairs"] / 10
    assert second.training == {**first.training, "changed": 3}


def test_a_pair_that_only_the_id_still_holds_teaches_nothing_any_more(folder: Path) -> None:
    names = {"first_name": "สมชาย", "last_name": "ใจดี"}
    first = [record(f"{agency}:1", national_id=national_id(1), **names) for agency in ("admin", "health")]
    # Their names' block is now over its cap, and nothing parts it.
    later = [*first, *(record(f"admin:{n}", national_id=national_id(n), **names) for n in (2, 3))]
    run(first, folder / "one", None)
    run(later, folder / "two", folder / "one")
    run(later, folder / "three", folder / "one", full=True)
    assert_same(folder / "two", folder / "three")
    pairs = [read_arrow(folder / name / "state" / "private" / "pair.arrow").to_pylist() for name in ("one", "two")]
    # Of the first record with the last.
    assert [[pair["is_free"] for pair in night if pair["a"] == 0][-1] for night in pairs] == [True, False]


def test_unchanged_records_are_not_compared_and_nothing_changes(folder: Path) -> None:
    rows, _ = village(60, 6)
    run(rows, folder / "one", None)
    report = run(list(reversed(rows)), folder / "two", folder / "one", given_kept=True)
    assert report.counts["pairs_compared"] == 0
    assert tables.LINKED.read(folder / "two").equals(tables.LINKED.read(folder / "one"))


def test_past_the_limit_of_drift_everything_is_learnt_and_compared_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "DRIFT_RECORDS", 3)
    rows, _ = village(60, 6)
    run(rows, folder / "one", None)
    for number, row in enumerate(rows[: len(rows) // 2]):
        row["house_no"] = str(900 + number)
    report = run(rows, folder / "two", folder / "one")
    assert (report.training["anew_because"], report.training["changed"]) == ("drift", 0)
    assert report.counts["pairs_compared"] == report.counts["pairs"]
    full = run(rows, folder / "three", folder / "one", full=True)
    assert full.counts == report.counts
    assert_same(folder / "two", folder / "three")


@pytest.mark.parametrize("retrain", [False, True])
def test_where_the_model_just_learnt_is_refused_the_last_good_one_is_used_with_all_that_it_knows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, retrain: bool
) -> None:
    monkeypatch.setattr(steps, "load_rules", blocking.load_rules)
    rows, _ = village(260, 6)
    first = run(rows, folder / "one", None)
    assert first.model_source == "learnt"
    # A surname that few had is now that of every third record.
    for row in rows[: len(rows) // 3]:
        row["last_name"] = "โคกกรวดเจริญ"
    monkeypatch.setattr(changes, "DRIFT_RECORDS", 10**9)
    run(rows, folder / "undrifted", folder / "one", full=True)
    monkeypatch.setattr(changes, "DRIFT_RECORDS", 10**9 if retrain else 100)
    monkeypatch.setattr(train, "_refusal", lambda *_: "refused_not_precise")
    report = run(rows, folder / "two", folder / "one", retrain=retrain)
    assert (report.model_source, report.model_note) == ("state", "refused_not_precise")
    assert report.training["anew_because"] == ("retrain" if retrain else "drift")
    # It is not tried again before as much has changed once more.
    assert (report.training["records"], report.training["changed"]) == (len(rows), 0)
    assert_same(folder / "two", folder / "undrifted", count_changes=False)
    later = run(rows[3:], folder / "three", folder / "two")
    run(rows[3:], folder / "four", folder / "two", full=True)
    assert later.counts["pairs_compared"] < later.counts["pairs"] / 10
    assert_same(folder / "three", folder / "four")


def test_what_other_code_left_is_not_used(folder: Path) -> None:
    rows, _ = village(30, 6)
    run(rows, folder / "one", None)
    memory = folder / "one" / "state" / "private" / "memory.json"
    memory.write_text(memory.read_text("utf-8").replace('"code": "', '"code": "0'), "utf-8")
    report = run(rows, folder / "two", folder / "one")
    assert report.training["anew_because"] == "memory_not_usable"
    assert report.counts["pairs_compared"] == report.counts["pairs"]
    assert tables.LINKED.read(folder / "two").equals(tables.LINKED.read(folder / "one"))


def test_a_damaged_memory_is_worked_out_anew(folder: Path) -> None:
    rows, _ = village(30, 6)
    run(rows, folder / "one", None)
    for number, file in enumerate(("record", "column", "name", "pair")):
        previous = Path(shutil.copytree(folder / "one", folder / f"damaged-{file}"))
        path = previous / "state" / "private" / f"{file}.arrow"
        path.write_bytes(path.read_bytes()[: 200 * (number % 2)])
        report = run(rows, folder / f"after-{file}", previous)
        assert report.counts["pairs_compared"] == report.counts["pairs"]
        assert tables.LINKED.read(folder / f"after-{file}").equals(tables.LINKED.read(folder / "one"))


def test_of_whoever_was_withdrawn_nothing_is_kept(folder: Path) -> None:
    rows, _ = village(40, 8)
    gone = record("health:999999", first_name="กุหลาบแก้ว", last_name="ลาจากไกล", national_id=national_id(77_777))
    run([*rows, gone], folder / "one", None)
    run(rows, folder / "two", folder / "one")
    texts = {
        str(text)
        for name in ("record", "name")
        for column in read_arrow(folder / "two" / "state" / "private" / f"{name}.arrow").columns
        for text in _texts(column)
    }
    assert not texts & {"กุหลาบแก้ว", "ลาจากไกล", national_id(77_777)}
    assert str(rows[0]["last_name"]) in texts
    # Who comes back is new, and everybody else is as before.
    run([*rows, gone], folder / "three", folder / "two")
    run([*rows, gone], folder / "four", folder / "two", full=True)
    assert_same(folder / "three", folder / "four")


def _texts(column: pa.ChunkedArray) -> list[object]:
    whole = column.combine_chunks()
    return list((whole.dictionary if pa.types.is_dictionary(whole.type) else whole).to_pylist())


def test_every_column_that_rules_read_follows_from_those_that_are_kept() -> None:
    named = {c for r in blocking.load_rules().rules for c in (*r.left, *r.right, *r.refine)}
    derived = {f"{role}_{key}" for role in ("given", "surname") for key in ("fold", "key", "initial", "rarity")}
    derived |= {"birth_date", "birth_folded", "birth_month_day"}
    assert named <= {*PLAIN, *FOUND} | derived
