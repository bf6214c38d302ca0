"""The Thai words of codes that the warehouse, the returned lists and the report show."""

from __future__ import annotations

from datetime import date

EVIDENCE = {
    "A1": "เลขประจำตัวตรงกัน และชื่อหรือวันเกิดตรงกัน",
    "A2": "เลขประจำตัวตรงกันแต่ข้อมูลอื่นขัดกัน",
    "B": "เลขประจำตัวต่างกันหนึ่งตำแหน่ง ข้อมูลอื่นตรงกัน",
    "C": "เลขประจำตัวไม่ช่วยยืนยัน (ไม่มี หรืออีกบัญชีไม่มี) ใช้ชื่อ วันเกิด เพศ และที่อยู่",
    "D": "อาศัยสมาชิกในครัวเรือนเดียวกัน",
    "X": "เจ้าหน้าที่วินิจฉัย",
    "S": "ไม่พบในบัญชีอื่น",
}
DELIVERY_STATUS = {
    "accepted": "รับแล้ว",
    "in_use": "ใช้อยู่",
    "stand_in": "ใช้ข้อมูลชุดก่อน",
    "superseded": "มีชุดใหม่แทนแล้ว",
    "quarantined": "พักไว้ตรวจสอบ",
    "held": "รอเจ้าหน้าที่ยืนยัน",
    "not_read": "ไม่ได้อ่าน",
}
SEVERITY = {"note": "บันทึกไว้", "warn": "ควรตรวจ", "reject": "ไม่รับแถว", "stop": "พักไฟล์ไว้"}
HOUSEHOLD_TYPE = {
    "ordinary": "ครัวเรือนทั่วไป",
    "institution": "สถาบัน",
    "temple": "วัด",
    "central_register": "ทะเบียนบ้านกลาง",
    "no_fixed_home": "ไม่มีที่อยู่แน่นอน",
    "unknown": "ไม่มีข้อมูล",
}
LIFE_STATUS = {
    "alive": "มีชีวิต",
    "dead": "เสียชีวิต",
    "moved_out": "ย้ายออก",
    "in_transit": "อยู่ระหว่างย้าย",
    "central_register": "ทะเบียนบ้านกลาง",
    "unknown": "ไม่มีข้อมูล",
}
LIFE_STATUS_DATE_SOURCE = {
    "stated": "บัญชีระบุวันเสียชีวิต",
    "last_update": "วันที่ปรับปรุงหรือพบล่าสุดในบัญชี",
    "as_of": "วันที่ที่บัญชีเป็นข้อมูล ณ วันนั้น",
}
RELATIONSHIP = {
    "head": "หัวหน้าครัวเรือน",
    "spouse": "คู่สมรส",
    "child": "บุตร",
    "parent": "บิดามารดา",
    "grandchild": "หลาน",
    "grandparent": "ปู่ย่าตายาย",
    "sibling": "พี่น้อง",
    "child_in_law": "บุตรเขย/สะใภ้",
    "relative": "ญาติ",
    "lodger": "ผู้อาศัย",
    "other": "อื่น ๆ",
}
STATE = {"pass": "ผ่าน", "fail": "ตกเกณฑ์", "not_applicable": "ไม่เข้าข่าย", "unknown": "ไม่มีข้อมูล"}
LIVELIHOOD = {"very_hard": "อยู่ลำบาก", "hard": "อยู่ยาก", "fair": "อยู่พอได้", "good": "อยู่ดี"}
ROLE = {
    "person": "",
    "head": "หัวหน้า",
    "spouse": "คู่สมรส",
    "child": "บุตร",
    "parent": "บิดามารดา",
    "member": "สมาชิก",
    "carer": "ผู้ดูแล",
    "household": "",
}
AREA_LEVEL = {"tambon": "ตำบล", "amphoe": "อำเภอ", "province": "จังหวัด"}
UNIT = {"household": "ครัวเรือน", "person": "คน"}
STAGE = {
    "start": "เริ่มระบบ",
    "prefect": "เริ่มระบบงาน (Prefect)",
    "great_expectations": "เริ่มเครื่องตรวจ (Great Expectations)",
    "extract": "อ่านไฟล์",
    "normalise": "ปรับมาตรฐาน",
    "link": "เชื่อมโยง",
    "person": "รวมเป็นบุคคล",
    "score": "วัดความยากจน",
    "publish": "เผยแพร่",
    "warehouse": "สร้างและตรวจคลังข้อมูล",
    "returns": "เขียนบัญชีส่งคืน",
    "report": "เขียนรายงาน",
}
CODED_COLUMNS: dict[str, dict[str, str]] = {
    "evidence_code": EVIDENCE,
    "status_code": DELIVERY_STATUS,
    "severity": SEVERITY,
    "household_type_code": HOUSEHOLD_TYPE,
    "life_status_code": LIFE_STATUS,
    "life_status_date_source_code": LIFE_STATUS_DATE_SOURCE,
    "relationship_code": RELATIONSHIP,
    "state_code": STATE,
    "livelihood_level_code": LIVELIHOOD,
    "area_level": AREA_LEVEL,
    "unit_code": UNIT,
}
_MONTHS = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
_SHORT_MONTHS = (
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
)
BUDDHIST_ERA = 543


def thai_date(day: date | None) -> str:
    """``24 พฤศจิกายน 2569``; an em dash where there is no date."""
    return "—" if day is None else f"{day.day} {_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def short_thai_date(day: date | None) -> str:
    """``24 พ.ย. 2569``, for tables; an em dash where there is no date."""
    return "—" if day is None else f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"
