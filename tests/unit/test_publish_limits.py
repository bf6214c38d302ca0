"""How far a publication may move without an officer's word."""

from __future__ import annotations

import pytest

from pipeline.errors import ExitCode, NothingPublishedError
from pipeline.publish.limits import moves, require_within_limits

LIMITS = {"records": 0.2, "persons": 0.1, "households": 0.1}
BEFORE = {"records": 1000, "persons": 500, "households": 200}


def test_the_first_publication_has_no_limit() -> None:
    assert moves(None, BEFORE, LIMITS) == ()


@pytest.mark.parametrize("records", [800, 1200])
def test_a_move_of_exactly_the_limit_passes(records: int) -> None:
    found = moves(BEFORE, {**BEFORE, "records": records}, LIMITS)
    require_within_limits(found, "")
    assert [move.is_beyond_limit for move in found] == [False, False, False]


@pytest.mark.parametrize(("what", "now"), [("records", 799), ("records", 1201), ("persons", 449), ("households", 221)])
def test_a_move_beyond_the_limit_stops_and_tells_the_numbers_and_the_way_out(what: str, now: int) -> None:
    with pytest.raises(NothingPublishedError) as caught:
        require_within_limits(moves(BEFORE, {**BEFORE, what: now}, LIMITS), "  ")
    assert caught.value.exit_code == ExitCode.NOTHING_PUBLISHED
    for text in (caught.value.thai, caught.value.english):
        assert f"{BEFORE[what]:,}" in text
        assert f"{now:,}" in text
        assert "--accept-change" in text


def test_a_reason_lets_a_move_beyond_the_limit_pass() -> None:
    found = moves(BEFORE, {**BEFORE, "persons": 100}, LIMITS)
    require_within_limits(found, "สำรวจใหม่ทั้งจังหวัด")
    assert [m.what for m in found if m.is_beyond_limit] == ["persons"]


def test_growth_from_nothing_is_beyond_every_limit() -> None:
    found = moves({**BEFORE, "records": 0}, BEFORE, LIMITS)
    assert found[0].is_beyond_limit
