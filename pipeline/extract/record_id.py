"""The identity of a record: from the contract's key, else from the values that tell who it is. Never a position.

Architecture, section 6. A record_id is a keyed hash: it shows no value, and the same values give the same identity
in every delivery, whatever the order of rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.contracts import EVERY_ROLE, ContractColumn, ContractList
from pipeline.extract.headers import normal_label
from pipeline.extract.kernels import Value
from pipeline.extract.sheet_rows import DataRow
from pipeline.privacy import derive_key, keyed_hash
from pipeline.values.dates import parse_date
from pipeline.values.national_id import is_valid
from pipeline.values.text import arabic_digits, clean

_NOT_DIGIT = re.compile(r"\D+")
_PURPOSE = "record"
FACT_SEPARATOR = "\x1f"
# Begins a fact that is a text as typed; any other is a code, a number or a date.
TYPED = "~"
_TRAIT_COLUMNS = frozenset(
    [
        "national_id",
        "first_name",
        "last_name",
        "full_name",
        "birth_date",
        "house_no",
        "moo",
        "village",
        "tambon",
        "tambon_code",
        "amphoe",
        "address",
        "household_ref",
        "house_code",
    ]
)


@dataclass(frozen=True, slots=True)
class Traits:
    """The identifying values of a row's first record, made comparable. Empty text is unknown.

    Attributes:
        key: Values of the key columns, canonicalised.
        national_id: 13 digits with a sound checksum.
        first_name: Given name; with the title where both stand in one cell.
        last_name: Surname.
        birth: Birth date, or what was typed.
        place: House number, moo, village, tambon, amphoe.
        house: House code or the agency's household number.
        occasion: In an ``append`` list, the date of the row: the same person asks again in another month.
        facts: In an ``append`` list, what else the row says, one text a column: the same person asks for two things.
    """

    key: tuple[str, ...]
    national_id: str
    first_name: str
    last_name: str
    birth: str
    place: str
    house: str
    occasion: str = ""
    facts: tuple[str, ...] = ()

    @property
    def has_key(self) -> bool:
        """Whether every part of the key is there."""
        return bool(self.key) and all(self.key)

    @property
    def parts(self) -> tuple[str, ...]:
        """Everything but the key, for the fullest identity."""
        return (self.national_id, self.first_name, self.last_name, self.birth, self.place, self.house, self.occasion)


@lru_cache(maxsize=200_000)
def light(text: str) -> str:
    """A value without what a retyping changes: spaces, dots, dashes, invisible marks, Thai digits, case."""
    return normal_label(clean(text).value or "")


@lru_cache(maxsize=200_000)
def date_text(text: str, era: str, order: str) -> str:
    """A date as ISO text, or what was typed."""
    return parse_date(text, era=era, order=order).value or light(text)


@lru_cache(maxsize=200_000)
def _national_id(text: str) -> str:
    digits = _NOT_DIGIT.sub("", arabic_digits(text))
    return digits if is_valid(digits) else ""


@lru_cache(maxsize=200_000)
def _key_value(text: str) -> str:
    value = light(text)
    # Excel turns "007" into 7 on the way: leading zeros of a number are not part of a key.
    return value.lstrip("0") or "0" if value.isdigit() else value


@lru_cache(maxsize=200_000)
def _split(full_name: str) -> tuple[str, str]:
    """Given name (with what stands before it) and surname of a whole name: the last word is the surname."""
    words = (clean(full_name).value or "").split()
    return (light("".join(words[:-1])), light(words[-1])) if len(words) > 1 else (light("".join(words)), "")


def _fact(column: ContractColumn, value: Value) -> str:
    """A cell as it is compared: the same however it was typed; what may be mistyped is marked."""
    bare = light(value.raw or "")
    if column.type in ("text", "identity") and not column.lookups:
        return f"{TYPED}{bare}"
    return f"={value.text or bare}" if value.number is None else f"={value.number!r}"


class TraitReader:
    """Reads the traits of rows of one list."""

    def __init__(self, rule: ContractList, role_of: Callable[[int], str]) -> None:
        """Remember where each trait stands.

        Args:
            rule: The list.
            role_of: Role of a column, by its position.
        """
        self._rule = rule
        self._at: dict[str, list[int]] = {}
        for number, column in enumerate(rule.columns):
            if role_of(number) in (rule.roles[0], EVERY_ROLE):
                self._at.setdefault(column.name, []).append(number)
        self._roles = [role_of(number) for number in range(len(rule.columns))]

    def missing_key(self, traits: Traits) -> int | None:
        """Position of the first key column that says nothing; None when the key is whole, or there is none."""
        places = (self._at[name][0] for name in self._rule.key)
        return next((at for at, value in zip(places, traits.key, strict=True) if not value), None)

    def _text(self, row: DataRow, name: str, at: dict[str, list[int]]) -> str:
        for number in at.get(name, ()):
            value = row.values[number]
            if value.raw is not None:
                return value.text or value.raw
        return ""

    def read(self, row: DataRow) -> Traits:
        """The traits of a row: of its first record, so that a row whose head is unknown is known by its spouse."""
        at = self._at
        if row.roles and row.roles[0] != self._rule.roles[0]:
            at = {}
            for number, column in enumerate(self._rule.columns):
                if self._roles[number] in (row.roles[0], EVERY_ROLE):
                    at.setdefault(column.name, []).append(number)

        def text(name: str) -> str:
            return self._text(row, name, at)

        place = "|".join(
            light(text(n)) for n in ("house_no", "moo", "village", "tambon", "tambon_code", "amphoe", "address")
        )
        given, surname = _split(text("full_name"))
        return Traits(
            key=tuple(_key_value(self._text(row, name, self._at)) for name in self._rule.key),
            national_id=_national_id(text("national_id")),
            first_name=light(text("first_name")) or given,
            last_name=light(text("last_name")) or surname,
            birth=date_text(text("birth_date"), self._rule.era, self._rule.date_order) if text("birth_date") else "",
            place=place if place.strip("|") else "",
            house=light(text("household_ref")) or light(text("house_code")),
            occasion=self._occasion(row),
            facts=self._facts(row, at),
        )

    def _facts(self, row: DataRow, at: dict[str, list[int]]) -> tuple[str, ...]:
        if self._rule.delivery_mode != "append":
            return ()
        names = {*_TRAIT_COLUMNS, self._rule.period.removeprefix("column:")}
        known = {number for name in names for number in at.get(name, ())}
        columns = zip(self._rule.columns, row.values, strict=True)
        return tuple(_fact(*cell) for number, cell in enumerate(columns) if number not in known)

    def _occasion(self, row: DataRow) -> str:
        name = self._rule.period.removeprefix("column:")
        if self._rule.delivery_mode != "append" or name == self._rule.period:
            return ""
        typed = self._text(row, name, self._at)
        return date_text(typed, self._rule.era, self._rule.date_order) if typed else ""


class RecordIds:
    """Makes the identities of one list."""

    def __init__(self, key: bytes, agency: str, list_code: str) -> None:
        """Derive the list's hashing.

        Args:
            key: The home's secret.
            agency: Agency code.
            list_code: The list.
        """
        self._key = derive_key(key, _PURPOSE)
        self._agency, self._list = agency, list_code

    def hash(self, *parts: str) -> str:
        """The keyed hash of some values, inside this list."""
        return keyed_hash(self._key, self._agency, self._list, *parts)

    def content(self, parts: Sequence[str]) -> str:
        """The keyed hash of everything a row says."""
        return keyed_hash(self._key, "content", *parts)

    def record_id(self, base: str, role: str = "") -> str:
        """The identity as other stages see it; the role is named when a row yields several records."""
        return f"{self._agency}/{self._list}/{base}" + (f"/{role}" if role else "")

    def keyed(self, traits: Traits) -> str | None:
        """The identity by the contract's key; None without one, or with a part of it missing.

        A part alone is shared: the members of house 77 whose number was left out are not one person.
        """
        return self.hash("key", *traits.key) if traits.has_key else None

    def unkeyed(self, rows: Sequence[tuple[Traits, str]], *, is_added: bool = False) -> list[str]:
        """Identities of rows without a key, in the order given.

        A sound national ID identifies alone as long as it stands in one row; then names, birth and place do. What is
        still the same is numbered in the order of its content, so that the order of rows does not matter.

        A row of a list that rows are added to is a request, not a person: it is known by everything it says, whether
        the other requests of the person stand in the same file or in another one. That a corrected request is the
        same one is found by :mod:`pipeline.extract.requests`.

        Args:
            rows: Traits and content hash of each row.
            is_added: The list is one that rows are added to.
        """
        short = [("request", *t.parts, *t.facts) if is_added else self._short(t) for t, _ in rows]
        counts: dict[tuple[str, ...], int] = {}
        for parts in short:
            counts[parts] = counts.get(parts, 0) + 1
        full = [
            parts if is_added or counts[parts] == 1 else ("full", *traits.parts)
            for parts, (traits, _) in zip(short, rows, strict=True)
        ]
        order = sorted(range(len(rows)), key=lambda i: (full[i], rows[i][1], i))
        bases = [""] * len(rows)
        seen: dict[tuple[str, ...], int] = {}
        for i in order:
            number = seen[full[i]] = seen.get(full[i], 0) + 1
            bases[i] = self.hash(*full[i]) if number == 1 else self.hash(*full[i], f"occurrence {number}")
        return bases

    def _short(self, traits: Traits) -> tuple[str, ...]:
        if traits.national_id:
            return ("id", traits.national_id, traits.occasion)
        if traits.first_name or traits.last_name:
            # Joined, so that a missing space between given name and surname makes no difference.
            return ("name", traits.first_name + traits.last_name, traits.birth, traits.place, traits.occasion)
        if traits.house:
            return ("house", traits.house, traits.occasion)
        return ("full", *traits.parts)
