"""PERSON, HOUSEHOLD and HOUSEHOLD_MEMBER: the best-supported values of each person and household."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.columns import whole
from pipeline.link.best import best_nodes, first_nodes
from pipeline.link.codes import Codes, coded_texts, codes_of, combined, is_any_of, plain_texts, present
from pipeline.link.encode import Coded, agency_rank
from pipeline.link.household import Households
from pipeline.link.residence import NOT_ORDINARY

NONE = -1
# Evidence codes that are too weak to believe a death on alone.
_WEAK_EVIDENCE = ("C", "D")
_ENDED = ("dead", "moved_out")
# Where the date of a life status comes from, best first: a date of death; the day the list last changed or met the
# person, which for one who moved out is all that a register's extract says; the day of which the list speaks.
_STATUS_DATES = (("stated", "life_status_date"), ("last_update", "last_seen_date"), ("as_of", "evidence_date"))


@dataclass(frozen=True, slots=True)
class Names:
    """Identifiers of each node, as text, and the labels they stand for."""

    person: pa.Array
    household: pa.Array
    person_label: Codes
    household_label: Codes


@dataclass(frozen=True, slots=True)
class LifeStatus:
    """One entry a person (smallest nodes ascending): the record that decides, -1 for none; doubtful deaths apart."""

    persons: Codes
    node: Codes
    doubtful: Codes


class Values:
    """Values of the best node of each group, looked up by group."""

    def __init__(self, records: pa.Table, groups: Codes, size: int) -> None:
        self._records, self._groups, self._size = records, groups, size

    def take(self, column: str, found: tuple[Codes, Codes]) -> pa.Array:
        """The column's value at the node found for each group; null for a group without one."""
        at = np.full(self._size, NONE, dtype=np.int64)
        at[found[0]] = found[1]
        nodes = at[self._groups]
        return plain_texts(whole(self._records[column]).take(pa.array(nodes, mask=nodes < 0)))


def life_status(coded: Coded, person: Codes, evidence_code: pa.Array, priority: Sequence[str]) -> LifeStatus:
    """Which record decides whether a person is alive: the declared order of sources, then the newest."""
    status = coded.records["life_status_code"]
    is_unknown = pc.is_null(status).to_numpy().astype(bool) | is_any_of(status, ("unknown",))
    is_known = ~is_unknown & coded.is_person()
    is_dead = is_any_of(status, ("dead",)) & coded.is_person()
    deaths = np.bincount(person[is_dead])
    doubtful = np.flatnonzero(is_dead & is_any_of(evidence_code, _WEAK_EVIDENCE))
    doubtful = doubtful[deaths[person[doubtful]] == 1]
    is_known[doubtful] = False
    # Nobody comes back from a confirmed death, however new a list that does not know of it.
    rank = agency_rank(coded, priority)
    known = np.flatnonzero(is_known)
    keys = ((~is_dead).astype(np.int8), rank, -evidence_days(coded))
    persons, rows = first_nodes(person[known], *(key[known] for key in keys))
    return LifeStatus(persons, known[rows], doubtful)


def status_dates(records: pa.Table) -> pa.Table:
    """Date of each record's life status as ISO text, and its source: the first of the declared ones that is known."""
    text = pa.string()
    dates = sources = pa.nulls(records.num_rows, text)
    for source, column in reversed(_STATUS_DATES):
        known = whole(records[column]).cast(text)
        dates = pc.coalesce(known, dates)
        sources = pc.if_else(pc.is_valid(known), pa.scalar(source, text), sources)
    return pa.table({"life_status_date": dates, "life_status_date_source_code": sources})


def evidence_days(coded: Coded) -> Codes:
    """Day on which each record's facts held, -1 unknown."""
    held: Codes = coded.records["evidence_date"].cast(pa.int32()).fill_null(NONE).to_numpy()
    seen = coded.records["last_seen_date"].cast(pa.int32()).fill_null(NONE).to_numpy()
    return np.where(held >= 0, held, seen)


def person_table(
    coded: Coded, names: Names, homes: Households, life: LifeStatus, registered: pa.Array, priority: Sequence[str]
) -> pa.Table:
    """PERSON: one row a person."""
    records, columns = coded.records, coded.columns
    label = np.where(coded.is_person(), names.person_label, NONE)
    groups = present(label)
    values = Values(records, groups, coded.count)
    status = values.take("life_status_code", (life.persons, life.node))
    since = Values(status_dates(records), groups, coded.count)
    is_gone = pc.is_in(status, value_set=pa.array(_ENDED))
    rank = agency_rank(coded, priority)
    newest = -evidence_days(coded)
    deciding = homes.deciding_node[groups]
    decider = pa.array(deciding, mask=deciding < 0)
    known = np.flatnonzero(label >= 0)
    first = np.unique(combined([label[known], columns["agency"][known]]), return_index=True)[1]
    agencies = label[known][first]
    full_date = (columns["birth_month"] >= 0) & (columns["birth_day"] >= 0)
    birth = best_nodes(label, columns["birth_text"], np.where(full_date, 1000, 1))
    relation = first_nodes(np.where(columns["relationship"] >= 0, label, NONE), rank, newest)
    valid_id = np.where(columns["is_id_valid"] == 1, columns["national_id"], NONE)
    data: dict[str, pa.Array] = {
        "person_id": plain_texts(names.person.take(pa.array(groups))),
        "household_id": pc.if_else(
            is_gone, pa.scalar(None, pa.string()), plain_texts(names.household.take(pa.array(groups)))
        ),
        "registered_household_id": registered.take(pa.array(groups)),
        "household_source": whole(records["agency"]).take(decider),
        "household_evidence_date": whole(records["evidence_date"]).take(decider),
        "national_id": values.take("national_id", best_nodes(label, valid_id)),
        "title": values.take("title", first_nodes(np.where(columns["title"] >= 0, label, NONE), newest)),
        "first_name": values.take("first_name", best_nodes(label, columns["given"])),
        "last_name": values.take("last_name", best_nodes(label, columns["surname"])),
        "sex": values.take("sex", best_nodes(label, columns["sex"])),
        "birth_date": values.take("birth_date", birth),
        "birth_year": values.take("birth_year", birth),
        "relationship_code": values.take("relationship_code", relation),
        "life_status_code": pc.fill_null(status, "unknown"),
        "life_status_date": since.take("life_status_date", (life.persons, life.node)),
        "life_status_source": values.take("agency", (life.persons, life.node)),
        "life_status_date_source_code": since.take("life_status_date_source_code", (life.persons, life.node)),
        "record_count": pa.array(np.bincount(label[label >= 0], minlength=coded.count)[groups], pa.int32()),
        "agency_count": pa.array(np.bincount(agencies, minlength=coded.count)[groups], pa.int32()),
    }
    return pa.table(data)


