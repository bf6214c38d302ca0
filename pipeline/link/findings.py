"""What linkage found wrong, for whoever can mend it (rows of ISSUE)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.link import attributes, outputs
from pipeline.link.codes import Codes, by_appearance, combined, first_places
from pipeline.link.contradiction import Contradictions
from pipeline.link.encode import Coded
from pipeline.link.household import Households
from pipeline.link.ladder import A2
from pipeline.link.options import LinkOptions
from pipeline.link.pairing import may_repeat
from pipeline.link.person import Persons


def find_issues(
    coded: Coded,
    persons: Persons,
    homes: Households,
    life: attributes.LifeStatus,
    contradicted: Contradictions,
    options: LinkOptions,
) -> pa.Table:
    """ISSUE rows of linkage: IDs shared by two people, repeated people, doubtful deaths, crowded houses, decisions."""
    scored = persons.scored
    same_id = np.flatnonzero((scored.evidence == A2) & scored.is_review)
    nodes = {
        "same_id_other_person": np.concatenate([scored.a[same_id], scored.b[same_id]]),
        "duplicate_in_list": _repeated(coded, persons.label),
        "death_needs_review": life.doubtful,
        "household_too_large": _crowded(coded, persons.label, homes, options.household_size_limit),
        "decision_contradicted": np.array([node for pair in contradicted for node in pair], dtype=np.int64),
    }
    columns = {
        "same_id_other_person": "national_id",
        "duplicate_in_list": "national_id",
        "death_needs_review": "life_status",
        "household_too_large": "house_code",
        "decision_contradicted": "",
    }
    return outputs.issue_table(coded, nodes, columns)


def _repeated(coded: Coded, label: Codes) -> Codes:
    """Records whose person stands more than once, in the same role, in one list of one agency.

    A mother beside two of her children, or one who applied for work and later found some, is no duplicate.
    """
    nodes = np.flatnonzero(coded.is_person())
    places = [coded.columns[name][nodes] for name in ("agency", "list", "role")]
    # Few are: the others are not looked at further.
    few = may_repeat([label[nodes], *places])
    nodes, places = nodes[few], [codes[few] for codes in places]
    at, _ = by_appearance(combined([label[nodes], *places]))
    return nodes[np.bincount(at)[at] > 1]


def _crowded(coded: Coded, label: Codes, homes: Households, limit: int) -> Codes:
    """Records of dwellings in which more persons stand than one household may have."""
    nodes = np.flatnonzero(coded.is_person() & (homes.dwelling >= 0))
    # Where no more records stand than persons may, nothing needs counting: that leaves next to none.
    nodes = nodes[np.bincount(homes.dwelling[nodes])[homes.dwelling[nodes]] > limit]
    dwelling = homes.dwelling[nodes]
    first = first_places(by_appearance(combined([dwelling, label[nodes]]))[0])
    return nodes[np.bincount(dwelling[first])[dwelling] > limit]
