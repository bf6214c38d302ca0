"""Checks a contract against the Open Data Contract Standard: the ``schema.json`` that its package ships.

The package's own pydantic model takes misspelt keys and types in silence, so the JSON schema judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from pipeline.contracts.yaml_file import Faults, Where

if TYPE_CHECKING:
    from jsonschema import Draft201909Validator
    from jsonschema.exceptions import ValidationError

_QUOTED = re.compile(r"'([^']*)'")
_TYPE_WORDS = {
    "string": ("ข้อความ", "text"),
    "number": ("ตัวเลข", "a number"),
    "integer": ("จำนวนเต็ม", "a whole number"),
    "boolean": ("true หรือ false", "true or false"),
    "array": ("รายการ (ขึ้นต้นด้วย -)", "a list"),
    "object": ("ชุดของคีย์และค่า", "keys and values"),
}
# Where an element stands → the definitions of the schema whose keys it may have.
_PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("schema", ("SchemaElement", "SchemaObject")),
    ("properties", ("SchemaElement", "SchemaBaseProperty")),
    ("quality", ("DataQuality", "DataQualityLibrary", "DataQualitySql", "DataQualityCustom", "DataQualityOperators")),
)


@lru_cache(maxsize=1)
def _validator() -> Draft201909Validator:
    import json
    from importlib.resources import files

    from jsonschema import Draft201909Validator

    schema = json.loads((files("open_data_contract_standard") / "schema.json").read_text("utf-8"))
    return Draft201909Validator(schema)


@lru_cache(maxsize=8)
def _keys(place: str) -> tuple[str, ...]:
    """Keys that the standard knows at a place; ``""`` is the top of the file."""
    schema = cast("dict[str, object]", _validator().schema)
    definitions = cast("dict[str, dict[str, object]]", schema["$defs"])
    names = dict(_PLACES).get(place, ())
    parts = [definitions[name] for name in names] if names else [schema]
    found: dict[str, None] = {}
    for part in parts:
        found.update(dict.fromkeys(cast("Mapping[str, object]", part.get("properties", {}))))
        for choice in cast("list[dict[str, dict[str, object]]]", part.get("oneOf", [])):
            found.update(dict.fromkeys(choice.get("properties", {})))
    return tuple(found)


def check_odcs(data: object, faults: Faults) -> None:
    """Note every way in which the data breaks the standard, where it stands.

    Args:
        data: Plain data of a contract file.
        faults: Takes the faults.
    """
    _note(_validator().iter_errors(data), faults)


def _note(errors: Iterable[ValidationError], faults: Faults) -> None:
    from pipeline.contracts.validation import nearest, unknown_key

    found = list(errors)
    meant: set[Where] = set()
    for error in found:
        where: Where = tuple(error.absolute_path)
        if error.validator in ("additionalProperties", "unevaluatedProperties"):
            for key, known in _unknown_keys(error, where):
                meant.add((*where, nearest(key, known)))
                faults.at((*where, key), *unknown_key(key, known))
    for error in found:
        where = tuple(error.absolute_path)
        if error.validator in ("additionalProperties", "unevaluatedProperties"):
            continue
        if error.validator == "required" and (*where, _missing(error)) in meant:
            continue  # It is there, misspelt: one fault, not two.
        if error.validator in ("oneOf", "anyOf") and (inner := _meant_branch(error)):
            _note(inner, faults)
        elif not _is_echo(error):
            faults.at(where, *_sentence(error, where))


def _is_echo(error: ValidationError) -> bool:
    """Whether a rule of our own says the same, better.

    Without a logicalType the schema asks for ``map``; and of the versions it lists, only one is ours.
    """
    is_map = error.validator == "required" and error.validator_value == ["map"]
    return is_map or (tuple(error.absolute_path) == ("apiVersion",) and error.validator == "enum")


def _missing(error: ValidationError) -> str:
    quoted: list[str] = _QUOTED.findall(error.message)
    return quoted[0] if quoted else ""


def _unknown_keys(error: ValidationError, where: Where) -> Iterator[tuple[str, tuple[str, ...]]]:
    place = next((str(part) for part in where[-2:-1]), "")
    if error.validator == "additionalProperties":
        known = tuple(cast("Mapping[str, Mapping[str, object]]", error.schema).get("properties", {}))
        unknown = [key for key in cast("dict[str, object]", error.instance) if key not in known]
    else:
        # A fault elsewhere in the element makes all its keys "unevaluated": the known ones are no news.
        known = _keys(place)
        unknown = [key for key in _QUOTED.findall(error.message) if key not in known]
    for key in unknown:
        yield key, known


def _meant_branch(error: ValidationError) -> list[ValidationError]:
    """The faults of the one alternative that the author meant: the one whose type fits."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    meant = [
        inners for inners in branches.values() if not any(e.validator == "type" and not e.relative_path for e in inners)
    ]
    return meant[0] if len(meant) == 1 else []


def _sentence(error: ValidationError, where: Where) -> tuple[str, str]:
    key = next((str(part) for part in reversed(where) if isinstance(part, str)), "")
    if error.validator == "required":
        missing = _missing(error)
        return f"ขาด “{missing}” ที่มาตรฐาน ODCS กำหนด โปรดเพิ่ม", f"ODCS requires '{missing}' here; add it"
    if error.validator == "type":
        expected = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        words = [_TYPE_WORDS.get(str(name), (str(name), str(name))) for name in expected]
        return (
            f"ค่าของ “{key}” ต้องเป็น {' หรือ '.join(w[0] for w in words)}",
            f"'{key}' must be {' or '.join(w[1] for w in words)}",
        )
    if error.validator in ("enum", "const"):
        allowed = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        listed = ", ".join(str(value) for value in allowed)
        return f"ค่าของ “{key}” ต้องเป็นหนึ่งใน: {listed}", f"'{key}' must be one of: {listed}"
    if error.validator == "oneOf" and "mustBe" in str(error.validator_value):
        return (
            "กฎคุณภาพต้องมีตัวเปรียบเทียบ mustBe… หนึ่งตัว ไม่ขาดไม่เกิน",
            "a quality rule needs exactly one mustBe… comparison",
        )
    return (
        f"“{key}” ไม่ตรงตามมาตรฐาน ODCS (กฎ {error.validator})",
        f"'{key}' breaks the ODCS rule '{error.validator}'; see data_contracts/README.md",
    )
