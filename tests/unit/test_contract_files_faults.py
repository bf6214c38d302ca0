"""What is wrong with a contract is shown: all of it, at once, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contracts import EVERY_ROLE, ContractFault
from pipeline.contracts.files import (
    check_contracts,
    contract_faults_as_rows,
    format_contract_faults,
    load_contract_book,
)
from pipeline.errors import UserError

ATTRIBUTES = """\
version: 1
attributes:
  debt_baht: {thai: หนี้สิน, type: number, subject: household, min: 0, max: 1000}
  has_card: {thai: มีบัตร, type: boolean, subject: person}
  help_code: {thai: ความช่วยเหลือ, type: code, subject: person, codes: {cash: เงิน, food: อาหาร}}
  is_ill: {thai: ป่วย, type: boolean, subject: person, class: sensitive}
  remark: {thai: หมายเหตุ, type: text, subject: person, class: free_text}
  survey_date: {thai: วันที่สำรวจ, type: date, subject: household}
"""
AGREEMENTS = """\
version: 1
agreements:
  - agreement_id: all
    name: ข้อตกลง
    parties: [alpha, beta]
    purpose: ทดสอบ
    legal_basis: มาตรา 24
    valid_from: 2026-01-01
    valid_to: 2030-12-31
    classes_delivered: [identity, ordinary]
    shares_help: true
    recipients: [alpha, beta]
    is_open_to_accession: true
  - agreement_id: shut
    name: ข้อตกลงปิด
    parties: [beta]
    purpose: ทดสอบ
    legal_basis: มาตรา 24
    valid_from: 2026-01-01
    valid_to: 2030-12-31
    classes_delivered: [identity, ordinary]
    shares_help: false
"""
PROVINCE = """\
province_code: "30"
name_thai: นครราชสีมา
name_english: Nakhon Ratchasima
change_limits: {records: 0.2, persons: 0.1, households: 0.1}
full_delivery_loss_limit: 0.3
household_size_limit: 25
assessed_share: 0.8
small_count: 10
source_priority: {living_together: [alpha], registered: [beta], life_status: [alpha]}
keep_private_runs: 3
"""
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: alpha
version: 1.0.0
status: active
name: หน่วยงานทดสอบ
description: {purpose: ทดสอบ}
team: {members: [{username: a@example.go.th, name: ผู้ประสานงานข้อมูล}]}
support: [{channel: อีเมล, url: "mailto:a@example.go.th"}]
slaProperties:
  - {property: latency, value: 3, unit: m}
customProperties:
  - {property: agreement, value: all}
schema:
  - name: people
    logicalType: object
    customProperties:
      - {property: deliveryMode, value: full}
      - {property: ignoredHeaders, value: [ลำดับ]}
    quality:
      - {metric: rowCount, mustBeBetween: [1, 100], severity: stop}
    properties:
      - name: national_id
        physicalName: เลขประจำตัว
        logicalType: string
        primaryKey: true
        customProperties:
          - {property: aliases, value: [เลขบัตร]}
        quality:
          - {metric: nullValues, unit: percent, mustBeLessOrEqualTo: 5, severity: warn}
      - name: first_name
        physicalName: ชื่อ
        logicalType: string
        required: true
      - name: help_code
        physicalName: ความช่วยเหลือ
        logicalType: string
        customProperties:
          - {property: lookups, value: {เงินสด: cash, 1: food}}
      - name: debt_baht
        physicalName: หนี้สิน
        logicalType: number
"""


def make_folder(folder: Path, contract: str = CONTRACT, agreements: str = AGREEMENTS, agency: str = "alpha") -> Path:
    (folder / "agencies").mkdir(exist_ok=True)
    (folder / "attributes.yaml").write_text(ATTRIBUTES, encoding="utf-8")
    (folder / "agreements.yaml").write_text(agreements, encoding="utf-8")
    (folder / "province.yaml").write_text(PROVINCE, encoding="utf-8")
    (folder / "agencies" / f"{agency}.odcs.yaml").write_text(contract, encoding="utf-8")
    return folder


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def only_fault(folder: Path) -> ContractFault:
    faults = check_contracts(folder)
    assert len(faults) == 1, [fault.text for fault in faults]
    return faults[0]


