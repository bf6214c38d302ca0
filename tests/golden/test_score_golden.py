"""The published figures of a small province, under version control: a change of method shows as a difference."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from pipeline import tables
from tests.score_province import Scored, TinyProvince

GOLDEN = Path(__file__).with_name("score_household.csv")
COLUMNS = (
    "household_id",
    "method_code",
    "indicators_known",
    "is_assessed",
    "is_poor",
    "is_target_poor",
    "poor_dimensions",
    "vulnerability_level",
    "livelihood_level_code",
)


def _province(folder: Path) -> Scored:
    province = TinyProvince()
    province.household("h1", "1980-01-01", "2010-01-01").survey("h1", _08="fail", _22="fail")
    province.household("h2", "1950", "2012-06").survey("h2", _16="absent", _21="not_applicable", _27="fail")
    province.household("h3", "1980-01-01", tambon="300201").survey("h3", **{f"_{n:02d}": "fail" for n in (1, 4, 9, 15)})
    province.household("h4", "1990-01-01", tambon="310101")
    province.record("w1", "h1", {"has_state_welfare_card": True}, person="h1p1", agency="province")
    province.record("i1", "h1", {"household_income_baht_per_year": 48_000.0}, agency="social_dev")
    child: dict[str, object] = {"schooling_status_code": "out_of_school"}
    province.record("e1", "h2", child, person="h2p2", agency="education", day=date(2020, 1, 1))
    capital: dict[str, object] = {"capital_human_score": 60.0, "capital_natural_score": 80.0}
    return province.record("n1", "h3", capital, agency="nrru").score(folder)


def test_a_small_province_scores_as_it_did(tmp_path: Path) -> None:
    rows = _province(tmp_path).rows(tables.HOUSEHOLD_POVERTY)
    found = [["" if row[c] is None else str(row[c]) for c in COLUMNS] for row in rows]
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        header, *expected = list(csv.reader(file))
    assert tuple(header) == COLUMNS
    assert found == expected
