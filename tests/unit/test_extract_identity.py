"""Identities: from a key, from values, kept over a correction, never shared by two rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.contracts import ContractList
from pipeline.extract.continuity import KnownRow, agrees, same_rows
from pipeline.extract.judgement import TRAITS
from pipeline.extract.ledger import Ledger
from pipeline.extract.period import file_period
from pipeline.extract.record_id import RecordIds, Traits
from pipeline.extract.requests import same_requests
from tests.extract_support import KEY, PERSONS, made_up_id

IDS = RecordIds(KEY, "health", "persons")


def traits(**known: str) -> dict[str, str]:
    return {name: known.get(name, "") for name in TRAITS}


def person(*, facts: tuple[str, ...] = (), **known: str) -> Traits:
    values = {"national_id": "", "first_name": "", "last_name": "", "birth": "", "place": "", "house": ""} | known
    return Traits(key=(), **values, facts=facts)


PERSON = {
    "national_id": made_up_id(1),
    "first_name": "สมหญิง",
    "last_name": "ใจดี",
    "birth": "1997-03-15",
    "place": "1||เมือง",
}


def test_an_id_that_stands_once_identifies_whatever_else_changes() -> None:
    before = IDS.unkeyed([(person(**PERSON), "a")])
    after = IDS.unkeyed([(person(**(PERSON | {"last_name": "มีสุข", "place": "2||"})), "b")])
    assert before == after


def test_an_id_that_stands_twice_does_not_make_two_people_one() -> None:
    bases = IDS.unkeyed([(person(**PERSON), "a"), (person(**(PERSON | {"first_name": "สมชาย"})), "b")])
    assert len(set(bases)) == 2


def test_rows_that_are_wholly_alike_are_numbered() -> None:
    bases = IDS.unkeyed([(person(**PERSON), "a")] * 3)
    assert len(set(bases)) == 3


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [(person(first_name="ก", last_name=str(n % 3)), f"content {n}") for n in range(9)]
    forward = dict(zip((c for _, c in rows), IDS.unkeyed(rows), strict=True))
    back = dict(zip((c for _, c in rows[::-1]), IDS.unkeyed(rows[::-1]), strict=True))
    assert forward == back


def test_another_home_gives_other_identities() -> None:
    other = RecordIds(b"x" * 32, "health", "persons")
    assert other.unkeyed([(person(**PERSON), "a")]) != IDS.unkeyed([(person(**PERSON), "a")])


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"first_name": "สมหญิงค์"}, True),
        ({"national_id": made_up_id(2)}, True),
        ({"national_id": ""}, True),
        ({"birth": "1998-03-15"}, True),
        ({"first_name": "ปิยะ", "last_name": "มีสุข"}, True),
        ({"national_id": made_up_id(2), "first_name": "ปิยะ"}, False),
        ({"national_id": made_up_id(2), "birth": "1960-01-01"}, False),
    ],
)
def test_one_corrected_value_keeps_a_person_and_another_person_is_another(
    change: dict[str, str], is_same: bool
) -> None:
    assert agrees(traits(**(PERSON | change)), traits(**PERSON)) is is_same


def test_a_sibling_without_an_id_in_the_same_house_is_another_person() -> None:
    old = {"first_name": "สมหญิง", "last_name": "ใจดี", "place": "1||เมือง"}
    assert not agrees(traits(**(old | {"first_name": "ปิยะ"})), traits(**old))


def test_of_two_rows_left_over_a_corrected_day_is_a_correction_only_when_nothing_else_changed() -> None:
    old = traits(**PERSON, occasion="2026-09-01")
    assert agrees(traits(**PERSON, occasion="2026-10-01"), old)
    assert not agrees(traits(**(PERSON | {"first_name": "สมปอง"}), occasion="2026-10-01"), old)


def test_a_row_with_two_possible_origins_takes_neither() -> None:
    old = [
        KnownRow("a", traits(first_name="ก", last_name="ข", place="1", birth="2500")),
        KnownRow("b", traits(first_name="ก", last_name="ข", place="1", birth="2501")),
    ]
    new = [KnownRow("n", traits(first_name="ก", last_name="ข", place="1", birth="2502"))]
    assert same_rows(new, old) == {}
    assert same_rows(new, old[:1]) == {"n": "a"}


def test_a_corrected_repeat_leaves_the_other_its_identity() -> None:
    twice = traits(**PERSON)
    old = [KnownRow("a", twice), KnownRow("b", twice)]
    new = [KnownRow("m", twice), KnownRow("n", traits(**(PERSON | {"national_id": made_up_id(2)})))]
    assert sorted(same_rows(new, old).values()) == ["a", "b"]


def test_a_person_known_by_name_alone_keeps_the_identity_in_another_house() -> None:
    old = [KnownRow("a", traits(first_name="นายกข", last_name="คง", place="1||เมือง"))]
    assert same_rows([KnownRow("n", traits(first_name="นายกข", last_name="คง", place="9/9||เมือง"))], old) == {"n": "a"}


def test_a_given_name_alone_in_another_house_is_another_person() -> None:
    old = [KnownRow("a", traits(first_name="กข", place="1||เมือง"))]
    assert same_rows([KnownRow("n", traits(first_name="กข", place="9/9||เมือง"))], old) == {}


def test_a_household_that_moved_its_number_is_known_by_its_place() -> None:
    old = [KnownRow("a", traits(key="h1", place="25/2|5||เมือง"))]
    assert same_rows([KnownRow("n", traits(key="h2", place="25/2|5||เมือง"))], old) == {"n": "a"}


# ---------------------------------------------------------------- requests: lists that rows are added to


def request(record: str, facts: str, **known: str) -> KnownRow:
    return KnownRow(record, traits(**(PERSON | {"occasion": "2026-09-01"} | known)), facts)


INCOME, HEALTH = "=income\x1f~ขาดรายได้", "=health\x1f~ขาดรายได้"


def test_two_requests_of_one_person_on_one_day_have_two_identities() -> None:
    rows = [(person(**PERSON, facts=(facts,)), "x") for facts in ("=income", "=health")]
    together = IDS.unkeyed(rows, is_added=True)
    apart = [*IDS.unkeyed(rows[:1], is_added=True), *IDS.unkeyed(rows[1:], is_added=True)]
    assert together == apart and len(set(together)) == 2


def test_another_code_is_another_request_and_a_retyped_word_is_the_same() -> None:
    old = [request("a", INCOME)]
    assert same_requests([request("n", HEALTH)], old, set()) == {}
    assert same_requests([request("n", "=income\x1f~ขาดรายได")], old, set()) == {"n": "a"}
    assert same_requests([request("n", "=income\x1f~")], old, set()) == {"n": "a"}
    assert same_requests([request("n", "=income\x1f~น้ำท่วมบ้าน")], old, set()) == {}


def test_a_corrected_name_of_the_same_request_is_the_same_and_of_another_request_is_not() -> None:
    old = [request("a", INCOME)]
    assert same_requests([request("n", INCOME, first_name="สมหญิงค์")], old, set()) == {"n": "a"}
    assert same_requests([request("n", HEALTH, first_name="สมหญิงค์")], old, set()) == {}
    assert same_requests([request("n", INCOME, occasion="2026-10-01")], old, set()) == {}


def test_in_a_file_that_was_sent_again_any_corrected_cell_is_a_correction() -> None:
    old = [request("a", INCOME)]
    assert same_requests([request("n", HEALTH)], old, {"a"}) == {"n": "a"}
    assert same_requests([request("n", INCOME, occasion="2026-10-01")], old, {"a"}) == {"n": "a"}


def test_two_corrected_requests_of_one_person_take_the_identities_they_are_most_like() -> None:
    old = [request("a", "=income\x1f~ก\x1f~ข"), request("b", "=health\x1f~ค\x1f~ง")]
    new = [request("m", "=health\x1f~ค\x1f~จ"), request("n", "=income\x1f~ก\x1f~ฉ")]
    assert same_requests(new, old, {"a", "b"}) == {"m": "b", "n": "a"}


# ---------------------------------------------------------------- ledger and period


def test_a_ledger_read_again_gives_the_same_state(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    sha = "a" * 64
    ledger.add(
        [
            {"fact": "arrived", "sha256": sha, "file_name": "x.xlsx", "date": "2026-11-24", "batch": 1},
            {"fact": "same_record", "list": "persons", "base": "b", "record": "r", "sha256": sha},
            {"fact": "judged", "sha256": sha, "is_held": True},
            {"fact": "accepted", "sha256": sha, "date": "2026-11-25", "reason": "ตรวจแล้ว", "batch": 2},
            {"fact": "left", "sha256": sha, "batch": 3},
        ]
    )
    again = Ledger(tmp_path / "ledger.jsonl").state
    assert again == ledger.state
    arrival = again.arrivals[sha]
    assert (arrival.is_held, arrival.is_judged, arrival.is_present, again.last_batch) == (False, True, False, 3)


def test_a_line_cut_short_by_a_crash_is_passed_over_and_the_next_stands_on_its_own(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text('{"fact": "arrived", "sha2', encoding="utf-8")
    ledger = Ledger(path)
    ledger.add([{"fact": "arrived", "sha256": "b", "file_name": "x", "date": "2026-11-24", "batch": 1}])
    assert set(Ledger(path).state.arrivals) == {"b"}


@pytest.mark.parametrize(
    ("period", "name", "day"),
    [
        (r"file:(25\d\d)[-_](\d\d)", "list_2569-02 (7).xlsx", date(2026, 2, 28)),
        (r"file:(?P<month>มกราคม|ก\.พ\.) (?P<year>\d+)", "ข้อมูล ก.พ. 2569.xlsx", date(2026, 2, 28)),
        (r"file:(?P<year>25\d\d)", "ปี 2568.csv", date(2025, 12, 31)),
        (r"file:(25\d\d)", "list.xlsx", None),
        ("2025-06-30", "x", date(2025, 6, 30)),
        ("received", "x", None),
    ],
)
def test_the_period_of_a_file_comes_from_the_contract_or_its_name(period: str, name: str, day: date | None) -> None:
    assert file_period(ContractList("x", PERSONS.columns, period=period), name) == day