def test_a_sound_contract_is_read_into_the_model(tmp_path: Path) -> None:
    contract = load_contract_book(make_folder(tmp_path)).contracts["alpha"]
    people = contract.lists[0]
    assert (contract.name_thai, contract.agreement_id, contract.freshness_days) == ("หน่วยงานทดสอบ", "all", 90)
    assert contract.contact.email == "a@example.go.th"
    assert (people.list_code, people.delivery_mode, people.key, people.roles) == (
        "people",
        "full",
        ("national_id",),
        ("person",),
    )
    columns = {c.name: c for c in people.columns}
    assert columns["national_id"].aliases == ("เลขบัตร",)
    assert columns["first_name"].is_required and columns["first_name"].is_value_required
    assert not columns["national_id"].is_required
    assert columns["national_id"].column_class == "identity"
    assert columns["help_code"].lookups == {
        "เงิน": "cash",
        "อาหาร": "food",
        "cash": "cash",
        "food": "food",
        "เงินสด": "cash",
        "1": "food",
    }
    assert (columns["debt_baht"].minimum, columns["debt_baht"].maximum) == (0, 1000)
    assert [(a.kind, a.column, a.minimum, a.maximum, a.severity) for a in people.assertions] == [
        ("row_count", "", 1, 100, "stop"),
        ("share_present", "national_id", 0.95, None, "warn"),
    ]


def test_five_faults_of_one_contract_are_shown_at_once_each_on_its_line(tmp_path: Path) -> None:
    text = (
        CONTRACT.replace("kind: DataContract", "kind: DataContrat")
        .replace("deliveryMode, value: full", "deliveryMode, value: sometimes")
        .replace("name: first_name", "name: frist_name")
        .replace("เงินสด: cash", "เงินสด: gold")
        .replace("        required: true", "        requierd: true")
    )
    faults = check_contracts(make_folder(tmp_path, text))
    assert [(f.path.name, f.line) for f in faults] == [
        ("alpha.odcs.yaml", line_of(text, wanted))
        for wanted in ("DataContrat", "sometimes", "frist_name", "requierd", "gold")
    ]
    assert all(f.thai and f.english for f in faults)


# What is changed, and what the fault says on the changed line.
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version: 1.0.0", "version: 1.0", "'version' must be text"),
        ("apiVersion: v3.1.0", "apiVersion: v3.0.2", "apiVersion must be v3.1.0"),
        ("id: alpha", "id: omega", "id must be alpha"),
        ("status: active", "status: draft", "a draft is not read"),
        ("status: active", "status: active\nstaus: x", "did you mean 'status'"),
        ("description: {purpose: ทดสอบ}", "description: {purpose: '', usage: x}", "description.purpose is missing"),
        ("description: {purpose: ทดสอบ}", "description: {purpos: ทดสอบ, purpose: ก}", "did you mean 'purpose'"),
        ("name: ผู้ประสานงานข้อมูล}", "nmae: ก, name: ข}", "did you mean 'name'"),
        ('url: "mailto:a@example.go.th"', 'url: "a@example.go.th"', "support has no address"),
        ("property: latency", "property: latenzy", "unknown service level"),
        ("value: 3, unit: m", "value: 0, unit: m", "whole number from 1"),
        ("agreement, value: all", "agreement, value: none_such", "not in agreements.yaml"),
        ("agreement, value: all", "agreement, value: shut", "no party of 'shut'"),
        ("name: people", "name: People List", "lower-case letters"),
        ("property: deliveryMode", "property: deliverMode", "did you mean 'deliveryMode'"),
        ("value: [ลำดับ]}", "value: ลำดับ}", "ignoredHeaders"),
        ("severity: stop", "severity: panic", "severity: stop"),
        ("metric: rowCount", "metric: rowCnt", "must be one of"),
        ("metric: rowCount", "metric: nullValues, unit: percent", "not understood"),
        ("mustBeBetween: [1, 100]", "mustBeBetween: [100, 1]", "above the upper one"),
        ("mustBeBetween: [1, 100]", "mustBeGreaterThan: 3", "use one of"),
        ("mustBeBetween: [1, 100], ", "", "exactly one mustBe"),
        ("metric: nullValues, unit: percent", "metric: nullValues", "add unit: percent"),
        ("name: debt_baht", "name: debt_bath", "did you mean 'debt_baht'"),
        ("name: debt_baht", "name: spouse.debt_baht", "not among the list's roles"),
        ("name: debt_baht", "name: decide_1", "not decided yet"),
        ("logicalType: number", "logicalType: string", "must be number or integer"),
        ("logicalType: number", "logicalType: nummer", "must be one of"),
        ("physicalName: หนี้สิน", "physicalName: ' ชื่อ '", "stands twice in the list"),
        ("physicalName: หนี้สิน", "physicalName: ''", "physicalName"),
        ("1: food", "1: fod", "no code of 'help_code'"),
        ("property: aliases", "property: alias", "did you mean 'aliases'"),
        ("property: aliases, value: [เลขบัตร]", "property: occurrence, value: 0", "occurrence"),
    ],
)
def test_a_fault_is_told_on_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = CONTRACT.replace(old, new, 1)
    assert text != CONTRACT
    faults = check_contracts(make_folder(tmp_path, text))
    found = [fault for fault in faults if says in fault.english]
    assert found, [fault.text for fault in faults]
    start = CONTRACT[: CONTRACT.index(old)].count("\n") + 1
    assert start - 1 <= found[0].line <= start + 2


