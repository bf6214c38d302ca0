"""``khrua link --previous`` gives what ``--previous --full`` gives, whatever the second file looks like."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from link_runs import OUTPUTS, outputs, run_link, village_table

from pipeline.commands.explain import explain, open_linked
from pipeline.engine import read_arrow
from pipeline.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
Change = Callable[[pa.Table], pa.Table]
# A cell in which something stands that is no birth date, a sex that is none, a date of death that is none.
UNREAD = {
    ("birth_date", "birth_date_invalid"): [2, 40],
    ("sex", "value_not_in_list"): [3],
    ("death_date", "value_not_date"): [40],
}


def records(households: int = 60) -> pa.Table:
    return village_table(households)


def run(table: pa.Table, folder: Path, name: str, previous: str | None = None, **options: Any) -> dict[str, Any]:
    return run_link(table, folder / name, folder / previous if previous else None, **options)


def exchanged(table: pa.Table) -> pa.Table:
    """Both name columns under each other's header, as a list whose headers were put right."""
    other = {"first_name": "last_name", "last_name": "first_name"}
    return table.rename_columns([other.get(name, name) for name in table.column_names])


def with_type(name: str, kind: pa.DataType) -> Change:
    return lambda table: table.set_column(table.column_names.index(name), name, table[name].cast(kind))


def with_new_rows(table: pa.Table) -> pa.Table:
    """Twenty rows more, whose record_ids come between and behind those that are there."""
    new = table.slice(5, 20)
    ids = [f"{text}-{row}" if row % 2 else f"zz{row}" for row, text in enumerate(new["record_id"].to_pylist())]
    return pa.concat_tables([table, new.set_column(0, "record_id", pa.array(ids))])


CHANGES: dict[str, Change] = {
    "nothing": lambda table: table,
    "a row gone": lambda table: table.slice(1),
    "headers exchanged": exchanged,
    "moo as a number": with_type("moo", pa.int64()),
    "moo as a fraction": with_type("moo", pa.float64()),
    "no house number": lambda table: table.drop_columns(["house_no"]),
    "columns in another order": lambda table: table.select(list(reversed(table.column_names))),
    "a column of its own": lambda table: table.append_column("delivered", table["sex"]),
    "new rows between and behind, shuffled": lambda table: with_new_rows(table).take(
        pa.array(np.random.default_rng(3).permutation(len(table) + 20))
    ),
    "rows shuffled": lambda table: table.take(pa.array(list(reversed(range(len(table)))))),
    "codes for texts": lambda table: table.set_column(2, "national_id", table["national_id"].dictionary_encode()),
    "no rows": lambda table: table.slice(0, 0),
}


def pairs_of(folder: Path) -> pa.Table:
    table = read_arrow(folder / "state" / "private" / "pair.arrow")
    return table.set_column(table.column_names.index("pattern"), "pattern", table["pattern"].cast(pa.int64()))


@pytest.mark.parametrize("name", CHANGES)
def test_the_quick_way_gives_what_the_whole_way_gives(name: str, tmp_path: Path) -> None:
    first = records()
    second = CHANGES[name](first)
    run(first, tmp_path, "one")
    quick = run(second, tmp_path, "quick", "one")
    run(second, tmp_path, "whole", "one", full=True)
    for output in OUTPUTS:
        one, other = ((tmp_path / way / f"{output}.parquet").read_bytes() for way in ("quick", "whole"))
        assert one == other, output
    # Pairs that no table shows are as they would be too.
    assert pairs_of(tmp_path / "quick").equals(pairs_of(tmp_path / "whole"))
    # What each row says is kept in the order of the records, however they came.
    left, right = (tmp_path / way / "state" / "private" / "delivered.arrow" for way in ("quick", "whole"))
    assert left.exists() == right.exists()
    assert not left.exists() or read_arrow(left).equals(read_arrow(right))
    if name in ("nothing", "columns in another order", "rows shuffled", "codes for texts", "moo as a number"):
        assert quick["pairs_compared"] == 0


def with_unread_cells(table: pa.Table) -> pa.Table:
    table = table.append_column("death_date", pa.nulls(len(table), pa.string()))
    for (name, _), rows in UNREAD.items():
        cells = ["hello" if row in rows else cell for row, cell in enumerate(table[name].to_pylist())]
        table = table.set_column(table.column_names.index(name), name, pa.array(cells, pa.string()))
    return table


