"""Makes thai_name_pairs.csv: pairs of Thai names by class of error, from PyThaiNLP's name lists.

    python -m tests.golden.make_thai_name_pairs

The classes are those of domain.md section 6 and the slips of a keyboard. The rules are written here anew and share
nothing with pipeline/link/fold.py and pipeline/synthetic/misspell.py, which they are there to judge. Given names and
surnames are drawn from lists of names alone; who bears two of them together is drawn by lot, so no pair is a person.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pythainlp.corpus import thai_family_names, thai_female_names, thai_male_names
from rapidfuzz.distance import OSA

PAIRS = Path(__file__).with_name("thai_name_pairs.csv")
REJECTED = Path(__file__).with_name("thai_name_pairs_rejected.csv")
COLUMNS = ("error_class", "kind", "name_a", "name_b", "same")
EACH = 90
# A syllable as a keyboard allows it: leading vowel, consonant, one mark over or under, tone, การันต์, following vowel.
_WELL_FORMED = re.compile("(?:[เ-ไ]?[ก-ฮ][ัิ-ู็]?[่-๋]?์?[ะาำ]?)+")
_LETTERS = (4, 14)

# Rows of the Kedmanee layout (มอก. 820-2538), plain and with Shift; "-" stands for a key that is no letter of a name.
_KEDMANEE = (
    ("---ภถุึคตจขช", "-----ู------"),
    ("-ไำพะัีรนยบล-", "--ฎฑธ-๊ณ-ญฐ--"),
    ("ฟหกดเ้่าสวง", "ฤฆฏโฌ็๋ษศซ-"),
    ("ผปแอิืทมใฝ", "--ฉฮ-์-ฒฬ-"),
)


@dataclass(frozen=True)
class Names:
    """The names to draw from, each list in order."""

    given: dict[str, list[str]]
    surname: list[str]
    known: frozenset[str] = field(default_factory=frozenset)

    def of(self, kind: str, dice: random.Random) -> str:
        """One name of a kind, by lot."""
        return dice.choice(self.surname if kind == "surname" else self.given[dice.choice("MF")])


Spoil = Callable[[str, random.Random], str]
Maker = Callable[[Names, random.Random], Iterator[Sequence[str]]]


def read_names() -> Names:
    """PyThaiNLP's lists, without what a keyboard would not type."""
    male, female, family = (_plain(f()) for f in (thai_male_names, thai_female_names, thai_family_names))
    known = frozenset(thai_male_names() | thai_female_names() | thai_family_names())
    return Names({"M": male, "F": female}, family, known)


def _plain(names: frozenset[str]) -> list[str]:
    low, high = _LETTERS
    return sorted(n for n in names if _WELL_FORMED.fullmatch(n) and low <= len(n) <= high)


def _replace_one(name: str, rule: str, letters: dict[str, str], dice: random.Random) -> str:
    """A place that matches a rule changed to another letter of its group; the name itself when there is none."""
    places = [m.start() for m in re.finditer(rule, name)]
    if not places:
        return name
    at = dice.choice(places)
    return name[:at] + dice.choice(letters[name[at]]) + name[at + 1 :]


def _exchange(group: str, rule: str | None = None, never: str = "") -> Spoil:
    """A letter of a group written as another of it; ``never`` holds results that nobody writes."""
    letters = {letter: group.replace(letter, "") for letter in group}
    places = rule or f"[{group}](?!์)"

    def spoil(name: str, dice: random.Random) -> str:
        changed = _replace_one(name, places, letters, dice)
        return name if never and re.search(never, changed) and not re.search(never, name) else changed

    return spoil


# รร is ัน at the end of a syllable (บรรจง), and ั before the consonant that closes it (ธรรม, อรรถ, วรรษมน).
_RO_HAN_CLOSED = re.compile("(?<!บ)รร(?=[คฆตถธบปพภม](?!์)|[ศษ](?![ะ-ู์]))")


def _ro_han(name: str, dice: random.Random) -> str:
    """รร as it sounds (พรรษา → พันษา, ธรรม → ธัม, วรรณ → วัณ), or ัน at the beginning written รร (บันลือ → บรรลือ)."""
    if not re.search("รร(?![ะ-ู])", name):
        return re.sub(r"\A([บส])ัน(?=[กจชดลสหพย]|[เ-ไ])", r"\1รร", name)
    if re.search(r"รร(?=[ณนญ])", name):
        return re.sub(r"รร(?=[ณนญ])", dice.choice(["ั", "ัน"]), name, count=1)
    return name.replace("รร", "ั" if _RO_HAN_CLOSED.search(name) else "ัน", 1)


