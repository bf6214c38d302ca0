"""How the comparison of Thai names does, class by class of error, on the frozen bench of tests/golden.

    python -m benchmarks.names

Two names count as alike from level CLOSE upwards. The names stand in a list of 100,000 people as common as the made-up
province has them, because the comparison looks at whether a name is in use; a misspelling stands there once.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pythainlp.corpus import thai_family_names, thai_female_names, thai_male_names

from pipeline.link.comparison import load_comparisons
from pipeline.link.encode import Coded, encode
from pipeline.link.grade import Grader
from pipeline.link.namebook import KNOWN_NAME_RECORDS
from pipeline.link.similarity import CLOSE, EDIT, PARTIAL, SOUND, NameComparer
from pipeline.synthetic.names import NamePools, name_pools
from pipeline.tables import NORMAL_RECORD

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "golden" / "thai_name_pairs.csv"
# From this level on two names count as alike.
ALIKE = CLOSE
PEOPLE_OF_A_SEX = 50_000
RECORDS_OF_A_FAMILY = 4
RANDOM_PAIRS = 20_000
Levels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """One labelled pair; names of kind ``full`` are given name and surname with a space between."""

    error_class: str
    kind: str
    name_a: str
    name_b: str
    is_same: bool


@dataclass(frozen=True)
class Figures:
    """Of one class: how many pairs, and which share of them reaches a level."""

    pairs: int
    is_same: bool
    partial: float
    alike: float
    edit: float
    sound: float


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """The frozen bench."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Pair(row["error_class"], row["kind"], row["name_a"], row["name_b"], row["same"] == "1")
            for row in csv.DictReader(lines)
        ]


def _records_of(names: Iterable[str], weights: npt.NDArray[np.float64]) -> dict[str, int]:
    return {n: int(w) for n, w in zip(names, np.floor(weights * PEOPLE_OF_A_SEX), strict=True)}


def _given_records(pools: NamePools) -> list[dict[str, int]]:
    return [_records_of(pools.male, pools.male_weights), _records_of(pools.female, pools.female_weights)]


def common_given_names() -> list[list[str]]:
    """Men's and women's given names that stand in enough records to count as names in use."""
    return [
        [n for n, records in found.items() if records >= KNOWN_NAME_RECORDS] for found in _given_records(name_pools())
    ]


def _parts(pair: Pair) -> tuple[Sequence[str], Sequence[str]]:
    """Given name and surname of both, None for the one that the pair does not hold."""
    if pair.kind == "full":
        return pair.name_a.split(" "), pair.name_b.split(" ")
    return (pair.name_a, "ทดสอบ"), (pair.name_b, "ทดสอบ")


def listed(pairs: Sequence[Pair]) -> Coded:
    """A list in which the pairs stand, two rows each and in their order, and after them everybody else."""
    given, surnames = Counter[str](), Counter[str]()
    for found in _given_records(name_pools()):
        given.update(found)
    surnames.update(dict.fromkeys(thai_family_names(), RECORDS_OF_A_FAMILY))
    given.update(dict.fromkeys(thai_male_names() | thai_female_names(), 1))
    rows = [name for pair in pairs for name in _parts(pair)]
    first = [row[0] for row in rows] + sorted(given.elements())
    last = [row[1] for row in rows] + sorted(surnames.elements())
    count = max(len(first), len(last))
    table = {
        "record_id": [f"bench:{n:07d}" for n in range(count)],
        "first_name": first + [None] * (count - len(first)),
        "last_name": last + [None] * (count - len(last)),
    }
    constant = {"agency": "bench", "record_kind": "person", "role": "person", "national_id_status": "missing"}
    constant |= {"house_code_status": "missing", "household_type_code": "ordinary", "life_status_code": "unknown"}
    return encode(NORMAL_RECORD.conform(pa.table(table | {k: [v] * count for k, v in constant.items()})))


