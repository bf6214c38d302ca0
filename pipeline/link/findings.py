"""What linkage found wrong, for whoever can mend it (rows of ISSUE)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.link import attributes, outputs
from pipeline.link.codes import Codes, at, by_appearance, combined, first_places, narrow
from pipeline.link.contradiction import Contradictions
from pipeline.link.encode import Coded
from pipeline.link.household import Households
from pipeline.link.ladder import A2
from pipeline.link.options import LinkOptions
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
    place, _ = by_appearance(combined([coded.columns[name][nodes] for name in ("agency", "list", "role")]))
    last, is_repeated = np.empty(len(label), dtype=np.int32), np.zeros(len(label), dtype=bool)
    found = [np.empty(0, dtype=np.int64)]
    # Place by place: there are few, and records of one stand close together.
    ordered = nodes[np.argsort(narrow(place), kind="stable")]
    for here in np.split(ordered, np.cumsum(np.bincount(place))[:-1]):
        persons = label[here]
        # Every record writes its number over that of the one before: who then reads another is not alone.
        last[persons] = here
        repeated = persons[at(last, persons) != here]
        is_repeated[repeated] = True
        found.append(here[at(is_repeated, persons)])
        is_repeated[repeated] = False
    return np.sort(np.concatenate(found))


def _crowded(coded: Coded, label: Codes, homes: Households, limit: int) -> Codes:
    """Records of dwellings in which more persons stand than one household may have."""
    nodes = np.flatnonzero(coded.is_person() & (homes.dwelling >= 0))
    # Where no more records stand than persons may, nothing needs counting: that leaves next to none.
    nodes = nodes[np.bincount(homes.dwelling[nodes])[homes.dwelling[nodes]] > limit]
    dwelling = homes.dwelling[nodes]
    first = first_places(by_appearance(combined([dwelling, label[nodes]]))[0])
    return nodes[np.bincount(dwelling[first])[dwelling] > limit]
