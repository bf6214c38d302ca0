"""Who may be told what: agreements decide which help a returned list shows, and whether a list goes out at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.contracts import Agreement, Contract, ContractBook

# Treatment tells of an illness, whatever class the list's own columns have (PDPA, section 26).
WITHHELD_KINDS = ("medical",)


def agreement_of(book: ContractBook, agency: str, day: date) -> Agreement | None:
    """The agreement of an agency's contract, if it is in force on ``day``; else None."""
    contract = book.contracts.get(agency)
    agreement = book.agreements.get(contract.agreement_id) if contract else None
    return agreement if agreement is not None and agreement.is_valid_on(day) else None


def allowed_givers(book: ContractBook, recipient: str, day: date) -> tuple[str, ...]:
    """Agencies whose help a recipient's list may show.

    Both sides have to allow it: the recipient's agreement that its list says so, and the giver's that this
    recipient is told.
    """
    own = agreement_of(book, recipient, day)
    if own is None or not own.shares_help:
        return ()
    return tuple(
        sorted(
            agency
            for agency in book.contracts
            if agency != recipient
            and (given := agreement_of(book, agency, day)) is not None
            and given.shares_help
            and recipient in given.recipients
        )
    )


def hidden_columns(contract: Contract, headers: Sequence[str]) -> frozenset[int]:
    """Positions of columns that the contract keeps from going back.

    Args:
        contract: The agency's contract.
        headers: The sheet's headers, levels parted by `` / ``.
    """
    hidden: set[str] = set()
    shown: set[str] = set()
    for one in contract.lists:
        for column in one.columns:
            names = {_fold(n) for n in (column.header, *column.aliases)}
            (shown if column.goes_back else hidden).update(names)
    return frozenset(
        number
        for number, header in enumerate(headers)
        if (names := {_fold(header), _fold(header.rsplit(" / ", 1)[-1])}) & hidden and not names & shown
    )


def _fold(label: str) -> str:
    return "".join(label.split()).lower()
