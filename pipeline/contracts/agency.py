"""One ODCS file → the contract of one agency, with all its faults."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.attributes import Attribute
from pipeline.contracts import Agreement, Contact, Contract, ContractFault, ContractList
from pipeline.contracts.columns import Vocabulary, custom_properties, property_place
from pipeline.contracts.lists import read_list
from pipeline.contracts.odcs import check_odcs
from pipeline.contracts.yaml_file import Faults, Where, read_yaml

SUFFIX = ".odcs.yaml"
API_VERSION = "v3.1.0"
_DESCRIPTION = ("purpose", "usage", "limitations", "authoritativeDefinitions", "customProperties")
AGENCY_CODE = re.compile(r"[a-z][a-z0-9_]*")
_DAYS = {"d": 1, "day": 1, "days": 1, "m": 30, "month": 30, "months": 30, "y": 365, "year": 365, "years": 365}
# Properties of a service level that ODCS's documentation names; latency alone decides anything here.
_SERVICE_LEVELS = ("latency", "frequency", "retention", "generalAvailability", "timeOfAvailability", "endOfSupport")


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """What the contracts of a folder stand on.

    Attributes:
        attributes: The vocabulary.
        agreements: Sound agreements by id.
        open_agreements: Agreements that an agency may join later by its own accession.
        faulty_agreements: Whether ``agreements.yaml`` has faults.
    """

    attributes: Mapping[str, Attribute]
    agreements: Mapping[str, Agreement]
    open_agreements: frozenset[str] = frozenset()
    has_agreement_faults: bool = False


def agency_of(path: Path) -> str:
    """The agency's code: the file's name without ``.odcs.yaml``."""
    return path.name.removesuffix(SUFFIX)


def read_agency(path: Path, shared: SharedFiles) -> tuple[Contract | None, tuple[ContractFault, ...]]:
    """Read and check one contract.

    Args:
        path: The ODCS file.
        shared: What it may refer to.

    Returns:
        The contract, and its faults; a contract with faults is not returned.
    """
    file = read_yaml(path)
    faults = Faults(file, list(file.faults))
    data = file.data
    if data is None:
        return None, faults.in_order()
    if not isinstance(data, dict):
        faults.at((), "ไฟล์ต้องเป็นสัญญา ODCS (คีย์และค่า)", "the file must be an ODCS contract: keys and values")
        return None, faults.in_order()
    check_odcs(data, faults)
    agency = agency_of(path)
    _check_head(agency, data, faults)
    agreement_id, passwords_from = _check_agreement(agency, data, shared, faults)
    lists = _lists(data, Vocabulary(shared.attributes), faults)
    _check_classes(lists, shared.agreements.get(agreement_id), faults)
    contract = Contract(
        agency=agency,
        name_thai=str(data.get("name", "")),
        version=str(data.get("version", "")),
        content_hash=hashlib.sha256(file.text).hexdigest(),
        path=path,
        lists=lists,
        agreement_id=agreement_id,
        contact=_contact(data, faults),
        freshness_days=_freshness(data, faults),
        passwords_from=passwords_from,
    )
    return (None if faults.found else contract), faults.in_order()


def _check_head(agency: str, data: Mapping[str, object], faults: Faults) -> None:
    if not AGENCY_CODE.fullmatch(agency):
        faults.at(
            (),
            f"ชื่อไฟล์ “{agency}” ต้องเป็นรหัสหน่วยงาน (อักษรอังกฤษพิมพ์เล็ก ตัวเลข และ _)",
            f"the file name '{agency}' must be an agency code: lower-case letters, digits and _",
        )
    if data.get("apiVersion") != API_VERSION:
        faults.at(("apiVersion",), f"apiVersion ต้องเป็น {API_VERSION}", f"apiVersion must be {API_VERSION}")
    if data.get("id") != agency:
        faults.at(("id",), f"id ต้องเป็น {agency} ตามชื่อไฟล์", f"id must be {agency}, as the file is named")
    if data.get("status") != "active":
        faults.at(
            ("status",),
            "สัญญาที่ใช้งานต้องมี status: active (ร่างยังใช้ไม่ได้)",
            "a contract in use has status: active; a draft is not read",
        )
    if not str(data.get("name") or "").strip():
        faults.at(("name",), "ขาด name (ชื่อหน่วยงานภาษาไทย) โปรดเพิ่ม", "name (the agency's Thai name) is missing; add it")
    _check_description(data.get("description"), faults)


def _check_description(data: object, faults: Faults) -> None:
    from pipeline.contracts.validation import unknown_key

    description = data if isinstance(data, dict) else {}
    if not str(description.get("purpose") or "").strip():
        faults.at(
            ("description",), "ขาด description.purpose (วัตถุประสงค์) โปรดเพิ่ม", "description.purpose is missing; add it"
        )
    for key in description:
        if key not in _DESCRIPTION:  # The standard's schema leaves this element open.
            faults.at(("description", key), *unknown_key(key, _DESCRIPTION))


def _check_agreement(agency: str, data: Mapping[str, object], shared: SharedFiles, faults: Faults) -> tuple[str, str]:
    from pipeline.contracts.models import AgencyProperties

    custom = custom_properties(AgencyProperties, data, (), faults)
    if custom is None:
        return "", ""
    where = property_place(data, (), "agreement")
    agreement = shared.agreements.get(custom.agreement)
    if agreement is None:
        thai = f"ไม่พบข้อตกลง “{custom.agreement}” ใน agreements.yaml"
        english = f"the agreement '{custom.agreement}' is not in agreements.yaml"
        if shared.has_agreement_faults:
            thai += " หรือข้อตกลงนั้นมีข้อผิดพลาด"
            english += ", or has faults there"
        faults.at(where, thai, english + "; mend it there")
    elif agency not in agreement.parties:
        _check_accession(agency, where, custom.acceded_on is not None, agreement, shared, faults)
    if agreement and custom.acceded_on and not agreement.is_valid_on(custom.acceded_on):
        faults.at(where, "accededOn อยู่นอกช่วงอายุของข้อตกลง", "accededOn lies outside the agreement's time; mend the date")
    return custom.agreement, custom.passwords_from or ""


def _check_accession(
    agency: str, where: Where, has_acceded: bool, agreement: Agreement, shared: SharedFiles, faults: Faults
) -> None:
    if not has_acceded:
        faults.at(
            where,
            f"หน่วยงาน “{agency}” ไม่ได้เป็นคู่สัญญาใน “{agreement.agreement_id}” โปรดเพิ่มใน parties หรือใส่ accededOn",
            f"'{agency}' is no party of '{agreement.agreement_id}'; add it to parties, or give accededOn",
        )
    elif agreement.agreement_id not in shared.open_agreements:
        faults.at(
            where,
            f"ข้อตกลง “{agreement.agreement_id}” ไม่เปิดให้เข้าร่วมภายหลัง",
            f"the agreement '{agreement.agreement_id}' is not open to accession; add the agency to its parties",
        )


def _check_classes(lists: tuple[ContractList, ...], agreement: Agreement | None, faults: Faults) -> None:
    if agreement is None:
        return
    for one in lists:
        for column in one.columns:
            if column.column_class not in agreement.classes_delivered:
                faults.at(
                    ("schema",),
                    f"คอลัมน์ “{column.header}” เป็นข้อมูลชั้น {column.column_class} "
                    f"ซึ่งข้อตกลง “{agreement.agreement_id}” ไม่ให้ส่ง โปรดย้ายไป ignoredHeaders",
                    f"the column '{column.header}' is {column.column_class}, which '{agreement.agreement_id}' does not "
                    "allow to be delivered; move it to ignoredHeaders",
                )


def accede(contracts: Mapping[str, Contract], agreements: Mapping[str, Agreement]) -> Mapping[str, Agreement]:
    """The agreements with the agencies that joined later among their parties."""
    joined = dict(agreements)
    for agency in sorted(contracts):
        agreement = joined[contracts[agency].agreement_id]
        if agency not in agreement.parties:
            joined[agreement.agreement_id] = replace(agreement, parties=(*agreement.parties, agency))
    return joined


def _objects(data: Mapping[str, object], key: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    items = data.get(key)
    for number, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield number, item


def _lists(data: Mapping[str, object], vocabulary: Vocabulary, faults: Faults) -> tuple[ContractList, ...]:
    found: list[ContractList] = []
    codes: set[object] = set()
    patterns: dict[tuple[str, str], str] = {}
    for number, item in _objects(data, "schema"):
        where: Where = ("schema", number)
        if item.get("name") in codes:
            faults.at((*where, "name"), "ชื่อรายการซ้ำ โปรดเปลี่ยน", "two lists have the same name; rename one")
        codes.add(item.get("name"))
        one = read_list(item, where, vocabulary, faults)
        if one is None:
            continue
        pattern = (one.file_pattern, one.sheet_pattern)
        if pattern in patterns:
            faults.at(
                where,
                f"รายการนี้อ่านแผ่นงานเดียวกับ “{patterns[pattern]}” โปรดใส่ sheetPattern หรือ filePattern ให้ต่างกัน",
                f"this list reads the same sheets as '{patterns[pattern]}'; give sheetPattern or filePattern",
            )
        patterns[pattern] = one.list_code
        found.append(one)
    if not found and not any(True for _ in _objects(data, "schema")):
        faults.at(("schema",), "สัญญาไม่มีรายการ (schema) โปรดเพิ่ม", "the contract has no list (schema); add one")
    return tuple(found)


def _contact(data: Mapping[str, object], faults: Faults) -> Contact:
    team = data.get("team")
    members = [item for _, item in _objects(team, "members")] if isinstance(team, dict) else []
    name = str(members[0].get("name") or members[0].get("role") or "") if members else ""
    links = [str(item.get("url") or "") for _, item in _objects(data, "support")]
    email = next((link.removeprefix("mailto:") for link in links if link.startswith("mailto:")), "")
    phone = next((link.removeprefix("tel:") for link in links if link.startswith("tel:")), "")
    if not name:
        faults.at(
            ("team",), "ขาดผู้ประสานงาน (team.members) โปรดเพิ่มชื่อตำแหน่ง", "the contact (team.members) is missing; add one"
        )
    if not email and not phone:
        faults.at(
            ("support",),
            "ขาดช่องทางติดต่อ (support) โปรดเพิ่ม url: mailto:… หรือ tel:…",
            "support has no address; add url: mailto:… or tel:…",
        )
    return Contact(name, email, phone)


def _freshness(data: Mapping[str, object], faults: Faults) -> int | None:
    days: int | None = None
    for number, item in _objects(data, "slaProperties"):
        where: Where = ("slaProperties", number)
        if item.get("property") not in _SERVICE_LEVELS:
            faults.at(
                where,
                f"ไม่รู้จัก “{item.get('property')}” ใน slaProperties (ใช้ได้: {', '.join(_SERVICE_LEVELS)})",
                f"unknown service level '{item.get('property')}' (known: {', '.join(_SERVICE_LEVELS)})",
            )
        if item.get("property") != "latency":
            continue
        value, unit = item.get("value"), _DAYS.get(str(item.get("unit", "d")))
        if not isinstance(value, int) or isinstance(value, bool) or value < 1 or unit is None:
            faults.at(
                where,
                "latency ต้องเป็นจำนวนเต็มตั้งแต่ 1 และ unit เป็น d, m หรือ y",
                "latency must be a whole number from 1 with unit d, m or y",
            )
        else:
            days = value * unit
    return days
