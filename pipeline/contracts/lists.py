"""ODCS ``schema`` objects → the lists of an agency, with the rules between their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.contracts import EVERY_ROLE, Assertion, ContractColumn, ContractList, ExcludeRule
from pipeline.contracts.columns import Vocabulary, custom_properties, property_place, read_column, split_name
from pipeline.contracts.quality import assertions
from pipeline.contracts.yaml_file import Faults, Where

if TYPE_CHECKING:
    from pipeline.contracts.models import ListProperties

_PARTING = re.compile("[\\s\u00a0/|>»·•:*._–—-]+")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_LIST_CODE = re.compile(r"[a-z][a-z0-9_]*")
_PERSON_MARKS = frozenset({"national_id", "first_name", "full_name"})
_HOUSEHOLD_MARKS = frozenset({"house_code", "household_ref", "house_no", "address"})


@dataclass(frozen=True, slots=True)
class _Draft:
    """A list while it is checked."""

    data: Mapping[str, object]
    where: Where
    custom: ListProperties
    columns: tuple[ContractColumn, ...]
    roles: tuple[str, ...]
    vocabulary: Vocabulary
    faults: Faults

    def at(self, key: str) -> Where:
        """Place of a custom property of the list."""
        return property_place(self.data, self.where, key)


def read_list(data: Mapping[str, object], where: Where, vocabulary: Vocabulary, faults: Faults) -> ContractList | None:
    """One list, or None when its custom properties have faults.

    Args:
        data: The ODCS schema object.
        where: Its place in the file.
        vocabulary: The canonical names.
        faults: Takes the faults.
    """
    from pipeline.contracts.models import ListProperties

    name = data.get("name")
    if isinstance(name, str) and not _LIST_CODE.fullmatch(name):
        faults.at(
            (*where, "name"),
            f"ชื่อรายการ “{name}” ต้องเป็นอักษรอังกฤษพิมพ์เล็ก ตัวเลข และ _",
            f"the list's name '{name}' must be lower-case letters, digits and _",
        )
    custom = custom_properties(ListProperties, data, where, faults)
    roles = tuple(custom.roles) if custom else _stated_roles(data)
    columns, places, rules = _columns(data, where, roles, vocabulary, faults)
    rules = (*assertions(data.get("quality"), "", (*where, "quality"), faults), *rules)
    key = _key(data, where, roles, faults)
    if custom is None:
        return None
    draft = _Draft(data, where, custom, columns, roles, vocabulary, faults)
    _check_columns(draft, places)
    _check_properties(draft)
    return ContractList(
        list_code=str(name),
        columns=columns,
        file_pattern=custom.file_pattern,
        sheet_pattern=custom.sheet_pattern,
        header_rows=custom.header_rows,
        delivery_mode=custom.delivery_mode,
        part_from=custom.part_from,
        roles=roles,
        key=key,
        era=custom.era,
        date_order=custom.date_order,
        period=custom.period,
        survey_round=custom.survey_round,
        total_words=tuple(custom.total_words),
        exclude=tuple(ExcludeRule(rule.header, rule.pattern, rule.reason) for rule in custom.exclude_rows),
        ignored_headers=tuple(header.strip() for header in custom.ignored_headers),
        constants=dict(custom.constants),
        assertions=rules,
        is_duplicate_free=custom.duplicate_free,
    )


def _stated_roles(data: Mapping[str, object]) -> tuple[str, ...]:
    """The roles as far as they can be read, so that a fault beside them is not echoed by every column."""
    value: object = data
    for part in property_place(data, (), "roles"):
        value = value[part]  # type: ignore[index]
    stated = value if isinstance(value, list) else [value]
    return tuple(role for role in stated if isinstance(role, str)) or ("person",)


def _properties(data: Mapping[str, object], where: Where) -> Iterator[tuple[Where, Mapping[str, object]]]:
    properties = data.get("properties")
    for number, item in enumerate(properties if isinstance(properties, list) else []):
        if isinstance(item, dict):
            yield (*where, "properties", number), item


def _columns(
    data: Mapping[str, object], where: Where, roles: tuple[str, ...], vocabulary: Vocabulary, faults: Faults
) -> tuple[tuple[ContractColumn, ...], tuple[Where, ...], tuple[Assertion, ...]]:
    columns: list[ContractColumn] = []
    places: list[Where] = []
    rules: list[Assertion] = []
    for place, item in _properties(data, where):
        column = read_column(item, place, roles, vocabulary, faults)
        role, name = split_name(item.get("name"), roles)
        label = name if len(roles) == 1 or role == EVERY_ROLE else f"{role}.{name}"
        rules.extend(assertions(item.get("quality"), label, (*place, "quality"), faults))
        if item.get("unique") is True:
            rules.append(Assertion("share_unique", label, 1.0, None, "warn", faults.file.line((*place, "unique"))))
        if column is not None:
            columns.append(column)
            places.append(place)
    if not columns and not any(True for _ in _properties(data, where)):
        faults.at(where, "รายการนี้ไม่มีคอลัมน์ (properties) โปรดเพิ่ม", "the list has no columns (properties); add them")
    return tuple(columns), tuple(places), tuple(rules)


def _key(data: Mapping[str, object], where: Where, roles: tuple[str, ...], faults: Faults) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for place, item in _properties(data, where):
        position = item.get("primaryKeyPosition", 1)
        if item.get("primaryKey") is not True or not isinstance(position, int):
            continue
        role, name = split_name(item.get("name"), roles)
        if position in found:
            faults.at(
                place,
                "ลำดับของคีย์ซ้ำ โปรดใส่ primaryKeyPosition 1, 2, … ให้ต่างกัน",
                "two key columns have the same place; give them primaryKeyPosition 1, 2, …",
            )
        if role not in (EVERY_ROLE, roles[0]):
            faults.at(
                place,
                f"คอลัมน์คีย์ต้องเป็นของทั้งแถวหรือของบทบาทแรก ({roles[0]})",
                f"a key column must belong to the whole row or to the first role ({roles[0]})",
            )
        found[position] = name
    return tuple(found[position] for position in sorted(found))


def normal_header(header: str) -> str:
    """A header as the reader compares it: no case, white space or partings, Arabic digits."""
    return _PARTING.sub("", header.translate(_THAI_DIGITS)).lower()


def _check_columns(draft: _Draft, places: tuple[Where, ...]) -> None:
    names: dict[tuple[str, str], str] = {}
    headers: dict[tuple[str, int], str] = {}
    # A header that stands several times may be mapped in one place and left unused in another.
    repeated = {normal_header(c.header) for c in draft.columns if c.occurrence > 1}
    ignored = {normal_header(header) for header in draft.custom.ignored_headers} - repeated
    for column, place in zip(draft.columns, places, strict=True):
        slot = (column.role, column.name)
        if slot in names:
            draft.faults.at(
                (*place, "name"),
                f"“{column.name}” ถูกใช้กับหัว “{names[slot]}” แล้ว โปรดเลือกชื่ออื่นหรือใส่บทบาท เช่น spouse.{column.name}",
                f"'{column.name}' is already the column '{names[slot]}'; choose another name or a role",
            )
        names[slot] = column.header
        for header in (column.header, *column.aliases):
            mark = (normal_header(header), column.occurrence)
            if mark in headers or mark[0] in ignored:
                draft.faults.at(
                    place,
                    f"หัวคอลัมน์ “{header}” ซ้ำในรายการเดียวกัน โปรดลบ หรือใส่ occurrence",
                    f"the header '{header}' stands twice in the list; remove one or give occurrence",
                )
            headers[mark] = column.name
    for role in draft.roles:
        _check_role(draft, role)


def _check_role(draft: _Draft, role: str) -> None:
    own = {c.name for c in draft.columns if c.role == role}
    shared = {c.name for c in draft.columns if c.role == EVERY_ROLE}
    marks = _HOUSEHOLD_MARKS if role == "household" else _PERSON_MARKS
    # The records of two roles of one row must differ in something: their own columns tell who they are.
    known = own | shared if role == "household" or role == draft.roles[0] else own
    if not known & marks:
        listed = ", ".join(sorted(marks))
        draft.faults.at(
            draft.at("roles"),
            f"บทบาท “{role}” ไม่มีคอลัมน์ที่บอกว่าเป็นใคร ต้องมีอย่างน้อยหนึ่งใน: {listed}",
            f"the role '{role}' has no column that says who it is; it needs one of: {listed}",
        )


def _check_properties(draft: _Draft) -> None:
    _check_part(draft)
    _check_period(draft)
    _check_constants(draft)
    if len(set(draft.roles)) < len(draft.roles):
        draft.faults.at(draft.at("roles"), "roles มีค่าซ้ำ โปรดลบ", "roles has one twice; remove it")
    known = {normal_header(h) for c in draft.columns for h in (c.header, *c.aliases)}
    known |= {normal_header(h) for h in draft.custom.ignored_headers}
    for rule in draft.custom.exclude_rows:
        if normal_header(rule.header) not in known:
            draft.faults.at(
                draft.at("excludeRows"),
                f"excludeRows อ้างหัวคอลัมน์ “{rule.header}” ซึ่งไม่มีในรายการ",
                f"excludeRows names the header '{rule.header}', which the list does not have",
            )


def _check_part(draft: _Draft) -> None:
    part, mode = draft.custom.part_from, draft.custom.delivery_mode
    if (mode == "full_per_part") != bool(part):
        draft.faults.at(
            draft.at("deliveryMode"),
            "deliveryMode: full_per_part ต้องมี partFrom และแบบอื่นต้องไม่มี",
            "deliveryMode full_per_part needs partFrom, and the other modes take none",
        )
    elif part == "file" and re.compile(draft.custom.file_pattern).groups < 1:
        draft.faults.at(
            draft.at("partFrom"),
            "partFrom: file ต้องมีวงเล็บ ( ) หนึ่งคู่ใน filePattern บอกว่าส่วนใดคือชื่อส่วน",
            "partFrom: file needs a group ( ) in filePattern that gives the name of the part",
        )
    elif part not in ("", "file", "sheet") and part not in {c.name for c in draft.columns}:
        draft.faults.at(
            draft.at("partFrom"),
            f"partFrom “{part}” ต้องเป็น sheet, file หรือคอลัมน์ของรายการ",
            f"partFrom '{part}' must be sheet, file or a column of the list",
        )


def _check_period(draft: _Draft) -> None:
    kind, _, rest = draft.custom.period.partition(":")
    if draft.custom.period == "received":
        return
    if kind == "column":
        if rest not in {c.name for c in draft.columns}:
            draft.faults.at(
                draft.at("period"),
                f"period อ้างคอลัมน์ “{rest}” ซึ่งไม่มีในรายการ",
                f"period names the column '{rest}', which is not in the list",
            )
    elif kind == "file":
        _check_period_pattern(draft, rest)
    elif not _is_iso_day(draft.custom.period):
        draft.faults.at(
            draft.at("period"),
            "period ต้องเป็น received, column:<คอลัมน์>, file:<นิพจน์ปรกติ> หรือวันที่ ค.ศ. เช่น 2026-01-31",
            "period must be received, column:<column>, file:<regular expression>, or a CE date such as 2026-01-31",
        )


def _check_period_pattern(draft: _Draft, pattern: str) -> None:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        draft.faults.at(
            draft.at("period"), "นิพจน์ปรกติของ period ใช้ไม่ได้", f"the pattern of period does not compile ({error})"
        )
        return
    if "year" not in groups or set(groups) - {"year", "month"}:
        draft.faults.at(
            draft.at("period"),
            "นิพจน์ของ period ต้องมีกลุ่ม (?P<year>…) และอาจมี (?P<month>…)",
            "the pattern of period needs a group (?P<year>…), and may have (?P<month>…)",
        )


def _is_iso_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year < 2400
    except ValueError:
        return False


def _check_constants(draft: _Draft) -> None:
    for name, value in draft.custom.constants.items():
        role, plain = split_name(name, draft.roles)
        kind = draft.vocabulary.type_of(plain)
        codes = draft.vocabulary.codes_of(plain) if kind in ("code", "boolean") else frozenset()
        if kind is None or (role != EVERY_ROLE and role not in draft.roles):
            draft.faults.at(
                draft.at("constants"),
                f"constants: ไม่รู้จัก “{name}”",
                f"constants: '{name}' is no canonical name or role of this list",
            )
        elif codes and value not in codes:
            draft.faults.at(
                draft.at("constants"),
                f"constants: “{value}” ไม่ใช่รหัสของ “{plain}” (ใช้ได้: {', '.join(sorted(codes))})",
                f"constants: '{value}' is no code of '{plain}' (codes: {', '.join(sorted(codes))})",
            )
        elif any(c.name == plain and c.role == role for c in draft.columns):
            draft.faults.at(
                draft.at("constants"),
                f"“{plain}” เป็นทั้งคอลัมน์และค่าคงที่",
                f"'{plain}' is both a column and a constant; keep one",
            )
