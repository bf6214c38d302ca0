"""The ladder of evidence: what a comparison pattern and its weight allow (linkage page, section 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import Codes
from pipeline.link.comparison import Comparisons
from pipeline.link.model import Model

Flags = npt.NDArray[np.bool_]
# Order of strength: the clustering takes them in this order.
EVIDENCE = ("X", "A1", "B", "C", "D", "A2")
X, A1, B, C, D, A2 = range(6)
NONE = -1
# Weight below which a compared pair forbids its two clusters to merge through others.
CANNOT_LINK_BITS = -9
# So many of name, birth date and sex in conflict under one ID are two persons (A2).
CONFLICTS_OF_TWO_PERSONS = 2


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One entry a pattern.

    Attributes:
        evidence: Position in EVIDENCE, -1 when the pair says nothing worth keeping.
        is_link: The pair is an edge for clustering.
        is_review: The pair waits for a clerk.
        is_refused: Would be a link but for two valid IDs.
        is_link_without_id: What the rest alone would say; measured against the ID on held-out pairs.
        is_cannot: The pair speaks so strongly against a match that it forbids a merge through others.
    """

    weight: Codes
    evidence: Codes
    is_link: Flags
    is_review: Flags
    is_refused: Flags
    is_link_without_id: Flags
    is_cannot: Flags


def judge(model: Model, comparisons: Comparisons, levels: npt.NDArray[np.int64]) -> Verdicts:
    """Judge patterns (a row a pattern, a column a comparison)."""
    weight = model.score(comparisons, levels)
    hidden = model.score(comparisons, levels, hide_id=True)
    at = {c.code: levels[:, i] for i, c in enumerate(comparisons.items)}
    identity, given, surname, birth = at["id"], at["given"], at["surname"], at["birth"]
    agrees = (given >= 4) | (surname >= 6) | (birth >= 5)
    conflict = conflicts(comparisons, levels) >= CONFLICTS_OF_TWO_PERSONS
    same_id = identity == 6
    a1 = same_id & agrees & ~conflict
    a2 = same_id & conflict
    # "The rest agrees strongly": the full name, or one name and the birth date, or enough to link without the ID.
    full_name = (given >= 6) & ((surname >= 4) | (surname == 0)) & (birth != 1)
    name_and_birth = ((given >= 6) | (surname >= 6)) & (birth >= 8)
    enough = hidden >= model.link_weight
    near_id = (identity == 4) & (full_name | name_and_birth | enough)
    # One number on both sides that is no valid ID (mistyped once and copied, a passport, another country's number).
    same_number = (identity == 5) & (full_name | name_and_birth | enough)
    b = (near_id | same_number) & (weight >= model.link_weight)
    c = np.isin(identity, (0, 2)) & (weight >= model.link_weight)
    evidence = np.full(len(levels), NONE, dtype=np.int64)
    for flag, code in ((c, C), (b, B), (a2, A2), (a1, A1)):
        evidence[flag] = code
    is_link = a1 | b | c
    two_ids = np.isin(identity, (1, 3)) & (hidden >= model.link_weight)
    near_two = two_ids & (identity == 3)
    maybe = np.isin(identity, (0, 2, 4, 5)) & (weight >= model.review_weight) & ~is_link
    evidence[maybe & (evidence == NONE)] = C
    evidence[near_two] = B
    unsure_same = same_id & ~a1
    evidence[unsure_same] = A2
    return Verdicts(
        weight=weight,
        evidence=evidence,
        is_link=is_link,
        is_review=maybe | near_two | unsure_same,
        is_refused=two_ids,
        is_link_without_id=hidden >= model.link_weight,
        is_cannot=~is_link & (weight < CANNOT_LINK_BITS * 1000) & ~same_id,
    )


def conflicts(comparisons: Comparisons, levels: npt.NDArray[np.int64]) -> Codes:
    """How many of name, birth date and sex strongly disagree.

    A missing value is no conflict. A changed given name or surname is none either, as long as birth year, sex or house
    agree; given names that differ count as the name when the rest of the name does not hold them together.
    """
    given, surname, birth, sex = (levels[:, comparisons.position(c)] for c in ("given", "surname", "birth", "sex"))
    other_given = (given >= 1) & (given <= 2)
    other_surname = (surname >= 1) & (surname <= 2)
    full_name_agrees = (given >= 6) & (surname >= 6)
    name = other_given & (other_surname | (surname == 0) | (birth <= 4))
    other_birth = (birth >= 1) & (birth <= 3)
    other_sex = sex == 1
    count = name.astype(np.int64) + other_birth + other_sex
    return np.where(full_name_agrees | ((given >= 6) & (birth >= 8)), 0, count)
