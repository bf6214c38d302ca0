"""What records say of where somebody lives, whoever that is.

It depends on the records and the declared order of sources alone. Who is whom plays no part, so it is read once a night
and serves however often persons change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.columns import whole
from pipeline.link.best import first_nodes
from pipeline.link.codes import UNKNOWN, Codes, Flags, at, combined, is_any_of, numbered, plain_texts, where
from pipeline.link.encode import Coded, agency_rank

KIN = ("spouse", "child", "parent", "grandchild", "grandparent", "sibling", "child_in_law", "relative")
NOT_ORDINARY = ("institution", "temple", "central_register", "no_fixed_home")


@dataclass(frozen=True, slots=True)
class Residence:
    """What each record says of a household. One entry a node, -1 unknown, unless said otherwise.

    Attributes:
        is_person: Whether it is a record of a person; else of a house.
        agency: Agency that gives it.
        group: Household as its agency numbers it.
        house_code: House code of an ordinary dwelling.
        address: Address of an ordinary dwelling, down to the house number.
        claim: Address and house code that it gives together.
        claims: Address and house code of each claim, in their order: two columns.
        surname: Surname.
        is_kin: Whether it calls its person kin of a head of household.
        is_elsewhere: Whether it places its person outside ordinary households.
        credence: How much it is believed about where its person lives, from 0: the agency's own number before an
            address, then the declared order of sources, then the newest evidence.
        row_person: For a record of a house without a household number the person of the same delivered row.
    """

    is_person: Flags
    agency: Codes
    group: Codes
    house_code: Codes
    address: Codes
    claim: Codes
    claims: Codes
    surname: Codes
    is_kin: Flags
    is_elsewhere: Flags
    credence: Codes
    row_person: Codes

    def only(self, nodes: Codes) -> Residence:
        """What some of the records say, in order and numbered anew among themselves; they hold persons of rows too."""
        of_nodes = {f.name: getattr(self, f.name)[nodes] for f in fields(self) if f.name != "claims"}
        return replace(self, **of_nodes | {"row_person": places_among(nodes, of_nodes["row_person"])})


def read_residence(coded: Coded, source_priority: Sequence[str]) -> Residence:
    """Read what records say of households.

    Args:
        coded: The records.
        source_priority: Agencies in the order in which they are believed about who lives together.
    """
    columns, records = coded.columns, coded.records
    is_elsewhere = is_any_of(records["household_type_code"], NOT_ORDINARY)
    is_ordinary = ~_shares_code(is_elsewhere, columns["house_code"])
    house_code = where(columns["house_code"], is_ordinary)
    address = _addresses(coded, is_ordinary)
    group = _numbered_where(columns["household_ref"] >= 0, columns["agency"], columns["household_ref"])
    claim = _numbered_where((address >= 0) & (house_code >= 0), address, house_code)
    claiming = np.flatnonzero(claim >= 0)
    claims = np.empty((int(claim.max(initial=UNKNOWN)) + 1, 2), dtype=np.int32)
    claims[claim[claiming], 0], claims[claim[claiming], 1] = address[claiming], house_code[claiming]
    return Residence(
        is_person=coded.is_person(),
        agency=columns["agency"],
        group=group,
        house_code=house_code,
        address=address,
        claim=claim,
        claims=claims,
        surname=columns["surname_fold"],
        is_kin=is_any_of(records["relationship_code"], KIN),
        is_elsewhere=is_elsewhere,
        credence=_credence(coded, group, source_priority),
        row_person=_people_of_rows(coded, group),
    )


def places_among(nodes: Codes, some: Codes) -> Codes:
    """Place of some nodes among others, which are in order; the unknown stays unknown."""
    return where(np.searchsorted(nodes, some).astype(np.int32), some >= 0)


def of_person(flag: Flags, person: Codes) -> Flags:
    """What holds for one record of a person holds for all."""
    persons = np.zeros(len(flag), dtype=bool)
    persons[person[flag]] = True
    return at(persons, person)


def _shares_code(is_elsewhere: Flags, house_code: Codes) -> Flags:
    """Records with the house code of a temple, an institution or the central register."""
    # The unknown, -1, is the last entry.
    codes = np.zeros(int(house_code.max(initial=UNKNOWN)) + 2, dtype=bool)
    codes[house_code[is_elsewhere]] = True
    codes[UNKNOWN] = False
    return at(codes, house_code)


def _addresses(coded: Coded, is_ordinary: Flags) -> Codes:
    """Address down to the house number; a village by its number (moo), by its name only without."""
    tambon, moo, village, house_no = (coded.columns[name] for name in ("tambon", "moo", "village", "house_no"))
    is_whole = (tambon >= 0) & (house_no >= 0) & ((moo >= 0) | (village >= 0))
    return _numbered_where(is_whole & is_ordinary, tambon, moo, where(village, moo < 0), house_no)


def _numbered_where(keep: Flags, *columns: Codes) -> Codes:
    """One code for each combination of codes, in their order; -1 where not kept."""
    code = np.full(len(keep), UNKNOWN, dtype=np.int32)
    code[keep] = numbered(combined([column[keep] for column in columns]))
    return code


def _credence(coded: Coded, group: Codes, source_priority: Sequence[str]) -> Codes:
    evidence, seen = (_days(coded.records[name]) for name in ("evidence_date", "last_seen_date"))
    day = np.where(evidence >= 0, evidence, np.maximum(seen, UNKNOWN))
    return numbered(combined([(group >= 0).astype(np.int32), -agency_rank(coded, source_priority), day]))


def _days(column: pa.ChunkedArray) -> Codes:
    """Days since 1970, -1 unknown."""
    return np.asarray(column.cast(pa.int32()).fill_null(UNKNOWN).to_numpy(), dtype=np.int32)


def _people_of_rows(coded: Coded, group: Codes) -> Codes:
    """For a record of a house without a household number the person of the same delivered row, the head first."""
    found = np.full(coded.count, UNKNOWN, dtype=np.int32)
    free = np.flatnonzero(~coded.is_person() & (group < 0))
    if len(free) == 0:
        return found
    row = _delivered_rows(coded)
    is_head = is_any_of(coded.records["role"], ("head",))
    rows, nodes = first_nodes(np.where(coded.is_person(), row, UNKNOWN), (~is_head).astype(np.int64))
    # The unknown, -1, is the last entry.
    person = np.full(int(row.max(initial=UNKNOWN)) + 2, UNKNOWN, dtype=np.int32)
    person[rows] = nodes
    found[free] = person[row[free]]
    return found


def _delivered_rows(coded: Coded) -> Codes:
    """Delivered row of each record: its identifier without its role; -1 where the identifier names no role."""
    ids, role = whole(coded.records["record_id"]), plain_texts(coded.records["role"])
    stem = pc.replace_substring_regex(ids, r"/[^/]*$", "")
    names_role = pc.equal(pc.binary_join_element_wise(stem, role, "/"), ids).fill_null(False)
    rows = stem.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return np.where(names_role.to_numpy(zero_copy_only=False).astype(bool), rows, UNKNOWN)
