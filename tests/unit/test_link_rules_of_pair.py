from __future__ import annotations

from itertools import combinations

import numpy as np
from link_records import national_id, record, village

from pipeline import tables
from pipeline.engine import DuckDBEngine
from pipeline.link.blocking import NEAR_ID_RULE, load_rules, make_pairs, rules_of_pair
from pipeline.link.decisions import no_decisions
from pipeline.link.encode import encode
from pipeline.link.records import read_records

RULES = load_rules()


def test_the_rules_of_a_pair_are_named_exactly_where_blocking_made_the_pair() -> None:
    rows, _ = village(25, seed=8)
    coded = encode(read_records(tables.NORMAL_RECORD.from_rows(rows)))
    with DuckDBEngine(threads=1) as engine:
        pairs, _ = make_pairs(engine, coded, RULES, no_decisions().all_pairs())
    made = set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
    looked_at = list(combinations(range(min(coded.count, 45)), 2))
    named = {pair for pair in looked_at if rules_of_pair(coded, RULES, *pair)}
    assert named == made & set(looked_at)
    assert 0 < len(named) < len(looked_at)


def test_an_id_one_digit_off_is_a_rule_of_its_own() -> None:
    right = national_id(5)
    wrong = right[:5] + str((int(right[5]) + 1) % 10) + right[6:]
    rows = [record("a:1", national_id=right, first_name="มาลี"), record("b:1", national_id=wrong, first_name="วิชัย")]
    coded = encode(read_records(tables.NORMAL_RECORD.from_rows(rows)))
    assert rules_of_pair(coded, RULES, 0, 1) == (NEAR_ID_RULE,)


def test_names_that_stand_crosswise_are_found_from_either_side() -> None:
    rows = [
        record("a:1", first_name="ประเสริฐ", last_name="ขุนทด"),
        record("b:1", first_name="ขุนทด", last_name="ประเสริฐ"),
    ]
    coded = encode(read_records(tables.NORMAL_RECORD.from_rows(rows)))
    assert "full_name_swapped" in rules_of_pair(coded, RULES, 0, 1)
    assert np.all(coded.columns["national_id"] < 0)
