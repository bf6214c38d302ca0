"""The YAML files of ``data_contracts/indicators``: read, checked strictly, all faults at once with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.attributes import Attribute, load_attributes
from pipeline.contracts import ContractFault
from pipeline.contracts.yaml_file import Faults, Where, in_order, read_yaml
from pipeline.errors import UserError
from pipeline.score.definitions import (
    STATES,
    Definitions,
    Evidence,
    Indicator,
    IndicatorSet,
    Levels,
    Measure,
)

Entry = IndicatorSet | Measure | Levels
Vocabulary = Mapping[str, Attribute]
Found = tuple[Where, str, str]
_FILE: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])


def load_indicator_sets(folder: Path) -> Definitions:
    """Read and check every file of ``data_contracts/indicators``.

    Args:
        folder: The folder; ``attributes.yaml`` stands in its parent.

    Returns:
        Indicator sets, measures and levels.

    Raises:
        UserError: ``details`` shows every fault of every file, by file and line.
    """
    known = load_attributes(folder.parent / "attributes.yaml")
    read: list[tuple[Entry, Faults]] = []
    every: list[Faults] = []
    for path in sorted(folder.glob("*.yaml")):
        file = read_yaml(path)
        faults = Faults(file, list(file.faults))
        every.append(faults)
        if file.data is not None:
            read += [(entry, faults) for entry in _validate(file.data, faults)]
    sets = {entry.code: entry for entry, _ in read if isinstance(entry, IndicatorSet)}
    for entry, faults in read:
        for where, thai, english in _check(entry, sets, known):
            faults.at(where, thai, english)
    _check_together(read)
    found = in_order(fault for faults in every for fault in faults.found)
    levels = [entry for entry, _ in read if isinstance(entry, Levels)]
    if found or not levels:
        raise _unusable(folder, found, bool(levels))
    measures = sorted((entry for entry, _ in read if isinstance(entry, Measure)), key=lambda m: m.code, reverse=True)
    return Definitions(sets, tuple(measures), levels[0], {name: a.subject for name, a in known.items()})


def _unusable(folder: Path, found: Sequence[ContractFault], has_levels: bool) -> UserError:
    lines = [fault.text for fault in found]
    if not has_levels:
        lines.append(f"{folder.name}: ต้องมีไฟล์ kind: levels หนึ่งไฟล์ (one sound file of kind 'levels' is needed)")
    return UserError(
        f"The indicator files in {folder.name} have {len(lines)} fault(s); mend the lines below.",
        f"ไฟล์ตัวชี้วัดใน {folder.name} มีข้อผิดพลาด {len(lines)} แห่ง โปรดแก้ตามรายการด้านล่าง",
        details=tuple(lines),
    )


def _validate(data: object, faults: Faults) -> Iterator[Entry]:
    try:
        yield _FILE.validate_python(data)
    except ValidationError as error:
        for fault in error.errors():
            # Pydantic names the kind of file first; the place in the file follows.
            where = tuple(fault["loc"][1:])
            place = ".".join(map(str, where)) or "kind"
            faults.at(where, f"คีย์หรือค่าไม่ถูกต้องที่ {place}", f"{place}: {fault['msg']}")


def _check_together(read: Sequence[tuple[Entry, Faults]]) -> None:
    """A code twice, or a round in two sets, would leave open which file is meant."""
    seen: set[tuple[str, str]] = set()
    for entry, faults in read:
        names = [("code", entry.code)]
        if isinstance(entry, IndicatorSet):
            names += [("rounds", name) for name in entry.rounds]
        if isinstance(entry, Levels):
            names.append(("kind", "levels"))
        for key, name in names:
            if (key, name) in seen:
                faults.at((key,), f"“{name}” ซ้ำกับอีกไฟล์หนึ่งหรืออีกที่หนึ่ง", f"'{name}' stands already elsewhere")
            seen.add((key, name))


def _check(entry: Entry, sets: Mapping[str, IndicatorSet], known: Vocabulary) -> Iterator[Found]:
    if isinstance(entry, IndicatorSet):
        yield from _check_set(entry, known)
    elif isinstance(entry, Measure):
        yield from _check_measure(entry, sets)
    else:
        yield from _check_levels(entry, sets, known)


def _check_set(entry: IndicatorSet, known: Vocabulary) -> Iterator[Found]:
    codes = [i.code for i in entry.indicators]
    numbers = [i.number for i in entry.indicators]
    for position, indicator in enumerate(entry.indicators):
        where: Where = ("indicators", position)
        if codes.count(indicator.code) > 1 or numbers.count(indicator.number) > 1:
            yield where, f"รหัสหรือเลขข้อ {indicator.code} ซ้ำ", f"the code or number of {indicator.code} stands twice"
        if indicator.group not in entry.groups:
            yield (
                (*where, "group"),
                f"ไม่รู้จักหมวด {indicator.group}",
                f"{indicator.group} is no group of this file",
            )
        yield from _check_eligible(indicator, where, known)
        rules = [e.rule for e in indicator.evidence]
        for number, evidence in enumerate(indicator.evidence):
            place: Where = (*where, "evidence", number)
            if rules.count(evidence.rule) > 1:
                yield place, f"กฎ {evidence.rule} ซ้ำในข้อเดียวกัน", f"the rule {evidence.rule} stands twice"
            yield from ((place, *fault) for fault in _evidence_faults(evidence, known))


def _check_eligible(indicator: Indicator, where: Where, known: Vocabulary) -> Iterator[Found]:
    who = indicator.eligible
    place: Where = (*where, "eligible")
    if indicator.unit == "household" and who != type(who)():
        yield place, "eligible ใช้กับ unit: person เท่านั้น", "eligible is for unit: person only"
    if who.age_min is not None and who.age_max is not None and who.age_min > who.age_max:
        yield place, "age_min มากกว่า age_max", "age_min is above age_max"
    for condition in who.attributes:
        attribute = known.get(condition.attribute)
        if attribute is None or attribute.subject != "person":
            name = condition.attribute
            yield place, f"“{name}” ไม่ใช่ข้อมูลของบุคคลใน attributes.yaml", f"{name} is no fact about a person"
        else:
            yield from ((place, *fault) for fault in _value_faults(attribute, condition.values))


def _evidence_faults(evidence: Evidence, known: Vocabulary) -> Iterator[tuple[str, str]]:
    attribute = known.get(evidence.attribute)
    if attribute is None:
        name = evidence.attribute
        yield f"ไม่รู้จักข้อมูล {name}", f"{name} is no attribute of attributes.yaml"
        return
    if evidence.is_numeric and (
        attribute.type != "number"
        or evidence.passes
        or evidence.fails
        or (evidence.at_least is not None and evidence.at_most is not None)
    ):
        yield (
            "at_least หรือ at_most ใช้ได้อย่างเดียว กับข้อมูลชนิด number และไม่ใช้คู่กับ pass/fail",
            "either at_least or at_most, on a number, without pass or fail",
        )
    if (evidence.per_member or evidence.says) and not evidence.is_numeric:
        yield "per_member และ says ใช้คู่กับ at_least หรือ at_most", "per_member and says need at_least or at_most"
    if evidence.per_member and attribute.subject == "person":
        yield "per_member ใช้กับข้อมูลของครัวเรือนเท่านั้น", "per_member is for facts about a household"
    if set(evidence.passes) & set(evidence.fails):
        yield "ค่าเดียวกันอยู่ทั้งใน pass และ fail", "a value stands under pass and under fail"
    if evidence.is_survey_result:
        if set(attribute.codes) != set(STATES) or attribute.subject != "household":
            yield (
                f"{attribute.name} ไม่ใช่ผลของแบบสำรวจ ต้องมี pass, fail, at_least หรือ at_most",
                f"{attribute.name} is no survey result; say pass, fail, at_least or at_most",
            )
    elif not evidence.is_numeric:
        yield from _value_faults(attribute, (*evidence.passes, *evidence.fails))


def _value_faults(attribute: Attribute, values: Sequence[str]) -> Iterator[tuple[str, str]]:
    allowed = {"true", "false"} if attribute.type == "boolean" else set(attribute.codes)
    for value in values:
        if value not in allowed:
            yield f"“{value}” ไม่ใช่ค่าของ {attribute.name}", f"'{value}' is no value of {attribute.name}"


def _check_measure(entry: Measure, sets: Mapping[str, IndicatorSet]) -> Iterator[Found]:
    if entry.indicator_set not in sets:
        name = entry.indicator_set
        yield ("indicator_set",), f"ไม่รู้จักชุดตัวชี้วัด {name}", f"{name} is no sound indicator set of this folder"
        return
    known = {i.code for i in sets[entry.indicator_set].indicators}
    codes = entry.indicator_codes
    for position, dimension in enumerate(entry.dimensions):
        place: Where = ("dimensions", position)
        if entry.dimension_codes.count(dimension.code) > 1 or dimension.code in codes:
            yield place, f"รหัสมิติ {dimension.code} ซ้ำ", f"the dimension code {dimension.code} stands twice"
        for code in dimension.indicators:
            if code not in known or codes.count(code) > 1:
                yield place, f"ตัวชี้วัด {code} ไม่มีในชุดหรือซ้ำ", f"{code} is not in the set or stands twice"


def _check_levels(entry: Levels, sets: Mapping[str, IndicatorSet], known: Vocabulary) -> Iterator[Found]:
    rule = entry.vulnerability
    numbers = {*entry.livelihood.capitals, rule.income_attribute}
    for name in sorted(numbers):
        if name not in known or known[name].type != "number" or known[name].subject != "household":
            yield ("livelihood",), f"“{name}” ไม่ใช่ตัวเลขของครัวเรือน", f"{name} is no number of a household"
    card = known.get(entry.welfare_card_attribute)
    if card is None or card.type != "boolean" or card.subject != "person":
        name = entry.welfare_card_attribute
        yield ("welfare_card_attribute",), f"“{name}” ไม่ใช่ข้อมูลใช่/ไม่ใช่ของบุคคล", f"{name} is no boolean of a person"
    if not any(rule.housing_indicator == i.code for chosen in sets.values() for i in chosen.indicators):
        name = rule.housing_indicator
        yield ("vulnerability", "housing_indicator"), f"ไม่รู้จักตัวชี้วัด {name}", f"{name} is no indicator of any set"
    for condition in rule.dependant.attributes:
        attribute = known.get(condition.attribute)
        place: Where = ("vulnerability", "dependant")
        if attribute is None or attribute.subject != "person":
            name = condition.attribute
            yield place, f"“{name}” ไม่ใช่ข้อมูลของบุคคล", f"{name} is no fact about a person"
        else:
            yield from ((place, *fault) for fault in _value_faults(attribute, condition.values))
    borders = [level.below for level in entry.livelihood.levels]
    ordered = [b for b in borders if b is not None]
    if borders[-1] is not None or len(ordered) != len(borders) - 1 or ordered != sorted(set(ordered)):
        yield (
            ("livelihood", "levels"),
            "below ต้องเพิ่มขึ้นทุกระดับ และระดับสุดท้ายไม่มี below",
            "below rises from level to level, and the last level has none",
        )
