from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from link_records import national_id, record, village, write

from pipeline import tables
from pipeline.engine import DuckDBEngine
from pipeline.errors import UserError
from pipeline.link import LinkOptions, LinkReport, evaluate, link, pairing

OUTPUTS = (
    tables.LINKED,
    tables.LINK_REASON,
    tables.PAIR,
    tables.REFUSED,
    tables.PERSON,
    tables.HOUSEHOLD,
    tables.HOUSEHOLD_MEMBER,
    tables.IDENTITY_EVENT,
    tables.ISSUE,
)
PRIORITY = ("community_dev", "health", "admin")
SOMCHAI = {
    "national_id": national_id(1),
    "first_name": "สมชาย",
    "last_name": "ใจดีกระโทก",
    "sex": "M",
    "birth_date": "1960-05-17",
    "tambon_code": "300101",
    "moo": "4",
    "house_no": "12",
}


def run(rows: list[dict[str, object]], folder: Path, threads: int = 1, **options: object) -> LinkReport:
    given = {
        "living_priority": PRIORITY,
        "registered": ("admin",),
        "life_status_priority": ("admin", "health"),
        **options,
    }
    with DuckDBEngine(threads=threads) as engine:
        return link(engine, write(rows, folder / "in"), folder, LinkOptions(**given))  # type: ignore[arg-type]


def linked(folder: Path) -> dict[str, dict[str, object]]:
    return {str(row["record_id"]): row for row in tables.LINKED.read(folder).to_pylist()}


def person_of(folder: Path) -> dict[str, object]:
    return {name: row["person_id"] for name, row in linked(folder).items()}


def household_of(folder: Path) -> dict[str, object]:
    return {name: row["household_id"] for name, row in linked(folder).items()}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LinkReport, list[dict[str, object]]]:
    folder = tmp_path_factory.mktemp("night")
    rows, truth = village(700, seed=7)
    report = run(rows, folder)
    pq.write_table(truth, folder / "truth.parquet")
    return folder, report, rows


def test_a_made_up_area_is_linked_to_the_published_figures(night: tuple[Path, LinkReport, list]) -> None:
    folder, report, _ = night
    found = evaluate(
        tables.LINKED.read(folder), pq.read_table(folder / "truth.parquet"), tables.NORMAL_RECORD.read(folder / "in")
    )
    assert report.model_source == "learnt"
    assert found["person"]["precision"] >= 0.995
    assert found["person"]["f1"] >= 0.98
    assert found["household"]["f1"] >= 0.93
    assert found["persons_with_two_valid_ids"] == 0
    assert found["missing"] == 0


def test_held_out_quality_speaks_for_the_whole(night: tuple[Path, LinkReport, list]) -> None:
    _, report, _ = night
    assert report.held_out["matches"] >= 100
    assert report.held_out["precision"] >= 0.97


def test_held_out_quality_is_told_by_agency_sex_birth_years_and_kind_of_id(
    night: tuple[Path, LinkReport, list],
) -> None:
    _, report, _ = night
    assert set(report.held_out_by["agency"]) == {"admin", "community_dev", "health"}
    by_sex = report.held_out_by["sex"]
    # Nobody changes sex in this village: every pair is of one group.
    assert by_sex["F"]["matches"] + by_sex["M"]["matches"] == report.held_out["matches"]
    assert min(group["matches"] for group in by_sex.values()) > 0
    years = report.held_out_by["birth_years"]
    assert next(iter(years)) == "1940-1959"
    assert sum(g["matches"] for g in years.values()) >= report.held_out["matches"]


def test_a_list_that_errs_more_than_others_shows_in_the_report(tmp_path: Path) -> None:
    rows, _ = village(300, seed=9)
    for number, row in enumerate(rows):
        if row["agency"] == "health" and number % 3 == 0:
            row["first_name"] = str(row["first_name"])[:-1]
    rates = run(rows, tmp_path).error_rates
    assert rates["health"]["given"] > 1.4 * rates["admin"]["given"]
    assert rates["health"]["surname"] == rates["admin"]["surname"] == 0


