"""A province of twenty-four households, as tables of the stages: what the tests of the publish room publish.

Two agencies list everybody (admin, community_dev), one helps (army2). Households 1–20 live in one amphoe,
21–23 in another, household 24 is a temple. Everybody is made up; IDs are of registrar province 99.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import tables
from pipeline.attributes import Attribute
from pipeline.contracts import Agreement, Contact, Contract, ContractBook, ContractColumn, ContractList, Province
from pipeline.privacy import keyed_hash
from pipeline.publish.lookups import IndicatorLabel, IndicatorWords
from pipeline.publish.publishing import PublishRequest
from pipeline.publish.stages import StageFolders

NIGHT = date(2026, 11, 24)
KEY = b"k" * 32
GIVEN = ["ก้อนเมฆ", "ใบหม่อน", "ต้นข้าว", "น้ำฟ้า", "ปลายฝน", "รุ้งพราว", "ดาวเหนือ", "ลมหนาว"]
SURNAMES = ["ทดสอบแรก", "ทดสอบสอง", "ทดสอบสาม", "ทดสอบสี่", "ทดสอบห้า", "ทดสอบหก", "ทดสอบเจ็ด"]
COLUMNS = ["national_id", "first_name", "last_name", "house_no", "is_chronically_ill"]
HEADERS = ["เลขประจำตัวประชาชน", "ชื่อ", "นามสกุล", "บ้านเลขที่", "โรคประจำตัว"]
AGENCIES = {"admin": "ที่ทำการปกครองจังหวัด", "army2": "กองทัพภาคที่ 2", "community_dev": "สำนักงานพัฒนาชุมชนจังหวัด"}
HOUSEHOLDS = 24


def national_id(number: int) -> str:
    """A made-up ID with a sound checksum, registrar province 99."""
    digits = f"199{number:09d}"
    total = sum(int(d) * (13 - i) for i, d in enumerate(digits))
    return digits + str((11 - total % 11) % 10)


def record_id(agency: str, number: int) -> str:
    return f"{agency}/list/{keyed_hash(KEY, agency, str(number))}"


def agreement(agreement_id: str = "pact", **changes: Any) -> Agreement:
    facts: dict[str, Any] = {
        "agreement_id": agreement_id,
        "parties": tuple(AGENCIES),
        "purpose": "ทดสอบการแลกเปลี่ยนข้อมูล",
        "legal_basis": "มาตรา 24 (4)",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2030, 12, 31),
        "shares_help": True,
        "recipients": tuple(AGENCIES),
    }
    return Agreement(**{**facts, **changes})


def contract(agency: str, agreement_id: str = "pact") -> Contract:
    columns = (
        ContractColumn("national_id", HEADERS[0], column_class="identity"),
        ContractColumn("first_name", HEADERS[1], column_class="identity"),
        ContractColumn("last_name", HEADERS[2], column_class="identity"),
        ContractColumn("house_no", HEADERS[3], column_class="identity"),
        ContractColumn("is_chronically_ill", HEADERS[4], column_class="sensitive", goes_back=False),
    )
    return Contract(
        agency=agency,
        name_thai=AGENCIES[agency],
        version="1.0.0",
        content_hash="0" * 64,
        path=Path(f"{agency}.odcs.yaml"),
        lists=(ContractList("list", columns),),
        agreement_id=agreement_id,
        contact=Contact("ผู้ประสานงาน"),
    )


def make_book(**changes: Any) -> ContractBook:
    """Contracts of the three agencies under one agreement."""
    facts: dict[str, Any] = {
        "contracts": {a: contract(a) for a in AGENCIES},
        "agreements": {"pact": agreement()},
        "province": Province(
            province_code="30",
            name_thai="นครราชสีมา",
            name_english="Nakhon Ratchasima",
            change_limits={"records": 0.2, "persons": 0.1, "households": 0.1},
            full_delivery_loss_limit=0.3,
            household_size_limit=25,
            assessed_share=0.8,
            small_count=10,
            source_priority={},
            keep_private_runs=3,
        ),
        "attributes": {
            "assistance_kind_code": Attribute(
                "assistance_kind_code",
                "ความช่วยเหลือ",
                "code",
                "person",
                codes={"house_repair": "ซ่อมสร้างบ้าน", "medical": "รักษาพยาบาล"},
            )
        },
    }
    return ContractBook(**{**facts, **changes})


@dataclass(slots=True)
class TinyProvince:
    """Rows of every table of the stages; a test changes them, then writes."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def write(self, folder: Path) -> StageFolders:
        """Write every table; the stages' folders."""
        from pipeline.publish.stages import STAGE_TABLES

        for stage, stage_tables in STAGE_TABLES.items():
            for table in stage_tables:
                table.write(table.from_rows(self.rows.get(table.name, [])), folder / stage)
            issues = [r for r in self.rows.get("issue", []) if r["stage"] == stage]
            tables.ISSUE.write(tables.ISSUE.from_rows(issues), folder / stage)
        return StageFolders(*(folder / s for s in ("extract", "normalise", "link", "score")))

    def add(self, table: str, **values: Any) -> None:
        self.rows.setdefault(table, []).append(values)