def member_table(coded: Coded, names: Names, persons: pa.Table, homes: Households) -> pa.Table:
    """HOUSEHOLD_MEMBER: each person in the household of today, current unless dead or moved out."""
    label = np.where(coded.is_person(), names.person_label, NONE)
    groups = present(label)
    is_current = pc.is_valid(persons["household_id"])
    home = plain_texts(names.household.take(pa.array(groups)))
    relationship = whole(persons["relationship_code"])
    return pa.table(
        {
            "household_id": home,
            "person_id": persons["person_id"],
            "relationship_code": relationship,
            "is_head": _one_head(homes.label[groups], relationship, is_current),
            "is_current": is_current,
            "is_registered": pc.fill_null(pc.equal(persons["registered_household_id"], home), False),
            "source": persons["household_source"],
            "evidence_date": persons["household_evidence_date"],
        }
    )


def _one_head(home: Codes, relationship: pa.Array, is_current: pa.ChunkedArray) -> pa.Array:
    claims = pc.and_(pc.fill_null(pc.equal(relationship, "head"), False), whole(is_current))
    claiming = np.flatnonzero(claims.to_numpy(zero_copy_only=False))
    first = claiming[np.unique(home[claiming], return_index=True)[1]]
    is_head = np.zeros(len(home), dtype=bool)
    is_head[first] = True
    return pa.array(is_head)


def household_table(coded: Coded, names: Names, members: pa.Table, priority: Sequence[str]) -> pa.Table:
    """HOUSEHOLD: one row a household, with the address of its best source."""
    records, columns = coded.records, coded.columns
    label = names.household_label
    groups = present(label)
    values = Values(records, groups, coded.count)
    rank, newest = agency_rank(coded, priority), -evidence_days(coded)

    def where(known: Codes) -> Codes:
        return np.where(known >= 0, label, NONE)

    addressed = first_nodes(
        label, (columns["house_no"] < 0).astype(np.int64) + (columns["tambon"] < 0).astype(np.int64), rank, newest
    )
    best = first_nodes(label, rank, newest)
    counts = members.filter(members["is_current"]).group_by("household_id").aggregate([("person_id", "count")])
    ids = plain_texts(names.household.take(pa.array(groups)))
    at = pc.index_in(ids, value_set=whole(counts["household_id"]))
    tambon = first_nodes(where(columns["tambon"]), rank, newest)
    return pa.table(
        {
            "household_id": ids,
            "household_type_code": _household_type(coded, values, label),
            "house_code": values.take("house_code", best_nodes(label, columns["house_code"])),
            "house_no": values.take("house_no", addressed),
            "moo": values.take("moo", addressed),
            "village": values.take("village", first_nodes(where(columns["village"]), rank, newest)),
            "tambon_code": values.take("tambon_code", tambon),
            "amphoe_code": values.take("amphoe_code", first_nodes(where(columns["amphoe"]), rank, newest)),
            "province_code": values.take("province_code", first_nodes(where(columns["amphoe"]), rank, newest)),
            "is_registered_only": pa.array(np.zeros(len(groups), dtype=bool)),
            "member_count": pc.fill_null(pc.cast(whole(counts["person_id_count"]).take(at), pa.int32()), 0),
            "source": values.take("agency", best),
            "evidence_date": values.take("evidence_date", best),
        }
    )


def _household_type(coded: Coded, values: Values, label: Codes) -> pa.Array:
    kinds = coded_texts(coded.records["household_type_code"])
    codes = codes_of(kinds)
    # "ordinary" is what a list says by default: one list that knows of a temple or a hostel outweighs it.
    names = kinds.dictionary.to_pylist()
    weight = np.array([100 if n in NOT_ORDINARY else 0 if n == "unknown" else 1 for n in names], dtype=np.int64)
    support = np.where(codes >= 0, weight[np.maximum(codes, 0)] if len(names) else 0, 0)
    found = best_nodes(label, np.where(support > 0, codes, NONE), support)
    return pc.fill_null(values.take("household_type_code", found), "unknown")