def test_every_record_has_a_household_and_every_link_its_reason(night: tuple[Path, LinkReport, list]) -> None:
    folder, report, rows = night
    found = tables.LINKED.read(folder).to_pylist()
    assert len(found) == len(rows) == report.counts["records"]
    assert all(row["household_id"] and row["person_id"] for row in found)
    reasons = {row["record_id"]: row for row in tables.LINK_REASON.read(folder).to_pylist()}
    assert set(reasons) == {row["record_id"] for row in found if row["evidence_code"] != "S"}
    persons = person_of(folder)
    assert all(persons[name] == persons[row["linked_record_id"]] for name, row in reasons.items())


def test_each_rule_reports_its_cost_and_its_recall(night: tuple[Path, LinkReport, list]) -> None:
    _, report, _ = night
    by_code = {row["code"]: row for row in report.rules}
    assert by_code["id_exact"]["recall"] == 1.0
    assert by_code["all_without_id"]["recall"] >= 0.97
    assert by_code["full_name"]["pairs_made"] > 0


def test_explanations_models_and_pairs_hold_no_name_and_no_id(night: tuple[Path, LinkReport, list]) -> None:
    folder, _, rows = night
    texts = [
        (folder / "model.json").read_text("utf-8"),
        (folder / "report.json").read_text("utf-8"),
        *tables.LINK_REASON.read(folder)["explanation"].unique().to_pylist(),
        *tables.PAIR.read(folder)["levels"].unique().to_pylist(),
    ]
    values = {str(row[c]) for row in rows[:300] for c in ("national_id", "last_name", "first_name") if row.get(c)}
    assert not [v for v in values if len(v) > 3 and any(v in text for text in texts)]


