"""Pairs graded: for each pair the level of every comparison (levels.yaml), packed into one number, its pattern.

Pairs carry no text: what is compared are codes of values, and names by a look at each distinct pair of names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.engine import Engine
from pipeline.link.blocking import Pairs
from pipeline.link.codes import Codes, by_appearance
from pipeline.link.comparison import BITS, Comparisons
from pipeline.link.encode import Coded
from pipeline.link.pair_codes import MISSING, PairCodes
from pipeline.link.pairing import Nodes
from pipeline.link.similarity import CLOSE, DIFFERENT, EDIT_KNOWN, SAME, SPELLING, NameComparer, is_near

Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]
BATCH_PAIRS = 131_072
# Their names are compared at once, each two names once; more would need more memory for little less work.
PAIRS_AT_ONCE = 2**22
# First and last name count as exchanged when the crossed reading is better by so much, and good by itself.
_EXCHANGED_BETTER, _EXCHANGED_GOOD = 6, 10
# A birth year typed wrong by a slip of the era, of one digit's neighbour or of two digits exchanged.
_YEAR_SLIPS = (1, 2, 5, 543)
_LARGEST_EXCHANGE = 45


class Grader:
    """Grades batches of pairs.

    Args:
        coded: The records.
        comparisons: The levels of each comparison.
    """

    def __init__(self, coded: Coded, comparisons: Comparisons) -> None:
        self._columns = coded.columns
        self._numbers = coded.id_numbers
        self._compare = NameComparer(coded.names)
        self._comparisons = comparisons
        self._number = {c.code: {x.code: i for i, x in enumerate(c.levels)} for c in comparisons.items}

    def alike(self, engine: Engine, a: Nodes, b: Nodes) -> dict[str, Levels]:
        """How alike the names and villages of each pair's records are; each two names are looked at once."""
        columns = [self._columns[name] for name in _NAMES]
        return dict(zip(_NAMES, self._compare.many(engine, columns, a, b), strict=True))

    def __call__(self, pairs: tuple[Nodes, Nodes], alike: dict[str, Levels] | None = None) -> Codes:
        """Pattern of each pair.

        Args:
            pairs: Their nodes.
            alike: What :meth:`alike` says of them; worked out when left out.
        """
        if alike is None:
            alike = {name: self._compare(*(np.take(self._columns[name], end) for end in pairs)) for name in _NAMES}
        side = PairCodes(self._columns, *pairs, alike)
        given, surname, order = self._names(side)
        birth, place = self._birth(side), self._place(side)
        levels = {
            "id": self._ids(side),
            "given": given,
            "surname": surname,
            "order": order,
            "birth": birth,
            "sex": self._plain(side, "sex"),
            "place": place,
            "village": self._village(side),
            "title": self._plain(side, "title"),
            "source": self._source(side),
            "relationship": self._relationship(side, place),
            "housemate": self._housemate(side, given, surname, birth, place),
        }
        pattern = np.zeros(len(side), dtype=np.int64)
        for comparison in reversed(self._comparisons.items):
            pattern <<= BITS
            pattern |= levels[comparison.code]
        return pattern

    def _first_of(self, comparison: str, rules: Sequence[tuple[Flags, str]], otherwise: str = "unknown") -> Levels:
        """The level of the first rule that holds for each pair."""
        number = self._number[comparison]
        level = np.full(len(rules[0][0]), number[otherwise], dtype=np.int8)
        for flag, code in reversed(rules):
            # As level[flag] = number[code], twenty times as fast: true is -1, which has every bit.
            chosen = -flag.view(np.int8)
            level &= ~chosen
            level |= chosen & np.int8(number[code])
        return level

    def _plain(self, side: PairCodes, name: str) -> Levels:
        return self._first_of(name, [(side.same(name), "same"), (side.known(name), "different")])

    def _ids(self, side: PairCodes) -> Levels:
        left, right = side.both("national_id")
        valid = np.logical_and(*(v == 1 for v in side.both("is_id_valid")))
        near = np.zeros(len(left), dtype=bool)
        rows = np.flatnonzero((left != right) & (left != MISSING) & (right != MISSING))
        near[rows] = is_near(self._numbers[left[rows]], self._numbers[right[rows]])
        return self._first_of(
            "id",
            [
                ((left == MISSING) | (right == MISSING), "unknown"),
                ((left == right) & valid, "same_valid"),
                (left == right, "same_bad_checksum"),
                (near & valid, "near_both_valid"),
                (near, "near"),
                (valid, "two_valid"),
            ],
            otherwise="far",
        )

    def _names(self, side: PairCodes) -> tuple[Levels, Levels, Levels]:
        """Levels of given name, surname and their order."""
        given, surname = side.both("given"), side.both("surname")
        direct = side.alike["given"], side.alike["surname"]
        crossed = [np.full(len(side), MISSING, dtype=np.int8) for _ in range(2)]
        rows = np.flatnonzero(_may_be_exchanged(side))
        crossed[0][rows] = self._compare(given[0][rows], surname[1][rows])
        crossed[1][rows] = self._compare(surname[0][rows], given[1][rows])
        straight = np.maximum(direct[0], DIFFERENT) + np.maximum(direct[1], DIFFERENT)
        across = np.maximum(crossed[0], DIFFERENT) + np.maximum(crossed[1], DIFFERENT)
        exchanged = (across >= straight + _EXCHANGED_BETTER) & (across >= _EXCHANGED_GOOD)
        levels = []
        for name, plain, cross in zip(("given", "surname"), direct, crossed, strict=True):
            rarity = np.minimum(*side.both(f"{name}_rarity")).astype(np.int8)
            alike = np.where(exchanged, cross, plain)
            levels.append(np.where(alike == SAME, SAME + 1 + rarity, alike + 1).astype(np.int8))
        return levels[0], levels[1], exchanged.astype(np.int8)

    def _birth(self, side: PairCodes) -> Levels:
        (year_a, year_b), (month_a, month_b), (day_a, day_b) = (side.both(f"birth_{part}") for part in _BIRTH)
        years = np.abs(year_a - year_b)
        dated = (month_a != MISSING) & (month_b != MISSING) & (day_a != MISSING) & (day_b != MISSING)
        same_month, same_day = month_a == month_b, day_a == day_b
        same_part = dated & same_month & same_day
        month_open = same_month | (month_a == MISSING) | (month_b == MISSING)
        slip = np.isin(years, _YEAR_SLIPS) | (years % 10 == 0) | ((years % 9 == 0) & (years <= _LARGEST_EXCHANGE))
        exchanged = dated & (month_a == day_b) & (day_a == month_b)
        return self._first_of(
            "birth",
            [
                ((year_a == MISSING) | (year_b == MISSING), "unknown"),
                (same_part & (years == 0), "same"),
                (exchanged & (years == 0), "day_month_exchanged"),
                (dated & (years == 0) & (same_month | same_day), "year_and_part"),
                (~dated & (years == 0) & month_open, "year_same_day_unknown"),
                (same_part & slip, "year_slip"),
                (~dated & (years == 1), "partial_within_one"),
                (years == 0, "year_or_day_same"),
                (same_part, "year_or_day_same"),
                ((years <= 1) | (~dated & (years == 10)), "year_within_one"),
                (years <= 4, "years_near"),
            ],
            otherwise="different",
        )

    def _place(self, side: PairCodes) -> Levels:
        tambon, moo, house_no = side.same("tambon"), side.same("moo"), side.same("house_no")
        return self._first_of(
            "place",
            [
                (side.same("house_code"), "same_house_code"),
                (tambon & moo & house_no, "same_address"),
                (tambon & house_no & ~side.known("moo"), "same_house_no"),
                (tambon & moo, "same_moo"),
                (tambon, "same_tambon"),
                (side.same("amphoe"), "same_amphoe"),
                (~side.known("amphoe") & ~side.known("tambon"), "unknown"),
            ],
            otherwise="other_amphoe",
        )

    def _village(self, side: PairCodes) -> Levels:
        alike = side.alike["village"]
        return self._first_of(
            "village",
            [(alike == MISSING, "unknown"), (alike >= SPELLING, "same"), (alike >= EDIT_KNOWN, "close")],
            otherwise="different",
        )

    def _source(self, side: PairCodes) -> Levels:
        same = side.same("agency")
        return self._first_of(
            "source",
            [(same & side.same("household_ref"), "same_list_household"), (same, "same_agency")],
            "other_agency",
        )

    def _relationship(self, side: PairCodes, place: Levels) -> Levels:
        """What one is to the head speaks only of one house."""
        apart = place < self._number["place"]["same_address"]
        return self._first_of(
            "relationship",
            [
                (apart, "unknown"),
                (side.same("relationship"), "same"),
                (side.known("relationship"), "different"),
            ],
        )

    def _housemate(self, side: PairCodes, given: Levels, surname: Levels, birth: Levels, place: Levels) -> Levels:
        """A second given name in one family or house speaks of a second person, most of all with one birth date."""
        surnames, places, births = (self._number[c] for c in ("surname", "place", "birth"))
        other = (given > DIFFERENT) & (given <= CLOSE + 1)
        near = (surname >= surnames["one_edit_both_known"]) | (place >= places["same_house_no"])
        twins = np.logical_and(*(v == 1 for v in side.both("is_twin")))
        return self._first_of(
            "housemate",
            [
                (~(other & near), "none"),
                (birth < births["day_month_exchanged"], "other_given_name"),
                (twins, "twins"),
            ],
            otherwise="other_given_name_same_birth",
        )