def test_cells_that_cannot_be_read_are_faults_night_after_night(tmp_path: Path) -> None:
    first = with_unread_cells(records())
    told: list[str] = []
    report = run(first, tmp_path, "one", told=told)["report"]
    assert report["unread"] == {"birth_date": 2, "death_date": 1, "sex": 1}
    assert len(told) == 1 and "birth_date 2, death_date 1, sex 1" in told[0] and "hello" not in told[0]
    ids = first["record_id"].to_pylist()
    wanted = {(ids[row], *fault) for fault, rows in UNREAD.items() for row in rows}
    assert wanted == unread_of(tmp_path / "one")
    # One of them is corrected, one is gone, two stand as they were; and a cell beside one of those changes.
    second = first.set_column(2, "national_id", pa.array([None, *first["national_id"].to_pylist()[1:]], pa.string()))
    corrected = ["M" if row == 3 else cell for row, cell in enumerate(second["sex"].to_pylist())]
    second = second.set_column(second.column_names.index("sex"), "sex", pa.array(corrected)).slice(3)
    for name, full in (("two", False), ("whole", True)):
        assert run(second, tmp_path, name, "one", full=full)["report"]["unread"] == {"birth_date": 1, "death_date": 1}
        assert unread_of(tmp_path / name) == {row for row in wanted if row[0] == ids[40]}
    assert run(second, tmp_path, "three", "two")["pairs_compared"] == 0
    for output in OUTPUTS:
        assert len({(tmp_path / way / f"{output}.parquet").read_bytes() for way in ("two", "whole")}) == 1, output
    assert unread_of(tmp_path / "three") == unread_of(tmp_path / "two")


def test_nothing_is_told_where_every_cell_can_be_read_or_is_empty(tmp_path: Path) -> None:
    told: list[str] = []
    table = records()
    empty = table.set_column(2, "national_id", pa.array(["-"] * len(table)))
    assert run(empty, tmp_path, "one", told=told)["report"]["unread"] == {}
    assert told == []


def unread_of(folder: Path) -> set[tuple[str, str, str]]:
    issues = [row for row in pq.read_table(folder / "issue.parquet").to_pylist() if row["stage"] == "normalise"]
    return {(row["record_id"], row["column"], row["code"]) for row in issues}


def test_numbers_as_record_ids_keep_their_rows(tmp_path: Path) -> None:
    first = records().drop_columns(["record_id"])
    first = first.append_column("record_id", pa.array(range(1, len(first) + 1), pa.int64()))
    run(first, tmp_path, "one")
    second = first.slice(3)
    run(second, tmp_path, "quick", "one")
    run(second, tmp_path, "whole", "one", full=True)
    run(with_type("record_id", pa.string())(second), tmp_path, "text", "one")
    for output in OUTPUTS:
        found = {(tmp_path / way / f"{output}.parquet").read_bytes() for way in ("quick", "whole", "text")}
        assert len(found) == 1, output


def test_the_same_folder_may_be_read_from_and_written_to(tmp_path: Path) -> None:
    first = records()
    run(first, tmp_path, "one")
    run(first.slice(5), tmp_path, "apart", "one")
    run(first.slice(5), tmp_path, "one", "one")
    for output in OUTPUTS:
        one, apart = ((tmp_path / name / f"{output}.parquet").read_bytes() for name in ("one", "apart"))
        assert one == apart, output


def test_a_run_that_fails_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    run(records(10), tmp_path, "one")
    before = files_of(tmp_path / "one")
    (tmp_path / "d.csv").write_text("no,header\n", "utf-8")
    with pytest.raises(UserError):
        run(records(10).slice(2), tmp_path, "one", "one", decisions=tmp_path / "d.csv")
    assert files_of(tmp_path / "one") == before
    with pytest.raises(UserError):
        run(records(10), tmp_path, "new", decisions=tmp_path / "d.csv")
    assert files_of(tmp_path / "new") == {}


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("file", ["model.json", "counters.json", "identity.parquet"])
def test_a_damaged_state_is_told_and_nobody_is_renamed(file: str, tmp_path: Path) -> None:
    run(records(10), tmp_path, "one")
    path = tmp_path / "one" / "state" / file
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(UserError, match="damaged"):
        run(records(10), tmp_path, "two", "one")


def test_decisions_go_on_until_another_file_is_given_and_explain_knows_them(tmp_path: Path) -> None:
    header = "record_id_a,record_id_b,decision,decided_by,decided_at,reason\n"
    first = records(30)
    run(first, tmp_path, "before")
    a, b = next(names for names in persons_of(tmp_path / "before").values() if len(names) > 1)[:2]
    (tmp_path / "d.csv").write_text(f"{header}{a},{b},different,x,2026-01-02,\n", "utf-8")
    (tmp_path / "none.csv").write_text(header, "utf-8")

    run(first, tmp_path, "one", decisions=tmp_path / "d.csv")
    run(first, tmp_path, "two", "one")
    for name in ("one", "two"):
        assert not any({a, b} <= set(names) for names in persons_of(tmp_path / name).values())
    with open_linked(tmp_path / "two") as linked:
        found = explain(a, b, linked)
    assert found.pair is not None
    assert (found.pair.verdict, found.pair.reason_code, found.pair.decision) == (
        "refused", "clerk_different", "different",
    )  # fmt: skip
    run(first, tmp_path, "three", "two", decisions=tmp_path / "none.csv")
    assert any({a, b} <= set(names) for names in persons_of(tmp_path / "three").values())


