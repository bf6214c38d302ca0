"""The files that all contracts of a folder share: agreements, the province, the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline.attributes import Attribute
from pipeline.contracts import Agreement, ContractFault, Province
from pipeline.contracts.yaml_file import Faults, Where, YamlFile, read_yaml

if TYPE_CHECKING:
    from pipeline.contracts.models import AgreementModel, AttributeModel, ProvinceModel


def _same(where: Where) -> Where:
    return where


def read_attributes(path: Path) -> tuple[Mapping[str, Attribute], tuple[ContractFault, ...]]:
    """The vocabulary and the faults of its file; an attribute with faults is left out."""
    from pipeline.contracts.models import AttributeModel, AttributesModel
    from pipeline.contracts.validation import check

    file = read_yaml(path)
    faults = Faults(file, list(file.faults))
    head = check(AttributesModel, file.data, faults, _same) if file.data is not None else None
    attributes: dict[str, Attribute] = {}
    for name, data in (head.attributes if head else {}).items():
        where: Where = ("attributes", name)
        model = check(AttributeModel, data, faults, lambda place, at=where: (*at, *place))  # type: ignore[misc]
        if model is not None and _attribute_is_sound(name, model, faults):
            attributes[name] = Attribute(
                name, model.thai, model.type, model.subject, model.column_class, dict(model.codes), model.min, model.max
            )
    return attributes, faults.in_order()


def _attribute_is_sound(name: str, model: AttributeModel, faults: Faults) -> bool:
    from pipeline.tables import IDENTITY_COLUMNS

    before = len(faults.found)
    where: Where = ("attributes", name)
    if name in dict(IDENTITY_COLUMNS):
        faults.at(
            where, f"“{name}” เป็นคอลัมน์ระบุตัวตนอยู่แล้ว โปรดตั้งชื่ออื่น", f"'{name}' is an identity column; choose another name"
        )
    if (model.type == "code") != bool(model.codes):
        faults.at(
            where,
            f"“{name}”: ชนิด code ต้องมีรายการ codes และชนิดอื่นต้องไม่มี",
            f"'{name}': type code needs codes, other types take none",
        )
    if model.type != "number" and (model.min is not None or model.max is not None):
        faults.at(where, f"“{name}”: min และ max ใช้กับชนิด number เท่านั้น", f"'{name}': min and max are for numbers only")
    if model.min is not None and model.max is not None and model.min > model.max:
        faults.at(where, f"“{name}”: min มากกว่า max", f"'{name}': min is above max; swap them")
    return len(faults.found) == before


def read_agreements(path: Path) -> tuple[Mapping[str, Agreement], frozenset[str], tuple[ContractFault, ...]]:
    """The sound agreements, the identifiers of those open to accession, and the faults."""
    from pipeline.contracts.models import AgreementModel, AgreementsModel
    from pipeline.contracts.validation import check

    file = read_yaml(path)
    faults = Faults(file, list(file.faults))
    head = check(AgreementsModel, file.data, faults, _same) if file.data is not None else None
    agreements: dict[str, Agreement] = {}
    open_ones = set()
    seen: set[str] = set()
    for number, data in enumerate(head.agreements if head else []):
        where: Where = ("agreements", number)
        model = check(AgreementModel, data, faults, lambda place, at=where: (*at, *place))  # type: ignore[misc]
        if model is None or not _agreement_is_sound(where, model, seen, faults):
            continue
        agreements[model.agreement_id] = Agreement(
            agreement_id=model.agreement_id,
            parties=tuple(model.parties),
            purpose=model.purpose.strip(),
            legal_basis=model.legal_basis.strip(),
            valid_from=model.valid_from,
            valid_to=model.valid_to,
            classes_delivered=tuple(model.classes_delivered),
            shares_help=model.shares_help,
            recipients=tuple(model.recipients),
        )
        if model.is_open_to_accession:
            open_ones.add(model.agreement_id)
    _check_recipients(head.agreements if head else [], faults)
    return agreements, frozenset(open_ones), faults.in_order()


def _check_recipients(agreements: list[object], faults: Faults) -> None:
    """A misspelt recipient would never be told anything."""
    plain = [data if isinstance(data, dict) else {} for data in agreements]
    parties = {code for data in plain for code in _texts(data.get("parties"))}
    for number, data in enumerate(plain):
        for place, code in enumerate(_texts(data.get("recipients"))):
            if code not in parties:
                faults.at(
                    ("agreements", number, "recipients", place),
                    f"ผู้รับ “{code}” ไม่ได้เป็นคู่สัญญาในข้อตกลงใด โปรดแก้รหัสหน่วยงาน",
                    f"the recipient '{code}' is a party of no agreement; mend the agency's code",
                )


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _agreement_is_sound(where: Where, model: AgreementModel, seen: set[str], faults: Faults) -> bool:
    before = len(faults.found)
    name = model.agreement_id
    if name in seen:
        faults.at(
            (*where, "agreement_id"), f"รหัสข้อตกลง “{name}” ซ้ำ", f"the agreement '{name}' stands twice; rename one"
        )
    seen.add(name)
    if model.valid_from > model.valid_to:
        faults.at(
            (*where, "valid_to"),
            f"ข้อตกลง “{name}” สิ้นสุดก่อนเริ่ม โปรดแก้ valid_from หรือ valid_to",
            f"the agreement '{name}' ends before it begins; mend valid_from or valid_to",
        )
    for key, codes in (("parties", model.parties), ("recipients", model.recipients)):
        for number, code in enumerate(codes):
            if code in codes[:number]:
                faults.at((*where, key, number), f"“{code}” ซ้ำใน {key}", f"'{code}' stands twice in {key}; remove one")
    return len(faults.found) == before


def read_province(path: Path) -> tuple[Province | None, tuple[ContractFault, ...]]:
    """``province.yaml``, or its faults."""
    from pipeline.contracts.models import ProvinceModel
    from pipeline.contracts.validation import check

    file: YamlFile = read_yaml(path)
    faults = Faults(file, list(file.faults))
    model = check(ProvinceModel, file.data, faults, _same) if file.data is not None else None
    if model is None or faults.found:
        return None, faults.in_order()
    return _province(model), ()


def _province(model: ProvinceModel) -> Province:
    return Province(
        province_code=model.province_code,
        name_thai=model.name_thai,
        name_english=model.name_english,
        change_limits=cast("dict[str, float]", model.change_limits.model_dump()),
        full_delivery_loss_limit=model.full_delivery_loss_limit,
        household_size_limit=model.household_size_limit,
        assessed_share=model.assessed_share,
        small_count=model.small_count,
        source_priority={key: tuple(value) for key, value in model.source_priority.model_dump().items()},
        keep_private_runs=model.keep_private_runs,
    )