def add_to_list(line: str) -> str:
    anchor = "      - {property: deliveryMode, value: full}\n"
    return CONTRACT.replace(anchor, f"{anchor}      - {line}\n", 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{property: sheetPattern, value: '(ก'}", "does not compile"),
        ("{property: partFrom, value: sheet}", "full_per_part needs partFrom"),
        ("{property: period, value: 'column:survey_date'}", "not in the list"),
        ("{property: period, value: 'file:(?P<yaer>\\d{4})'}", "(?P<year>"),
        ("{property: period, value: 'file:('}", "does not compile"),
        ("{property: period, value: ปีที่แล้ว}", "period must be"),
        ("{property: period, value: '2569-01-01'}", "period must be"),
        ("{property: roles, value: [person, person]}", "has one twice"),
        ("{property: roles, value: [person, neighbour]}", "must be 'person'"),
        ("{property: roles, value: [person, spouse]}", "no column that says who it is"),
        ("{property: roles, value: [household]}", "no column that says who it is"),
        ("{property: surveyRound, value: ปี 2560}", "surveyRound"),
        ("{property: headerRows, value: 0}", "headerRows"),
        ("{property: era, value: BE}", "must be 'be'"),
        ("{property: excludeRows, value: [{header: สี, pattern: แดง, reason: ก}]}", "does not have"),
        ("{property: excludeRows, value: [{header: ชื่อ, pattern: '[', reason: ก}]}", "does not compile"),
        ("{property: excludeRows, value: [{header: ชื่อ, patern: ก, pattern: ก, reason: ก}]}", "unknown key 'patern'"),
        ("{property: constants, value: {help_code: gold}}", "no code of 'help_code'"),
        ("{property: constants, value: {colour: red}}", "no canonical name"),
        ("{property: constants, value: {debt_baht: 5}}", "both a column and a constant"),
        ("{property: deliveryMode, value: append}", "stands twice"),
    ],
)
def test_a_fault_of_a_lists_own_properties_is_told(tmp_path: Path, line: str, says: str) -> None:
    faults = check_contracts(make_folder(tmp_path, add_to_list(line)))
    assert any(says in fault.english for fault in faults), [fault.text for fault in faults]


def with_column(*lines: str) -> str:
    return CONTRACT + "".join(
        f"{line}\n" for line in ("      - " + lines[0], *("        " + line for line in lines[1:]))
    )


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (("name: has_card", "physicalName: บัตร", "logicalType: boolean"), "needs lookups"),
        (("name: first_name", "physicalName: ชื่อตัว", "logicalType: string"), "already the column"),
        (
            ("name: last_name", "physicalName: สกุล", "logicalType: string", "classification: ordinary"),
            "cannot be made ordinary",
        ),
        (
            ("name: last_name", "physicalName: สกุล", "logicalType: string", "classification: secret"),
            "classification must be",
        ),
        (("name: remark", "physicalName: อื่น", "logicalType: string"), "does not allow to be delivered"),
        (("name: last_name", "physicalName: สกุล", "logicalType: string", "primaryKey: true"), "same place"),
        (("name: last_name", "physicalName: สกุล"), "logicalType of this column"),
        (("name: last_name", "physicalName: ลำดับ", "logicalType: string"), "stands twice in the list"),
        (
            (
                "name: age",
                "physicalName: อายุ",
                "logicalType: integer",
                "quality: [{type: custom, engine: khrua, severity: warn, implementation: {metric: mean, mustBee: 1}}]",
            ),
            "not understood",
        ),
        (
            (
                "name: last_name",
                "physicalName: สกุล",
                "logicalType: string",
                "customProperties: [{property: lookups, value: {ก: ข}}]",
            ),
            "takes no lookups",
        ),
    ],
)
def test_a_fault_of_a_column_is_told(tmp_path: Path, column: tuple[str, ...], says: str) -> None:
    assert says in only_fault(make_folder(tmp_path, with_column(*column))).english


