"""Titles: every spelling of a title to its canonical form, and the title cut off a name it is glued to.

How a title is told from a name that merely begins with the same letters (domain.md section 6; titles.yaml):

1. What is left must begin as a Thai syllable can (a consonant or a leading vowel): นายิกา, นางาม, นางสาวิตรี as
   นางสาว + ิตรี are refused, and the next shorter title is tried (นาง + สาวิตรี).
2. What is left has two letters or more, and the whole is not in the list of names that look like titles.
3. Weak titles (คุณ, เณร, หม่อม …) and abbreviations without dots are cut only when what is left is a known given
   name and the whole is not.
4. An abbreviation whose letters begin a known given name (อ, ศ, นพ, มล, พอ) needs its dot or a space: อนิวัตน์ is no
   อ. + นิวัตน์. Others may be glued without a dot, as นสสมหญิง and ดชสมชาย are typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.values.data import load
from pipeline.values.text import CONSONANTS, LEAD_VOWELS, clean, given_names

_CLASSES_WITH_SEX_SUFFIX = ("police", "military", "volunteer_defence")
_ACTING = "ว่าที่"
_FEMALE = "หญิง"
_FEMALE_SUFFIX = re.compile(r"\s*(?:\(\s*หญิง\s*\)|หญิง)[\s.]*")
_ACTING_PREFIX = re.compile(r"ว่าที่[\s.]*")
_SQUASH = re.compile(r"[\s.*()\[\]ฯ]+")
_LETTERS = re.compile("[" + CONSONANTS + LEAD_VOWELS + "A-Za-z]")
_FIRST_WORD = re.compile(r"[^\s(\[,/]*")


@dataclass(frozen=True, slots=True)
class Title:
    """A title.

    Attributes:
        value: Canonical title; None when the cell says nothing.
        sex: ``M`` or ``F`` where the title implies it, else None.
        status: ``value``, ``unknown`` (kept as typed), ``missing`` or ``placeholder``.
        rules: Codes of the repairs made.
    """

    value: str | None
    sex: str | None = None
    status: str = "value"
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    """One spelling of a title.

    ``pattern`` is set for abbreviations, whose dots and spaces vary; ``is_dotless`` for their letters alone.
    """

    text: str
    canonical: str
    sex: str | None
    is_weak: bool
    takes_female: bool
    pattern: re.Pattern[str] | None = None
    is_dotless: bool = False


def _short_pattern(short: str) -> re.Pattern[str]:
    parts = [re.escape(p) for p in short.rstrip(".").split(".")]
    body = r"\s?\.\s?".join(parts)
    # The last dot may be missing where a space or bracket ends the abbreviation (น.ส สมหญิง); an abbreviation
    # of one part (ดร.) is one only by its dot.
    tail = r"\s?\.[\s.]*" if len(parts) == 1 else r"(?:\s?\.[\s.]*|\s+|(?=\())"
    return re.compile(body + tail)


@lru_cache(maxsize=1)
def _forms() -> tuple[_Form, ...]:
    forms: list[_Form] = []
    for group, titles in load("titles").items():
        if group == "names_not_titles":
            continue
        takes_female = group in _CLASSES_WITH_SEX_SUFFIX
        for title in titles:
            canonical, sex = title["canonical"], title.get("sex")
            is_weak = title.get("strength") == "weak"
            words = dict.fromkeys(
                [*title.get("full", []), *([] if title.get("full") and not takes_female else [canonical])]
            )
            forms += [_Form(word, canonical, sex, is_weak, takes_female) for word in words]
            for short in title.get("short", []):
                dotless = short.replace(".", "")
                forms.append(_Form(short, canonical, sex, False, takes_female, _short_pattern(short)))
                forms.append(_Form(dotless, canonical, sex, True, takes_female, is_dotless=True))
    return tuple(sorted(forms, key=lambda f: (-len(f.text.replace(".", "")), f.pattern is None)))


@lru_cache(maxsize=1)
def _forms_by_letter() -> dict[str, tuple[_Form, ...]]:
    grouped: dict[str, list[_Form]] = {}
    for form in _forms():
        grouped.setdefault(form.text[0], []).append(form)
        if form.text[0].isascii():
            grouped.setdefault(form.text[0].upper(), []).append(form)
    return {letter: tuple(forms) for letter, forms in grouped.items()}


@lru_cache(maxsize=1)
def _by_squashed() -> dict[str, _Form]:
    found: dict[str, _Form] = {}
    for form in _forms():
        found.setdefault(_SQUASH.sub("", form.text).lower(), form)
    return found


@lru_cache(maxsize=1)
def names_not_titles() -> frozenset[str]:
    """Given names that begin as a title does and go on as a name does."""
    return frozenset(load("titles")["names_not_titles"])


# ---------------------------------------------------------------- a title in its own cell


def _tokens(squashed: str) -> list[_Form | str] | None:
    """The squashed cell as a sequence of titles, longest first; None when something is left over."""
    found: list[_Form | str] = []
    rest = squashed
    known = _by_squashed()
    while rest:
        for word in (_ACTING, _FEMALE):
            if rest.startswith(word):
                found.append(word)
                rest = rest[len(word) :]
                break
        else:
            end = next((n for n in range(min(len(rest), 24), 0, -1) if rest[:n] in known), 0)
            if not end:
                return None
            found.append(known[rest[:end]])
            rest = rest[end:]
    return found


def _join(tokens: list[_Form | str]) -> Title:
    words: list[str] = []
    sex: str | None = None
    is_acting = False
    for token in tokens:
        if token == _ACTING:
            is_acting = True
        elif token == _FEMALE:
            if words:
                sex = "F"
                words[-1] += "" if words[-1].endswith(_FEMALE) else _FEMALE
        elif isinstance(token, _Form):
            word = (_ACTING if is_acting else "") + token.canonical
            if word not in words:
                words.append(word)
            is_acting = False
            sex = sex or token.sex
    return Title(" ".join(words) or None, sex)


@lru_cache(maxsize=65536)
def parse_title(raw: str | None) -> Title:
    """Read a cell that holds a title.

    Args:
        raw: The cell as typed, such as ``ว่าที่ ร.ต.หญิง``, ``น.ส``, ``ผศ.ร.ต.อ.``.

    Returns:
        The canonical title and the sex it implies. A title that no list knows is kept as typed, status ``unknown``.
        Ranks imply no sex unless followed by หญิง: women hold them too and lists often leave หญิง out.
    """
    cell = clean(raw)
    if cell.value is None:
        return Title(None, None, cell.status, cell.rules)
    tokens = _tokens(_SQUASH.sub("", cell.value).lower())
    title = _join(tokens) if tokens else Title(None)
    if title.value is None:
        return Title(cell.value, None, "unknown", cell.rules)
    rules = cell.rules if title.value == cell.value else (*cell.rules, "title.canonical")
    return Title(title.value, title.sex, "value", rules)


# ---------------------------------------------------------------- a title in front of a name


def _begins_a_name(rest: str) -> bool:
    if not rest:
        return False
    first = rest[0]
    if first in LEAD_VOWELS:
        return len(rest) > 2 and rest[1] in CONSONANTS
    return (first in CONSONANTS and len(rest) > 1) or (first.isascii() and first.isalpha())


@lru_cache(maxsize=1)
def _glued_forms() -> dict[str, _Form]:
    """What may stand before a name in one Thai word, in the order in which it is looked for."""
    dotless = {form.text for form in _forms() if form.is_dotless}
    begin_names = {
        name[:i]
        for name in given_names()
        for i in range(1, len(name))
        if name[:i] in dotless and _begins_a_name(name[i:])
    }
    found: dict[str, _Form] = {}
    for form in _forms():
        if form.pattern is None and not form.text.isascii() and form.text not in begin_names:
            found.setdefault(form.text, form)
    return found


def _may_cut(form: _Form, text: str, length: int) -> str | None:
    """What is left after cutting ``length`` letters, or None when they belong to the name."""
    rest = text[length:]
    stripped = rest.lstrip(" .*")
    is_glued = len(stripped) == len(rest)
    # A name of one letter (ก) is one only when it stands apart.
    if not stripped or not (_begins_a_name(stripped) or (not is_glued and stripped[0] in CONSONANTS + "(")):
        return None
    whole = _FIRST_WORD.match(text)
    first_word = whole.group() if whole else text
    if is_glued and form.text not in _glued_forms():
        return None
    if not is_glued:
        # A dotless abbreviation may be a short name of its own: a known given name stays one.
        return None if form.is_weak and form.text in given_names() else stripped
    if first_word in names_not_titles():
        return None
    if form.is_weak:
        left = _FIRST_WORD.match(stripped)
        is_name = left is not None and left.group() in given_names() and first_word not in given_names()
        return stripped if is_name else None
    return stripped


def _cut_one(text: str) -> tuple[_Form, str] | None:
    lowered = text[:12].lower()
    for form in _forms_by_letter().get(text[0], ()):
        if form.pattern is not None:
            match = form.pattern.match(text)
            if match and _begins_a_name(text[match.end() :].lstrip("( ")):
                return form, text[match.end() :]
            continue
        if (lowered if form.text[0].isascii() else text).startswith(form.text):
            rest = _may_cut(form, text, len(form.text))
            if rest is not None:
                return form, rest
    return None


@lru_cache(maxsize=1)
def title_beginnings() -> tuple[str, ...]:
    """What a plain Thai word with a title before the name begins with, the longest first."""
    return (*_glued_forms(), _ACTING)


def sure_titles() -> dict[str, Title]:
    """Of :func:`title_beginnings` those that are titles whatever follows, and what they mean."""
    return {
        text: Title(form.canonical, form.sex)
        for text, form in _glued_forms().items()
        if not form.is_weak and not form.takes_female
    }


def may_begin_with_title(word: str) -> bool:
    """Whether a word begins with the letters of a title: a cheap test before :func:`cut_title`.

    Args:
        word: A plain Thai word.
    """
    return word.startswith(title_beginnings())


def cut_title(text: str) -> tuple[Title, str]:
    """Cut the titles off the front of a name.

    Args:
        text: A cleaned text such as ``ว่าที่ ร.ต.(หญิง)สมศรี ใจดี`` or ``น.ส.สมหญิง``.

    Returns:
        The title (value None when there is none) and the rest of the text.
    """
    tokens: list[_Form | str] = []
    rest = text
    for _ in range(5):
        if not rest:
            break
        acting = _ACTING_PREFIX.match(rest)
        if acting and _cut_one(rest[acting.end() :] or " "):
            tokens.append(_ACTING)
            rest = rest[acting.end() :]
        found = _cut_one(rest)
        if found is None:
            break
        tokens.append(found[0])
        rest = found[1]
        female = _FEMALE_SUFFIX.match(rest) if found[0].takes_female else None
        if female and _begins_a_name(rest[female.end() :]):
            tokens.append(_FEMALE)
            rest = rest[female.end() :]
    if not tokens:
        return Title(None, None, "missing"), text
    return _join(tokens), rest
