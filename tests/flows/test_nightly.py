"""Nights, from the inbox to the publication, through Prefect."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import os
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from nights import NIGHT, ROOT, RunNight

from flows import stages
from flows.start import run_night
from pipeline import tables
from pipeline.commands.home import roll_back
from pipeline.errors import AnotherRunError, ExitCode, HomeError, NothingPublishedError, UserError
from pipeline.home import Home, read_run_log
from pipeline.publish.manifest import current_run_id
from pipeline.settings import Settings

REGISTER = "admin"


def query(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str((home / "warehouse" / "current.duckdb").resolve()), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def register_file(inbox: Path) -> Path:
    return next((inbox / REGISTER).glob("*.csv"))


def rewrite_register(inbox: Path, change: object) -> None:
    """Apply ``change`` to the rows of the house register, header first."""
    path = register_file(inbox)
    text = (
        path.read_bytes().decode("utf-8-sig") if path.read_bytes()[:3] == b"\xef\xbb\xbf" else path.read_text("cp874")
    )
    encoding = "utf-8-sig" if path.read_bytes()[:3] == b"\xef\xbb\xbf" else "cp874"
    rows = list(csv.reader(io.StringIO(text, newline="")))
    rows = change(rows)  # type: ignore[operator]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


def test_a_night_publishes_and_an_unchanged_second_night_does_not(night: RunNight, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = night()
    assert first.exit_code == ExitCode.PUBLISHED
    assert first.counts["records"] > 1500
    assert first.report is not None and first.report.is_file()
    assert sorted(p.name for p in (home / "returns").iterdir()) == ["admin", "community_dev", "prd"]
    run_id = query(home, "select run_id from ops.run")[0][0]

    second = night()
    assert second.exit_code == ExitCode.PUBLISHED
    assert "Nothing is new" in second.english
    assert query(home, "select run_id from ops.run")[0][0] == run_id
    assert [entry["exit_code"] for entry in read_run_log(Home(home))] == [0, 0]


def test_a_new_decision_alone_makes_a_night_and_holds(night: RunNight, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = night().run_id
    pair = next(row for row in tables.PAIR.read(home.stage(first, "link")).to_pylist() if row["evidence_code"] == "A1")
    names = pair["record_id_a"], pair["record_id_b"]
    header = "record_id_a,record_id_b,decision,decided_by,decided_at,reason"
    (home.review / "decisions.csv").write_text(
        f"{header}\n{','.join(names)},different,clerk,24/11/2569,seen\n", "utf-8"
    )

    second = night()
    assert second.run_id != first and current_run_id(home.root) == second.run_id
    linked = {
        row["record_id"]: row["person_id"] for row in tables.LINKED.read(home.stage(second.run_id, "link")).to_pylist()
    }
    assert linked[names[0]] != linked[names[1]]
    assert not any("decisions.csv" in line for line in second.details)
    night()
    assert current_run_id(home.root) == second.run_id


def test_decisions_to_look_at_are_told_on_the_console_every_night(night: RunNight, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = night().run_id
    pairs = tables.PAIR.read(home.stage(first, "link")).to_pylist()
    one, other = [(r["record_id_a"], r["record_id_b"]) for r in pairs if r["evidence_code"] == "A1"][:2]
    lines = [
        "record_id_a,record_id_b,decision,decided_by,decided_at,reason",
        f"{','.join(one)},different,clerk,24/11/2569,seen",
        f"{','.join(other)},different,,24/11/2569,seen",
        f"{one[0]},nobody:1,same,clerk,24/11/2569,seen",
    ]
    (home.review / "decisions.csv").write_text("\n".join(lines) + "\n", "utf-8")
    second = night()
    report = json.loads((home.stage(second.run_id, "link") / "report.json").read_text("utf-8"))
    assert report["decision_lines"] == {"absent": [4], "incomplete": [3]}
    told = [line for line in second.details if "review/" in line]
    assert len(told) == 3
    assert "บรรทัด 4" in told[0] and "not here" in told[0] and "review/decisions.csv, line 4" in told[0]
    assert f"review/{second.run_id}.csv" in told[1] and f": {report['counts']['decisions_contradicted']};" in told[1]
    assert "บรรทัด 3" in told[2] and "review/decisions.csv, line 3" in told[2]
    # A night on which nothing is new says it again.
    assert [line for line in night().details if "review/" in line] == told


def test_rows_moved_and_one_cell_corrected_keep_every_identifier_and_change_one_record(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    first = night()
    before = tables.RECORD.read(home.stage(first.run_id, "extract")).to_pandas().set_index("record_id")
    linked = tables.LINKED.read(home.stage(first.run_id, "link")).to_pandas().set_index("record_id")

    def move_and_correct(rows: list[list[str]]) -> list[list[str]]:
        header = next(i for i, row in enumerate(rows) if any("ชื่อ" in cell for cell in row))
        moo = next(i for i, cell in enumerate(rows[header]) if "หมู่ที่" in cell or cell.strip() in ("หมู่", "ม."))
        body = rows[header + 1 :]
        body[0][moo] = str(int(re.sub(r"\D", "", body[0][moo]) or 1) + 40)
        return [*rows[: header + 1], *reversed(body)]

    rewrite_register(inbox, move_and_correct)
    second = night()
    assert second.run_id != first.run_id
    after = tables.RECORD.read(home.stage(second.run_id, "extract")).to_pandas().set_index("record_id")
    relinked = tables.LINKED.read(home.stage(second.run_id, "link")).to_pandas().set_index("record_id")
    assert set(after.index) == set(before.index)
    changed = (after["content_hash"] != before["content_hash"].reindex(after.index)).sum()
    assert changed == 1
    assert relinked["person_id"].equals(linked["person_id"].reindex(relinked.index))
    assert relinked["household_id"].equals(linked["household_id"].reindex(relinked.index))


def test_the_same_inbox_gives_the_same_tables_in_another_home(night: RunNight, inbox: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k" * 64, encoding="utf-8")
    hashes = []
    for name in ("one", "two"):
        settings = Settings(tmp_path / name, inbox, ROOT / "data_contracts", NIGHT, key_file=key)
        run_night(settings, show_progress=False)
        found = query(
            tmp_path / name, "select * from ops.table_hash where schema_name in ('core', 'mart') order by all"
        )
        hashes.append(found)
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) > 8


def told_places(home: Home) -> list[Path]:
    """Files that tell of a night and may hold no name: run log, audit log, reports, Prefect's database and log."""
    from prefect.settings import get_current_settings

    database = get_current_settings().server.database.connection_url
    assert database is not None
    file = Path(database.get_secret_value().split("///")[-1])
    stored = [p for p in file.parent.glob(file.name + "*") if p.is_file()]
    assert stored
    told = [home.run_log, home.identity / "audit.jsonl", *home.report.rglob("*.html")]
    libraries = [p for p in (home.root / "libraries").rglob("*") if p.is_file()]
    return [p for p in (*told, *stored, *libraries, *(file.parent / "libraries").rglob("*")) if p.is_file()]