def test_a_misspelt_key_says_which_key_was_meant_and_nothing_else(tmp_path: Path) -> None:
    text = CONTRACT.replace("physicalName: หนี้สิน", "physicalNam: หนี้สิน\n        physicalName: หนี้สิน")
    fault = only_fault(make_folder(tmp_path, text))
    assert fault.line == line_of(text, "physicalNam:")
    assert "did you mean 'physicalName'" in fault.english
    assert "physicalName" in fault.thai


def test_a_misspelt_required_key_is_one_fault_and_not_two(tmp_path: Path) -> None:
    text = CONTRACT.replace("kind: DataContract", "knid: DataContract")
    assert only_fault(make_folder(tmp_path, text)).english == "unknown key 'knid'; did you mean 'kind'?"
    text = CONTRACT.replace("property: deliveryMode", "property: deliverymode")
    assert "did you mean 'deliveryMode'" in only_fault(make_folder(tmp_path, text)).english


def test_a_fault_beside_the_roles_is_not_echoed_by_every_column(tmp_path: Path) -> None:
    text = add_to_list("{property: roles, value: [head]}").replace("name: first_name", "name: head.first_name")
    fault = only_fault(make_folder(tmp_path, text.replace("value: full}", "value: fulll}")))
    assert "'deliveryMode' must be" in fault.english


def test_a_repeated_key_is_a_fault_and_not_the_last_one_wins(tmp_path: Path) -> None:
    text = CONTRACT.replace("status: active", "status: active\nstatus: active")
    assert only_fault(make_folder(tmp_path, text)).english == "the key 'status' repeats line 5; keep one of them"


@pytest.mark.parametrize(
    "content", [b"", b"a: [", b"\xa1\xa2\xff\xfe: 1", b"- only a list", b"&a [*a]", b"x: 2026-13-45"]
)
def test_a_file_that_is_no_contract_is_one_faulty_agency_and_never_an_exception(tmp_path: Path, content: bytes) -> None:
    folder = make_folder(tmp_path)
    (folder / "agencies" / "beta.odcs.yaml").write_bytes(content)
    book = load_contract_book(folder)
    assert set(book.contracts) == {"alpha"}
    assert book.faulty_agencies == ("beta",)
    assert {fault.path.name for fault in book.faults} == {"beta.odcs.yaml"}


def test_a_faulty_contract_leaves_the_others_at_work(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    text = CONTRACT.replace("id: alpha", "id: beta").replace("name: first_name", "name: frist_name")
    (folder / "agencies" / "beta.odcs.yaml").write_text(text, encoding="utf-8")
    book = load_contract_book(folder)
    assert set(book.contracts) == {"alpha"}
    assert book.faulty_agencies == ("beta",)


def test_a_contract_under_a_wrong_file_name_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / "agencies" / "beta.yaml").write_text(CONTRACT, encoding="utf-8")
    assert "ends in .odcs.yaml" in only_fault(folder).english


def test_a_faulty_agreement_disables_the_agencies_that_rest_on_it_alone(tmp_path: Path) -> None:
    agreements = AGREEMENTS.replace("    valid_to: 2030-12-31\n", "    valid_to: 2020-12-31\n", 1)
    folder = make_folder(tmp_path, agreements=agreements)
    beta = CONTRACT.replace("id: alpha", "id: beta").replace("value: all", "value: shut")
    (folder / "agencies" / "beta.odcs.yaml").write_text(beta, encoding="utf-8")
    book = load_contract_book(folder)
    assert set(book.contracts) == {"beta"}
    assert [(f.path.name, f.line) for f in book.faults] == [
        ("alpha.odcs.yaml", line_of(CONTRACT, "property: agreement")),
        ("agreements.yaml", line_of(agreements, "2020-12-31")),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("valid_to: 2030-12-31", "valid_to: 2573-12-31", "write it in CE (2030)"),
        ("valid_to: 2030-12-31", "valid_to: soon", "valid_to"),
        ("shares_help: true", "share_help: true\n    shares_help: true", "did you mean 'shares_help'"),
        ("recipients: [alpha, beta]", "recipients: [alpha, bata]", "party of no agreement"),
        ("recipients: [alpha, beta]", "recipients: [alpha, alpha]", "stands twice"),
        ("agreement_id: shut", "agreement_id: all", "stands twice"),
        ("classes_delivered: [identity, ordinary]", "classes_delivered: [identity, secret]", "must be"),
    ],
)
def test_a_fault_of_an_agreement_is_told_on_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    agreements = AGREEMENTS.replace(old, new, 1)
    faults = [
        f for f in check_contracts(make_folder(tmp_path, agreements=agreements)) if f.path.name == "agreements.yaml"
    ]
    assert len(faults) == 1
    assert says in faults[0].english
    assert faults[0].line == AGREEMENTS[: AGREEMENTS.index(old)].count("\n") + 1


