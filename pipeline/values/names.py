"""Person names: title, given name, middle name and surname out of one, two or three cells.

Sources: domain.md section 6 (titles in their own column, in the name, or in both; surnames nearly unique to a
family), titles.yaml, PyThaiNLP's name corpora (CC BY-SA 4.0) for the few decisions that need a known name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.values.text import (
    CONSONANTS,
    LEAD_VOWELS,
    Text,
    clean,
    family_names,
    given_names,
    has_thai,
    is_placeholder,
    is_plain_word,
    mend_keyboard,
)
from pipeline.values.titles import Title, cut_title, may_begin_with_title

_BRACKETED = re.compile(r"\s*[(\[{][^)\]}]*(?:[)\]}]|\Z)")
_WHOLLY_BRACKETED = re.compile(r"[(\[{]([^()\[\]{}]+)[)\]}]\Z")
_NUMBERING = re.compile(r"\(?\d{1,4}\s*[.)\-:]\s*(?=[^\d\s])")
_EDGES = " .,;:*'\"`-_/\\|+=#!?“”‘’ฯๆ"
_DIGITS = re.compile(r"\d+")
_THAI_THEN_KEYS = re.compile(r"([ก-๎.]+\s*)([\x21-\x7e][\x20-\x7e]*)\Z")
_MOST_PASSES = 6
_DEAD = re.compile("ตาย|เสียชีวิต|ถึงแก่กรรม|มรณ")

# Places that follow ณ in a surname; glued forms (ณอยุธยา) are told from names in ณ by this list.
_GLUED_NA = re.compile(
    "ณ(อยุธยา|นครราชสีมา|นคร|ระนอง|สงขลา|ถลาง|พัทลุง|ตะกั่วทุ่ง|ตะกั่วป่า|เชียงใหม่|ลำพูน|ลำปาง|น่าน|ป้อมเพชร|ป้อมเพ็ชร"
    r"|บางช้าง|ราชสีมา|อุบล|กาฬสินธุ์|ร้อยเอ็ด|มหาสารคาม|จัมปาศักดิ์|หนองคาย|สกลนคร)\Z"
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts.

    Attributes:
        title: Canonical title found in the cell, if any.
        sex: Sex the title implies, if any.
        first_name: Given name.
        middle_name: What stands between given name and surname.
        last_name: Surname.
        status: ``value``, ``missing``, ``placeholder`` or ``unreadable``.
        rules: Codes of the repairs made.
        flags: ``says_dead`` where a bracket says so; ``not_split`` where given name and surname are not told apart.
    """

    title: str | None = None
    sex: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    status: str = "value"
    rules: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    title: Title
    words: tuple[str, ...]
    rules: tuple[str, ...]
    flags: tuple[str, ...]
    status: str


