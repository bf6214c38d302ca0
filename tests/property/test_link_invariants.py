from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st
from link_records import FEW_VALUES, national_id, record, write

from pipeline import tables
from pipeline.engine import DuckDBEngine
from pipeline.link import LinkOptions, link, two_valid_ids

RECORD = st.fixed_dictionaries(
    {
        "agency": st.sampled_from(["admin", "community_dev", "health"]),
        "national_id": st.sampled_from([None, *(national_id(n) for n in range(4))]),
        "first_name": st.sampled_from(["สมชาย", "สมชัย", "มาลี", "วิชัย", None]),
        "last_name": st.sampled_from(["ใจดี", "ไจดี", "คงชัย", None]),
        "birth_date": st.sampled_from(["1960-05-17", "1960", "1985-01-30", None]),
        **{name: st.sampled_from(values) for name, values in FEW_VALUES.items()},
    }
)
RECORDS = st.lists(RECORD, min_size=2, max_size=9)


def rows_of(drawn: list[dict[str, object]]) -> list[dict[str, object]]:
    rows = []
    for number, values in enumerate(drawn):
        known = {k: v for k, v in values.items() if v is not None and k != "agency"}
        rows.append(record(f"{values['agency']}:{number}", **known))
    return rows


def run(rows: list[dict[str, object]], folder: Path, **options: object) -> dict[str, dict[str, object]]:
    with DuckDBEngine(threads=1) as engine:
        link(engine, write(rows, folder / "in"), folder, LinkOptions(**options))  # type: ignore[arg-type]
    return {str(row["record_id"]): row for row in tables.LINKED.read(folder).to_pylist()}


@settings(max_examples=15)
@given(RECORDS)
def test_no_person_holds_two_valid_ids_and_every_record_has_a_household(drawn: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = run(rows_of(drawn), folder)
        assert two_valid_ids(tables.LINKED.read(folder), tables.NORMAL_RECORD.read(folder / "in")) == 0
        assert len(found) == len(drawn)
        assert all(row["person_id"] and row["household_id"] for row in found.values())


@settings(max_examples=8)
@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(drawn: list[dict[str, object]], dice: random.Random) -> None:
    rows = rows_of(drawn)
    shuffled = list(rows)
    dice.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = run(rows, folder / "one")
        (folder / "two").mkdir()
        pq.write_table(tables.NORMAL_RECORD.from_rows(shuffled), folder / "two" / "shuffled.parquet")
        with DuckDBEngine(threads=2) as engine:
            link(engine, folder / "two" / "shuffled.parquet", folder / "two")
        assert {r["record_id"]: r for r in tables.LINKED.read(folder / "two").to_pylist()} == first


@settings(max_examples=15)
@given(RECORDS, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.booleans()), min_size=1, max_size=3))
def test_every_decision_of_a_clerk_holds_unless_decisions_contradict_each_other(
    drawn: list[dict[str, object]], wishes: list[tuple[int, int, bool]]
) -> None:
    rows = rows_of(drawn)
    ids = [str(r["record_id"]) for r in rows]
    last = {tuple(sorted((a % len(ids), b % len(ids)))): same for a, b, same in wishes if a % len(ids) != b % len(ids)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [f"{ids[a]},{ids[b]},{'same' if same else 'different'},x,2026-01-01," for (a, b), same in last.items()]
        (folder / "d.csv").write_text(
            "\n".join(["record_id_a,record_id_b,decision,decided_by,decided_at,reason", *lines]) + "\n", "utf-8"
        )
        found = run(rows, folder / "out", decisions=folder / "d.csv")
        person = [found[i]["person_id"] for i in ids]
        refused = {
            frozenset((r["record_id_a"], r["record_id_b"])) for r in tables.REFUSED.read(folder / "out").to_pylist()
        }
        assert all(person[a] != person[b] for (a, b), same in last.items() if not same)
        assert all(
            person[a] == person[b] or frozenset((ids[a], ids[b])) in refused for (a, b), same in last.items() if same
        )


@settings(max_examples=8)
@given(RECORDS, RECORDS)
def test_identifiers_stay_with_unchanged_input_and_are_never_used_again(
    drawn: list[dict[str, object]], later: list[dict[str, object]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = rows_of(drawn)
        first = run(rows, folder / "one")
        again = run(rows, folder / "two", previous=folder / "one")
        assert again == first
        assert tables.IDENTITY_EVENT.read(folder / "two").num_rows == 0
        third = run(rows_of(later), folder / "three", previous=folder / "two")
        before = {
            row["person_id"]: {n for n, r in first.items() if r["person_id"] == row["person_id"]}
            for row in first.values()
        }
        for record_id, row in third.items():
            if row["person_id"] in before:
                sharing = {n for n, r in third.items() if r["person_id"] == row["person_id"]}
                assert sharing & before[row["person_id"]], record_id
