"""Codes of the made-up province: places in a household, kinds of household, states of life, titles."""

from __future__ import annotations

import numpy as np

# The moment the population is built for: every list is dated before it, the survey five years before.
TODAY = np.datetime64("2026-06-30")

# Places in an ordinary household, in the order in which a survey form lists them.
SLOTS = ("head", "spouse", "father", "mother", "mother_in_law", "child_1", "child_2", "child_3", "child_4",
         "child_in_law", "grandchild_1", "grandchild_2", "grandchild_3", "sibling", "lodger", "resident")  # fmt: skip
SLOT = {name: number for number, name in enumerate(SLOTS)}
CHILDREN = tuple(SLOT[f"child_{n}"] for n in (1, 2, 3, 4))
GRANDCHILDREN = tuple(SLOT[f"grandchild_{n}"] for n in (1, 2, 3))
# Canonical relationship of each place, and what a form says for a man and a woman.
RELATIONSHIP = ("head", "spouse", "parent", "parent", "parent", "child", "child", "child", "child",
                "child_in_law", "grandchild", "grandchild", "grandchild", "sibling", "lodger", "lodger")  # fmt: skip
RELATIONSHIP_THAI = (
    ("หัวหน้าครัวเรือน", "หัวหน้าครัวเรือน"), ("สามี", "ภรรยา"), ("บิดา", "บิดา"), ("มารดา", "มารดา"),
    ("พ่อตา", "แม่ยาย"), *((("บุตรชาย", "บุตรสาว"),) * 4), ("บุตรเขย", "บุตรสะใภ้"), *((("หลาน", "หลาน"),) * 3),
    ("พี่น้อง", "พี่น้อง"), ("ผู้อาศัย", "ผู้อาศัย"), ("ผู้อาศัย", "ผู้อาศัย"),
)  # fmt: skip

HOUSEHOLD_TYPES = ("ordinary", "institution", "temple", "central_register", "no_fixed_home")
ORDINARY, INSTITUTION, TEMPLE, CENTRAL, NO_HOME = range(5)

LIFE_STATUSES = ("alive", "dead", "moved_out", "in_transit", "central_register")
ALIVE, DEAD, MOVED_OUT, IN_TRANSIT, IN_CENTRAL = range(5)

TITLES = (
    "นาย", "นาง", "นางสาว", "เด็กชาย", "เด็กหญิง", "พระ", "สามเณร", "แม่ชี", "ว่าที่ร้อยตรี", "ร้อยตรี", "จ่าสิบเอก", "สิบเอก",
    "ดาบตำรวจ", "จ่าสิบตำรวจ", "พันตรี", "ดร.", "ม.ล.", "พันตำรวจโท", "ร้อยตำรวจเอก", "สิบโท", "พันโท",
)  # fmt: skip
TITLE = {name: number for number, name in enumerate(TITLES)}
# Ranks and degrees come after the everyday and religious titles.
MALE_RANKS = tuple(range(TITLE["ว่าที่ร้อยตรี"], len(TITLES)))
