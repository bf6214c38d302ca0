"""Misspellings of Thai names by class: what a clerk writes who heard the name, or copied it in haste.

The classes are those of domain.md section 6: ศ/ษ/ส, ณ/น, ฏ/ต, ญ/ย, ภ/พ, ธ/ท, ฐ/ถ, ร/ล, ใ/ไ, รร/ัน, การันต์, doubled
consonants, short and long vowels, tone marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CONSONANTS = ("ศษส", "ณน", "ฏต", "ญย", "ภพ", "ธท", "ฐถ", "รล", "ใไ")
_OTHER_CONSONANT = {letter: group.replace(letter, "") for group in _CONSONANTS for letter in group}
_OTHER_VOWEL = {"ิ": "ี", "ี": "ิ", "ุ": "ู", "ู": "ุ", "ึ": "ื", "เ": "แ"}
_TONES = "่้"
_KARAN = re.compile("[ก-ฮ][ิุ]?์")
_DOUBLE = re.compile("([กตนพมลสช])\\1")
_DOUBLED_ONCE = re.compile("(?<=[ก-ฮ])[กตนพมลส](?=[ก-ฮาิี])")
_BARE_END = re.compile("[ตนศษสรทธ]\\Z")
_MARKS = "ะัาำิีึืุู็่้๊๋์"


def _at(places: list[int], number: int) -> int:
    return places[number % len(places)]


def swap_consonant(name: str, number: int) -> str:
    """ศ for ส, ณ for น …; the name itself when it holds no such letter."""
    places = [i for i, letter in enumerate(name) if letter in _OTHER_CONSONANT]
    if not places:
        return name
    i = _at(places, number)
    others = _OTHER_CONSONANT[name[i]]
    return name[:i] + others[number // 97 % len(others)] + name[i + 1 :]


def swap_vowel(name: str, number: int) -> str:
    """A short vowel for a long one and back."""
    places = [i for i, letter in enumerate(name) if letter in _OTHER_VOWEL]
    if not places:
        return name
    i = _at(places, number)
    return name[:i] + _OTHER_VOWEL[name[i]] + name[i + 1 :]


def change_tone(name: str, number: int) -> str:
    """A tone mark lost, exchanged, or put in."""
    places = [i for i, letter in enumerate(name) if letter in _TONES]
    if places:
        i = _at(places, number)
        other = "" if number % 2 else _TONES[1 - _TONES.index(name[i])]
        return name[:i] + other + name[i + 1 :]
    bare = [i for i, letter in enumerate(name[:-1]) if "ก" <= letter <= "ฮ" and name[i + 1] in "าอ"]
    if not bare:
        return name
    i = _at(bare, number)
    return name[: i + 1] + _TONES[number % 2] + name[i + 1 :]


def change_karan(name: str, number: int) -> str:
    """A silenced letter dropped, only its mark dropped, or a last letter silenced."""
    found = [match for match in _KARAN.finditer(name)]
    if found:
        match = found[number % len(found)]
        kept = "" if number % 2 else match.group(0)[:-1]
        return name[: match.start()] + kept + name[match.end() :]
    return name + "์" if _BARE_END.search(name) and len(name) > 3 else name


def change_double(name: str, number: int) -> str:
    """A doubled consonant written once, or one doubled."""
    match = _DOUBLE.search(name)
    if match:
        return name[: match.start()] + name[match.start() + 1 :]
    single = [m.start() for m in _DOUBLED_ONCE.finditer(name)]
    if not single:
        return name
    i = _at(single, number)
    return name[:i] + name[i] + name[i:]


def change_ro_han(name: str, number: int) -> str:
    """รร for ัน and back (วรรณ, วันณ)."""
    if "รร" in name:
        return name.replace("รร", "ัน", 1)
    return name.replace("ัน", "รร", 1) if number % 4 == 0 else name


def slip(name: str, number: int) -> str:
    """A letter dropped or typed twice."""
    places = [i for i in range(1, len(name) - 1) if "ก" <= name[i] <= "ฮ" and name[i + 1] not in _MARKS]
    if not places:
        return name
    i = _at(places, number)
    return name[:i] + name[i + 1 :] if number // 7 % 2 else name[:i] + name[i] + name[i:]


# Class, how often it is the one tried first, and what it does.
CLASSES: tuple[tuple[str, float, Callable[[str, int], str]], ...] = (
    ("name_consonant", 0.30, swap_consonant),
    ("name_vowel", 0.12, swap_vowel),
    ("name_tone", 0.16, change_tone),
    ("name_karan", 0.20, change_karan),
    ("name_double", 0.06, change_double),
    ("name_ro_han", 0.04, change_ro_han),
    ("name_slip", 0.12, slip),
)


def misspell(name: str, first_class: int, number: int) -> tuple[str, int]:
    """Misspell a name by one class; where the class finds nothing to do, the next one is tried.

    Args:
        name: The right spelling.
        first_class: Index of the class tried first.
        number: Any number: decides place and letter.

    Returns:
        The misspelt name and the index of the class, −1 when nothing could be done.
    """
    for step in range(len(CLASSES)):
        index = (first_class + step) % len(CLASSES)
        changed = CLASSES[index][2](name, number)
        if changed != name and len(changed) > 1:
            return changed, index
    return name, -1