@pytest.mark.parametrize("place", ["agencies", "fetch", "extract", "gather", "normalise"])
def test_what_an_error_quotes_reaches_neither_prefect_nor_a_log(
    night: RunNight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "cannot cast", "/inbox/Thongdee Phongphaew นางทองดี ผ่องแผ้ว 0812345678.xlsx")

    # The fault is planted below the tasks: what their own code says of it is what is tested.
    monkeypatch.setattr(stages, place, broken)
    from flows import nightly

    monkeypatch.setattr(nightly.fetch, "retry_delay_seconds", [0.0, 0.0, 0.0])
    with pytest.raises(NothingPublishedError) as fault:
        night()
    assert "OSError at flows/test_nightly.py" in fault.value.english
    home = Home(tmp_path / "home")
    assert [entry["exit_code"] for entry in read_run_log(home)] == [ExitCode.NOTHING_PUBLISHED]
    told = {p.name: p.read_bytes().decode("utf-8", errors="ignore") for p in told_places(home)}
    for name, text in {**told, "log": caplog.text}.items():
        assert not [word for word in ("Phongphaew", "ทองดี", "0812345678") if word in text], name


def test_prefect_and_the_logs_know_no_name_and_no_national_id(
    night: RunNight, prefect_home: Path, tmp_path: Path
) -> None:
    result = night()
    home = Home(tmp_path / "home")
    person = tables.PERSON.read(home.stage(result.run_id, "link")).to_pandas()
    ids = person["national_id"].dropna().tolist()
    surnames = [s for s in person["last_name"].dropna().unique() if len(s) >= 6]
    assert len(ids) > 300 and len(surnames) > 100
    for place in told_places(home):
        text = place.read_bytes().decode("utf-8", errors="ignore")
        assert not [i for i in ids if i in text], place.name
        assert not [s for s in surnames if s in text], place.name


