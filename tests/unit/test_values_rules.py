"""Every repair can be told to the agency."""

from __future__ import annotations

import re
from pathlib import Path

import pipeline
from pipeline.issues import ISSUE_CODES
from pipeline.normalise.findings import ISSUES
from pipeline.values.rules import rules

ROOMS = [Path(pipeline.__file__).parent / room for room in ("values", "normalise")]
CODE = re.compile(r'"((?:text|digits|name|title|national_id|date|house_no|moo|village|area)\.[a-z_]+)"')


def test_every_rule_that_the_code_applies_is_described_and_no_other() -> None:
    applied = {code for room in ROOMS for file in room.glob("*.py") for code in CODE.findall(file.read_text("utf-8"))}
    assert applied == set(rules())
    assert all(rule.thai and rule.english for rule in rules().values())


def test_every_issue_that_normalise_raises_is_declared() -> None:
    assert {code for codes in ISSUES.values() for code in codes.values()} <= set(ISSUE_CODES)
