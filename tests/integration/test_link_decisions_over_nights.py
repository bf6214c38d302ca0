"""Decisions of clerks survive re-deliveries, and come back as questions once data contradict them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from link_records import national_id, record, village, write

from pipeline import tables
from pipeline.engine import DuckDBEngine
from pipeline.link import LinkOptions, link
from pipeline.link.decisions import COLUMNS

Row = dict[str, object]
Decided = list[tuple[str, str, str]]


def decisions_file(folder: Path, decided: Decided) -> Path:
    path = folder / "decisions.csv"
    lines = [f"{a},{b},{said},clerk,2026-01-02,seen" for a, b, said in decided]
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return path


def run(rows: list[Row], out: Path, decisions: Path, previous: Path | None = None) -> dict[str, str]:
    with DuckDBEngine(threads=2) as engine:
        link(engine, write(rows, out / "in"), out, LinkOptions(previous=previous, decisions=decisions))
    return {str(row["record_id"]): str(row["person_id"]) for row in tables.LINKED.read(out).to_pylist()}


def a_hundred(rows: list[Row], truth: dict[str, str], dice: random.Random) -> Decided:
    """Fifty pairs that the model would join and a clerk keeps apart, fifty of two persons that a clerk joins."""
    of_person: dict[str, list[str]] = {}
    for row in rows:
        of_person.setdefault(truth[str(row["record_id"])], []).append(str(row["record_id"]))
    pairs = [names for names in of_person.values() if len(names) == 2]
    apart = [(a, b, "different") for a, b in dice.sample(pairs, 50)]
    used = {name for a, b, _ in apart for name in (a, b)}
    alone = [names[0] for names in of_person.values() if len(names) == 1 and names[0] not in used]
    chosen = dice.sample(alone, 100)
    return [*apart, *((a, b, "same") for a, b in zip(chosen[::2], chosen[1::2], strict=True))]


def corrected(rows: list[Row], dice: random.Random) -> list[Row]:
    """The lists as delivered again: rows moved, every fifth name mended or mistyped, some houses renumbered."""
    found = [dict(row) for row in rows]
    dice.shuffle(found)
    for row in found[::5]:
        row["first_name"] = str(row["first_name"]) + dice.choice(["", "า", "์"])
    for row in found[::11]:
        row["house_no"] = str(dice.randrange(1, 200))
    return found


def test_a_hundred_decisions_survive_three_re_deliveries(tmp_path: Path) -> None:
    dice = random.Random(4)
    rows, truth = village(260, seed=11)
    of_record = {str(r["record_id"]): str(r["person_id"]) for r in truth.to_pylist()}
    decided = a_hundred(rows, of_record, dice)
    file = decisions_file(tmp_path, decided)
    previous = None
    for number in range(4):
        out = tmp_path / f"{number}"
        person = run(rows, out, file, previous)
        assert [(a, b) for a, b, said in decided if (person[a] == person[b]) != (said == "same")] == []
        previous, rows = out, corrected(rows, dice)


@pytest.mark.parametrize(
    ("said", "later", "reason"),
    [
        ("same", {"national_id": national_id(2), "national_id_status": "valid"}, "two_valid_ids"),
        ("different", {"national_id": national_id(1), "national_id_status": "valid"}, "same_id_name_and_birth"),
    ],
)
def test_a_decision_that_later_data_contradict_holds_and_comes_back_as_a_question(
    tmp_path: Path, said: str, later: Row, reason: str
) -> None:
    born = {"first_name": "มาลี", "last_name": "ใจดี", "birth_date": "1960-03-04", "sex": "F"}
    one, other = record("a:1", national_id=national_id(1), **born), record("b:1", **born)
    file = decisions_file(tmp_path, [("a:1", "b:1", said)])
    run([one, other], tmp_path / "1", file)
    assert tables.CONTRADICTION.read(tmp_path / "1").num_rows == 0
    person = run([one, other | later], tmp_path / "2", file, tmp_path / "1")
    assert (person["a:1"] == person["b:1"]) == (said == "same")
    assert tables.CONTRADICTION.read(tmp_path / "2").to_pylist() == [
        {"record_id_a": "a:1", "record_id_b": "b:1", "decision": said, "reason_code": reason}
    ]
    issues = {(i["record_id"], i["code"]) for i in tables.ISSUE.read(tmp_path / "2").to_pylist()}
    assert {("a:1", "decision_contradicted"), ("b:1", "decision_contradicted")} <= issues


def test_a_decision_that_another_keeps_from_holding_says_so_although_the_ids_differ_too(tmp_path: Path) -> None:
    born = {"first_name": "มาลี", "last_name": "ใจดี", "birth_date": "1960-03-04", "sex": "F"}
    rows = [record(f"{agency}:1", national_id=national_id(n), **born) for n, agency in enumerate("abc", start=1)]
    said = [("a:1", "b:1", "same"), ("b:1", "c:1", "same"), ("a:1", "c:1", "different")]
    run(rows, tmp_path / "1", decisions_file(tmp_path, said))
    found = {
        (row["record_id_a"], row["record_id_b"]): row["reason_code"]
        for row in tables.CONTRADICTION.read(tmp_path / "1").to_pylist()
    }
    assert sorted(found.values()) == ["clerk_different", "two_valid_ids"]
    refused = {(row["record_id_a"], row["record_id_b"]) for row in tables.REFUSED.read(tmp_path / "1").to_pylist()}
    assert {pair for pair, reason in found.items() if reason == "clerk_different"} <= refused