def _strip_brackets(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Remove nicknames and former names in brackets; says whether a bracket says the person is dead."""
    if "(" not in text and "[" not in text and "{" not in text:
        return text, (), ()
    whole = _WHOLLY_BRACKETED.match(text)
    if whole:
        return whole.group(1).strip(), ("name.bracket",), ()
    flags = ("says_dead",) if any(_DEAD.search(b) for b in _BRACKETED.findall(text)) else ()
    bare = " ".join(_BRACKETED.sub(" ", text).split())
    return bare, ("name.bracket",), flags


def _tidy(text: str) -> tuple[str, tuple[str, ...]]:
    rules: list[str] = []
    numbered = _NUMBERING.match(text)
    if numbered:
        text = text[numbered.end() :]
        rules.append("name.numbering")
    if any(c.isdigit() for c in text):
        text = " ".join(_DIGITS.sub(" ", text).split())
        rules.append("name.digits")
    bare = " ".join(filter(None, (word.strip(_EDGES) for word in text.split())))
    if bare != text:
        rules.append("name.punctuation")
    return bare, tuple(rules)


def _latin_case(text: str) -> tuple[str, tuple[str, ...]]:
    upper = text.upper()
    return (text, ()) if upper == text else (upper, ("name.case",))


def _mend_tail(text: str) -> tuple[str, tuple[str, ...]]:
    """A Thai title picked from a list before a name typed in the wrong keyboard layout: ``นายl,=kp``."""
    match = _THAI_THEN_KEYS.match(text)
    if not match:
        return text, ()
    tail = mend_keyboard(match.group(2))
    return f"{match.group(1)}{tail.value}", tail.rules


def _peel(text: str, *, with_title: bool) -> tuple[str, Title, list[str], list[str]]:
    """One pass over a name: numbering, titles, brackets, stray marks. Returns text, title, rules, flags."""
    text, keyboard_rules = _mend_tail(text)
    rules = [*keyboard_rules]
    title = Title(None)
    numbered = _NUMBERING.match(text)
    if numbered:
        text = text[numbered.end() :]
        rules.append("name.numbering")
    if with_title:
        title, text = cut_title(text)
        if title.value is not None:
            rules.append("name.title_cut")
    text, bracket_rules, flags = _strip_brackets(text)
    text, tidy_rules = _tidy(text)
    text, case_rules = _latin_case(text)
    again = clean(text)
    return again.value or "", title, [*rules, *bracket_rules, *tidy_rules, *case_rules, *again.rules], list(flags)


def _prepare(raw: str | None, *, with_title: bool) -> _Words:
    cell = clean(raw)
    if cell.value is None:
        return _Words(Title(None), (), cell.rules, (), cell.status)
    typed = mend_keyboard(cell.value)
    text, rules, flags, title = typed.value or "", [*cell.rules, *typed.rules], [], Title(None)
    # What one pass takes away may have hidden something: a title in quotes, a bracket before the name.
    for _ in range(_MOST_PASSES):
        before = text
        text, found, more_rules, more_flags = _peel(text, with_title=with_title)
        title = title if title.value is not None else found
        rules += more_rules
        flags += more_flags
        if text in ("", before):
            break
    has_letters = any(c.isalpha() for c in text)
    status = "value" if has_letters else "unreadable" if any(c.isalnum() for c in cell.value) else "placeholder"
    words = tuple(w for w in text.split() if any(c.isalpha() for c in w)) if status == "value" else ()
    return _Words(title, words, tuple(dict.fromkeys(rules)), tuple(dict.fromkeys(flags)), status)


def _surname_start(words: tuple[str, ...]) -> int | None:
    """Where a surname with ณ begins: at ณ, or one word earlier when that leaves a given name (ใจดี ณ อยุธยา)."""
    for i, word in enumerate(words):
        if i and (word == "ณ" or _GLUED_NA.match(word)):
            return i if i == 1 else i - 1
    return None


def _place_words(words: tuple[str, ...]) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    """Given name, middle name, surname and rules for the words of a full name; ไม่ทราบ is no name."""
    first, middle, last, rules = _place_all(words)
    known = [None if part is None or is_placeholder(part) else part for part in (first, middle, last)]
    return known[0], known[1], known[2], rules


def _place_all(words: tuple[str, ...]) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    if not words:
        return None, None, None, ()
    if len(words) == 1:
        return words[0], None, None, ()
    start = _surname_start(words)
    if start is not None:
        surname, rules = _join_na(" ".join(words[start:]))
        return words[0], " ".join(words[1:start]) or None, surname, rules
    if len(words) == 2:
        return words[0], None, words[1], ()
    # A space typed inside a name: two words that are a known name together are one.
    if "".join(words[-2:]) in family_names():
        return words[0], " ".join(words[1:-2]) or None, "".join(words[-2:]), ("name.space_inside",)
    if "".join(words[:2]) in given_names():
        return "".join(words[:2]), " ".join(words[2:-1]) or None, words[-1], ("name.space_inside",)
    return words[0], " ".join(words[1:-1]), words[-1], ()


def _join_na(surname: str) -> tuple[str, tuple[str, ...]]:
    """Surnames with ณ always as ``ณ`` + space + place."""
    glued = _GLUED_NA.sub(r"ณ \1", surname)
    return (glued, ("name.na_spaced",)) if glued != surname else (surname, ())


def _split_glued(word: str) -> tuple[str, str] | None:
    """Split a word that is a known given name followed by a known surname, if there is exactly one way."""
    if word in given_names() or len(word) < 5:
        return None
    ways = [
        (word[:i], word[i:])
        for i in range(2, len(word) - 1)
        if word[:i] in given_names() and word[i:] in family_names()
    ]
    return ways[0] if len(ways) == 1 else None


def parse_full_name(raw: str | None) -> PersonName:
    """Read a cell with title, given name and surname.

    Args:
        raw: The cell as typed, such as ``น.ส.สมหญิง ใจดี (นก)``.

    Returns:
        The parts. Three words without ณ are given name, middle name and surname; one word is a given name,
        flagged ``not_split`` unless it is a known given name glued to a known surname in exactly one way.
    """
    parts = _prepare(raw, with_title=True)
    if not parts.words:
        return PersonName(parts.title.value, parts.title.sex, status=parts.status, rules=parts.rules, flags=parts.flags)
    first, middle, last, rules = _place_words(parts.words)
    flags = parts.flags
    if last is None and first is not None:
        glued = _split_glued(first)
        if glued:
            first, last = glued
            rules = (*rules, "name.glued")
        elif first not in given_names():
            flags = (*flags, "not_split")
    return PersonName(parts.title.value, parts.title.sex, first, middle, last, "value", (*parts.rules, *rules), flags)


def is_plain_given_name(raw: str | None) -> bool:
    """Whether a given-name cell is one clean word without a title: most are, and need no further look.

    Args:
        raw: The cell as typed.
    """
    return raw is not None and is_plain_word(raw) and (raw in given_names() or not may_begin_with_title(raw))


def _plain_with_title(raw: str | None) -> PersonName | None:
    """A title glued to one clean name (นายสมชาย), which is what most other cells hold; None for anything else."""
    if raw is None or not is_plain_word(raw):
        return None
    title, rest = cut_title(raw)
    if title.value is None or not is_plain_given_name(rest):
        return None
    return PersonName(title.value, title.sex, rest, rules=("name.title_cut",))


def is_plain_surname(raw: str | None) -> bool:
    """Whether a surname cell is one clean word.

    Args:
        raw: The cell as typed.
    """
    return raw is not None and is_plain_word(raw) and raw[0] != "ณ"


def _is_one_name(words: tuple[str, ...]) -> bool:
    """Whether a space was typed inside one given name: together they are known, or the second is no word."""
    joined = "".join(words)
    return (joined in given_names() and words[0] not in given_names()) or words[1][0] not in CONSONANTS + LEAD_VOWELS


def parse_given_name(raw: str | None) -> PersonName:
    """Read a given-name cell, which may hold the title, a nickname in brackets, even the surname.

    Args:
        raw: The cell as typed, such as ``นายสมชาย`` or ``สมชาย ใจดี``.

    Returns:
        The parts; ``last_name`` holds the last further word. Whether it is a surname depends on the surname's own
        cell: see :func:`combine`.
    """
    if is_plain_given_name(raw):
        return PersonName(first_name=raw)
    plain = _plain_with_title(raw)
    if plain is not None:
        return plain
    parts = _prepare(raw, with_title=True)
    if not parts.words:
        return PersonName(parts.title.value, parts.title.sex, status=parts.status, rules=parts.rules, flags=parts.flags)
    words, rules = parts.words, parts.rules
    joined = "".join(words)
    if not has_thai(joined):
        # Latin given names have several words (MARIA LUISA); in their own cell they stay together.
        words = (" ".join(words),)
    elif len(words) == 2 and _is_one_name(words):
        words, rules = (joined,), (*rules, "name.space_inside")
    first, middle, last, more = _place_words(words)
    return PersonName(parts.title.value, parts.title.sex, first, middle, last, "value", (*rules, *more), parts.flags)


def parse_surname(raw: str | None) -> PersonName:
    """Read a surname cell.

    Args:
        raw: The cell as typed, such as ``ใจดี (เดิม รักดี)`` or ``ณอยุธยา``.

    Returns:
        A name with only ``last_name`` set.
    """
    if is_plain_surname(raw):
        return PersonName(last_name=raw)
    parts = _prepare(raw, with_title=False)
    if not parts.words:
        return PersonName(status=parts.status, rules=parts.rules, flags=parts.flags)
    surname = " ".join(parts.words)
    rules = parts.rules
    joined = "".join(parts.words)
    if len(parts.words) == 2 and joined in family_names():
        surname, rules = joined, (*rules, "name.space_inside")
    surname, more = _join_na(surname)
    return PersonName(last_name=surname, rules=(*rules, *more), flags=parts.flags)


def combine(title: Title, given: PersonName, surname: PersonName, full: PersonName) -> PersonName:
    """One name out of up to four cells of one record.

    The title's own cell goes before a title in the name; separate cells go before the full name. Further words of
    the given-name cell are the surname only where the surname's own cell says nothing.

    Args:
        title: The title cell.
        given: The given-name cell.
        surname: The surname cell.
        full: The full-name cell.

    Returns:
        The name; rules and flags of all cells together.
    """
    base = given if given.first_name else full
    last = surname.last_name or base.last_name or full.last_name
    middle = base.middle_name
    if surname.last_name and given.last_name and given.last_name != surname.last_name:
        middle = " ".join(filter(None, (given.middle_name, given.last_name)))
    rules = tuple(dict.fromkeys((*title.rules, *given.rules, *surname.rules, *full.rules)))
    flags = tuple(dict.fromkeys((*given.flags, *surname.flags, *full.flags)))
    if last is not None:
        flags = tuple(f for f in flags if f != "not_split")
    return replace(
        base,
        title=title.value or given.title or full.title,
        sex=title.sex or given.sex or full.sex,
        middle_name=middle,
        last_name=last,
        rules=rules,
        flags=flags,
    )


def text_of(name: PersonName) -> Text:
    """The name as one text, for showing and for tests of order.

    Args:
        name: A name in its parts.
    """
    words = [w for w in (name.title, name.first_name, name.middle_name, name.last_name) if w]
    return Text(" ".join(words) or None, "value" if words else "missing")
