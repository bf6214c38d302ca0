"""``khrua explain`` in the home of a night: what is kept for it, and what it leaves in the audit log."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from nights import ROOT, RunNight
from test_nightly import rewrite_register
from typer.testing import CliRunner

from pipeline import cli, tables
from pipeline.home import Home
from pipeline.link.memory import kept_records, records_file
from pipeline.publish.audit_log import audit_log_faults, audit_log_path


def ask(home: Home, *arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["explain", *arguments, "--home", str(home.root)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def ask_json(home: Home, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(ask(home, *arguments, "--json")))


def apart(home: Home, run_id: str) -> tuple[str, str]:
    """Two records of persons who share neither sex nor surname: no rule puts them together."""
    records = kept_records(home.state / run_id).to_pandas()
    people = records[(records.record_kind == "person") & records.sex.notna() & records.birth_year.notna()]
    first = people.iloc[0]
    other = people[
        (people.sex != first.sex)
        & (people.last_name != first.last_name)
        & (abs(people.birth_year - first.birth_year) > 20)
        & (people.tambon_code != first.tambon_code)
    ]
    return str(first.record_id), str(other.iloc[0].record_id)


def test_a_night_keeps_the_records_of_the_current_publication_for_explain_and_of_no_other(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    contracts = Path(shutil.copytree(ROOT / "data_contracts", tmp_path / "contracts"))
    province = contracts / "province.yaml"
    province.write_text(province.read_text("utf-8").replace("keep_private_runs: 3", "keep_private_runs: 0"), "utf-8")
    home = Home(tmp_path / "home")

    first = night(contracts=contracts).run_id
    kept = records_file(home.state / first)
    assert kept.parent.stat().st_mode & 0o777 == 0o700 and kept.stat().st_mode & 0o077 == 0
    assert list(home.run(first).glob("*/private")) == []
    assert ask_json(home, *apart(home, first))["verdict"] == "never_compared"

    def correct(rows: list[list[str]]) -> list[list[str]]:
        return rows[:-1]

    # A night that was killed before it was published had this much in its folder.
    killed = home.run("20260101T000000-killed") / "link" / ".khrua-next" / "state" / "private"
    killed.mkdir(parents=True)
    (killed / "record.arrow").write_bytes(b"names")

    rewrite_register(inbox, correct)
    second = night(contracts=contracts, accept_change="ทดสอบ").run_id
    assert second != first
    assert not kept.parent.exists() and records_file(home.state / second).is_file()
    assert not killed.exists()
    assert ask_json(home, *apart(home, second))["run_id"] == second


def test_look_ups_stand_in_the_audit_log_and_nothing_of_a_person_is_shown(night: RunNight, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    run_id = night().run_id
    pairs = tables.PAIR.read(home.stage(run_id, "link")).to_pylist()
    linked = next(row for row in pairs if row["evidence_code"] == "A1" and not row["is_review"])
    a, b = linked["record_id_a"], linked["record_id_b"]
    before = len(audit_log_path(home.root).read_text("utf-8").splitlines())

    found = ask_json(home, b, a)
    assert (found["verdict"], found["run_id"]) == ("linked", run_id)
    assert found["waterfall"]["weight"] == linked["weight_millibit"]
    chart = tmp_path / "chart.html"
    told = ask(home, found["person_id_a"], "--chart", str(chart)) + ask(home, a, b)
    assert run_id in told

    entries = [json.loads(line) for line in audit_log_path(home.root).read_text("utf-8").splitlines()][before:]
    assert [entry["event"] for entry in entries] == ["explain"] * 3
    assert (entries[0]["record_id_a"], entries[0]["record_id_b"]) == (a, b)
    assert entries[1]["person_id"] == found["person_id_a"] and entries[1]["run_by"]
    assert audit_log_faults(home.root) == []

    # What was typed by mistake may be a national ID: it is not written down.
    log = audit_log_path(home.root).read_bytes()
    assert CliRunner().invoke(cli.app, ["explain", "3990000000000", "--home", str(home.root)]).exit_code != 0
    assert audit_log_path(home.root).read_bytes() == log

    people = kept_records(home.state / run_id).to_pandas()
    shown = told + chart.read_text("utf-8") + json.dumps(found, ensure_ascii=False)
    mine = people[people.record_id.isin([a, b])]
    for column in ("national_id", "first_name", "last_name", "birth_date", "house_code"):
        assert [value for value in mine[column].dropna() if value in shown] == [], column
    assert [i for i in people.national_id.dropna() if i in shown] == []


def test_a_clerks_word_on_file_is_told(night: RunNight, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    run_id = night().run_id
    a, b = sorted(apart(home, run_id))
    decisions = home.review / "decisions.csv"
    header = "record_id_a,record_id_b,decision,decided_by,decided_at,reason\n"
    decisions.write_text(f"{header}{a},{b},different,เจ้าหน้าที่,2026-11-25,คนละคน\n", encoding="utf-8")
    found = ask_json(home, a, b)
    assert (found["decision"], found["verdict"], found["reason_code"]) == ("different", "refused", "clerk_different")