def test_an_agency_may_join_an_open_agreement_by_its_own_contract_alone(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    joined = CONTRACT.replace("id: alpha", "id: gamma").replace(
        "  - {property: agreement, value: all}",
        "  - {property: agreement, value: all}\n  - {property: accededOn, value: 2026-05-01}",
    )
    (folder / "agencies" / "gamma.odcs.yaml").write_text(joined, encoding="utf-8")
    book = load_contract_book(folder)
    assert book.faults == ()
    assert book.agreements["all"].parties == ("alpha", "beta", "gamma")


@pytest.mark.parametrize(
    ("agreement", "day", "says"),
    [("shut", "2026-05-01", "not open to accession"), ("all", "2031-05-01", "outside the agreement's time")],
)
def test_joining_needs_an_open_agreement_in_force(tmp_path: Path, agreement: str, day: str, says: str) -> None:
    text = CONTRACT.replace("id: alpha", "id: gamma").replace(
        "  - {property: agreement, value: all}",
        f"  - {{property: agreement, value: {agreement}}}\n  - {{property: accededOn, value: {day}}}",
    )
    assert says in only_fault(make_folder(tmp_path, text, agency="gamma")).english


def test_faults_of_the_province_stop_everything_and_show_all_faults_of_the_folder(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONTRACT.replace("id: alpha", "id: omega"))
    province = PROVINCE.replace("assessed_share: 0.8", "assessed_share: 80").replace("small_count", "smal_count")
    (folder / "province.yaml").write_text(province, encoding="utf-8")
    with pytest.raises(UserError) as error:
        load_contract_book(folder)
    assert [detail.split(":")[0] for detail in error.value.details] == [
        "alpha.odcs.yaml",
        "province.yaml",
        "province.yaml",
    ]


def test_a_misspelt_key_inside_another_is_told_with_the_keys_of_that_place(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    province = PROVINCE.replace("{records: 0.2,", "{recordz: 0.2, records: 0.2,")
    (folder / "province.yaml").write_text(province, encoding="utf-8")
    fault = only_fault(folder)
    assert (fault.line, fault.english) == (4, "unknown key 'recordz'; did you mean 'records'?")


def test_a_missing_folder_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--contracts"):
        load_contract_book(tmp_path / "nowhere")


def test_columns_of_a_row_with_two_persons_know_whom_they_describe(tmp_path: Path) -> None:
    text = add_to_list("{property: roles, value: [head, spouse]}").replace(
        "name: national_id", "name: head.national_id"
    )
    text = text.replace("name: first_name", "name: head.first_name")
    text += "      - name: spouse.first_name\n        physicalName: คู่สมรส\n        logicalType: string\n"
    book = load_contract_book(make_folder(tmp_path, text))
    assert book.faults == ()
    people = book.contracts["alpha"].lists[0]
    assert [(c.role, c.name) for c in people.columns] == [
        ("head", "national_id"),
        ("head", "first_name"),
        (EVERY_ROLE, "help_code"),
        (EVERY_ROLE, "debt_baht"),
        ("spouse", "first_name"),
    ]


def test_the_same_header_twice_is_told_apart_by_occurrence(tmp_path: Path) -> None:
    text = (
        with_column(
            "name: tambon_code",
            "physicalName: ตำบล",
            "logicalType: string",
        )
        + "      - name: tambon\n        physicalName: ตำบล\n        logicalType: string\n"
    )
    assert "stands twice" in only_fault(make_folder(tmp_path, text)).english
    text += "        customProperties: [{property: occurrence, value: 2}]\n"
    assert check_contracts(make_folder(tmp_path, text)) == ()


def test_a_repeated_header_may_be_used_in_one_place_and_ignored_in_the_others(tmp_path: Path) -> None:
    text = with_column("name: tambon", "physicalName: ตำบล", "logicalType: string").replace("[ลำดับ]", "[ลำดับ, ตำบล]")
    assert "stands twice" in only_fault(make_folder(tmp_path, text)).english
    text += "        customProperties: [{property: occurrence, value: 2}]\n"
    assert check_contracts(make_folder(tmp_path, text)) == ()


def test_the_rows_for_json_name_files_from_the_contracts_folder(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONTRACT.replace("id: alpha", "id: omega"))
    faults = check_contracts(folder)
    assert [(row["file"], row["line"]) for row in contract_faults_as_rows(faults, folder)] == [
        ("agencies/alpha.odcs.yaml", 3)
    ]
    shown = format_contract_faults(faults, folder)
    assert "agencies/alpha.odcs.yaml" in shown and "บรรทัด 3" in shown and "1 faults in 1 files" in shown


def test_the_content_hash_changes_with_the_file(tmp_path: Path) -> None:
    first = load_contract_book(make_folder(tmp_path)).contracts["alpha"].content_hash
    second = load_contract_book(make_folder(tmp_path, CONTRACT + "# ข้อสังเกต\n")).contracts["alpha"].content_hash
    assert first != second


def test_what_a_list_says_beside_its_columns_reaches_the_model(tmp_path: Path) -> None:
    lines = (
        "{property: constants, value: {has_card: true}}",
        "{property: excludeRows, value: [{header: ลำดับ, pattern: '0+', reason: แถวตัวอย่าง}]}",
        "{property: filePattern, value: 'ไตรมาส(\\d)'}",
        "{property: partFrom, value: file}",
        "{property: period, value: 'file:(?P<year>25\\d\\d)'}",
        "{property: totalWords, value: [ยอดยกไป]}",
    )
    text = CONTRACT.replace(
        "      - {property: deliveryMode, value: full}\n",
        "      - {property: deliveryMode, value: full_per_part}\n" + "".join(f"      - {line}\n" for line in lines),
    ).replace(
        "agreement, value: all}", "agreement, value: all}\n  - {property: passwordsFrom, value: KHRUA_PASSWORDS_ALPHA}"
    )
    book = load_contract_book(make_folder(tmp_path, text))
    assert book.faults == ()
    contract = book.contracts["alpha"]
    people = contract.lists[0]
    assert contract.passwords_from == "KHRUA_PASSWORDS_ALPHA"
    assert people.constants == {"has_card": "true"}
    assert [(rule.header, rule.pattern, rule.reason) for rule in people.exclude] == [("ลำดับ", "0+", "แถวตัวอย่าง")]
    assert (people.file_pattern, people.part_from, people.period, people.total_words) == (
        "ไตรมาส(\\d)",
        "file",
        "file:(?P<year>25\\d\\d)",
        ("ยอดยกไป",),
    )


@pytest.mark.parametrize(
    ("rule", "bounds"),
    [
        ("{metric: duplicateValues, unit: percent, mustBe: 0, severity: stop}", ("share_unique", 1.0, None, "stop")),
        (
            "{metric: invalidValues, unit: percent, mustBeBetween: [1, 10], severity: warn}",
            ("share_in_lookups", 0.9, 0.99, "warn"),
        ),
        (
            "{type: custom, engine: khrua, implementation: {metric: mean, mustBeGreaterOrEqualTo: 5}, severity: warn}",
            ("mean", 5.0, None, "warn"),
        ),
    ],
)
def test_a_quality_rule_counts_what_is_wrong_and_an_assertion_what_is_right(
    tmp_path: Path, rule: str, bounds: tuple[str, float | None, float | None, str]
) -> None:
    text = CONTRACT + f"        quality: [{rule}]\n"
    found = load_contract_book(make_folder(tmp_path, text)).contracts["alpha"].lists[0].assertions[-1]
    assert (found.kind, found.minimum, found.maximum, found.severity) == bounds
    assert (found.column, found.line) == ("debt_baht", len(text.splitlines()))


def test_unique_in_odcs_warns_of_repeated_values(tmp_path: Path) -> None:
    found = load_contract_book(make_folder(tmp_path, CONTRACT + "        unique: true\n")).contracts["alpha"]
    assert [(a.kind, a.column, a.minimum, a.severity) for a in found.lists[0].assertions][-1] == (
        "share_unique",
        "debt_baht",
        1.0,
        "warn",
    )


def test_the_commands_start_without_the_libraries_of_contracts() -> None:
    import subprocess
    import sys

    heavy = "{'jsonschema', 'pydantic', 'open_data_contract_standard', 'yaml', 'pyarrow'}"
    code = f"import sys, pipeline.contracts.files; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