class Comparer:
    """Levels that the engine gives to pairs of names, by their text."""

    def __init__(self, coded: Coded) -> None:
        self._code = {value: code for code, value in enumerate(coded.names.values.to_pylist())}
        self._compare = NameComparer(coded.names)

    def __call__(self, one: Sequence[str], other: Sequence[str]) -> Levels:
        codes = (np.array([self._code[name] for name in names], dtype=np.int32) for names in (one, other))
        return self._compare(*codes).astype(np.int64)


def _full_name_levels(coded: Coded, count: int) -> tuple[Levels, npt.NDArray[np.bool_]]:
    """The lower of the levels of given name and surname, and whether they were read crosswise, of the first rows."""
    comparisons = load_comparisons()
    nodes = np.arange(2 * count, dtype=np.int32)
    unpacked = comparisons.unpack(Grader(coded, comparisons)((nodes[::2], nodes[1::2])))
    given, surname, order = (unpacked[:, comparisons.position(c)] for c in ("given", "surname", "order"))
    # Level 0 of a comparison is "not known"; similarity begins with 0.
    return np.minimum(given, surname) - 1, order == 1


def measure(pairs: Sequence[Pair]) -> dict[str, Figures]:
    """Figures of each class, in the order of the bench; full names are alike only if read crosswise."""
    coded = listed(pairs)
    full = np.array([pair.kind == "full" for pair in pairs])
    level = np.empty(len(pairs), dtype=np.int64)
    single = [pair for pair in pairs if pair.kind != "full"]
    level[~full] = Comparer(coded)([p.name_a for p in single], [p.name_b for p in single])
    lower, is_crossed = _full_name_levels(coded, len(pairs))
    level[full] = np.where(is_crossed, lower, -1)[full]
    found = {}
    for code in dict.fromkeys(pair.error_class for pair in pairs):
        rows = np.array([pair.error_class == code for pair in pairs])
        shares = [float((level[rows] >= at).mean()) for at in (PARTIAL, ALIKE, EDIT, SOUND)]
        found[code] = Figures(int(rows.sum()), next(p.is_same for p in pairs if p.error_class == code), *shares)
    return found


def _drawn(dice: random.Random, names: Sequence[str], up_to: Sequence[float] | None = None) -> tuple[str, str]:
    """Two different names by lot."""
    while True:
        one, other = dice.choices(names, cum_weights=up_to, k=2)
        if one != other:
            return one, other


def false_positives(pairs: int = RANDOM_PAIRS) -> dict[str, float]:
    """Share of random pairs of two names that count as alike: given names of one sex, and surnames.

    Given names are drawn twice: each as often as any other, and each as often as people bear it.
    """
    dice = random.Random("random pairs of Thai names")
    given = [sorted(names) for names in (thai_male_names(), thai_female_names())]
    borne = [(list(found), list(accumulate(found.values()))) for found in _given_records(name_pools())]
    surnames = sorted(thai_family_names())
    drawn: dict[str, list[tuple[str, str]]] = {"given names": [], "given names as people bear them": [], "surnames": []}
    for _ in range(pairs):
        drawn["given names"].append(_drawn(dice, dice.choice(given)))
        drawn["given names as people bear them"].append(_drawn(dice, *dice.choice(borne)))
        drawn["surnames"].append(_drawn(dice, surnames))
    compare = Comparer(listed([]))
    return {k: float((compare(*zip(*found, strict=True)) >= ALIKE).mean()) for k, found in drawn.items()}


def main() -> None:
    """Print one line a class, then the false positives."""
    print(f"| {'class':<20} | pairs | same | >= PARTIAL | >= CLOSE | >= EDIT | >= SOUND |")
    print(f"|{'-' * 22}|------:|-----:|-----------:|---------:|--------:|---------:|")
    for code, f in measure(read_pairs()).items():
        start = f"| {code:<20} | {f.pairs:>5} | {f.is_same:>4d} "
        print(f"{start}| {f.partial:>10.3f} | {f.alike:>8.3f} | {f.edit:>7.3f} | {f.sound:>8.3f} |")
    for kind, share in false_positives().items():
        print(f"{RANDOM_PAIRS} random pairs of {kind}: {100 * share:.3f} % alike")


if __name__ == "__main__":
    main()