_BIRTH = ("year", "month", "day")
_NAMES = ("given", "surname", "village")


def _may_be_exchanged(side: PairCodes) -> Flags:
    """Pairs whose names meet crosswise: only there is the crossed reading looked at."""
    found = np.zeros(len(side), dtype=bool)
    for key in ("fold", "key"):
        given, surname = side.both(f"given_{key}"), side.both(f"surname_{key}")
        forth = (given[0] == surname[1]) & (given[0] != MISSING)
        back = (surname[0] == given[1]) & (surname[0] != MISSING)
        found |= (forth & back) if key == "key" else (forth | back)
    return found


@dataclass(frozen=True, slots=True)
class Graded:
    """Compared pairs, ordered by (a, b).

    Attributes:
        a, b: Nodes, a < b.
        is_free: Whether a rule that does not look at the ID put them together.
        patterns: The distinct patterns, ascending.
        pattern_at: For each pair the position of its pattern.
    """

    a: Nodes
    b: Nodes
    is_free: Flags
    patterns: Codes
    pattern_at: Codes


def grade_pairs(engine: Engine, coded: Coded, comparisons: Comparisons, pairs: Pairs) -> Graded:
    """Grade every pair, batch by batch."""
    return Graded(pairs.a, pairs.b, pairs.is_free, *_grades(engine, coded, comparisons, pairs.a, pairs.b))


def _grades(
    engine: Engine, coded: Coded, comparisons: Comparisons, a: Nodes, b: Nodes
) -> tuple[Codes, npt.NDArray[np.int32]]:
    grader = Grader(coded, comparisons)
    parts: list[tuple[Codes, Codes]] = []
    for start in range(0, len(a), PAIRS_AT_ONCE):
        some = slice(start, start + PAIRS_AT_ONCE)
        parts += _graded(engine, grader, a[some], b[some])
    patterns = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(found for _, found in parts)]))
    at = [np.searchsorted(patterns, found).astype(np.int32)[place] for place, found in parts]
    return patterns, np.concatenate([np.empty(0, dtype=np.int32), *at])


def _graded(engine: Engine, grader: Grader, a: Nodes, b: Nodes) -> list[tuple[Codes, Codes]]:
    """For each batch the place of each pair's pattern among the distinct ones, and those."""
    alike = grader.alike(engine, a, b)

    def graded(start: int) -> tuple[Codes, Codes]:
        part = slice(start, start + BATCH_PAIRS)
        return by_appearance(grader((a[part], b[part]), {name: levels[part] for name, levels in alike.items()}))

    return engine.map_each(range(0, len(a), BATCH_PAIRS), graded)