def tiny_province(households: int = HOUSEHOLDS) -> TinyProvince:
    """Build the province: two persons in each household, two lists of everybody, one of help."""
    tiny = TinyProvince()
    for agency in AGENCIES:
        _add_delivery(tiny, agency, households * 2 if agency != "army2" else 2)
    for household in range(1, households + 1):
        _add_household(tiny, household)
        for member in (1, 2):
            _add_person(tiny, household, member)
    _add_help(tiny, 1, "house_repair")
    _add_help(tiny, 2, "medical")
    _add_areas(tiny, households)
    tiny.add("pair", record_id_a="a", record_id_b="b", evidence_code="C", is_review=True, probability=0.9)
    return tiny


def delivery_of(agency: str) -> str:
    return keyed_hash(KEY, "delivery", agency)


def _place(agency: str, row_number: int | None) -> dict[str, Any]:
    return {
        "agency": agency,
        "delivery_id": delivery_of(agency),
        "file_name": f"บัญชี_{agency}.xlsx",
        "sheet": "แผ่น1",
        "row_number": row_number,
    }


def _add_delivery(tiny: TinyProvince, agency: str, accepted: int) -> None:
    place = _place(agency, None)
    where = {k: place[k] for k in ("agency", "delivery_id", "file_name")}
    tiny.add(
        "delivery",
        **where,
        sha256=delivery_of(agency) * 4,
        received_date=NIGHT,
        period_date=date(2026, 10, 1),
        status_code="accepted",
        is_new=True,
        rows_delivered=accepted + 4,
        rows_accepted=accepted,
        rows_rejected=1,
        contract_version="1.0.0",
    )
    kinds = {"accepted": accepted, "rejected": 1, "blank": 1, "title": 1, "header": 1}
    zero = dict.fromkeys(("group_label", "total", "legend", "excluded"), 0)
    tiny.add("sheet_count", **where, sheet="แผ่น1", physical_rows=accepted + 4, **kinds, **zero)
    shared = {**place, "sheet_order": 0}
    tiny.add("delivered_row", **{**shared, "row_number": 1}, row_kind="title", cells=["บัญชีทดสอบ"])
    header = {"row_kind": "header", "cells": HEADERS, "headers": HEADERS, "columns": COLUMNS}
    tiny.add("delivered_row", **{**shared, "row_number": 2}, **header)
    rejected = accepted + 3
    tiny.add("delivered_row", **{**shared, "row_number": rejected}, row_kind="rejected", cells=["", "", "", "9", ""])
    tiny.add(
        "issue",
        **_place(agency, rejected),
        column="first_name",
        header="ชื่อ",
        code="no_identity",
        severity="reject",
        stage="extract",
    )


def _add_record(tiny: TinyProvince, agency: str, number: int, row_number: int, facts: dict[str, Any]) -> None:
    identity = record_id(agency, number)
    kind = facts["kind"]
    tiny.add(
        "record",
        record_id=identity,
        **_place(agency, row_number),
        list_code="list",
        role=kind,
        record_kind=kind,
        evidence_date=date(2026, 10, 1),
        national_id=facts["national_id"],
        first_name=facts["first_name"],
        last_name=facts["last_name"],
    )
    tiny.add(
        "normal_record",
        record_id=identity,
        agency=agency,
        record_kind=kind,
        role=kind,
        national_id=facts["national_id"],
        national_id_status="valid" if facts["national_id"] else "missing",
        first_name=facts["first_name"],
        last_name=facts["last_name"],
    )
    tiny.add(
        "linked",
        record_id=identity,
        person_id=facts["person_id"],
        household_id=facts["household_id"],
        evidence_code="A1",
        probability=0.999,
    )
    cells = [facts["national_id"] or "", facts["first_name"], facts["last_name"], "=1+1", "เบาหวาน"]
    tiny.add("delivered_row", **_place(agency, row_number), sheet_order=0, row_kind="accepted", cells=cells)


def _person(household: int, member: int) -> dict[str, Any]:
    number = household * 10 + member
    return {
        "kind": "person",
        "national_id": national_id(number),
        "first_name": GIVEN[number % len(GIVEN)],
        "last_name": SURNAMES[household % len(SURNAMES)],
        "person_id": f"P{number:07d}",
        "household_id": f"H{household:07d}",
    }


