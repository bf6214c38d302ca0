"""Rows of a list that rows are added to: which of a new file's rows were said before, as they stand or corrected.

Such a list withdraws nothing, so a corrected row that is taken for a new one stands twice, and a new request that is
taken for a correction puts an old one out. A row without a key is known by everything it says; what is left over is
compared here with what is in use.

What cannot be told apart: two requests alike in every cell, in two files, are one. In a file that repeats most of an
earlier one, the request of a person in the place of another of the same person and day that is not repeated is taken
for its correction. Outside such a file a request is the same when one cell alone was retyped (text that is much alike,
or filled in); another code, amount or date makes another request, also where it was meant as a correction; and of two
people with names much alike in one house, whose requests agree in everything else, the second passes for the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

from pipeline.extract.continuity import NAME_SIMILARITY, KnownRow, same_rows
from pipeline.extract.record_id import FACT_SEPARATOR, TYPED


def same_requests(new: Sequence[KnownRow], old: Sequence[KnownRow], sent_again: Collection[str]) -> dict[str, str]:
    """Match rows of a new file to rows in use.

    Args:
        new: Rows that are not in use as they stand.
        old: Rows in use that the new file does not repeat.
        sent_again: Identities of those whose own file is repeated for the most part.

    Returns:
        Identity of the new row → identity it keeps.
    """
    found = _same_person_and_day(new, old, sent_again)
    found |= _same_request(*_left(new, old, found))
    left, gone = _left(new, old, found)
    return found | same_rows(left, [row for row in gone if row.record in sent_again])


def _left(
    new: Sequence[KnownRow], old: Sequence[KnownRow], found: dict[str, str]
) -> tuple[list[KnownRow], list[KnownRow]]:
    kept = set(found.values())
    return [row for row in new if row.record not in found], [row for row in old if row.record not in kept]


def _same_person_and_day(
    new: Sequence[KnownRow], old: Sequence[KnownRow], sent_again: Collection[str]
) -> dict[str, str]:
    """Requests of the same person and day of which a fact was corrected; those most alike go together."""
    waiting: defaultdict[tuple[str, ...], list[KnownRow]] = defaultdict(list)
    for row in old:
        waiting[_who_and_when(row)].append(row)
    pairs = sorted(
        (-_agreeing(row.facts, other.facts), row.record, other.record)
        for row in new
        for other in waiting.get(_who_and_when(row), ())
        if other.record in sent_again or _is_retyped(row.facts, other.facts)
    )
    found: dict[str, str] = {}
    kept: set[str] = set()
    for _, record, other in pairs:
        if record not in found and other not in kept:
            found[record] = other
            kept.add(other)
    return found


def _same_request(new: Sequence[KnownRow], old: Sequence[KnownRow]) -> dict[str, str]:
    """Requests of one day that say the same, by a person of whom one value was corrected."""
    groups: defaultdict[tuple[str, str], tuple[list[KnownRow], list[KnownRow]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((new, old)):
        for row in rows:
            groups[(row.traits["occasion"], row.facts)][side].append(row)
    found: dict[str, str] = {}
    for _, (left, right) in sorted(groups.items()):
        found |= same_rows(left, right)
    return found


def _who_and_when(row: KnownRow) -> tuple[str, ...]:
    return tuple(row.traits[name] for name in sorted(row.traits))


def _cells(facts: str) -> list[str]:
    return facts.split(FACT_SEPARATOR)


def _agreeing(left: str, right: str) -> int:
    return sum(a == b for a, b in zip(_cells(left), _cells(right), strict=False))


def _is_retyped(left: str, right: str) -> bool:
    """Whether one cell at most differs, and by its typing alone."""
    mine, theirs = _cells(left), _cells(right)
    if len(mine) != len(theirs):
        return False
    changed = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    return len(changed) < 2 and all(_is_typing(a, b) for a, b in changed)


def _is_typing(left: str, right: str) -> bool:
    """Whether two cells are one text typed twice: a code, a number or a date that differs says something else."""
    a, b = left[1:], right[1:]
    if not a or not b:
        return True
    is_text = left.startswith(TYPED) and right.startswith(TYPED) and not (a.isdigit() and b.isdigit())
    return is_text and OSA.normalized_similarity(a, b) >= NAME_SIMILARITY
