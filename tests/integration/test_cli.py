"""The command line: help at once, faults of the user in two sentences and an exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import cli

ROOT = Path(__file__).resolve().parents[2]


def khrua(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_help_imports_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from pipeline.cli import app; "
        "r = CliRunner().invoke(app, ['--help']); assert r.exit_code == 0; "
        "print(sorted({'pandas','duckdb','pyarrow','prefect','pythainlp','numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_command_is_described_in_the_command_reference() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback]
    names += [f"contract {command.name}" for command in cli.contract_app.registered_commands]
    assert [name for name in names if f"khrua {name}" not in text] == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "sentence"),
    [
        (("link", "records.parquet"), 2, "--out"),
        (("lnik",), 2, "--help"),
        (("link", "records.parquet", "--out", ""), 2, "is named by an empty text"),
        (("sample", "--people", "60", "--out", " "), 2, "is named by an empty text"),
        (("status", "--home", ""), 2, "is named by an empty text"),
        (("link", "records.parquet", "--out", "out", "--previous", ""), 2, "is named by an empty text"),
        (("sample", "--people", "60", "--out", "out", "--seed", "-5"), 2, "--seed"),
        (("sample", "--people", "60", "--out", "out", "--missing-ids", "0.2"), 2, "--canonical"),
        (("run", "--date", "24/11/2569"), 2, "YYYY-MM-DD"),
        (("evaluate",), 2, "LINKED"),
        (("run", "--inbox", "nowhere", "--home", "home"), 2, "nowhere"),
        (
            ("sample", "--people", "60", "--out", "/proc/nowhere"),
            2,
            "nowhere after --out cannot be written (No such file",
        ),
        (("link", "nowhere.parquet", "--out", "out"), 2, "nowhere.parquet"),
        (("evaluate", "a.parquet", "b.parquet"), 2, "a.parquet"),
        (("status", "--home", "nothing-here"), 23, "home"),
        (("sql", "select 1", "--home", "nothing-here"), 23, "home"),
        (("inspect", "nowhere.xlsx"), 2, "nowhere.xlsx"),
        (("explain", "a", "b", "--linked", "nowhere"), 2, "nowhere"),
        (("explain", "P000000001", "--home", "nothing-here"), 2, "--home"),
    ],
)
def test_a_fault_of_the_user_is_told_in_thai_and_english_without_a_traceback(
    arguments: tuple[str, ...], exit_code: int, sentence: str, tmp_path: Path
) -> None:
    done = khrua(*arguments, cwd=tmp_path)
    assert done.returncode == exit_code
    assert sentence in done.stderr
    assert re.search("[ก-๛]", done.stderr)
    assert "Traceback" not in done.stderr


def test_a_night_without_an_inbox_stops_before_prefect_starts_whatever_the_home_holds(tmp_path: Path) -> None:
    (tmp_path / "home" / "archive").mkdir(parents=True)
    (tmp_path / "home" / "archive" / "a1").write_bytes(b"delivered before")
    done = khrua("run", "--inbox", "nowhere", "--home", "home", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--inbox" in done.stderr and "start" not in done.stderr
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["archive"]


@pytest.mark.parametrize("kind", [(), ("--canonical",)])
def test_sample_leaves_a_folder_that_is_not_empty_alone_unless_forced(kind: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine.txt").write_text("ก", encoding="utf-8")
    done = khrua("sample", "--people", "60", "--out", "here", *kind, cwd=tmp_path)
    assert done.returncode == 2 and "--force" in done.stderr and re.search("[ก-๛]", done.stderr)
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["mine.txt"]
    assert khrua("sample", "--people", "60", "--out", "here", "--force", *kind, cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "here").iterdir())) > 1


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.parquet"
    names = {"first_name": ["สมชาย", "สมชาย", "มาลี"], "last_name": ["ใจดี", "ใจดี", "ใจดี"]}
    pq.write_table(pa.table({"record_id": ["a:1", "b:1", "b:2"], "agency": ["a", "b", "b"], **names}), path)
    return path


@pytest.mark.parametrize(
    ("option", "value"), [("--duplicate-free", "a,nosuch"), ("--previous", "empty"), ("--decisions", "nowhere.csv")]
)
def test_link_says_which_option_is_wrong(option: str, value: str, records: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = khrua("link", records.name, "--out", "out", option, value, cwd=tmp_path)
    assert done.returncode == 2
    assert re.search("[ก-๛]", done.stderr)
    assert "Traceback" not in done.stderr and "Unexpected" not in done.stderr


def test_link_writes_the_files_of_its_interface_and_closes_what_holds_names(records: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o755)
    assert khrua("link", records.name, "--out", "out", cwd=tmp_path).returncode == 0
    out = tmp_path / "out"
    written = {path.name for path in out.iterdir()}
    assert {"linked.parquet", "pairs.parquet", "refused.parquet", "model.json", "report.json", "state"} <= written
    linked = pq.read_table(out / "linked.parquet")
    assert linked.column_names == ["record_id", "person_id", "household_id", "evidence_code", "probability"]
    assert linked["household_id"].null_count == 0
    closed = [out / "state", out / "state" / "private", *(out / "state" / "private").iterdir()]
    assert [path.name for path in closed if path.stat().st_mode & 0o077] == []


def test_evaluate_doubts_a_truth_of_which_hardly_a_pair_was_found(tmp_path: Path) -> None:
    ids = [str(number) for number in range(40)]
    apart, together = [f"P{number}" for number in range(40)], [f"P{number // 2}" for number in range(40)]
    for name, persons in (("apart", apart), ("together", together)):
        pq.write_table(pa.table({"record_id": ids, "person_id": persons, "household_id": persons}), tmp_path / name)
    done = khrua("evaluate", "apart", "together", cwd=tmp_path)
    assert done.returncode == 0 and json.loads(done.stdout)["person"]["recall"] == 0
    assert "the truth of these very records" in done.stderr and re.search("[ก-๛]", done.stderr)
    assert khrua("evaluate", "together", "together", cwd=tmp_path).stderr == ""


def test_evaluate_says_that_its_two_files_are_exchanged(records: Path, tmp_path: Path) -> None:
    assert khrua("link", records.name, "--out", "out", cwd=tmp_path).returncode == 0
    truth = {"person_id": ["p", "p", "q"], "household_id": ["h", "h", "h"]}
    pq.write_table(pa.table({"record_id": ["a:1", "b:1", "b:2"], **truth}), tmp_path / "truth.parquet")
    right = khrua("evaluate", "out/linked.parquet", "truth.parquet", cwd=tmp_path)
    found = json.loads(right.stdout)
    assert (right.returncode, found["records"], found["missing"], found["unknown"]) == (0, 3, 0, 0)
    wrong = khrua("evaluate", "truth.parquet", "out/linked.parquet", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "exchanged" in wrong.stderr and "สลับ" in wrong.stderr and len(wrong.stderr.splitlines()) == 2
    # Two linkages may be compared with each other.
    assert khrua("evaluate", "out/linked.parquet", "out/linked.parquet", cwd=tmp_path).returncode == 0


def test_link_says_that_it_writes_over_a_run_and_keeps_its_identifiers_aside(records: Path, tmp_path: Path) -> None:
    table = pq.read_table(records)
    pq.write_table(table.slice(1), tmp_path / "first.parquet")
    header = "record_id_a,record_id_b,decision,decided_by,decided_at,reason"
    (tmp_path / "d.csv").write_text(f"{header}\nb:1,b:2,same,clerk,2026-11-30,seen\n", "utf-8")
    first = khrua("link", "first.parquet", "--out", "out", "--decisions", "d.csv", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    persons = pq.read_table(tmp_path / "out" / "linked.parquet").select(["record_id", "person_id"]).to_pylist()

    # A file that cannot be read writes over nothing.
    assert "written over" not in khrua("link", "nowhere.parquet", "--out", "out", cwd=tmp_path).stderr
    again = khrua("link", records.name, "--out", "out", "--json", cwd=tmp_path)
    assert again.returncode == 0 and json.loads(again.stdout)["report"]["identifiers_begin_anew"]
    assert "--previous out/state/before" in again.stderr and "written over" in again.stderr
    assert "--previous out/state/before" in again.stderr.splitlines()[0] and re.search("[ก-๛]", again.stderr)

    going_on = khrua("link", records.name, "--out", "out", "--previous", "out/state/before", cwd=tmp_path)
    assert (going_on.returncode, going_on.stderr) == (0, "")
    assert not json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["identifiers_begin_anew"]
    found = pq.read_table(tmp_path / "out" / "linked.parquet").select(["record_id", "person_id"]).to_pylist()
    assert [row for row in found if row["record_id"] != "a:1"] == persons
    assert khrua("link", records.name, "--out", "out", "--previous", "out", cwd=tmp_path).stderr == ""


def test_link_tells_the_decisions_that_somebody_should_look_at(records: Path, tmp_path: Path) -> None:
    header = "record_id_a,record_id_b,decision,decided_by,decided_at,reason"
    lines = [header, "b:1,b:2,same,,2026-11-30,seen", "a:1,c:9,same,clerk,2026-11-30,seen"]
    (tmp_path / "d.csv").write_text("\n".join(lines) + "\n", "utf-8")
    done = khrua("link", records.name, "--out", "out", "--decisions", "d.csv", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert (found["decisions_absent"], found["decisions_incomplete"], found["decisions_contradicted"]) == (1, 1, 0)
    told = done.stderr.splitlines()
    assert [line.rsplit("see ", 1)[1] for line in told] == ["d.csv, line 3", "d.csv, line 2"]
    assert all(re.search("[ก-๛]", line) for line in told)


@pytest.mark.parametrize("stopped", [KeyboardInterrupt(), RuntimeError("Query interrupted"), SystemExit(130)])
def test_what_the_user_stops_says_so_however_far_it_was(
    stopped: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def app() -> None:
        raise stopped

    monkeypatch.setattr(cli, "app", app)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    told = capsys.readouterr().err
    assert "Stopped by the user" in told and re.search("[ก-๛]", told) and "report this line" not in told


def test_a_fault_of_ours_is_never_told_as_the_users_wish(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def app() -> None:
        raise KeyError("interrupted_by")

    monkeypatch.setattr(cli, "app", app)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 20 and "Unexpected KeyError" in told and "Stopped" not in told