_SILENCED = re.compile("(?:(?<=[นณ])[ทด]ร|(?<=[สศษ])ตร|[ก-ฮ])[ิุ]?์")


def _karan(name: str, dice: random.Random) -> str:
    """การันต์ dropped with the letters it silences (จันทร์ → จัน), or its mark alone (จันทร์ → จันทร)."""
    found = list(_SILENCED.finditer(name))
    if not found:
        return name
    match = dice.choice(found)
    kept = dice.choice(["", match.group(0)[:-1]])
    return name[: match.start()] + kept + name[match.end() :]


# Consonants written twice in Pali and Sanskrit words, the second as itself or aspirated, and what is left of them.
_PAIRS_OF_CONSONANTS = re.compile("(?<=[ก-ฮะ-ู])(?:([กคจชญดตทนบปพมยลวส])\\1|ก(ข)|ค(ฆ)|ต(ถ)|ท(ธ)|ฏ(ฐ)|พ(ภ))")
_AFTER_SHORT_VOWEL = re.compile("(?<=[ัิุ])([กตนมสชพล])(?=[าิีุู])")


def _doubled(name: str, dice: random.Random) -> str:
    """A doubled consonant once (กิตติ → กิติ, สิทธิ → สิธิ), or one after a short vowel twice (วนิดา, พินิต → พินนิต)."""
    found = [m for m in _PAIRS_OF_CONSONANTS.finditer(name) if m.group(0) != "รร"]
    if found:
        match = dice.choice(found)
        return name[: match.start()] + match.group(0)[1] + name[match.end() :]
    single = list(_AFTER_SHORT_VOWEL.finditer(name))
    if not single:
        return name
    match = dice.choice(single)
    return name[: match.start()] + match.group(0) * 2 + name[match.end() :]


_LENGTHS = dict(zip("ิีึืุูะา", "ีิืึูุาะ", strict=True))


def _vowel_length(name: str, dice: random.Random) -> str:
    """A short vowel written long and back; ะ and า only where they end a syllable that a name can end with."""
    places = [m.start() for m in re.finditer(r"[ิึืุู](?!์)|ี(?![่้]?ย)|(?<=[ก-ฮ])(?<!เ[ก-ฮ])[ะา](?=\Z|[ก-ฮ][ะ-ู]|[เ-ไ])", name)]
    if not places:
        return name
    at = dice.choice(places)
    return name[:at] + _LENGTHS[name[at]] + name[at + 1 :]


def _tone(name: str, dice: random.Random) -> str:
    """A tone mark or ็ lost, ่ written ้ and back, or a mark put over a syllable with า or อ that has none."""
    marked = [m.start() for m in re.finditer("[็่้๊๋]", name)]
    if marked:
        at = dice.choice(marked)
        other = {"่": "้", "้": "่"}.get(name[at], "")
        return name[:at] + dice.choice(["", other]) + name[at + 1 :]
    bare = [m.end() for m in re.finditer("[กขคจชดตทนบปพมยลวสห](?=[าอ](?![ะ-ู์]))|[ก-ฮ][ีื](?=[ก-ฮ]|\\Z)", name)]
    if not bare:
        return name
    at = dice.choice(bare)
    return name[:at] + dice.choice("่้") + name[at:]


def _swap(name: str, dice: random.Random) -> str:
    """Two neighbouring letters in the wrong order."""
    at = dice.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _drop(name: str, dice: random.Random) -> str:
    """A letter, vowel or mark left out; the first letter is hardly ever lost."""
    at = dice.randrange(len(name)) if dice.random() < 0.1 else dice.randrange(1, len(name))
    return name[:at] + name[at + 1 :]


def _neighbours() -> dict[str, str]:
    """For each letter what is typed by the key beside it, or by its own key with Shift wrong."""
    found: dict[str, str] = {}
    for plain, shifted in _KEDMANEE:
        for row, other in ((plain, shifted), (shifted, plain)):
            for at, letter in enumerate(row):
                near = row[max(0, at - 1) : at] + row[at + 1 : at + 2] + other[at : at + 1]
                found[letter] = near.replace("-", "")
    return found


_NEIGHBOURS = _neighbours()


def _add(name: str, dice: random.Random) -> str:
    """A letter typed twice, or the key beside it typed as well."""
    at = dice.randrange(len(name))
    extra = name[at] if dice.random() < 0.3 else dice.choice(_NEIGHBOURS[name[at]] or name[at])
    return name[: at + 1] + extra + name[at + 1 :]


def _key(name: str, dice: random.Random) -> str:
    """The key beside the right one."""
    at = dice.randrange(len(name))
    return name[:at] + dice.choice(_NEIGHBOURS[name[at]] or name[at]) + name[at + 1 :]


