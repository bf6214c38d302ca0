"""The contracts in the repository are sound and say what the province's agencies agreed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.contracts import ContractBook, ContractList
from pipeline.contracts.columns import IDENTITY
from pipeline.contracts.draft import MARK, DraftSheet, draft_contract
from pipeline.contracts.files import check_contracts, load_contract_book

FOLDER = Path(__file__).resolve().parents[2] / "data_contracts"
# domain.md section 2: the 21 agencies of the agreement, and the operator.
AGENCIES = frozenset(
    {
        *("province", "admin", "social_dev", "education", "army2", "tourism", "agri_coop", "commerce", "labour"),
        *("culture", "community_dev", "health", "pao", "agri_ext", "fisheries", "livestock", "employment", "prd"),
        *("skills5", "community_net", "codi", "nrru"),
    }
)


@pytest.fixture(scope="module")
def book() -> ContractBook:
    return load_contract_book(FOLDER)


def _lists(book: ContractBook) -> list[tuple[str, ContractList]]:
    return [(agency, one) for agency, contract in book.contracts.items() for one in contract.lists]


def test_committed_contracts_have_no_faults() -> None:
    assert [fault.text for fault in check_contracts(FOLDER)] == []


def test_every_agency_of_the_agreement_and_the_operator_has_a_contract(book: ContractBook) -> None:
    assert set(book.contracts) == AGENCIES


def test_every_contract_rests_on_an_agreement_that_names_it_and_is_in_force_in_2569(book: ContractBook) -> None:
    from datetime import date

    for agency, contract in book.contracts.items():
        agreement = book.agreements[contract.agreement_id]
        assert agency in agreement.parties
        assert agreement.is_valid_on(date(2026, 11, 24))


def test_the_agreement_of_2564_is_over(book: ContractBook) -> None:
    from datetime import date

    assert not book.agreements["korat_2564"].is_valid_on(date(2026, 1, 1))


def test_every_delivery_mode_is_in_use(book: ContractBook) -> None:
    assert {one.delivery_mode for _, one in _lists(book)} == {"full", "append", "full_per_part"}


def test_hotline_requests_and_community_fund_have_no_key(book: ContractBook) -> None:
    for agency in ("prd", "community_net"):
        assert [one.key for one in book.contracts[agency].lists] == [()]


def test_some_rows_tell_of_two_persons(book: ContractBook) -> None:
    assert {agency for agency, one in _lists(book) if len(one.roles) > 1} >= {"army2", "education"}


def test_the_survey_names_its_round_and_holds_all_31_indicators(book: ContractBook) -> None:
    survey = [one for one in book.contracts["community_dev"].lists if one.survey_round]
    assert [one.survey_round for one in survey] == ["bmn_2560"]
    assert {c.name for c in survey[0].columns} >= {f"bmn_{number:02d}" for number in range(1, 32)}


def test_health_and_disability_are_sensitive_wherever_they_stand(book: ContractBook) -> None:
    classes = {
        column.column_class
        for _, one in _lists(book)
        for column in one.columns
        if column.name in ("disability_code", "is_bedridden", "is_chronically_ill")
    }
    assert classes == {"sensitive"}


def test_names_ids_and_addresses_are_identity_wherever_they_stand(book: ContractBook) -> None:
    for agency, one in _lists(book):
        for column in one.columns:
            if column.name in ("national_id", "first_name", "last_name", "full_name", "house_code", "house_no"):
                assert column.column_class == "identity", (agency, column.name)


def test_every_list_stops_a_file_that_is_far_too_short_or_long(book: ContractBook) -> None:
    for agency, one in _lists(book):
        stops = [a for a in one.assertions if a.severity == "stop" and a.kind == "row_count"]
        assert stops, (agency, one.list_code)


def test_every_contract_has_an_address_of_an_office_and_no_person(book: ContractBook) -> None:
    for contract in book.contracts.values():
        assert re.fullmatch(r"[a-z0-9_.]+@example\.go\.th", contract.contact.email)
        assert contract.contact.name.startswith("ผู้ประสานงานข้อมูล")


def test_a_code_column_understands_the_labels_of_the_vocabulary(book: ContractBook) -> None:
    for agency, one in _lists(book):
        for column in one.columns:
            if column.type == "code":
                labels = book.attributes[column.name].codes
                assert {column.lookups[label] for label in labels.values()} == set(labels), (agency, column.name)


def test_a_draft_from_the_headers_of_a_known_list_has_faults_on_marked_lines_only(
    book: ContractBook, tmp_path: Path
) -> None:
    for name in ("agreements", "province", "attributes"):
        (tmp_path / f"{name}.yaml").write_bytes((FOLDER / f"{name}.yaml").read_bytes())
    (tmp_path / "agencies").mkdir()
    for agency, contract in book.contracts.items():
        sheets = [
            DraftSheet(one.list_code, tuple(c.header for c in one.columns) + one.ignored_headers)
            for one in contract.lists
        ]
        text = draft_contract(agency, sheets, book)
        path = tmp_path / "agencies" / f"{agency}.odcs.yaml"
        path.write_text(text, encoding="utf-8")
        lines = text.splitlines()
        faults = check_contracts(tmp_path)
        assert faults
        assert [f.text for f in faults if MARK not in lines[f.line - 1]] == []
        path.unlink()


def test_a_draft_recognises_most_headers_of_the_contracts_it_learns_from(book: ContractBook) -> None:
    decided = undecided = 0
    for agency, contract in book.contracts.items():
        for one in contract.lists:
            if len(one.roles) == 1:
                text = draft_contract(agency, [DraftSheet("", tuple(c.header for c in one.columns))], book)
                undecided += text.count("name: decide_")
                decided += len(one.columns)
    assert undecided <= 0.1 * decided


def test_no_attribute_repeats_an_identity_column(book: ContractBook) -> None:
    assert not set(book.attributes) & set(IDENTITY)


def test_every_key_of_ours_is_explained_to_the_officer_in_both_languages() -> None:
    from pipeline.contracts.models import AgencyProperties, ColumnProperties, ListProperties
    from pipeline.contracts.validation import known_keys

    thai, english = (FOLDER / "README.md").read_text(encoding="utf-8").split("# Data contracts (English)")
    for model in (AgencyProperties, ListProperties, ColumnProperties):
        for key in known_keys(model):
            assert key in thai and key in english, key