def test_a_new_agency_is_one_yaml_file_and_a_folder(night: RunNight, inbox: Path, tmp_path: Path) -> None:
    contracts = tmp_path / "contracts"
    shutil.copytree(ROOT / "data_contracts", contracts)
    text = (contracts / "agencies" / "admin.odcs.yaml").read_text("utf-8").replace("id: admin", "id: red_cross")
    text = text.replace("agreement, value: korat_2569", "agreement, value: red_cross_2569")
    (contracts / "agencies" / "red_cross.odcs.yaml").write_text(text, encoding="utf-8")
    agreements = contracts / "agreements.yaml"
    agreements.write_text(
        agreements.read_text("utf-8")
        + "\n  - agreement_id: red_cross_2569\n    name: บันทึกข้อตกลงกับเหล่ากาชาดจังหวัด\n    parties: [red_cross]\n"
        "    purpose: ช่วยเหลือผู้ประสบภัย\n    legal_basis: มาตรา 24 (4)\n    valid_from: 2026-01-01\n"
        "    valid_to: 2030-12-31\n    classes_delivered: [identity, sensitive, free_text, ordinary]\n"
        "    shares_help: true\n    recipients: [red_cross]\n",
        encoding="utf-8",
    )
    (inbox / "red_cross").mkdir()
    shutil.copy(register_file(inbox), inbox / "red_cross" / "รายชื่อ.csv")
    result = night(contracts=contracts)
    assert result.exit_code == ExitCode.PUBLISHED
    assert (tmp_path / "home" / "returns" / "red_cross" / f"{result.run_id}.xlsx").is_file()
    counts = dict(query(tmp_path / "home", "select agency, count(*) from core.source_record group by agency"))
    assert counts["red_cross"] == counts["admin"]


def deliver_one_request(inbox: Path) -> None:
    """A new list of requests with one row."""
    with xlsxwriter.Workbook(str(inbox / "prd" / "เพิ่ม.xlsx")) as book:
        sheet = book.add_worksheet()
        for column, (header, cell) in enumerate(
            (
                ("วันที่รับเรื่อง", "1/11/2569"),
                ("ชื่อ - สกุล ผู้ร้องขอ", "นายเอกพิสิษฐ์ แดนสนธยากุล"),
                ("อายุ", "45"),
                ("ที่อยู่", "99/9 หมู่ 5 ต.ในเมือง อ.เมืองนครราชสีมา"),
                ("ประเภท", "รายได้"),
            )
        ):
            sheet.write_string(0, column, header)
            sheet.write_string(1, column, cell)


