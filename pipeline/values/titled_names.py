"""Persons named in a text that is no cell of names, such as the name of a file: found by the title before the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.values.data import load
from pipeline.values.text import given_names

# พระ begins amphoe and temples (พระทองคำ, พระธาตุ) as well as monks: as a signal it would hide more areas than persons.
_GROUPS = ("civil", "noble", "academic", "medical", "police", "military", "volunteer_defence")
# Offices that begin as a title does. Few, since to hide a file's name in vain costs less than to show a person's.
_OFFICES = re.compile("นาย(?:ก$|ก(?:เทศ|อบ|องค์|สมาคม)|จ้าง|อำเภอ|ทะเบียน|หน้า|ช่าง)|นางพยาบาล")
# Beside each other they are the choices of a form.
_CHOICES = ("นาย", "นาง", "นางสาว")
_NAME = "[ก-ฮเ-ไ][ก-๎]+"
_PARTING = r"[\s._-]"
# Thai is written without spaces: these also stand behind another word (รายชื่อนายสมหมาย), before a known given name.
_INSIDE = re.compile(
    rf"(?<=[ก-๎])(?:นางสาว|นาย|นาง|เด็กชาย|เด็กหญิง|น\.ส\.|ด\.ช\.|ด\.ญ\.){_PARTING}*(?P<thai>{_NAME}(?:{_PARTING}+{_NAME})?)"
)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    titles = load("titles")
    glued: set[str] = set()
    apart: set[str] = set()
    for title in (title for group in _GROUPS for title in titles[group] if title.get("strength") != "weak"):
        for form in (title["canonical"], *title.get("full", []), *title.get("short", [])):
            (apart if form.isascii() else glued).add(form.rstrip(".") if form.isascii() else form)
    thai = "|".join(_dotted(form) for form in sorted(glued, key=lambda form: (-len(form), form)))
    latin = "|".join(sorted(apart, key=lambda form: (-len(form), form)))
    return re.compile(
        rf"(?<![ก-๎A-Za-z.])(?:(?:{thai}){_PARTING}*(?P<thai>{_NAME}(?:{_PARTING}+{_NAME})?)"
        rf"|(?:{latin}){_PARTING}+(?P<latin>[a-z]{{2,}}(?:{_PARTING}+[a-z]{{2,}})?))",
        re.IGNORECASE,
    )


def _dotted(form: str) -> str:
    """An abbreviation keeps its dots, since นส and ศ may begin anything; spaces between its parts vary."""
    parts = [re.escape(part) for part in form.rstrip(".").split(".")]
    return r"\s?\.\s?".join(parts) + (r"\s?\." if len(parts) > 1 or form.endswith(".") else "")


def titled_names(text: str) -> Iterator[tuple[int, int]]:
    """Where a given name, with the surname after it, follows a title.

    Args:
        text: Such as ``รายชื่อ นายสมหมาย ทดสอบดี.xlsx``.

    Yields:
        First position and the one behind the last, without the title.
    """
    words = load("titles")["names_not_titles"]
    for found in _pattern().finditer(text):
        kind = "latin" if found["thai"] is None else "thai"
        whole, name = (re.split(_PARTING, part, maxsplit=1)[0] for part in (found.group(), found[kind]))
        is_choice = name in _CHOICES or found.group() in _CHOICES
        if not (_OFFICES.match(found.group()) or whole in words or is_choice):
            yield found.span(kind)
    for found in _INSIDE.finditer(text):
        if re.split(_PARTING, found["thai"], maxsplit=1)[0] in given_names():
            yield found.span("thai")
