"""ODCS ``properties`` → the columns of a list, checked against the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipeline.attributes import Attribute
from pipeline.contracts import EVERY_ROLE, ColumnClass, ColumnType, ContractColumn
from pipeline.contracts.yaml_file import Faults, Where
from pipeline.tables import IDENTITY_COLUMNS

if TYPE_CHECKING:
    from pydantic import BaseModel

    from pipeline.contracts.models import ColumnProperties

    Model = TypeVar("Model", bound=BaseModel)

IDENTITY = dict(IDENTITY_COLUMNS)
# Identity columns that tell nobody who a person is; the others never leave the identity side.
PLAIN_IDENTITY = frozenset(
    {
        *("sex", "age", "tambon", "amphoe", "province", "tambon_code", "relationship"),
        *("household_type", "life_status", "death_date", "last_seen_date"),
    }
)
# The codes that normalise gives to identity columns: an agency's own coding (1 = ชาย) may be looked up to them.
IDENTITY_CODES: Mapping[str, frozenset[str]] = {
    "sex": frozenset({"M", "F"}),
    "relationship": frozenset(
        {
            *("head", "spouse", "child", "parent", "grandchild", "grandparent"),
            *("sibling", "child_in_law", "relative", "lodger", "other"),
        }
    ),
    "household_type": frozenset({"ordinary", "institution", "temple", "central_register", "no_fixed_home", "unknown"}),
    "life_status": frozenset({"alive", "dead", "moved_out", "in_transit", "central_register", "unknown"}),
}
_LOGICAL_TYPES: Mapping[str, tuple[str, ...]] = {
    "identity": ("string", "date", "integer"),
    "text": ("string",),
    "code": ("string",),
    "number": ("number", "integer"),
    "boolean": ("boolean",),
    "date": ("date",),
}
_ODCS_TYPES = frozenset(
    {
        *("string", "date", "timestamp", "time", "number", "integer"),
        *("object", "array", "boolean", "map", "vector"),
    }
)
_CLASSES: tuple[ColumnClass, ...] = ("identity", "sensitive", "free_text", "ordinary")
# Lines of a draft that the officer has yet to decide; pipeline/contracts/draft.py writes them.
UNDECIDED = "decide_"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a canonical name may be."""

    attributes: Mapping[str, Attribute]

    def type_of(self, name: str) -> ColumnType | None:
        """How a canonical column is read; None when nobody knows it."""
        if name in IDENTITY:
            return "identity"
        attribute = self.attributes.get(name)
        return attribute.type if attribute else None

    def class_of(self, name: str) -> ColumnClass:
        """The privacy class of a canonical column where the contract does not say."""
        if name in IDENTITY:
            return "ordinary" if name in PLAIN_IDENTITY else "identity"
        return self.attributes[name].column_class

    def codes_of(self, name: str) -> frozenset[str]:
        """The codes a look-up may give; empty: the column takes no look-up."""
        if name in IDENTITY:
            return IDENTITY_CODES.get(name, frozenset())
        attribute = self.attributes[name]
        return frozenset({"true", "false"}) if attribute.type == "boolean" else frozenset(attribute.codes)

    def names(self) -> tuple[str, ...]:
        """Every canonical name."""
        return (*IDENTITY, *self.attributes)


def custom_properties(model: type[Model], data: Mapping[str, object], where: Where, faults: Faults) -> Model | None:
    """Check the ``customProperties`` of an element with our own model.

    Args:
        model: The model of the element's custom properties.
        data: The element.
        where: Its place in the file.
        faults: Takes the faults.

    Returns:
        The model, or None when there were faults.
    """
    from pipeline.contracts.validation import check

    values: dict[str, object] = {}
    places: dict[str, Where] = {}
    entries = data.get("customProperties")
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        if not isinstance(entry, dict) or not isinstance(name := entry.get("property"), str) or "value" not in entry:
            continue  # ODCS's own schema has noted it.
        place: Where = (*where, "customProperties", number)
        if name in values:
            faults.at(place, f"“{name}” ซ้ำ โปรดลบให้เหลือที่เดียว", f"the property '{name}' stands twice; keep one")
        values[name] = entry["value"]
        places[name] = place

    def locate(place: Where) -> Where:
        head = str(place[0]) if place else ""
        return (*places[head], "value", *place[1:]) if head in places else where

    return check(model, values, faults, locate)


def property_place(data: Mapping[str, object], where: Where, name: str) -> Where:
    """Place of the value of one custom property; the element's own place when it does not stand there."""
    entries = data.get("customProperties")
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict) and entry.get("property") == name:
            return (*where, "customProperties", number, "value")
    return where


def read_column(
    data: Mapping[str, object], where: Where, roles: tuple[str, ...], vocabulary: Vocabulary, faults: Faults
) -> ContractColumn | None:
    """One column, or None when it has faults.

    Args:
        data: The ODCS property.
        where: Its place in the file.
        roles: Roles of its list.
        vocabulary: The canonical names.
        faults: Takes the faults.
    """
    from pipeline.contracts.models import ColumnProperties

    custom = custom_properties(ColumnProperties, data, where, faults)
    role, name = split_name(data.get("name"), roles)
    header = data.get("physicalName")
    if not isinstance(header, str) or not header.strip():
        faults.at(
            where,
            "ขาด physicalName (หัวคอลัมน์ของหน่วยงาน) โปรดเพิ่ม",
            "physicalName (the agency's header) is missing; add it",
        )
    kind = vocabulary.type_of(name)
    if kind is None:
        _unknown_name(name, (*where, "name"), vocabulary, faults)
    if role != EVERY_ROLE and role not in roles:
        faults.at(
            (*where, "name"),
            f"บทบาท “{role}” ไม่อยู่ใน roles ของรายการ ({', '.join(roles)})",
            f"the role '{role}' is not among the list's roles ({', '.join(roles)})",
        )
    if kind is None or custom is None or not isinstance(header, str):
        return None
    low, high = _limits(data, name, kind, where, vocabulary, faults)
    _check_logical_type(data, kind, where, faults)
    return ContractColumn(
        name=name,
        header=header.strip(),
        aliases=tuple(alias.strip() for alias in custom.aliases),
        occurrence=custom.occurrence,
        role=role,
        type=kind,
        is_required=bool(data.get("required")) or custom.column_required,
        is_value_required=bool(data.get("required")),
        column_class=(column_class := _column_class(data, name, where, vocabulary, faults)),
        lookups=_lookups(custom, data, name, kind, where, vocabulary, faults),
        minimum=low,
        maximum=high,
        goes_back=column_class != "free_text" if custom.goes_back is None else custom.goes_back,
    )


