"""What the model makes of ID-labelled pairs, and how often lists err, by group of records.

Where IDs are missing is not random: a figure over all pairs may hide a list, a sex, an age or a kind of ID for which
the model does worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.link.codes import UNKNOWN, Codes, Flags, at, coded_texts, codes_of
from pipeline.link.comparison import Comparisons
from pipeline.link.encode import Coded
from pipeline.link.grade import Graded
from pipeline.link.ladder import Verdicts
from pipeline.link.train import HELD_OUT, LabelledPairs

# Bands of birth years; an age needs a date, and linkage knows none.
_BAND_YEARS = 20
# From this level on the two records say the same.
_SAME_FROM = {"given": "same_very_common", "surname": "same_very_common", "birth": "same", "sex": "same"}
# A rate from fewer matches says nothing.
_FEWEST_MATCHES = 20


@dataclass(frozen=True, slots=True)
class Group:
    """A way to group records: code of each node, -1 for none, and a name for each code."""

    code: Codes
    names: list[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What ID-labelled pairs say of the model and of the lists.

    Attributes:
        held_out_by: Kind of group → group → what the model makes of held-out pairs with a record of it.
        error_rates: Agency → field → share of ID-labelled matches with a record of it that differ there.
    """

    held_out_by: dict[str, dict[str, dict[str, Any]]]
    error_rates: dict[str, dict[str, Any]]


def measure(
    coded: Coded, comparisons: Comparisons, graded: Graded, labelled: LabelledPairs, verdicts: Verdicts
) -> Measured:
    """Measure the model on held-out pairs, and the lists' errors, by group of records."""
    by_group = groups(coded)
    return Measured(
        measure_groups(by_group, graded, labelled, verdicts),
        error_rates(by_group["agency"], graded, labelled, comparisons),
    )


def groups(coded: Coded) -> dict[str, Group]:
    """The groups by which held-out pairs are measured: agency, sex, birth years, kind of national ID."""
    by_text = {"agency": "agency", "sex": "sex", "id_kind": "national_id_kind"}
    found = {name: _by_text(coded, column) for name, column in by_text.items()}
    year = coded.columns["birth_year"]
    band = np.where(year >= 0, year // _BAND_YEARS, UNKNOWN)
    first = int(band[band >= 0].min(initial=band.max(initial=0)))
    starts = [number * _BAND_YEARS for number in range(first, int(band.max(initial=first)) + 1)]
    names = [f"{start}-{start + _BAND_YEARS - 1}" for start in starts]
    found["birth_years"] = Group(np.where(band >= 0, band - first, UNKNOWN), names)
    return found


def _by_text(coded: Coded, column: str) -> Group:
    texts = coded_texts(coded.records[column])
    return Group(codes_of(texts), texts.dictionary.to_pylist())


def measure_groups(
    found: dict[str, Group], graded: Graded, labelled: LabelledPairs, verdicts: Verdicts
) -> dict[str, dict[str, dict[str, Any]]]:
    """Precision and recall, with the ID hidden, of held-out pairs with a record of each group.

    Args:
        found: The groups.
        graded: The compared pairs.
        labelled: Those whose truth their IDs tell.
        verdicts: What the model says of each pattern.

    Returns:
        Kind of group → group → matches, precision, recall; a pair of one group counts once.
    """
    is_held_out = labelled.split == HELD_OUT
    rows, is_match = labelled.row[is_held_out], labelled.is_match[is_held_out]
    is_link = at(verdicts.is_link_without_id, graded.pattern_at[rows])
    return {kind: _measured(group, graded.a[rows], graded.b[rows], is_match, is_link) for kind, group in found.items()}


def _measured(group: Group, a: Codes, b: Codes, is_match: Flags, is_link: Flags) -> dict[str, dict[str, Any]]:
    kind = 2 * is_match.astype(np.int8) + is_link
    counted = _counts((at(group.code, a), at(group.code, b)), kind, (len(group.names), 4))
    _, false, missed, true = counted.T
    return {
        name: {
            "matches": int(true[number] + missed[number]),
            "precision": _share(true[number], true[number] + false[number]),
            "recall": _share(true[number], true[number] + missed[number]),
        }
        for number, name in enumerate(group.names)
        if counted[number].any()
    }


def error_rates(
    group: Group, graded: Graded, labelled: LabelledPairs, comparisons: Comparisons
) -> dict[str, dict[str, Any]]:
    """How often two records of one person differ in a field that both give, for pairs with a record of each group.

    Which of the two errs is not known; a list that errs more differs more from all others.

    Args:
        group: The groups.
        graded: The compared pairs.
        labelled: Those whose truth their IDs tell.
        comparisons: The levels of each comparison.
    """
    rows = labelled.row[labelled.is_match]
    ends, pattern_at = (at(group.code, graded.a[rows]), at(group.code, graded.b[rows])), graded.pattern_at[rows]
    levels = comparisons.unpack(graded.patterns)
    found: dict[str, dict[str, Any]] = {}
    for field, same in _SAME_FROM.items():
        position = comparisons.position(field)
        of_pattern = levels[:, position]
        # Unknown on a side, the same, different.
        kind = (of_pattern > 0).astype(np.int8)
        kind += (of_pattern > 0) & (of_pattern < comparisons.items[position].level(same))
        _, agrees, differs = _counts(ends, at(kind, pattern_at), (len(group.names), 3)).T
        for number, name in enumerate(group.names):
            if (known := agrees[number] + differs[number]) >= _FEWEST_MATCHES:
                found.setdefault(name, {})[field] = _share(differs[number], known)
    return found


def _counts(ends: tuple[Codes, Codes], kind: Codes, size: tuple[int, int]) -> npt.NDArray[np.int64]:
    """Pairs by the group of either record and by kind; a pair of one group counts once."""
    left, right = ends
    found = np.zeros(size[0] * size[1], dtype=np.int64)
    for code, keep in ((left, left >= 0), (right, (right >= 0) & (left != right))):
        found += np.bincount(code[keep].astype(np.int64) * size[1] + kind[keep], minlength=len(found))
    return found.reshape(size)


def _share(part: np.int64, whole: np.int64) -> float | None:
    return round(int(part) / int(whole), 6) if whole else None
