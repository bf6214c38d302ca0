"""A row of a new delivery that is an old row with a corrected cell keeps the old row's identity.

Architecture, section 6: a record_id survives re-delivery. Where the identity comes from values, a corrected value
would make another record; so what is left over on both sides is compared, and a row takes an old identity only when
all but the corrected value agrees and the match is the only one on both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

# A retyped name differs by a letter or two; a sibling's name usually by most of its letters.
NAME_SIMILARITY = 0.6
ALONE_SIMILARITY = 0.8
_WEIGHTS = {"national_id": 3, "key": 2, "birth": 2, "house": 2, "first_name": 1, "last_name": 1, "place": 1}
_NAMES = ("first_name", "last_name")
_BLOCKS: tuple[tuple[str, ...], ...] = (
    ("national_id",),
    ("key",),
    ("house",),
    ("first_name", "last_name"),
    ("first_name", "birth"),
    ("last_name", "birth"),
    ("first_name", "place"),
    ("last_name", "place"),
    ("birth", "place"),
    ("place",),
)
# A block larger than this (an address without a house number) tells nothing.
_BLOCK_LIMIT = 200


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row by what it is known for; the fields of ``parsed.READ_ROW``, empty text for unknown."""

    record: str
    traits: Mapping[str, str]
    facts: str = ""


def agrees(new: Mapping[str, str], old: Mapping[str, str]) -> bool:
    """Whether two rows are the same but for one corrected value.

    Args:
        new: Traits of the row delivered now.
        old: Traits of a row in use.
    """
    changed = [name for name in _WEIGHTS if new[name] != old[name]]
    if new["occasion"] != old["occasion"] and changed:
        return False
    evidence = sum(weight for name, weight in _WEIGHTS.items() if new[name] and new[name] == old[name])
    if new["national_id"] and new["national_id"] == old["national_id"]:
        return len(changed) <= 3
    is_nameless = not any(row[name] for row in (new, old) for name in _NAMES)
    if is_nameless and new["place"] and new["place"] == old["place"]:
        evidence += 1
    if len(changed) > 1:
        return False
    similarity = min((_similarity(new[name], old[name]) for name in changed if name in _NAMES), default=1.0)
    if evidence == 1:
        return similarity >= ALONE_SIMILARITY and bool(new["place"]) and new["place"] == old["place"]
    return evidence >= 2 and similarity >= NAME_SIMILARITY


def _similarity(left: str, right: str) -> float:
    return OSA.normalized_similarity(left, right)


def same_rows(new: Sequence[KnownRow], old: Sequence[KnownRow]) -> dict[str, str]:
    """Match rows that are new to rows that are gone.

    Args:
        new: Rows of the delivery whose identity is not in use.
        old: Rows in use whose identity is not in the delivery.

    Returns:
        Identity of the new row → identity it keeps; only where each is the other's one match.
    """
    if not new or not old:
        return {}
    unchanged, new, old = _pair_unchanged(new, old)
    return unchanged | _pair_corrected(new, old)


def _pair_unchanged(
    new: Sequence[KnownRow], old: Sequence[KnownRow]
) -> tuple[dict[str, str], list[KnownRow], list[KnownRow]]:
    """Rows that are known for the same as before: another row's correction may change what identifies them."""
    waiting: defaultdict[tuple[str, ...], list[KnownRow]] = defaultdict(list)
    for row in sorted(old, key=lambda r: r.record, reverse=True):
        waiting[_all(row)].append(row)
    pairs: dict[str, str] = {}
    left: list[KnownRow] = []
    for row in sorted(new, key=lambda r: r.record):
        same = waiting[_all(row)]
        if same:
            pairs[row.record] = same.pop().record
        else:
            left.append(row)
    return pairs, left, [row for rows in waiting.values() for row in rows]


def _all(row: KnownRow) -> tuple[str, ...]:
    return tuple(row.traits[name] for name in sorted(row.traits))


def _pair_corrected(new: Sequence[KnownRow], old: Sequence[KnownRow]) -> dict[str, str]:
    index: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, row in enumerate(old):
        for key in _keys(row.traits):
            index[key].append(position)
    matches: defaultdict[int, set[int]] = defaultdict(set)
    back: defaultdict[int, set[int]] = defaultdict(set)
    for position, row in enumerate(new):
        for candidate in sorted(_candidates(row.traits, index)):
            if agrees(row.traits, old[candidate].traits):
                matches[position].add(candidate)
                back[candidate].add(position)
    return {
        new[position].record: old[candidate].record
        for position, found in sorted(matches.items())
        for candidate in found
        if len(found) == 1 and len(back[candidate]) == 1
    }


def _keys(traits: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for number, names in enumerate(_BLOCKS):
        if all(traits[name] for name in names):
            yield (str(number), *(traits[name] for name in names))


def _candidates(traits: Mapping[str, str], index: Mapping[tuple[str, ...], list[int]]) -> set[int]:
    found: set[int] = set()
    for key in _keys(traits):
        positions = index.get(key, [])
        if len(positions) <= _BLOCK_LIMIT:
            found.update(positions)
    return found