# Class, what it does, and whether the result may be a name of the lists. Where both spellings sound alike two listed
# names can be one person's (พงศ์, พงษ์); after a slip of the fingers a reader could not say so, and it is thrown out.
SPOILED: tuple[tuple[str, Spoil, bool], ...] = (
    # ษ begins no Thai name, and hardly a syllable.
    ("consonant_so", _exchange("ศษส", "[ศษส](?!์|ต|ร)", never="(?:\\A|[เ-ไ์])ษ|ษ[่้ัุู]"), True),
    ("consonant_no", _exchange("ณน", never="ณ[้่]|หณ|[่้]ณ"), True),
    ("consonant_to_patak", _exchange("ฏต", "ฏ(?!์)|(?<=[ัิ])ต(?=[ก-ฮ]|\\Z)"), True),
    ("consonant_do_chada", _exchange("ฎด", "ฎ|(?<=[ก-ฮ])(?<!ก)ด(?=[าิ])"), True),
    # At the end of a syllable ญ sounds น, so that ย is written for it only before a vowel.
    ("consonant_yo", _exchange("ญย", "[ญย](?=[ะ-ู็่้])|(?<=[เแโ])[ญย]"), True),
    ("consonant_pho", _exchange("ภพ", "ภ(?!์)|พ(?![์รย])"), True),
    ("consonant_tho", _exchange("ธทฑฒ", "[ธฑฒ](?!์)|ท(?![์รธ])", never="(?<!ั)ฒ|(?<![ัณ])ฑ"), True),
    ("consonant_tho_than", _exchange("ฐถ", "ฐ(?!์)|(?<!ต)ถ(?=[ิา])"), True),
    # At the end of a syllable พร and พล are two words.
    ("consonant_ro_lo", _exchange("รล", "(?<!ร)[รล](?=[ะ-ู็่้])|(?<=[เ-ไ])[รล](?!ร)"), False),
    ("ai", _exchange("ใไ"), True),
    ("ro_han", _ro_han, True),
    ("karan", _karan, True),
    ("doubled", _doubled, True),
    ("vowel_length", _vowel_length, False),
    ("tone_mark", _tone, False),
    ("adjacent_swap", _swap, False),
    ("letter_dropped", _drop, False),
    ("letter_added", _add, False),
    ("neighbouring_key", _key, False),
)


def _spoiled(names: Names, name: str, spoil: Spoil, may_be_known: bool, dice: random.Random) -> str | None:
    changed = spoil(name, dice)
    if changed == name or not _WELL_FORMED.fullmatch(changed):
        return None
    return None if changed in names.known and not may_be_known else changed


