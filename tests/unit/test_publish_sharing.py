"""Agreements decide who is told of whose help."""

from __future__ import annotations

from datetime import date

import pytest
from publish_province import AGENCIES, HEADERS, NIGHT, agreement, contract, make_book

from pipeline.publish.sharing import agreement_of, allowed_givers, hidden_columns


def test_help_is_shown_where_both_agreements_allow() -> None:
    assert allowed_givers(make_book(), "admin", NIGHT) == ("army2", "community_dev")


@pytest.mark.parametrize(
    "given",
    [
        agreement("other", shares_help=False, recipients=()),
        agreement("other", recipients=("community_dev",)),
        agreement("other", valid_to=date(2026, 11, 23)),
    ],
    ids=["giver shares nothing", "recipient not named", "giver's agreement has ended"],
)
def test_help_of_a_giver_whose_agreement_does_not_allow_is_not_shown(given: object) -> None:
    contracts = {a: contract(a, "other" if a == "army2" else "pact") for a in AGENCIES}
    book = make_book(contracts=contracts, agreements={"pact": agreement(), "other": given})
    assert allowed_givers(book, "admin", NIGHT) == ("community_dev",)


def test_a_recipient_whose_own_agreement_says_nothing_of_help_sees_none() -> None:
    contracts = {a: contract(a, "other" if a == "admin" else "pact") for a in AGENCIES}
    closed = agreement("other", shares_help=False, recipients=())
    book = make_book(contracts=contracts, agreements={"pact": agreement(), "other": closed})
    assert allowed_givers(book, "admin", NIGHT) == ()


@pytest.mark.parametrize(("day", "is_valid"), [(date(2030, 12, 31), True), (date(2031, 1, 1), False)])
def test_an_agreement_holds_to_its_last_day(day: date, is_valid: bool) -> None:
    assert (agreement_of(make_book(), "admin", day) is not None) is is_valid


def test_a_column_that_does_not_go_back_is_found_under_spaces_and_upper_headers() -> None:
    headers = [HEADERS[0], "สุขภาพ / โรค ประจำตัว", "อื่น"]
    assert hidden_columns(contract("admin"), headers) == {1}