def _add_person(tiny: TinyProvince, household: int, member: int) -> None:
    facts = _person(household, member)
    number = household * 10 + member
    position = (household - 1) * 2 + member
    for agency in ("admin", "community_dev"):
        _add_record(tiny, agency, number, position + 2, facts)
    tiny.add(
        "person",
        person_id=facts["person_id"],
        household_id=facts["household_id"],
        national_id=facts["national_id"],
        first_name=facts["first_name"],
        last_name=facts["last_name"],
        sex="M" if member == 1 else "F",
        birth_date="1980-05-17",
        birth_year=1980,
        life_status_code="alive",
        record_count=2,
        agency_count=2,
    )
    tiny.add(
        "household_member",
        household_id=facts["household_id"],
        person_id=facts["person_id"],
        relationship_code="head" if member == 1 else "spouse",
        is_head=member == 1,
        is_current=True,
        is_registered=True,
        source="community_dev",
    )


def _tambon(household: int) -> str:
    return "300101" if household <= 20 or household == HOUSEHOLDS else "300201"


def _add_household(tiny: TinyProvince, household: int) -> None:
    tambon = _tambon(household)
    place = {"tambon_code": tambon, "amphoe_code": tambon[:4], "province_code": "30"}
    is_temple = household == HOUSEHOLDS
    identity = f"H{household:07d}"
    tiny.add(
        "household",
        household_id=identity,
        household_type_code="temple" if is_temple else "ordinary",
        house_code=f"9900{household:07d}",
        house_no=f"{household}/1",
        moo="5",
        **place,
        is_registered_only=False,
        member_count=2,
        source="community_dev",
    )
    tiny.add("identity_event", kind="household", event_code="created", new_id=identity)
    if is_temple:
        return
    is_poor = household % 3 != 0
    tiny.add(
        "household_indicator",
        household_id=identity,
        indicator_set="bmn_2560",
        indicator_code="bmn_08",
        dimension_code="living",
        state_code="fail" if is_poor else "pass",
        eligible_count=1,
        failing_count=int(is_poor),
        source_agency="community_dev",
        source_record_id=record_id("community_dev", household * 10 + 1),
        rule_code="survey_result",
        has_conflict=False,
    )
    tiny.add(
        "household_poverty",
        household_id=identity,
        method_code="tpmap_2560",
        **place,
        is_inside_area=True,
        member_count=2,
        is_assessed=True,
        indicators_known=17,
        deprivation_score=0.5 if is_poor else 0.0,
        is_poor=is_poor,
        poor_dimensions="living" if is_poor else "",
    )


def _add_help(tiny: TinyProvince, household: int, kind: str) -> None:
    facts = {**_person(household, 1), "kind": "household", "national_id": None, "person_id": None}
    _add_record(tiny, "army2", household, household + 2, facts)
    tiny.add(
        "assistance",
        record_id=record_id("army2", household),
        agency="army2",
        household_id=facts["household_id"],
        assistance_kind_code=kind,
        assistance_status_code="given",
        assistance_date=date(2026, 9, 1),
        amount_baht=50000.25,
    )


def _add_areas(tiny: TinyProvince, households: int) -> None:
    ordinary = [h for h in range(1, households + 1) if h != HOUSEHOLDS]
    areas = {("province", "30"): ordinary}
    for household in ordinary:
        tambon = _tambon(household)
        areas.setdefault(("tambon", tambon), []).append(household)
        areas.setdefault(("amphoe", tambon[:4]), []).append(household)
    for (level, code), members in areas.items():
        poor = sum(1 for h in members if h % 3 != 0)
        share = poor / len(members)
        for unit, size in (("household", 1), ("person", 2)):
            for measure, value in (
                ("H", share),
                ("A", 0.5),
                ("M0", share * 0.5),
                ("target_poor", poor * size),
                ("target_poor_share", 1.0),
            ):
                tiny.add(
                    "area_poverty",
                    area_level=level,
                    area_code=code,
                    method_code="tpmap_2560",
                    unit_code=unit,
                    measure_code=measure,
                    indicator_code="",
                    value=value,
                    assessed_count=len(members) * size,
                    not_assessed_count=0,
                    poor_count=poor * size,
                )


INDICATORS = IndicatorWords(
    (IndicatorLabel("bmn_2560", "bmn_08", "บ้านมั่นคงถาวร", "living", "ความเป็นอยู่"),),
    {"tpmap_2560": "ดัชนีทดสอบ"},
    {"living": "ความเป็นอยู่"},
)


def make_request(
    tmp: Path, tiny: TinyProvince | None = None, run_id: str = "20261124-01", **changes: Any
) -> PublishRequest:
    """A request to publish the tiny province in a home of its own."""
    from pipeline.home import Home

    home = tmp / "home"
    Home(home).prepare()
    folders = (tiny or tiny_province()).write(tmp / f"stages-{run_id}")
    facts: dict[str, Any] = {
        "home": home,
        "run_id": run_id,
        "run_date": NIGHT,
        "folders": folders,
        "book": make_book(),
        "key": KEY,
        "indicators": INDICATORS,
        "seconds": {"extract": 1.2, "link": 3.4},
    }
    return PublishRequest(**{**facts, **changes})