def _of_class(spoil: Spoil, may_be_known: bool) -> Maker:
    def rows(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
        while True:
            kind = dice.choice(["given", "given", "surname"])
            name = names.of(kind, dice)
            changed = _spoiled(names, name, spoil, may_be_known, dice)
            if changed is not None:
                yield kind, name, changed, "1"

    return rows


def _two_errors(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    """Errors of two classes in one name."""
    while True:
        kind = dice.choice(["given", "given", "surname"])
        name = names.of(kind, dice)
        (_, first, _), (_, second, _) = dice.sample(SPOILED, 2)
        once = _spoiled(names, name, first, True, dice)
        twice = once and _spoiled(names, once, second, False, dice)
        if twice and OSA.distance(name, twice) > 1:
            yield kind, name, twice, "1"


def _cut_short(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    """The first part alone of a name of two parts that both stand in the lists by themselves."""
    lists = {
        kind: set(pool) for kind, pool in (("given", names.given["M"] + names.given["F"]), ("surname", names.surname))
    }
    while True:
        kind = dice.choice(["given", "surname"])
        name = names.of(kind, dice)
        cuts = [n for n in range(4, len(name) - 2) if name[:n] in lists[kind] and name[n:] in names.known]
        if cuts:
            yield kind, name, name[: dice.choice(cuts)], "1"


def _exchanged(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    """First and last name in each other's place; in every third pair one of them is misspelt as well."""
    number = 0
    while True:
        given, surname = names.of("given", dice), names.of("surname", dice)
        other = given
        if number % 3 == 2:
            _, spoil, may_be_known = SPOILED[number // 3 % len(SPOILED)]
            changed = _spoiled(names, given, spoil, may_be_known, dice)
            if changed is None:
                continue
            other = changed
        number += 1
        yield "full", f"{given} {surname}", f"{surname} {other}", "1"


def _changed_given(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    """A given name changed at the registrar's: another name of that sex, half of them with the old first letter."""
    while True:
        pool = names.given[dice.choice("MF")]
        old, new = dice.choice(pool), dice.choice(pool)
        if OSA.distance(old, new) > 2 and (dice.random() < 0.1 or old[0] == new[0]):
            yield "given", old, new, "0"


def _random_given(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    while True:
        pool = names.given[dice.choice("MF")]
        yield "given", dice.choice(pool), dice.choice(pool), "0"


def _random_surname(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    while True:
        yield "surname", dice.choice(names.surname), dice.choice(names.surname), "0"


# What parents in Korat begin (or end) the names of all their children with.
_HEADS = ("สม", "บุญ", "ทอง", "ประ", "วิ", "สุ", "ณัฐ", "กิตติ", "ธน", "พร", "จันทร์", "ศิริ", "อนุ", "วร", "ชล", "พิม", "กัญญ")


def _siblings(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    """Two names with one beginning, as parents give them, that differ in more than one letter afterwards."""
    yield "given", "สมชาย", "สมหมาย", "0"
    while True:
        pool, head = names.given[dice.choice("MF")], dice.choice(_HEADS)
        begun = [n for n in pool if n.startswith(head) and len(n) >= len(head) + 2]
        if len(begun) < 2:
            continue
        one, other = dice.sample(begun, 2)
        if OSA.distance(one, other) >= 2 and not _one_spelling(one, other):
            yield "given", one, other, "0"


def _plain_sound(name: str) -> str:
    """A rough reading of a name, to throw out pairs that are one name in two spellings."""
    text = re.sub("[็่้๊๋]", "", _SILENCED.sub("", name)).translate(str.maketrans("ศษณฏฎญภธฑฒฐใรีืู", "สสนตดยพทททถไลิึุ"))
    return re.sub("(.)\\1+", "\\1", text.replace("ลล", "ัน").replace("ะ", "า"))


def _one_spelling(one: str, other: str) -> bool:
    return _plain_sound(one) == _plain_sound(other)


_LETTER_APART = (("สมชาย", "สมชัย"), ("บุญมี", "บุญมา"))


def _one_letter_apart(names: Names, dice: random.Random) -> Iterator[Sequence[str]]:
    """Two given names of one sex in common use, one letter apart, that do not sound alike."""
    yield from (("given", one, other, "0") for one, other in _LETTER_APART)
    from benchmarks.names import common_given_names

    found = []
    for pool in common_given_names():
        by_gap: dict[str, list[str]] = {}
        for name in pool:
            for at in range(len(name)):
                by_gap.setdefault(f"{name[:at]}*{name[at + 1 :]}", []).append(name)
        for alike in by_gap.values():
            found += [(a, b) for a in alike for b in alike if a < b and not _one_spelling(a, b)]
    found = sorted(set(found))
    while True:
        one, other = dice.choice(found)
        yield "given", one, other, "0"


OTHERS: tuple[tuple[str, Maker], ...] = (
    ("two_errors", _two_errors),
    ("cut_short", _cut_short),
    ("exchanged", _exchanged),
    ("changed_given", _changed_given),
    ("random_given", _random_given),
    ("random_surname", _random_surname),
    ("siblings", _siblings),
    ("one_letter_apart", _one_letter_apart),
)


def _rejected() -> set[tuple[str, str, str]]:
    with REJECTED.open(encoding="utf-8", newline="") as lines:
        return {(row["error_class"], row["name_a"], row["name_b"]) for row in csv.DictReader(lines)}


def make_pairs() -> list[Sequence[str]]:
    """All pairs, class by class; the same on every machine with the same name lists."""
    names = read_names()
    makers: list[tuple[str, Maker]] = [(code, _of_class(spoil, known)) for code, spoil, known in SPOILED]
    makers += OTHERS
    rejected = _rejected()
    rows: list[Sequence[str]] = []
    for code, make in makers:
        rows += _first(code, make(names, random.Random(f"thai names {code}")), rejected)
    return rows


def _first(code: str, rows: Iterator[Sequence[str]], rejected: set[tuple[str, str, str]]) -> list[Sequence[str]]:
    """The first EACH pairs of a class that differ and that no reader threw out."""
    taken: dict[tuple[str, str], Sequence[str]] = {}
    for kind, one, other, same in rows:
        pair = (one, other)
        if one != other and (code, *pair) not in rejected and pair not in taken and pair[::-1] not in taken:
            taken[pair] = (code, kind, one, other, same)
        if len(taken) == EACH:
            break
    return list(taken.values())


def main() -> None:
    """Write the file."""
    with PAIRS.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(make_pairs())


if __name__ == "__main__":
    main()
