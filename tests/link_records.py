"""Made-up records for the tests of linkage: nobody in them exists (registrar province 99)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipeline import tables

GIVEN_M = ["สมชาย", "วิชัย", "ประเสริฐ", "ณัฐพล", "ศักดิ์ชัย", "บุญมี", "ธีรพงษ์", "อนุชา", "กิตติ", "สุรพล", "มานพ", "ไพโรจน์"]
GIVEN_F = ["มาลี", "ศิริพร", "สุดารัตน์", "วันเพ็ญ", "พรทิพย์", "กนกวรรณ", "ณัฏฐา", "จันทร์เพ็ญ", "บุญเรือน", "รัชนี", "อรุณี", "ปราณี"]
SURNAME_HEAD = ["ใจ", "บุญ", "ทอง", "ศรี", "แก้ว", "สุข", "คง", "มั่น", "พล", "วงศ์", "จันทร์", "ดี"]
SURNAME_TAIL = ["ดี", "มาก", "กระโทก", "ขุนทด", "สงคราม", "พิมาย", "โคกกรวด", "สูงเนิน", "ชัย", "เจริญ", "สุวรรณ", "กลาง"]


def checksum(twelve: str) -> str:
    """The thirteenth digit of a national ID."""
    return str((11 - sum(int(d) * (13 - i) for i, d in enumerate(twelve)) % 11) % 10)


def national_id(number: int) -> str:
    """The number-th made-up national ID."""
    spread = (number * 7_368_787 + 1_234_567) % 1_000_000_000
    twelve = f"399{spread:09d}"
    return twelve + checksum(twelve)


# Few values, so that records meet by accident as well as by right.
FEW_VALUES: dict[str, list[str | None]] = {
    "sex": ["M", "F", None],
    "house_no": ["12", "9/1", None],
    "moo": ["4", None],
    "tambon_code": ["300101", "300102", None],
    "house_code": ["99000000019", "99000000027", None],
    "household_ref": ["1", "2", None],
}


def record(record_id: str, **values: object) -> dict[str, object]:
    """One canonical record of a person; what is not named is unknown."""
    row: dict[str, object] = {
        "record_id": record_id,
        "agency": record_id.split(":")[0],
        "record_kind": "person",
        "role": "person",
        "national_id_status": "missing",
        "house_code_status": "missing",
        "household_type_code": "ordinary",
        "life_status_code": "unknown",
    }
    row.update(values)
    number = row.get("national_id")
    if number is not None and "national_id_status" not in values:
        text = str(number)
        row["national_id_status"] = "valid" if checksum(text[:12]) == text[12] else "bad_checksum"
    if row.get("house_code") is not None and "house_code_status" not in values:
        row["house_code_status"] = "valid"
    born = row.get("birth_date")
    if isinstance(born, str):
        parts = [int(p) for p in born.split("-")]
        row.update(dict(zip(("birth_year", "birth_month", "birth_day"), parts, strict=False)))
    if isinstance(row.get("tambon_code"), str):
        row["amphoe_code"] = str(row["tambon_code"])[:4]
        row["province_code"] = str(row["tambon_code"])[:2]
    return row


def write(rows: Iterable[dict[str, object]], folder: Path) -> Path:
    """NORMAL_RECORD as a file."""
    return tables.NORMAL_RECORD.write(tables.NORMAL_RECORD.from_rows(rows), folder)


def village(households: int, seed: int, *, missing_ids: float = 0.2) -> tuple[list[dict[str, object]], pa.Table]:
    """Records of three agencies about one made-up area, with slips, and the truth about them."""
    dice = random.Random(seed)
    rows: list[dict[str, object]] = []
    truth: list[dict[str, str]] = []
    number = 0
    for home in range(households):
        surname = dice.choice(SURNAME_HEAD) + dice.choice(SURNAME_TAIL) + dice.choice(["", "กุล", "วัฒน์"])
        place = {
            "tambon_code": f"3001{dice.randrange(1, 5):02d}",
            "moo": str(dice.randrange(1, 9)),
            "house_no": f"{dice.randrange(1, 200)}",
        }
        house_code = f"99{home:08d}{home % 10}"
        for _ in range(dice.choice([1, 2, 3, 4])):
            number += 1
            sex = dice.choice("MF")
            person = {
                "national_id": national_id(number),
                "first_name": dice.choice(GIVEN_M if sex == "M" else GIVEN_F),
                "last_name": surname,
                "sex": sex,
                "birth_date": f"{dice.randrange(1940, 2015)}-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}",
                **place,
            }
            for agency in ("community_dev", "admin", "health"):
                if dice.random() < 0.3:
                    continue
                values = _with_slips(person, dice, missing_ids)
                if agency == "community_dev":
                    values["household_ref"] = f"{home:05d}"
                if agency == "admin":
                    values["house_code"] = house_code
                name = f"{agency}:{number:06d}"
                rows.append(record(name, **values))
                truth.append({"record_id": name, "person_id": f"T{number}", "household_id": f"U{home}"})
    return rows, pa.Table.from_pylist(truth)


def _with_slips(person: dict[str, str], dice: random.Random, missing_ids: float) -> dict[str, object]:
    values: dict[str, object] = dict(person)
    if dice.random() < missing_ids:
        values["national_id"] = None
    if dice.random() < 0.05:
        name = str(values["first_name"])
        at = dice.randrange(1, len(name))
        values["first_name"] = name[:at] + name[at + 1 :]
    if dice.random() < 0.03:
        values["birth_date"] = str(values["birth_date"])[:4]
    if dice.random() < 0.05:
        values["house_no"] = str(dice.randrange(1, 200))
    return values


def day(text: str) -> date:
    """A date from ISO text."""
    return date.fromisoformat(text)
