from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from link_records import national_id, record, village

from pipeline import tables
from pipeline.engine import DuckDBEngine
from pipeline.link.blocking import NEAR_ID_RULE, load_rules, make_pairs, rule_rows, rules_of_pair
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


def cost_of(code: str, rows: list[dict[str, object]]) -> tuple[object, ...]:
    """Blocks, records of the largest, pairs expected, blocks over the cap, pairs made."""
    coded = encode(read_records(tables.NORMAL_RECORD.from_rows(rows)))
    with DuckDBEngine(threads=1) as engine:
        _, findings = make_pairs(engine, coded, RULES, no_decisions().all_pairs())
    row = next(row for row in rule_rows(findings, RULES) if row["code"] == code)
    return tuple(row[name] for name in ("blocks", "largest_block", "pairs_expected", "blocks_over_cap", "pairs_made"))


def test_a_crossed_rule_tells_its_blocks() -> None:
    written = [record(f"a:{n:03d}", first_name="ประเสริฐ", last_name="ขุนทด") for n in range(3)]
    crosswise = [record("b:001", first_name="ขุนทด", last_name="ประเสริฐ")]
    # One block as seen from either side: three records here, one there.
    assert cost_of("full_name_swapped", written + crosswise) == (2, 3, 3, 0, 3)


def test_the_near_id_rule_tells_its_blocks() -> None:
    right = national_id(5)
    wrong, other = (right[:5] + str((int(right[5]) + step) % 10) + right[6:] for step in (1, 2))
    rows = [record(f"a:{n}", national_id=right) for n in range(2)]
    rows += [record(f"b:{n}", national_id=wrong) for n in range(3)]
    assert cost_of(NEAR_ID_RULE, rows) == (1, 5, 6, 0, 6)
    assert cost_of(NEAR_ID_RULE, [*rows, record("c:1", national_id=other)]) == (3, 5, 11, 0, 11)
    many = [
        record(f"{agency}:{n:02d}", national_id=typed)
        for agency, typed in (("a", right), ("b", wrong))
        for n in range(11)
    ]
    assert cost_of(NEAR_ID_RULE, many) == (1, 22, 0, 1, 0)


def test_a_rule_that_is_no_mirror_of_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    for right in ("[b, c, a]", "[a, d, b]"):
        path.write_text(f"cap: 9\nrules: [{{code: turned, left: [a, b, c], right: {right}}}]\n", encoding="utf-8")
        with pytest.raises(ValueError, match="turned"):
            load_rules(path)
    path.write_text("cap: 9\nrules: [{code: mirror, left: [a, b, c], right: [b, a, c]}]\n", encoding="utf-8")
    assert load_rules(path).rules[0].is_crossed
