"""A first contract for a list nobody has described yet: headers in, ODCS YAML out, open questions marked.

The sample cells decide between meanings of one header (ตำบล as name or code) and are never written out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.contracts import ContractBook
from pipeline.contracts.agency import AGENCY_CODE, API_VERSION
from pipeline.contracts.columns import UNDECIDED, Vocabulary
from pipeline.contracts.files import load_contract_book
from pipeline.contracts.lists import normal_header
from pipeline.settings import PACKAGED_CONTRACTS

# Ends every line on which the officer has to decide; khrua contract check finds fault with these lines alone.
MARK = "# ← ตัดสินใจ"
_LOGICAL = {"identity": "string", "text": "string", "code": "string"}
_NUMBER_IN_HEADER = re.compile(r"^[\d๐-๙]+[.)]\s*")
_NEAR = 88.0


class SheetShape(Protocol):
    """A sheet as the reader found it."""

    @property
    def name(self) -> str:
        """Sheet name; empty for a CSV file."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Header of each column; the levels of a header of several rows are parted by `` / ``."""

    @property
    def samples(self) -> tuple[tuple[str, ...], ...]:
        """Sample cells of each column as text, column by column; may be shorter than ``headers``."""


@dataclass(frozen=True, slots=True)
class DraftSheet:
    """A sheet given as plain data.

    Attributes:
        name: Sheet name.
        headers: Header of each column.
        samples: Sample cells, column by column.
    """

    name: str
    headers: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What headers meant in the contracts that exist.

    Attributes:
        names: Header as compared → the canonical names that contracts gave it, most often given first. Cells tell a
            tambon's name from its code; between other names only an officer can choose.
        lookups: Canonical name → the words that existing contracts translate.
        ignored: Headers as compared that existing contracts know, do not use, and never map.
    """

    names: Mapping[str, tuple[str, ...]]
    lookups: Mapping[str, Mapping[str, str]]
    ignored: frozenset[str] = frozenset()


@dataclass(slots=True)
class _ListDraft:
    """The columns of one list while they are guessed."""

    sheets: list[SheetShape]
    taken: set[str] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)
    undecided: int = 0


def synonyms(book: ContractBook) -> Synonyms:
    """Collect the headers and aliases of every contract of a book.

    Args:
        book: The contracts at hand.
    """
    votes: dict[str, Counter[str]] = {}
    lookups: dict[str, dict[str, str]] = {}
    ignored: set[str] = set()
    for attribute in book.attributes.values():
        votes.setdefault(normal_header(attribute.thai), Counter())[attribute.name] += 1
    for agency in sorted(book.contracts):
        for one in book.contracts[agency].lists:
            ignored.update(normal_header(header) for header in one.ignored_headers)
            for column in one.columns:
                for header in {column.header, *column.aliases}:
                    votes.setdefault(normal_header(header), Counter())[column.name] += 1
                for typed, code in column.lookups.items():
                    lookups.setdefault(column.name, {}).setdefault(typed, code)
    names = {
        header: tuple(
            sorted(
                (name for name in found if not (name == "tambon_code" and "tambon" in found)),
                key=lambda name: (-found[name], name),
            )
        )
        for header, found in votes.items()
    }
    return Synonyms(names, lookups, frozenset(ignored - set(names)))


def draft_contract(agency: str, sheets: Sequence[SheetShape], book: ContractBook | None = None) -> str:
    """Propose a contract for the sheets of one file.

    Args:
        agency: Code of the agency; the file belongs at ``agencies/<agency>.odcs.yaml``. A text that can be no code,
            such as a Thai file name, is left to the officer.
        sheets: What the reader found; sheets with the same headers become one list.
        book: The contracts at hand: their headers, aliases and look-ups are the source of the guesses. None: the
            packaged ones.

    Returns:
        YAML text. Every line the officer must decide ends in :data:`MARK`; the rest passes the check.
    """
    book = book or load_contract_book(PACKAGED_CONTRACTS)
    known = synonyms(book)
    groups = _same_layout(sheets)
    lines = _head(agency)
    lines.append("schema:" if groups else f"schema: []  {MARK} ไม่พบหัวตารางในไฟล์")
    for number, group in enumerate(groups, start=1):
        lines.extend(_list(number, group, known, Vocabulary(book.attributes)))
    return "\n".join(lines) + "\n"


def _head(agency: str) -> list[str]:
    is_code = AGENCY_CODE.fullmatch(agency) is not None
    return [
        f"# ร่างสัญญาข้อมูล: แก้ทุกบรรทัดที่ลงท้ายด้วย “{MARK}” แล้วรัน khrua contract check",
        "# Draft: settle every line with the arrow, then run khrua contract check.",
        f"# บันทึกเป็น (save as) agencies/{agency if is_code else '<รหัส>'}.odcs.yaml",
        f"apiVersion: {API_VERSION}",
        "kind: DataContract",
        f"id: {agency}" if is_code else f"id: decide  {MARK} รหัสหน่วยงานตามชื่อไฟล์ (อักษรอังกฤษพิมพ์เล็ก)",
        "version: 0.1.0",
        f"status: draft  {MARK} เปลี่ยนเป็น active เมื่อแก้ครบ",
        f'name: ""  {MARK} ชื่อหน่วยงาน',
        "domain: poverty",
        f'description: {{purpose: ""}}  {MARK} วัตถุประสงค์ของการส่งข้อมูล',
        f"team: {{members: []}}  {MARK} ผู้ประสานงาน เช่น [{{username: a@b.go.th, name: ตำแหน่ง}}]",
        f'support: []  {MARK} ช่องทางติดต่อ เช่น [{{channel: อีเมล, url: "mailto:a@b.go.th"}}]',
        "slaProperties:",
        "  - {property: latency, value: 120, unit: d}",
        f"customProperties: [{{property: agreement, value: decide}}]  {MARK} รหัสข้อตกลงใน agreements.yaml",
    ]


def _same_layout(sheets: Sequence[SheetShape]) -> list[list[SheetShape]]:
    groups: dict[tuple[str, ...], list[SheetShape]] = {}
    for sheet in sheets:
        layout = tuple(normal_header(header) for header in sheet.headers)
        if any(layout):
            groups.setdefault(layout, []).append(sheet)
    return list(groups.values())


def _list(number: int, sheets: list[SheetShape], known: Synonyms, vocabulary: Vocabulary) -> list[str]:
    draft = _ListDraft(sheets)
    columns: list[str] = []
    ignored: dict[str, None] = {}
    for index, header in enumerate(sheets[0].headers):
        if normal_header(header) in known.ignored:
            ignored[header.strip()] = None
        elif header.strip():
            columns.extend(_column(draft, index, header.strip(), known, vocabulary))
    identified = draft.taken & {"national_id", "first_name", "full_name"}
    who = "" if identified else f"  {MARK} ยังไม่พบคอลัมน์ที่บอกว่าเป็นใคร (หรือใส่ roles: [household])"
    title = ", ".join(sheet.name for sheet in sheets[:3]) or "ไฟล์ CSV"
    lines = [
        f"  - name: list_{number}{who}",
        f"    physicalName: {_quoted(title)}",
        "    logicalType: object",
        "    customProperties:",
        f"      - {{property: deliveryMode, value: decide}}  {MARK} full, append หรือ full_per_part",
    ]
    if any(sheet.name for sheet in sheets):
        pattern = "|".join(re.escape(sheet.name) for sheet in sheets)
        lines.append(f"      - {{property: sheetPattern, value: {_quoted(pattern)}}}")
    if ignored:
        lines.append("      - property: ignoredHeaders")
        lines.append("        value:")
        lines.extend(f"          - {_quoted(header)}" for header in ignored)
    return [*lines, "    properties:" if columns else f"    properties: []  {MARK} ไม่พบคอลัมน์ที่ใช้ได้", *columns]


def _column(draft: _ListDraft, index: int, header: str, known: Synonyms, vocabulary: Vocabulary) -> list[str]:
    draft.seen[normal_header(header)] += 1
    occurrence = draft.seen[normal_header(header)]
    samples = [
        cell.strip()
        for sheet in draft.sheets
        if index < len(sheet.samples)
        for cell in sheet.samples[index]
        if cell.strip()
    ]
    names, is_sure = guess_names(header, samples, known)
    name = names[0] if len(names) == 1 else ""
    kind = vocabulary.type_of(name) if name and name not in draft.taken else None
    if kind is None:
        draft.undecided += 1
        # Contracts that exist disagree about this header: a request would as easily be read as help that was given.
        choice = f" ({' หรือ '.join(names)})" if len(names) > 1 else ""
        written = f"{UNDECIDED}{draft.undecided}  {MARK} ชื่อมาตรฐาน{choice} หรือย้ายหัวนี้ไป ignoredHeaders"
    else:
        draft.taken.add(name)
        written = name if is_sure else f"{name}  # เดาจากหัวที่คล้ายกัน โปรดทวน (guessed)"
    lines = [
        f"      - name: {written}",
        f"        physicalName: {_quoted(header)}",
        f"        logicalType: {_LOGICAL.get(kind or 'text', kind)}",
    ]
    custom = [f"          - {{property: occurrence, value: {occurrence}}}"] if occurrence > 1 else []
    if kind in ("boolean", "code"):
        custom.extend(_lookups(name, known))
        if kind == "boolean" and not known.lookups.get(name):
            lines[0] += f"  {MARK} ใส่ lookups ว่าคำใดคือ true หรือ false"
    return [*lines, "        customProperties:", *custom] if custom else lines


def _lookups(name: str, known: Synonyms) -> list[str]:
    found = known.lookups.get(name)
    if not found:
        return []
    words = ", ".join(f"{_quoted(typed)}: {_quoted(code)}" for typed, code in found.items())
    return [f"          - {{property: lookups, value: {{{words}}}}}"]


def guess_names(header: str, samples: Sequence[str], known: Synonyms) -> tuple[tuple[str, ...], bool]:
    """What a header may mean.

    Args:
        header: The agency's header.
        samples: Cells below it.
        known: What headers meant elsewhere.

    Returns:
        The canonical names, likeliest first (none: no idea; several: an officer has to choose), and whether the header
        itself is known.
    """
    from rapidfuzz import fuzz, process

    lowest = header.rpartition(" / ")[2]
    plain = normal_header(_NUMBER_IN_HEADER.sub("", lowest)) or normal_header(header)
    for text in (normal_header(header), normal_header(lowest), plain):
        if text in known.names:
            return _all_by_samples(known.names[text], samples), True
    by_value = _by_samples("", samples)
    if by_value:
        return (by_value,), False
    near = process.extractOne(plain, sorted(known.names), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return (_all_by_samples(known.names[near[0]], samples) if near else ()), False


def _all_by_samples(names: Sequence[str], samples: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (_by_samples(name, samples) for name in names) if name))


def _by_samples(name: str, samples: Sequence[str]) -> str:
    """Correct a guess by the look of the cells: codes under a name's header, IDs under any header."""
    digits = [re.sub(r"[\s-]", "", cell) for cell in samples]
    lengths = {len(cell) for cell in digits if cell.isdecimal()}
    if not digits or len(lengths) != 1 or not all(cell.isdecimal() for cell in digits):
        return name
    length = lengths.pop()
    if name == "tambon" and length == 6:
        return "tambon_code"
    if name in ("amphoe", "province") and length in (2, 4):
        return ""  # A code column beside the name: not used.
    return name or {13: "national_id", 11: "house_code"}.get(length, "")


def _quoted(text: str) -> str:
    """A YAML scalar in double quotes: JSON's escapes are YAML's."""
    return json.dumps(text, ensure_ascii=False)
