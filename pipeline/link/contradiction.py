"""Clerical decisions that the data now contradict: they hold, and come back as questions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.columns import whole
from pipeline.link.codes import Codes, Flags
from pipeline.link.decisions import DIFFERENT, SAME, Decisions
from pipeline.link.encode import Coded
from pipeline.link.person import Persons

Contradictions = dict[tuple[int, int], tuple[str, str]]


def find_contradictions(coded: Coded, persons: Persons, decisions: Decisions) -> Contradictions:
    """Pair of nodes (a < b) → the decision, and what speaks against it.

    Args:
        coded: The records.
        persons: Who is who: a merge a clerk wants may be refused because of what another decision says.
        decisions: The decisions.
    """
    found: Contradictions = {}
    for refusal in persons.refused:
        if refusal.is_clerk:
            pair = (min(refusal.a, refusal.b), max(refusal.a, refusal.b))
            found[pair] = (SAME, refusal.reason)
    for a, b in decisions.same[_two_valid_ids(coded, decisions.same)].tolist():
        # One that another decision keeps from holding stands there as such.
        found.setdefault((a, b), (SAME, "two_valid_ids"))
    for a, b in decisions.different[_all_agrees(coded, decisions.different)].tolist():
        found[a, b] = (DIFFERENT, "same_id_name_and_birth")
    return found


def _valid_ids(coded: Coded, pairs: Codes) -> tuple[Codes, Codes]:
    valid = np.where(coded.columns["is_id_valid"] == 1, coded.columns["national_id"], -1)
    return valid[pairs[:, 0]], valid[pairs[:, 1]]


def _two_valid_ids(coded: Coded, pairs: Codes) -> Flags:
    left, right = _valid_ids(coded, pairs)
    return np.asarray((left >= 0) & (right >= 0) & (left != right))


def _all_agrees(coded: Coded, pairs: Codes) -> Flags:
    """Pairs that agree in valid ID, both names and the whole birth date: nobody would call them two persons today."""
    left, right = _valid_ids(coded, pairs)
    agrees = (left >= 0) & (left == right)
    for name in ("given_fold", "surname_fold", "birth_date"):
        one, other = (coded.columns[name][pairs[:, side]] for side in (0, 1))
        agrees &= (one >= 0) & (one == other)
    return np.asarray(agrees)


def contradiction_table(coded: Coded, found: Contradictions) -> pa.Table:
    """CONTRADICTION."""
    ids = whole(coded.records["record_id"])
    rows = sorted(found.items())
    return pa.table(
        {
            "record_id_a": ids.take(pa.array([pair[0] for pair, _ in rows], pa.int64())),
            "record_id_b": ids.take(pa.array([pair[1] for pair, _ in rows], pa.int64())),
            "decision": pa.array([said for _, (said, _) in rows], pa.string()),
            "reason_code": pa.array([reason for _, (_, reason) in rows], pa.string()),
        }
    )