def test_however_many_pairs_are_worked_on_at_a_time_the_bytes_are_the_same(
    night: tuple[Path, LinkReport, list], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, report, rows = night
    monkeypatch.setattr(pairing, "_CHUNK_PAIRS", 101)
    assert run(rows, tmp_path, threads=2).held_out_by == report.held_out_by
    for table in OUTPUTS:
        assert table.path(tmp_path).read_bytes() == table.path(folder).read_bytes(), table.name
    assert (tmp_path / "model.json").read_bytes() == (folder / "model.json").read_bytes()


def test_shuffled_input_and_two_threads_give_the_same_bytes(
    night: tuple[Path, LinkReport, list], tmp_path: Path
) -> None:
    folder, _, rows = night
    shuffled = list(rows)
    random.Random(3).shuffle(shuffled)
    (tmp_path / "in").mkdir()
    pq.write_table(tables.NORMAL_RECORD.from_rows(shuffled), tmp_path / "in" / "shuffled.parquet")
    options = LinkOptions(living_priority=PRIORITY, registered=("admin",), life_status_priority=("admin", "health"))
    with DuckDBEngine(threads=2) as engine:
        link(engine, tmp_path / "in" / "shuffled.parquet", tmp_path, options)
    for table in OUTPUTS:
        assert table.path(tmp_path).read_bytes() == table.path(folder).read_bytes(), table.name
    assert (tmp_path / "model.json").read_bytes() == (folder / "model.json").read_bytes()


def test_unchanged_input_keeps_every_identifier(night: tuple[Path, LinkReport, list], tmp_path: Path) -> None:
    folder, _, rows = night
    report = run(rows, tmp_path, previous=folder)
    assert linked(tmp_path) == linked(folder)
    assert tables.IDENTITY_EVENT.read(tmp_path).num_rows == 0
    assert report.model_source == "state"


def test_new_records_change_only_what_they_touch(night: tuple[Path, LinkReport, list], tmp_path: Path) -> None:
    folder, _, rows = night
    gone, new = rows[0]["record_id"], record("health:900000", **{**SOMCHAI, "national_id": national_id(999_999)})
    run([*rows[1:], new], tmp_path, previous=folder)
    before, after = linked(folder), linked(tmp_path)
    kept = [n for n in before if n != gone]
    same = [
        n
        for n in kept
        if (before[n]["person_id"], before[n]["household_id"]) == (after[n]["person_id"], after[n]["household_id"])
    ]
    assert len(same) / len(kept) >= 0.999
    assert after["health:900000"]["person_id"] not in {row["person_id"] for row in before.values()}


def test_an_identifier_is_never_given_to_another_person(tmp_path: Path) -> None:
    first = [record("a:1", **SOMCHAI), record("a:2", first_name="มาลี", last_name="ศรีพิมาย", birth_date="1970-01-05")]
    run(first, tmp_path / "one")
    run(first[:1], tmp_path / "two", previous=tmp_path / "one")
    run([*first[:1], record("a:3", first_name="วิชัย", last_name="คงชัย")], tmp_path / "three", previous=tmp_path / "two")
    assert person_of(tmp_path / "one") == {"a:1": "P000000001", "a:2": "P000000002"}
    assert person_of(tmp_path / "three")["a:3"] == "P000000003"
    retired = [e for e in tables.IDENTITY_EVENT.read(tmp_path / "two").to_pylist() if e["event_code"] == "retired"]
    assert {e["old_id"] for e in retired} >= {"P000000002"}


def decisions_file(folder: Path, *rows: tuple[str, str, str]) -> Path:
    path = folder / "decisions.csv"
    lines = [f"{a},{b},{d},officer,2026-01-0{i},seen" for i, (a, b, d) in enumerate(rows, start=1)]
    path.write_text(
        "record_id_a,record_id_b,decision,decided_by,decided_at,reason\n" + "\n".join(lines) + "\n", "utf-8"
    )
    return path


def test_a_clerks_word_stands_above_the_id(tmp_path: Path) -> None:
    rows = [
        record("a:1", **SOMCHAI),
        record("b:1", **SOMCHAI),
        record("b:2", **{**SOMCHAI, "national_id": national_id(2), "first_name": "วิชัย"}),
    ]
    path = decisions_file(tmp_path, ("a:1", "b:1", "different"), ("a:1", "b:2", "same"))
    run(rows, tmp_path / "out", decisions=path)
    found = linked(tmp_path / "out")
    assert found["a:1"]["person_id"] != found["b:1"]["person_id"]
    assert found["a:1"]["person_id"] == found["b:2"]["person_id"]
    assert found["a:1"]["evidence_code"] == "X"
    issues = {i["code"] for i in tables.ISSUE.read(tmp_path / "out").to_pylist()}
    assert "decision_contradicted" in issues


def test_a_decision_that_two_others_contradict_is_reported(tmp_path: Path) -> None:
    rows = [record(f"a:{i}", first_name=n, last_name="ใจดี") for i, n in enumerate(("มาลี", "วิชัย", "ปราณี"))]
    path = decisions_file(tmp_path, ("a:0", "a:1", "same"), ("a:1", "a:2", "same"), ("a:0", "a:2", "different"))
    run(rows, tmp_path / "out", decisions=path)
    persons = person_of(tmp_path / "out")
    assert persons["a:0"] == persons["a:1"]
    assert persons["a:2"] != persons["a:0"]
    refused = tables.REFUSED.read(tmp_path / "out").to_pylist()
    assert [r["reason_code"] for r in refused] == ["clerk_different"]


def test_the_same_person_twice_in_a_duplicate_free_list_stays_two(tmp_path: Path) -> None:
    values = {k: v for k, v in SOMCHAI.items() if k != "national_id"}
    rows = [record("a:1", **values), record("a:2", **values)]
    run(rows, tmp_path / "free", duplicate_free=("a",))
    run(rows, tmp_path / "plain", duplicate_free=())
    assert len(set(person_of(tmp_path / "free").values())) == 2
    assert len(set(person_of(tmp_path / "plain").values())) == 1
    codes = [i["code"] for i in tables.ISSUE.read(tmp_path / "plain").to_pylist()]
    assert codes == ["duplicate_in_list"] * 2


def test_a_person_in_two_lists_or_two_roles_of_one_agency_is_no_duplicate(tmp_path: Path) -> None:
    values = {k: v for k, v in SOMCHAI.items() if k != "national_id"}
    rows = [
        record("a:1", **values, list_code="applicants"),
        record("a:2", **values, list_code="placements"),
        record("a:3", **values, list_code="placements", role="head"),
    ]
    run(rows, tmp_path / "out")
    assert len(set(person_of(tmp_path / "out").values())) == 1
    assert tables.ISSUE.read(tmp_path / "out").num_rows == 0


def test_two_families_numbered_apart_in_one_house_stay_two_households(tmp_path: Path) -> None:
    home = {"tambon_code": "300101", "moo": "4", "house_no": "12"}
    rows = [
        record("community_dev:1", first_name="สมชาย", last_name="ใจดี", household_ref="1", **home),
        record("community_dev:2", first_name="มาลี", last_name="ใจดี", household_ref="1", **home),
        record("community_dev:3", first_name="วิชัย", last_name="คงชัย", household_ref="2", **home),
        record("health:1", first_name="ปราณี", last_name="คงชัย", **home),
    ]
    run(rows, tmp_path)
    homes = household_of(tmp_path)
    assert homes["community_dev:1"] == homes["community_dev:2"]
    assert homes["community_dev:3"] == homes["health:1"] != homes["community_dev:1"]


def test_people_of_a_temple_are_not_one_household_by_its_address(tmp_path: Path) -> None:
    home = {"tambon_code": "300101", "moo": "4", "house_no": "12", "household_type_code": "temple"}
    rows = [
        record("health:1", first_name="สมชาย", last_name="ใจดี", **home),
        record("health:2", first_name="วิชัย", last_name="คงชัย", **home),
    ]
    run(rows, tmp_path)
    assert len(set(household_of(tmp_path).values())) == 2
    assert set(tables.HOUSEHOLD.read(tmp_path)["household_type_code"].to_pylist()) == {"temple"}


def test_more_people_than_a_house_can_hold_go_to_review_instead_of_one_household(tmp_path: Path) -> None:
    rows = [
        record(
            f"health:{i:02d}",
            national_id=national_id(i),
            first_name=f"ชื่อ{i}",
            birth_date=f"{1940 + 2 * i}-03-04",
            house_code="99000000019",
        )
        for i in range(30)
    ]
    run(rows, tmp_path, household_size_limit=25)
    assert len(set(household_of(tmp_path).values())) == 30
    assert [i["code"] for i in tables.ISSUE.read(tmp_path).to_pylist()] == ["household_too_large"] * 30


def test_the_dead_leave_the_household_and_it_keeps_its_identifier(tmp_path: Path) -> None:
    home = {"tambon_code": "300101", "moo": "4", "house_no": "12", "household_ref": "7"}
    wife = record(
        "community_dev:2",
        national_id=national_id(2),
        first_name="มาลี",
        last_name="ใจดี",
        relationship_code="spouse",
        **home,
    )
    head = {"national_id": national_id(1), "first_name": "สมชาย", "last_name": "ใจดี", "birth_date": "1950-02-03"}
    alive = record("community_dev:1", **head, relationship_code="head", **home)
    run([alive, wife], tmp_path / "before")
    died = record("admin:1", **head, life_status_code="dead", life_status_date="2026-03-01")
    run([alive, wife, died], tmp_path / "after", previous=tmp_path / "before")
    assert household_of(tmp_path / "before")["community_dev:2"] == household_of(tmp_path / "after")["community_dev:2"]
    persons = {p["first_name"]: p for p in tables.PERSON.read(tmp_path / "after").to_pylist()}
    assert persons["สมชาย"]["household_id"] is None
    assert persons["สมชาย"]["life_status_code"] == "dead"
    assert persons["มาลี"]["household_id"] is not None
    members = {m["person_id"]: m for m in tables.HOUSEHOLD_MEMBER.read(tmp_path / "after").to_pylist()}
    assert members[persons["สมชาย"]["person_id"]]["is_current"] is False
    assert tables.HOUSEHOLD.read(tmp_path / "after")["member_count"].to_pylist() == [1]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"life_status_code": "dead", "life_status_date": "2026"}, ("2026", "stated")),
        ({"life_status_code": "moved_out", "last_seen_date": date(2026, 4, 2)}, ("2026-04-02", "last_update")),
        ({"life_status_code": "moved_out"}, ("2026-06-30", "as_of")),
        ({"life_status_code": "moved_out", "evidence_date": None}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_a_life_status_says_since_when_and_where_the_date_comes_from(
    tmp_path: Path, facts: dict[str, object], expected: tuple[str | None, str | None]
) -> None:
    run(
        [record("admin:1", **{**SOMCHAI, "evidence_date": date(2026, 6, 30), "last_seen_date": None, **facts})],
        tmp_path,
    )
    person = tables.PERSON.read(tmp_path).to_pylist()[0]
    assert (person["life_status_date"], person["life_status_date_source_code"]) == expected


def test_a_death_that_one_weak_link_claims_goes_to_review(tmp_path: Path) -> None:
    values = {k: v for k, v in SOMCHAI.items() if k != "national_id"}
    rows = [record("community_dev:1", **values), record("prd:1", **values, life_status_code="dead")]
    run(rows, tmp_path)
    assert len(set(person_of(tmp_path).values())) == 1
    assert tables.PERSON.read(tmp_path)["life_status_code"].to_pylist() == ["unknown"]
    assert [i["code"] for i in tables.ISSUE.read(tmp_path).to_pylist()] == ["death_needs_review"]


def test_a_record_of_a_house_joins_the_household_that_lives_there(tmp_path: Path) -> None:
    home = {"tambon_code": "300101", "moo": "4", "house_no": "12"}
    rows = [
        record("community_dev:1", first_name="สมชาย", last_name="ใจดี", household_ref="1", **home),
        record("army2:1", record_kind="household", role="household", **home),
        record("codi:1", record_kind="household", role="household", tambon_code="300102", moo="1", house_no="9"),
    ]
    run(rows, tmp_path)
    found = linked(tmp_path)
    assert found["army2:1"]["person_id"] is None
    assert found["army2:1"]["household_id"] == found["community_dev:1"]["household_id"]
    assert found["codi:1"]["household_id"] not in (None, found["army2:1"]["household_id"])


def test_a_record_of_a_house_follows_the_head_of_its_own_row(tmp_path: Path) -> None:
    house = {"tambon_code": "300101", "moo": "4", "house_no": "12", "house_code": "99000000019"}
    head = {"national_id": national_id(1), "first_name": "สมชาย", "last_name": "ใจดี"}
    rows = [
        record("community_dev:1", **head, household_ref="3", tambon_code="300102", moo="1", house_no="9"),
        record("nrru/survey/aa/head", agency="nrru", role="head", **head, **house),
        record("nrru/survey/aa/household", agency="nrru", record_kind="household", role="household", **house),
        record("admin:2", national_id=national_id(2), first_name="วิชัย", last_name="คงชัย", **house),
        record("codi/houses/bb/household", agency="codi", record_kind="household", role="household", **house),
    ]
    run(rows, tmp_path)
    homes = household_of(tmp_path)
    assert homes["nrru/survey/aa/household"] == homes["community_dev:1"]
    assert homes["codi/houses/bb/household"] == homes["admin:2"] != homes["community_dev:1"]


def test_of_two_families_in_one_house_a_list_means_the_one_whose_people_it_names(tmp_path: Path) -> None:
    house = {"tambon_code": "300101", "moo": "4", "house_no": "12", "house_code": "99000000019"}
    one = {"national_id": national_id(1), "first_name": "สมชาย", "last_name": "ใจดี", **house}
    two = {"national_id": national_id(2), "first_name": "วิชัย", "last_name": "คงชัย", **house}
    rows = [
        record("community_dev:1", household_ref="1", **one),
        record("community_dev:2", household_ref="2", **two),
        record("nrru:2", **two),
        record("nrru:9", record_kind="household", role="household", **house),
    ]
    run(rows, tmp_path)
    homes = household_of(tmp_path)
    assert homes["nrru:9"] == homes["community_dev:2"] != homes["community_dev:1"]


def test_the_current_household_follows_the_declared_order_of_sources(tmp_path: Path) -> None:
    old = {"tambon_code": "300101", "moo": "4", "house_no": "12", "house_code": "99000000019"}
    new = {"tambon_code": "300102", "moo": "1", "house_no": "9", "household_ref": "3"}
    rows = [
        record("admin:1", national_id=national_id(1), first_name="สมชาย", last_name="ใจดี", **old),
        record("admin:2", national_id=national_id(2), first_name="มาลี", last_name="ใจดี", **old),
        record("community_dev:1", national_id=national_id(1), first_name="สมชาย", last_name="ใจดี", **new),
    ]
    run(rows, tmp_path)
    persons = {p["first_name"]: p for p in tables.PERSON.read(tmp_path).to_pylist()}
    homes = household_of(tmp_path)
    assert homes["admin:1"] == homes["community_dev:1"] != homes["admin:2"]
    assert persons["สมชาย"]["household_source"] == "community_dev"
    assert persons["สมชาย"]["registered_household_id"] == homes["admin:2"]


def test_english_names_link_without_any_thai_value(tmp_path: Path) -> None:
    rows = [
        record("x:1", first_name="jonathan", last_name="whitbread", birth_date="1971-03-09", house_no="14"),
        record("y:1", first_name="johnathan", last_name="whitbread", birth_date="1971-03-09", house_no="14"),
        record("y:2", first_name="emily", last_name="whitbread", birth_date="1974-11-20", house_no="14"),
    ]
    run(rows, tmp_path)
    persons = person_of(tmp_path)
    assert persons["x:1"] == persons["y:1"] != persons["y:2"]


def test_no_records_make_empty_tables(tmp_path: Path) -> None:
    report = run([], tmp_path)
    assert report.counts["records"] == 0
    assert all(table.read(tmp_path).num_rows == 0 for table in OUTPUTS)


def test_a_repeated_record_id_is_the_users_fault(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="record_id"):
        run([record("a:1"), record("a:1")], tmp_path)


def test_the_report_on_disk_is_the_report_returned(night: tuple[Path, LinkReport, list]) -> None:
    folder, report, _ = night
    assert json.loads((folder / "report.json").read_text("utf-8")) == json.loads(report.to_json())


def test_steps_are_timed_by_the_clock_that_is_given(tmp_path: Path) -> None:
    ticks = iter(range(100))
    report = run([record("a:1", **SOMCHAI)], tmp_path, clock=lambda: float(next(ticks)))
    assert set(report.seconds) >= {"encode", "block", "compare", "train", "cluster", "household", "write"}
    assert all(seconds == 1.0 for seconds in report.seconds.values())


def test_twins_that_one_list_names_side_by_side_are_never_joined_across_lists(tmp_path: Path) -> None:
    rows, _ = village(400, seed=5)
    born = {
        "last_name": "ฝาแฝดพิมาย",
        "sex": "F",
        "birth_date": "2012-06-07",
        "tambon_code": "300101",
        "moo": "4",
        "house_no": "500",
    }
    rows += [
        record("admin:t1", national_id=national_id(800_001), first_name="กนกพร", **born),
        record("admin:t2", national_id=national_id(800_002), first_name="กนกอร", **born),
        record("health:t3", first_name="กนกอร", **born),
        record("prd:t4", first_name="กนกพร", **born),
    ]
    run(rows, tmp_path)
    persons = person_of(tmp_path)
    assert persons["admin:t1"] == persons["prd:t4"] != persons["admin:t2"] == persons["health:t3"]
