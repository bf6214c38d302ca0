"""Text as typed → text that can be compared: invisible characters, Thai mark order, digits, keyboard layout.

Sources: intake-and-publication.md section 2 (what stands in real cells; PyThaiNLP's ``normalize`` mends
the marks but not U+FEFF and U+00A0) and linkage.md finding 7 (``normalize`` does some 30,000 names a second,
so a cheap expression asks first whether a text needs it at all).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.values.data import load

TextStatus = Literal["value", "missing", "placeholder"]

CONSONANTS = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦวศษสหฬอฮ"
LEAD_VOWELS = "เแโใไ"
_TONES = "่้๊๋"
_ABOVE_BELOW = "ัิีึืฺุู็ํ๎"
_FOLLOW = "ะาำๅ"
_MARKS = _TONES + _ABOVE_BELOW + "์"

_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffc\x00-\x08\x0e-\x1f\x7f]"
)
_SPACES = re.compile(r"\s+")
# Anything that PyThaiNLP's normalize would change: doubled or misordered marks, a mark without a letter, ํ+า, เเ, ๅ.
_NEEDS_NORMALISE = re.compile(
    "เเ|ๅ|ํ[" + _TONES + "]?า"
    "|[" + _TONES + "]{2}|[" + _TONES + "์][" + _ABOVE_BELOW + "]"
    "|[" + _FOLLOW + "][" + _TONES + "]"
    "|([" + _FOLLOW + LEAD_VOWELS + _ABOVE_BELOW + "์]) *\\1"
    "|(?:^| )[" + _MARKS + "]"
)
_SYLLABLE = "[" + LEAD_VOWELS + "]?[" + CONSONANTS + "][ัิีึืฺุู็]?[" + _TONES + "์]?(?:าะ|[ะาำ])?"
PLAIN_WORD = "(?:" + _SYLLABLE + ")+"
"""One Thai word whose marks are in order, as most names are; read alike by Python and by Arrow (RE2)."""
_PLAIN_WORD = re.compile(PLAIN_WORD)
_DECOMPOSED_AM = re.compile("ํ([" + _TONES + "]?)า")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_HAS_THAI = re.compile("[ก-ฮ]")


@dataclass(frozen=True, slots=True)
class Text:
    """A cleaned text.

    Attributes:
        value: The text; None when the cell says nothing.
        status: ``value``, ``missing`` (empty) or ``placeholder`` (a word for "nothing known").
        rules: Codes of the repairs made, in the order they were made.
    """

    value: str | None
    status: TextStatus = "value"
    rules: tuple[str, ...] = ()


def arabic_digits(text: str) -> str:
    """Thai digits as Arabic digits.

    Args:
        text: Any text.
    """
    return text.translate(_THAI_DIGITS)


def has_thai(text: str) -> bool:
    """Whether a Thai consonant stands in the text.

    Args:
        text: Any text.
    """
    return _HAS_THAI.search(text) is not None


def squash(text: str) -> str:
    """The form in which words of a list are compared: lower case, without spaces and dots.

    Args:
        text: A cleaned text.
    """
    return re.sub(r"[\s.]+", "", text).lower()


@lru_cache(maxsize=1)
def placeholders() -> frozenset[str]:
    """Words for "nothing known", in the form in which they are compared (:func:`squash`)."""
    return frozenset(squash(word) or word for word in load("placeholders")["anywhere"])


def is_placeholder(text: str) -> bool:
    """Whether a cleaned text is a word for "nothing known", such as ไม่ทราบ or ``-``.

    Args:
        text: A cleaned text.
    """
    key = squash(text)
    return not key or key in placeholders() or not any(c.isalnum() for c in key)


def _mend_marks(text: str) -> str:
    from pythainlp.util import normalize

    mended = text
    # A second pass: PyThaiNLP reorders before it removes doubles, which may leave one more pair.
    for _ in range(4):
        once: str = normalize(_DECOMPOSED_AM.sub("\\1ำ", mended))
        if once == mended:
            break
        mended = once
    return mended


def is_plain_word(text: str) -> bool:
    """Whether a text is one Thai word that cleaning would leave as it is.

    A shortcut for the bulk of the names; it never says yes to a text that :func:`clean` would change.

    Args:
        text: The cell as typed.
    """
    return _PLAIN_WORD.fullmatch(text) is not None and text not in placeholders()


def clean(raw: str | None) -> Text:
    """Clean one cell without changing what a person reads in it.

    White space is trimmed and joined without a rule of its own; invisible characters, composed forms and Thai
    mark order each leave a rule code.

    Args:
        raw: The cell as typed; None for an empty one.

    Returns:
        The text with status ``value``, ``missing`` or ``placeholder``. Cleaning a cleaned text changes nothing.
    """
    if raw is None:
        return Text(None, "missing")
    # Numbers and codes, with or without dashes: nothing in them needs cleaning.
    if raw.isascii() and raw.replace("-", "").isalnum():
        return Text(None, "placeholder") if is_placeholder(raw) else Text(raw)
    if is_plain_word(raw):
        return Text(raw)
    rules: list[str] = []
    text = raw
    visible = _INVISIBLE.sub("", text)
    if visible != text:
        rules.append("text.invisible")
        text = visible
    if not unicodedata.is_normalized("NFC", text):
        rules.append("text.nfc")
        text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text).strip()
    if _NEEDS_NORMALISE.search(text):
        mended = _mend_marks(text)
        if mended != text:
            rules.append("text.thai_marks")
            text = mended
    if not text:
        return Text(None, "missing", tuple(rules))
    if is_placeholder(text):
        return Text(None, "placeholder", tuple(rules))
    return Text(text, "value", tuple(rules))


# ---------------------------------------------------------------- wrong keyboard layout

# Keys that give Thai letters on a Kedmanee keyboard and that no Latin name holds inside a word.
_STRONG_KEYS = re.compile(r"[,;=\[\]\\/0-9](?=\S)")
_LATIN_CELL = re.compile(r"[\x20-\x7e]+\Z")
_WELL_FORMED = re.compile("(?:" + _SYLLABLE + "| |[.])+\\Z")
_VOWEL = re.compile("[" + LEAD_VOWELS + _ABOVE_BELOW + _FOLLOW + "]")


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names of PyThaiNLP's corpora (CC BY-SA 4.0), without those that carry a title."""
    from pythainlp.corpus import thai_female_names, thai_male_names

    names = frozenset(thai_male_names() | thai_female_names())
    # The corpus holds a few "นาย" + name entries; they would hide the very titles we look for.
    return frozenset(n for n in names if not (n.startswith("นาย") and n[3:] in names))