def persons_of(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in pq.read_table(folder / "linked.parquet").to_pylist():
        found.setdefault(row["person_id"], []).append(row["record_id"])
    return found


def test_digests_are_never_left_beside_records_of_another_run(tmp_path: Path) -> None:
    first = records()
    run(first, tmp_path, "one")
    digest = tmp_path / "one" / "state" / "private" / "delivered.arrow"
    assert digest.is_file()
    run(first, tmp_path, "two")
    kept = (tmp_path / "two" / "state" / "private" / "delivered.arrow").read_bytes()
    # A run that ended before it wrote its digests leaves none.
    from pipeline.engine import DuckDBEngine
    from pipeline.link import LinkOptions, link
    from pipeline.normalise import normalise_link_input

    with DuckDBEngine(threads=1) as engine:
        link(
            engine,
            normalise_link_input(first.slice(4)).normal_record,
            tmp_path / "two",
            LinkOptions(has_attributes=False),
        )
    assert kept and not (tmp_path / "two" / "state" / "private" / "delivered.arrow").exists()
    quick = run(first.slice(2), tmp_path, "three", "two")
    run(first.slice(2), tmp_path, "four", "two", full=True)
    assert quick["pairs_compared"] < quick["pairs"]
    assert (tmp_path / "three" / "linked.parquet").read_bytes() == (tmp_path / "four" / "linked.parquet").read_bytes()


def imported(records: Path, out: Path, *options: str) -> bool:
    """Whether a run of its own process imported the library that learns."""
    code = "import sys; from pipeline.cli import main\ntry: main()\nfinally: print('recordlinkage' in sys.modules)"
    arguments = ["link", str(records), "--out", str(out), *options]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.splitlines()[-1] == "True"


def test_the_library_that_learns_is_imported_only_where_something_may_be_learnt(tmp_path: Path) -> None:
    path, without_ids = tmp_path / "records.parquet", tmp_path / "without_ids.parquet"
    pq.write_table(records(), path)
    pq.write_table(records().drop_columns(["national_id"]), without_ids)
    assert imported(path, tmp_path / "first")
    assert not imported(path, tmp_path / "second", "--previous", str(tmp_path / "first"))
    assert not imported(without_ids, tmp_path / "none")


@pytest.mark.parametrize("rows", [1, 40])
def test_a_night_without_records_is_a_night_like_another(rows: int, tmp_path: Path) -> None:
    records = village_table(12)
    run_link(records, tmp_path / "one")
    run_link(records.slice(0, 0), tmp_path / "empty", tmp_path / "one")
    later = records.slice(0, rows)
    run_link(later, tmp_path / "quick", tmp_path / "empty")
    run_link(later, tmp_path / "whole", tmp_path / "empty", full=True)
    assert outputs(tmp_path / "quick") == outputs(tmp_path / "whole")
    assert pq.read_table(tmp_path / "quick" / "linked.parquet").num_rows == rows


def test_where_a_twin_came_pairs_of_unchanged_records_are_compared_anew(tmp_path: Path) -> None:
    table = village_table(12)
    # Two names of one birth in two lists: a changed name, until one list names both.
    one = table.slice(0, 1)
    other = one
    for name, text in (("record_id", "other:1"), ("agency", "other"), ("first_name", "กัญญารัตน์"), ("national_id", None)):
        other = other.set_column(other.column_names.index(name), name, pa.array([text], pa.string()))
    twin = other
    for name, text in (("record_id", "twin:1"), ("agency", one["agency"][0].as_py())):
        twin = twin.set_column(twin.column_names.index(name), name, pa.array([text], pa.string()))
    run_link(pa.concat_tables([table, other]), tmp_path / "one")
    later = pa.concat_tables([table, other, twin])
    run_link(later, tmp_path / "quick", tmp_path / "one")
    run_link(later, tmp_path / "whole", tmp_path / "one", full=True)
    assert outputs(tmp_path / "quick") == outputs(tmp_path / "whole")
    assert pairs_of(tmp_path / "quick").equals(pairs_of(tmp_path / "whole"))
    assert not set(pairs_of(tmp_path / "one")["pattern"].to_pylist()) >= set(
        pairs_of(tmp_path / "quick")["pattern"].to_pylist()
    )
