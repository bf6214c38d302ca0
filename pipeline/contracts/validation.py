"""Data against one of our strict models: pydantic's findings as sentences for officers, on their lines.

Imports pydantic: only functions import this module, so that the command line starts without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TypeGuard, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.contracts.yaml_file import Faults, Where

Model = TypeVar("Model", bound=BaseModel)

# pydantic's kinds of fault → what the value must be, Thai and English.
_MUST_BE: Mapping[str, tuple[str, str]] = {
    "list_type": ("รายการในวงเล็บ เช่น [ก, ข]", "a list such as [a, b]"),
    "dict_type": ("ชุดของคีย์และค่า เช่น {ก: ข}", "keys and values such as {a: b}"),
    "model_type": ("ชุดของคีย์และค่า เช่น {ก: ข}", "keys and values such as {a: b}"),
    "string_type": ("ข้อความ", "text"),
    "int_type": ("จำนวนเต็ม", "a whole number"),
    "float_type": ("ตัวเลข", "a number"),
    "bool_type": ("true หรือ false", "true or false"),
    "string_too_short": ("ข้อความที่ไม่ว่าง", "text that is not empty"),
    "too_short": ("รายการที่ไม่ว่าง", "a list that is not empty"),
    "iso_day": ("วันที่ ค.ศ. เช่น 2026-01-31", "a day in CE such as 2026-01-31"),
    "date_from_datetime_parsing": ("วันที่ที่มีจริง เช่น 2026-01-31", "a day that exists, such as 2026-01-31"),
}


def check(model: type[Model], data: object, faults: Faults, locate: Callable[[Where], Where]) -> Model | None:
    """Check data against a model; every fault is noted where it stands.

    Args:
        model: One of the models of :mod:`pipeline.contracts.models`.
        data: Plain data of a file.
        faults: Takes the faults.
        locate: From pydantic's location to the place in the file.

    Returns:
        The model, or None when there were faults.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        meant = {(*d["loc"][:-1], near) for d in details if (near := _meant(model, d))}
        for detail in details:
            if detail["type"] == "missing" and detail["loc"] in meant:
                continue  # It is there, misspelt: one fault, not two.
            # "[key]" is pydantic's word for a fault of a key itself.
            place = tuple(part for part in detail["loc"] if part != "[key]")
            faults.at(locate(place), *_sentence(detail, known_keys(_model_at(model, detail["loc"][:-1]))))
        return None


def _meant(model: type[BaseModel], detail: ErrorDetails) -> str:
    """The key that an unknown key was meant to be; empty when there is none."""
    if detail["type"] != "extra_forbidden":
        return ""
    return nearest(str(detail["loc"][-1]), known_keys(_model_at(model, detail["loc"][:-1])))


def _model_at(model: type[BaseModel], place: Where) -> type[BaseModel]:
    """The model of the element at a place: a model may hold others, or lists of them."""
    for part in place:
        for name, field in model.model_fields.items():
            inner = next((t for t in (field.annotation, *get_args(field.annotation)) if _is_model(t)), None)
            if part in (name, field.alias) and inner is not None:
                model = inner
                break
    return model


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def known_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys a model takes, as they are written in YAML."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _sentence(detail: ErrorDetails, keys: tuple[str, ...]) -> tuple[str, str]:
    key = next((part for part in reversed(detail["loc"]) if isinstance(part, str) and part != "[key]"), "")
    context: Mapping[str, object] = detail.get("ctx") or {}
    kind = detail["type"]
    if kind == "extra_forbidden":
        return unknown_key(key, keys)
    if kind == "missing":
        return f"ขาด “{key}” โปรดเพิ่ม", f"'{key}' is missing; add it"
    if kind == "regex":
        return (
            f"นิพจน์ปรกติของ “{key}” ใช้ไม่ได้ โปรดแก้วงเล็บและเครื่องหมายพิเศษ",
            f"the regular expression of '{key}' does not compile ({context['why']}); mend it",
        )
    if kind == "buddhist_year":
        return (
            f"วันที่ของ “{key}” เป็น พ.ศ. โปรดเขียนเป็น ค.ศ. ({context['year']})",
            f"'{key}' holds a Buddhist year; write it in CE ({context['year']})",
        )
    if kind in ("literal_error", "enum"):
        expected = str(context["expected"])
        return f"ค่าของ “{key}” ต้องเป็น {expected.replace(' or ', ' หรือ ')}", f"'{key}' must be {expected}"
    if kind in _MUST_BE:
        thai, english = _MUST_BE[kind]
        return f"ค่าของ “{key}” ต้องเป็น{_spaced(thai)}", f"'{key}' must be {english}"
    return f"ค่าของ “{key}” ไม่ถูกต้อง โปรดแก้ตามคู่มือ data_contracts/README.md", f"'{key}': {detail['msg']}"


def _spaced(words: str) -> str:
    return f" {words}" if words[:1].isascii() else words


def nearest(key: str, known: tuple[str, ...]) -> str:
    """The known key that a misspelt one was probably meant to be; empty when none is near."""
    lowered = {name.lower(): name for name in known}
    near = get_close_matches(key.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[near[0]] if near else ""


def unknown_key(key: str, known: tuple[str, ...]) -> tuple[str, str]:
    """The sentence for a key that nobody knows, with the nearest known one."""
    if near := nearest(key, known):
        return f"ไม่รู้จักคีย์ “{key}” หมายถึง “{near}” หรือไม่", f"unknown key '{key}'; did you mean '{near}'?"
    return (
        f"ไม่รู้จักคีย์ “{key}” โปรดลบออก (คีย์ที่ใช้ได้: {', '.join(known)})",
        f"unknown key '{key}'; remove it (known: {', '.join(known)})",
    )