def split_name(name: object, roles: tuple[str, ...]) -> tuple[str, str]:
    """``head.first_name`` → role and canonical name; without a role: the only one, or ``every``."""
    role, dot, plain = str(name or "").partition(".")
    if dot:
        return role, plain
    return (roles[0] if len(roles) == 1 else EVERY_ROLE), role


def _unknown_name(name: str, where: Where, vocabulary: Vocabulary, faults: Faults) -> None:
    from difflib import get_close_matches

    if name.startswith(UNDECIDED):
        faults.at(
            where,
            "ยังไม่ได้ตัดสินใจ โปรดใส่ชื่อมาตรฐาน หรือย้ายหัวคอลัมน์ไปไว้ใน ignoredHeaders",
            "not decided yet: give a canonical name, or move the header to ignoredHeaders",
        )
        return
    near = get_close_matches(name, vocabulary.names(), n=1, cutoff=0.6)
    faults.at(
        where,
        f"ไม่รู้จักชื่อมาตรฐาน “{name}” " + (f"หมายถึง “{near[0]}” หรือไม่" if near else "โปรดดู attributes.yaml"),
        f"'{name}' is no canonical name" + (f"; did you mean '{near[0]}'?" if near else "; see attributes.yaml"),
    )


def _check_logical_type(data: Mapping[str, object], kind: ColumnType, where: Where, faults: Faults) -> None:
    allowed = _LOGICAL_TYPES[kind]
    stated = data.get("logicalType")
    # A type that is none of ODCS's is noted by its schema.
    if stated not in allowed and (stated is None or stated in _ODCS_TYPES):
        faults.at(
            (*where, "logicalType"),
            f"logicalType ของคอลัมน์นี้ต้องเป็น {' หรือ '.join(allowed)}",
            f"logicalType of this column must be {' or '.join(allowed)}",
        )


def _column_class(
    data: Mapping[str, object], name: str, where: Where, vocabulary: Vocabulary, faults: Faults
) -> ColumnClass:
    least = vocabulary.class_of(name)
    stated = data.get("classification", least)
    chosen = next((c for c in _CLASSES if c == stated), None)
    if chosen is None:
        faults.at(
            (*where, "classification"),
            f"classification ต้องเป็น {' หรือ '.join(_CLASSES)}",
            f"classification must be one of {', '.join(_CLASSES)}",
        )
    elif chosen == "ordinary" and least != "ordinary":
        faults.at(
            (*where, "classification"),
            f"“{name}” เป็นข้อมูลชั้น {least} ลดเป็น ordinary ไม่ได้",
            f"'{name}' is {least} data and cannot be made ordinary",
        )
    return chosen or least


def _lookups(
    custom: ColumnProperties,
    data: Mapping[str, object],
    name: str,
    kind: ColumnType,
    where: Where,
    vocabulary: Vocabulary,
    faults: Faults,
) -> Mapping[str, str]:
    codes = vocabulary.codes_of(name)
    if custom.lookups and not codes:
        faults.at(where, f"“{name}” ไม่ใช้ lookups โปรดลบ", f"'{name}' takes no lookups; remove them")
        return {}
    for typed, code in custom.lookups.items():
        if code not in codes:
            listed = ", ".join(sorted(codes))
            faults.at(
                (*property_place(data, where, "lookups"), typed),
                f"lookups ของ “{typed}” ชี้ไปที่รหัส “{code}” ซึ่งไม่มี (ใช้ได้: {listed})",
                f"the look-up of '{typed}' gives '{code}', which is no code of '{name}' (codes: {listed})",
            )
    if kind == "boolean" and not custom.lookups:
        faults.at(
            where,
            f"“{name}” เป็นใช่/ไม่ใช่ ต้องมี lookups ว่าคำใดคือ true หรือ false",
            f"'{name}' is yes/no: it needs lookups that say which words mean true or false",
        )
    if kind != "code":
        return dict(custom.lookups)
    # The vocabulary's own labels and codes are understood in every list.
    labels = {label: code for code, label in vocabulary.attributes[name].codes.items()}
    return {**labels, **{code: code for code in sorted(codes)}, **custom.lookups}


def _limits(
    data: Mapping[str, object], name: str, kind: ColumnType, where: Where, vocabulary: Vocabulary, faults: Faults
) -> tuple[float | None, float | None]:
    if kind != "number":
        return None, None
    attribute = vocabulary.attributes[name]
    options = data.get("logicalTypeOptions")
    stated = options if isinstance(options, dict) else {}
    low, high = stated.get("minimum", attribute.minimum), stated.get("maximum", attribute.maximum)
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        faults.at(
            (*where, "logicalTypeOptions"), "minimum มากกว่า maximum โปรดสลับ", "minimum is above maximum; swap them"
        )
    return (
        float(low) if isinstance(low, int | float) else None,
        float(high) if isinstance(high, int | float) else None,
    )
