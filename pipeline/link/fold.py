"""Folding of names: what may be spelt differently without being a different name.

Thai spelling varies by letters that sound alike, tone marks, การันต์, doubled letters and the length of vowels
(classes: domain page, section 6). Folding those away and comparing what is left makes such differences cheaper
than real ones, and keeps the comparison one vectorised call. Latin names fall back to a plain consonant code.

All names are folded at once, as one array of characters with a line end after each name: a rule is then a few
operations on arrays, however many names there are, and leaves the interpreter free for another thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.link.codes import Codes, Flags

Lines = npt.NDArray[np.uint16]
"""Characters of names, a line end after each; three line ends more on either side, so that every letter has those
before and after it."""

_LINE_END = ord("\n")
_MARGIN = 3
_CHARACTERS = 2**16
_SKELETON_LENGTH = 6
_RO, _YO, _AI, _HO, _TO, _THO = map(ord, "รยไหตถ")
_MAI_HAN, _NO, _BO, _THANTHAKHAT = map(ord, "ันบ์")


def _all_of(*characters: str) -> Flags:
    """For each character whether it is one of some; ``a-z`` stands for all from a to z."""
    found = np.zeros(_CHARACTERS, dtype=bool)
    for some in characters:
        first, last = some[0], some[-1]
        found[range(ord(first), ord(last) + 1) if some[1:-1] == "-" else [ord(c) for c in some]] = True
    return found


def _exchange(letters: str, others: str) -> Lines:
    """For each character what it becomes."""
    table = np.arange(_CHARACTERS).astype(np.uint16)
    table[[ord(c) for c in letters]] = [ord(c) for c in others]
    return table


_LETTER = _all_of("\n", "0-9", "a-z", "\u00df-\u024f", "\u0e01-\u0e2e", "\u0e30-\u0e3a", "\u0e40-\u0e4e")
_CONSONANT = _all_of("ก-ฮ")
_TONE = _all_of("่้๊๋็ฺํ๎")
_SILENT_VOWEL = _all_of("ิุ")
# Letters of one sound that writers exchange: ศ/ษ/ส, ณ/น, ฏ/ต, ฎ/ด, ญ/ย, ภ/พ, ธ/ฑ/ฒ/ท, ฐ/ถ, ฆ/ค, ฬ/ล, ใ/ไ.
_CONFUSABLE = _exchange("ศษณฏฎญภธฑฒฐฆฬใฤ", "สสนตดยพทททถคลไร")
# รร is ั before the consonant that closes its syllable (ธรรม, อรรถ, สรรพ), else ัน: บรรจง, พรรษา; บรร- is always บัน-.
_CLOSING, _CLOSING_WITHOUT_VOWEL, _VOWEL = _all_of("คฆตถทธบปพภมณนญ"), _all_of("ศษส"), _all_of("ะ-ู")
_SOUND = _exchange("รฉขฃฅผฝถซฮึิืุะ", "ลชคคคพฟทสหีีีูา")
_AFTER_HO = _all_of("งญนมยรลว")
_LATIN_CLASS = _exchange("bfpvcgjkqsxzdtlmnr", "bbbbccccccccddlnnr")
_LATIN_VOWEL = _all_of("aeiouyhw", "\u00df-\u024f")


@dataclass(frozen=True, slots=True)
class Foldings:
    """Foldings of many names, in their order.

    Attributes:
        spelling: Without what writers exchange: like letters, tone marks, doubled letters; a letter under การันต์ stays,
            its mark goes.
        silent: The same without the letters that การันต์ silences (จันทร์ → จัน).
        sound: Folded further: ร/ล, aspirated pairs, short and long vowels, ไ-/-ัย, leading ห.
        skeleton: Consonants of the sound, at most six: a key to block on, never evidence of a match.
    """

    spelling: pa.Array
    silent: pa.Array
    sound: pa.Array
    skeleton: pa.Array


def fold_names(names: pa.Array) -> Foldings:
    """Fold many names at once, each as by itself.

    Args:
        names: Texts, none of them null.
    """
    letters = _letters(names)
    silent = _without_exchanged(_without_silent(letters))
    sound = _sound(silent)
    return Foldings(_texts(_without_exchanged(letters)), _texts(silent), _texts(sound), _skeletons(sound))


def _letters(names: pa.Array) -> Lines:
    """Lower-case letters and digits of names, without spaces and marks of punctuation."""
    margin = "\n" * _MARGIN
    text = "\n".join(pc.replace_substring(names, "\n", " ").to_pylist()).lower()
    # A character of two units is no letter, and both its units are none.
    lines = np.frombuffer(f"{margin}{text}\n{margin}".encode("utf-16-le"), dtype="<u2").astype(np.uint16)
    return lines[_LETTER[lines]] if len(names) else lines[:0]


def _texts(lines: Lines) -> pa.Array:
    """The names."""
    if len(lines) == 0:
        return pa.array([], pa.string())
    text = lines[_MARGIN : -_MARGIN - 1].astype("<u2").tobytes().decode("utf-16-le")
    return pc.split_pattern(pa.scalar(text), "\n").values


def _without_silent(lines: Lines) -> Lines:
    """Without a letter under การันต์ and its vowel, and without ทร, ดร after น and ตร after ส that it silences."""
    mark = np.flatnonzero(lines == _THANTHAKHAT)
    last = mark - 1 - _SILENT_VOWEL[lines[mark - 1]]
    before, second = lines[last - 2], lines[last - 1]
    is_pair = (_is(second, "ทด") & _is(before, "นณ")) | (_is(second, "ต") & _is(before, "สศษ"))
    is_pair &= lines[last] == _RO
    is_silent = _CONSONANT[lines[last]]
    gone = np.zeros(len(lines), dtype=bool)
    # From the first letter to the mark there are at most four.
    first = last - is_pair
    for place in range(4):
        at = first + place
        gone[at[is_silent & (at <= mark)]] = True
    return lines[~gone]


def _is(letters: Lines, some: str) -> Flags:
    return np.isin(letters, [ord(c) for c in some])


def _without_exchanged(lines: Lines) -> Lines:
    """Without tone marks and doubled letters, and one letter for those that writers exchange."""
    lines = _ro_han(lines[~(_TONE[lines] | (lines == _THANTHAKHAT))])
    lines = _CONFUSABLE[lines]
    return _once(lines[~((lines == _TO) & (np.roll(lines, -1) == _THO))])


def _ro_han(lines: Lines) -> Lines:
    """With รร as it sounds."""
    # Each place where ร stands before ร; in รรร there are two, of which the pairs are taken from the left.
    ro = lines == _RO
    at = np.flatnonzero(ro & np.roll(ro, -1))
    following = lines[at + 2]
    is_closed = _CLOSING[following] | (_CLOSING_WITHOUT_VOWEL[following] & ~_VOWEL[lines[at + 3]])
    is_closed &= lines[at - 1] != _BO
    begins = np.diff(at, prepend=-1) != 1
    is_other = (at - np.maximum.accumulate(np.where(begins, at, 0))) % 2 == 0
    is_other &= ~is_closed & ~np.isin(at + 1, at[is_closed])
    lines = lines.copy()
    lines[at[is_closed | is_other]] = _MAI_HAN
    lines[at[is_other] + 1] = _NO
    return np.delete(lines, at[is_closed] + 1)


def _once(lines: Lines) -> Lines:
    """With a letter that is doubled standing once."""
    is_new = lines != np.roll(lines, 1)
    return np.asarray(lines[is_new | (lines == _LINE_END)])


def _sound(silent: Lines) -> Lines:
    """Silent foldings by their sound."""
    lines = silent.copy()
    at = np.flatnonzero((lines == _AI) & _CONSONANT[np.roll(lines, -1)])
    lines[at], lines[at + 1] = lines[at + 1], _MAI_HAN
    lines = np.insert(lines, at[lines[at + 2] != _YO] + 2, _YO)
    lines = lines[~((lines == _HO) & _AFTER_HO[np.roll(lines, -1)])]
    return _once(_SOUND[lines])


def _skeletons(sound: Lines) -> pa.Array:
    """Thai consonants of names; for a name without any its first letter and its consonants by class."""
    is_end = sound == _LINE_END
    thai = _texts(_once(sound[_CONSONANT[sound] | is_end]))
    other = np.asarray(pc.equal(thai, "").to_numpy(zero_copy_only=False), dtype=bool)
    if other.any():
        thai = pc.replace_with_mask(thai, pa.array(other), _texts(_latin(_lines_of(sound, np.flatnonzero(other)))))
    return pc.utf8_slice_codeunits(thai, 0, _SKELETON_LENGTH)


def _lines_of(lines: Lines, names: Codes) -> Lines:
    """The lines of some names, ascending."""
    number = np.cumsum(lines == _LINE_END) - (lines == _LINE_END)
    is_kept = np.isin(number, names + _MARGIN)
    is_kept[:_MARGIN] = is_kept[-_MARGIN:] = True
    return lines[is_kept]


def _latin(sound: Lines) -> Lines:
    is_first = np.roll(sound, 1) == _LINE_END
    is_kept = is_first | ~_LATIN_VOWEL[sound]
    lines, is_first = np.where(is_first, sound, _LATIN_CLASS[sound])[is_kept], is_first[is_kept]
    # The first letter stands for itself, not for its class: what follows is never doubled with it.
    is_new = (lines != np.roll(lines, 1)) | np.roll(is_first, 1)
    return np.asarray(lines[is_new | is_first | (lines == _LINE_END)])
