"""The second look at members left over inside matched households (evidence D; linkage page, section 4).

Two lists know the same household when some member stands in both. A member who stands in one of them only, and one who
stands in the other only, are then likely one person whose names or dates were too unlike to link by themselves.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from pipeline.link.codes import Codes
from pipeline.link.comparison import Comparisons
from pipeline.link.ladder import C
from pipeline.link.scored import Scored


def residual_links(scored: Scored, comparisons: Comparisons, person: Codes, home: Codes, agency: Codes) -> Codes:
    """Rows of ``scored`` that become links because both records are the only ones left over in a matched household.

    Args:
        scored: Pairs worth keeping.
        comparisons: To read the levels of a pair.
        person: Smallest node of each record's person.
        home: Smallest node of each record's household.
        agency: Agency code of each record.
    """
    rows = _candidates(scored, comparisons, person, home, agency)
    if len(rows) == 0:
        return rows
    lists_of, people_of = _households(person, home, agency, np.unique(home[scored.a[rows]]))
    fitting = [row for row in rows.tolist() if _is_residual(scored, row, person, home, agency, lists_of, people_of)]
    return np.array(_mutual_best(scored, fitting), dtype=np.int64)


def _candidates(scored: Scored, comparisons: Comparisons, person: Codes, home: Codes, agency: Codes) -> Codes:
    """Pairs for review without an ID to go by, of two persons of one household and of two agencies."""
    rows = np.flatnonzero(scored.is_review & ~scored.is_link & (scored.evidence == C))
    a, b = scored.a[rows], scored.b[rows]
    rows = rows[(person[a] != person[b]) & (home[a] == home[b]) & (agency[a] != agency[b])]
    levels = comparisons.unpack(scored.pattern[rows])
    # Another given name in one family is another member, however well the rest agrees.
    return np.asarray(rows[levels[:, comparisons.position("housemate")] == 0], dtype=np.int64)


def _households(
    person: Codes, home: Codes, agency: Codes, homes: Codes
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The lists in which each person stands, and the persons of each household."""
    lists_of: dict[int, set[int]] = defaultdict(set)
    people_of: dict[int, set[int]] = defaultdict(set)
    for node in np.flatnonzero(np.isin(home, homes)).tolist():
        lists_of[int(person[node])].add(int(agency[node]))
        people_of[int(home[node])].add(int(person[node]))
    return lists_of, people_of


def _is_residual(
    scored: Scored,
    row: int,
    person: Codes,
    home: Codes,
    agency: Codes,
    lists_of: dict[int, set[int]],
    people_of: dict[int, set[int]],
) -> bool:
    a, b = int(scored.a[row]), int(scored.b[row])
    one, other = int(person[a]), int(person[b])
    lists = {int(agency[a]), int(agency[b])}
    if int(agency[b]) in lists_of[one] or int(agency[a]) in lists_of[other]:
        return False
    return any(lists <= lists_of[member] for member in people_of[int(home[a])] - {one, other})


def _mutual_best(scored: Scored, rows: list[int]) -> list[int]:
    """Rows that are the one best row of both their records; a tie is nobody's best."""
    best: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        for node in (int(scored.a[row]), int(scored.b[row])):
            best[node].append(row)
    chosen = []
    for row in rows:
        weight = int(scored.weight[row])
        rivals = [r for node in (int(scored.a[row]), int(scored.b[row])) for r in best[node] if r != row]
        if all(int(scored.weight[r]) < weight for r in rivals):
            chosen.append(row)
    return chosen