@lru_cache(maxsize=1)
def family_names() -> frozenset[str]:
    """Surnames of PyThaiNLP's corpus (CC BY-SA 4.0)."""
    from pythainlp.corpus import thai_family_names

    return frozenset(thai_family_names())


def mend_keyboard(text: str) -> Text:
    """Read a cell that was typed with the keyboard in the wrong layout, such as ``l,=kp`` for สมชาย.

    A cell is read again only if it is all Latin, becomes well-formed Thai, and either is a known Thai name or
    holds keys that stand in no Latin name. A Latin name such as ``gas`` is left alone.

    Args:
        text: A cleaned text.

    Returns:
        The Thai text with rule ``text.keyboard``, or the text as it was.
    """
    if not _LATIN_CELL.match(text) or text.isdigit():
        return Text(text)
    from pythainlp.util import eng_to_thai

    thai: str = eng_to_thai(text)
    if not has_thai(thai) or not _WELL_FORMED.match(thai):
        return Text(text)
    words = thai.split()
    # Two or three plain letters (mo, lim) are a Latin name as easily as a Thai one.
    is_long = len(text) > 3 or not text.isalpha()
    is_known = is_long and all(w in given_names() or w in family_names() for w in words)
    looks_typed = any(c.isalpha() for c in text) and _STRONG_KEYS.search(text) and _VOWEL.search(thai)
    if is_known or looks_typed:
        return Text(thai, "value", ("text.keyboard",))
    return Text(text)