def test_one_broken_file_stops_only_itself_and_the_last_good_delivery_stands_in(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    first = night()
    register_file(inbox).unlink()
    (inbox / REGISTER / "ทะเบียนใหม่.xlsx").write_bytes(b"this is no workbook, whatever its name says")
    (inbox / "prd" / "ว่าง.csv").write_bytes(b"")
    (inbox / "mystery").mkdir()
    (inbox / "mystery" / "a.csv").write_text("ชื่อ\nก\n", encoding="utf-8")
    deliver_one_request(inbox)
    second = night()
    assert second.exit_code == ExitCode.PUBLISHED_WITH_GAPS
    # Every record of the register stands, and the one request that came beside the broken files is in.
    assert second.counts["records"] == first.counts["records"] + 1
    delivered = query(tmp_path / "home", "select agency, status_code, count(*) from ops.delivery group by all")
    assert ("prd", "quarantined", 1) in delivered
    assert any(agency == "admin" and status in ("in_use", "stand_in") for agency, status, _ in delivered)
    assert any("admin" in line for line in second.details)


def test_faults_of_a_contract_are_told_with_their_lines_and_every_other_fault_once(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    contracts = Path(shutil.copytree(ROOT / "data_contracts", tmp_path / "other contracts"))
    broken = contracts / "agencies" / "prd.odcs.yaml"
    broken.write_text(broken.read_text("utf-8").replace("status: active", "status: actve"), encoding="utf-8")
    (inbox / "mystery").mkdir()
    (inbox / "mystery" / "นายสมหมาย ทดสอบดี.csv").write_text("ชื่อ\nก\n", encoding="utf-8")
    (inbox / "admin" / "ว่าง นายสมหมาย ทดสอบดี.csv").write_bytes(b"")
    lines = night(contracts=contracts).details
    assert [line for line in lines if line.startswith("prd.odcs.yaml:7: ")]
    assert any(f'khrua contract check "{contracts}"' in line for line in lines)
    for agency in ("[prd]", "[mystery]", "[admin]"):
        assert len([line for line in lines if agency in line]) == 1, agency
    assert not [line for line in lines if "ทดสอบดี" in line]


def test_a_full_delivery_with_half_its_rows_gone_is_held_until_an_officer_says_why(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    first = night()

    def halve(rows: list[list[str]]) -> list[list[str]]:
        return rows[: len(rows) // 2]

    rewrite_register(inbox, halve)
    held = night()
    records = query(tmp_path / "home", "select count(*) from core.source_record where agency = 'admin'")
    # What was published before stays in use: the held file changed nothing.
    before = tables.RECORD.read(Home(tmp_path / "home").stage(first.run_id, "extract")).to_pandas()
    assert records[0][0] == (before["agency"] == "admin").sum()
    assert any("admin" in line for line in held.details)
    accepted = night(accept_change="ย้ายทะเบียนบางส่วนออกจริง")
    assert accepted.counts["records"] < first.counts["records"] * 0.85


def test_identifiers_of_a_rolled_back_publication_are_never_given_out_again(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"

    def add_stranger(surname: str, serial: str) -> None:
        def change(rows: list[list[str]]) -> list[list[str]]:
            header = next(i for i, row in enumerate(rows) if any("ชื่อ" in cell for cell in row))
            new = list(rows[header + 1])
            for position, title in enumerate(rows[header]):
                if "สกุล" in title:
                    new[position] = surname
                elif "ชื่อ" in title and "ชื่อบ้าน" not in title:
                    new[position] = "เอกพิสิษฐ์"
                elif "เลขประจำตัว" in title or "บัตรประชาชน" in title or "PID" in title.upper():
                    new[position] = serial
            return [*rows, new]

        rewrite_register(inbox, change)

    first = night()
    add_stranger("แดนสนธยากุล", "1990000000125")
    second = night()
    given_out = {row[0] for row in query(home, "select person_id from core.person")}
    before = {row["person_id"] for row in tables.PERSON.read(Home(home).stage(first.run_id, "link")).to_pylist()}
    assert given_out - before
    roll_back(home, first.run_id)
    add_stranger("ภูผาเหมันต์กุล", "1990000000206")
    third = night()
    now = {row[0] for row in query(home, "select person_id from core.person")}
    assert third.run_id > second.run_id
    assert now - before
    assert not (now - before) & (given_out - before)


def test_a_publication_without_its_state_stops_the_night_instead_of_renaming_everybody(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    first = night()
    rewrite_register(inbox, lambda rows: [*rows[:-1]])
    counters = tmp_path / "home" / "state" / first.run_id / "counters.json"
    counters.write_text('{"household": 9000, "person": 9000}', "utf-8")
    with pytest.raises(HomeError, match="is missing, damaged or closed"):
        night()
    shutil.rmtree(counters.parent)
    with pytest.raises(HomeError, match="every identifier would change"):
        night()
    assert query(tmp_path / "home", "select run_id from ops.run")[0][0] == first.run_id


def test_an_expired_agreement_closes_the_feed_and_sends_no_list(night: RunNight, tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError, match="No agency delivered"):
        night(day=date(2035, 1, 1))
    report = next((tmp_path / "home" / "report").rglob("index.html")).read_text("utf-8")
    assert "ข้อตกลง" in report
    assert not list((tmp_path / "home" / "returns").rglob("*.xlsx"))


def test_what_cannot_be_cleared_away_hides_neither_why_a_night_stopped_nor_that_it_published(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    # Somebody looked into the folder with a file manager that leaves its own file behind: no state, and no folder.
    (home.state / ".DS_Store").write_bytes(b"x")
    with pytest.raises(NothingPublishedError, match="No agency delivered"):
        night(day=date(2035, 1, 1))
    assert [entry["exit_code"] for entry in read_run_log(home)] == [ExitCode.NOTHING_PUBLISHED]
    assert "No agency delivered" in read_run_log(home)[0]["english"]
    assert night().exit_code == ExitCode.PUBLISHED
    assert query(home.root, "select count(*) from ops.run")[0][0] == 1


def test_a_large_move_stops_publication_until_it_is_accepted(
    night: RunNight, inbox: Path, province: Path, tmp_path: Path
) -> None:
    survey = inbox / "community_dev"
    shutil.move(survey, tmp_path / "kept_back")
    first = night()
    shutil.move(tmp_path / "kept_back", survey)
    with pytest.raises(NothingPublishedError, match="beyond its limits") as fault:
        night()
    assert any("report" in line for line in fault.value.details)
    assert query(tmp_path / "home", "select run_id from ops.run")[0][0] == first.run_id
    third = night(accept_change="หน่วยงานส่งข้อมูลครั้งแรก นายสมมุติ")
    assert third.counts["records"] > first.counts["records"] * 1.2
    assert query(tmp_path / "home", "select is_change_accepted from ops.run")[0][0] is True
    audit = (tmp_path / "home" / "identity" / "audit.jsonl").read_text("utf-8")
    report = third.report.read_text("utf-8") if third.report else ""
    # The reason is free text: it stays in the audit log, on the identity side.
    assert "นายสมมุติ" in audit
    assert "นายสมมุติ" not in report


def test_a_folder_nobody_knows_a_strange_file_name_and_a_damaged_cache_stop_nobody(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    (inbox / "โฟลเดอร์ ใหม่ (2)").mkdir()
    (inbox / "โฟลเดอร์ ใหม่ (2)" / "a.csv").write_text("ชื่อ\nก\n", encoding="utf-8")
    first = night()
    assert first.exit_code == ExitCode.PUBLISHED_WITH_GAPS
    assert any("โฟลเดอร์ ใหม่ (2)" in line and "no contract" in line for line in first.details)

    readings = tmp_path / "home" / "identity" / "deliveries" / "prd" / "read"
    cut = next(readings.rglob("record.parquet"))
    cut.write_bytes(cut.read_bytes()[:100])
    (Path(os.fsdecode(os.fsencode(inbox / "prd") + b"/\xa2\xe9\xcd.csv"))).write_bytes(b"")
    second = night()
    assert second.exit_code == ExitCode.PUBLISHED_WITH_GAPS
    counts = dict(query(tmp_path / "home", "select agency, count(*) from core.source_record group by agency"))
    assert sum(counts.values()) == first.counts["records"]  # type: ignore[arg-type]
    assert any("ข้อ.csv" in line for line in second.details)


def test_what_was_rolled_back_is_not_published_again_from_the_same_files(
    night: RunNight, inbox: Path, tmp_path: Path
) -> None:
    first = night()
    rewrite_register(inbox, lambda rows: [*rows[:-1]])
    night()
    roll_back(tmp_path / "home", first.run_id)
    third = night()
    assert "rolled back" in third.english
    assert query(tmp_path / "home", "select run_id from ops.run")[0][0] == first.run_id
    fourth = night(accept_change="ตรวจแล้วถูกต้อง")
    assert query(tmp_path / "home", "select run_id from ops.run")[0][0] == fourth.run_id
    assert "rolled back" not in night().english


def test_an_unchanged_night_says_which_lists_have_grown_old_since(night: RunNight, tmp_path: Path) -> None:
    first = night()
    assert first.exit_code == ExitCode.PUBLISHED
    # The contracts of admin and prd ask for a file every 60 and 45 days, the survey's for one in 400.
    fresh = night(day=NIGHT + timedelta(days=45))
    assert (fresh.exit_code, fresh.details) == (ExitCode.PUBLISHED, ())
    late = night(day=NIGHT + timedelta(days=100))
    assert "Nothing is new" in late.english
    assert late.exit_code == ExitCode.PUBLISHED
    assert [re.search(r"\[(\w+)\]", line)[1] for line in late.details] == ["admin", "prd"]  # type: ignore[index]
    assert all("ข้อมูลเก่ากว่ากำหนด" in line for line in late.details)
    assert [entry["exit_code"] for entry in read_run_log(Home(tmp_path / "home"))] == [0, 0, 0]


def test_two_rollbacks_in_a_row_keep_both_publications_back(night: RunNight, inbox: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = night()
    newest = register_file(inbox).read_bytes()
    rewrite_register(inbox, lambda rows: [*rows[:-1]])
    second = night()
    register_file(inbox).write_bytes(newest)
    rewrite_register(inbox, lambda rows: [*rows[:-2]])
    third = night()
    roll_back(home, second.run_id)
    roll_back(home, first.run_id)
    assert "rolled back" in night().english
    assert query(home, "select run_id from ops.run")[0][0] == first.run_id
    # Who goes forward again has taken it back no longer.
    roll_back(home, third.run_id)
    with pytest.raises(UserError, match="no publication of that run"):
        roll_back(home, "20200101-01")
    unchanged = night()
    assert "Nothing is new" in unchanged.english
    assert "rolled back" not in unchanged.english


def _hold(root: Path, ready: object, done: object) -> None:
    with Home(root).lock():
        ready.set()  # type: ignore[attr-defined]
        done.wait(60)  # type: ignore[attr-defined]


def test_of_two_nights_started_together_one_works_and_the_other_says_so(night: RunNight, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(home.root, ready, done))
    other.start()
    try:
        assert ready.wait(60)
        with pytest.raises(AnotherRunError) as fault:
            night()
        assert fault.value.exit_code == ExitCode.ANOTHER_RUN
        assert not home.run_log.exists()
    finally:
        done.set()
        other.join(60)
