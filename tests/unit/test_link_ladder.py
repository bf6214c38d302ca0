from __future__ import annotations

import numpy as np
import pytest

from pipeline.link.comparison import load_comparisons
from pipeline.link.ladder import A1, A2, NONE, B, C, Verdicts, judge
from pipeline.link.model import is_monotone, prior_model

COMPARISONS = load_comparisons()


def verdict(**levels: str) -> Verdicts:
    row = [c.level(levels[c.code]) if c.code in levels else 0 for c in COMPARISONS.items]
    return judge(prior_model(COMPARISONS), COMPARISONS, np.array([row], dtype=np.int64))


def test_same_valid_id_with_an_agreeing_name_is_a1() -> None:
    found = verdict(id="same_valid", given="same_common", surname="same_rare")
    assert (found.evidence[0], found.is_link[0]) == (A1, True)


@pytest.mark.parametrize("changed", ["given", "surname"])
def test_a_changed_name_with_the_same_birth_date_is_still_a1(changed: str) -> None:
    kept = "surname" if changed == "given" else "given"
    found = verdict(id="same_valid", **{changed: "different", kept: "same_common"}, birth="same", sex="same")
    assert found.evidence[0] == A1


def test_same_id_with_another_given_name_and_another_birth_date_goes_to_a_clerk() -> None:
    found = verdict(id="same_valid", given="different", surname="same_rare", birth="different", sex="same")
    assert (found.evidence[0], found.is_link[0], found.is_review[0]) == (A2, False, True)


def test_a_missing_value_is_no_conflict() -> None:
    found = verdict(id="same_valid", given="same_common", birth="unknown", sex="different")
    assert found.evidence[0] == A1


def test_same_id_with_nothing_else_known_is_not_a_match_by_itself() -> None:
    found = verdict(id="same_valid")
    assert (found.is_link[0], found.is_review[0]) == (False, True)


def test_an_id_one_digit_off_with_a_failed_checksum_links_when_the_rest_agrees() -> None:
    found = verdict(id="near", given="same_common", surname="same_rare", birth="same")
    assert (found.evidence[0], found.is_link[0]) == (B, True)


def test_one_number_that_is_no_valid_id_links_when_the_rest_does_not_speak_against_it() -> None:
    found = verdict(id="same_bad_checksum", given="same_common", surname="different", birth="same")
    assert (found.evidence[0], found.is_link[0]) == (B, True)
    found = verdict(id="same_bad_checksum", given="different", surname="different", birth="different")
    assert not found.is_link[0]


def test_two_valid_ids_one_digit_apart_are_a_clerks_case() -> None:
    found = verdict(id="near_both_valid", given="same_rare", surname="same_rare", birth="same", place="same_address")
    assert (found.is_link[0], found.is_review[0], found.is_refused[0]) == (False, True, True)


def test_two_valid_ids_never_link_however_much_else_agrees() -> None:
    found = verdict(id="two_valid", given="same_rare", surname="same_rare", birth="same", place="same_house_code")
    assert (found.is_link[0], found.is_refused[0]) == (False, True)


def test_names_birth_date_and_address_link_without_an_id() -> None:
    found = verdict(given="same_common", surname="same_uncommon", birth="same", sex="same", place="same_address")
    assert (found.evidence[0], found.is_link[0]) == (C, True)


def test_twins_of_one_house_are_not_one_person() -> None:
    found = verdict(
        given="different",
        surname="same_rare",
        birth="same",
        sex="same",
        place="same_house_code",
        housemate="other_given_name_same_birth",
    )
    assert not found.is_link[0]


def test_a_surname_and_an_address_alone_say_nothing_worth_keeping() -> None:
    found = verdict(given="different", surname="same_common", birth="different", place="same_address")
    assert found.evidence[0] == NONE


def test_the_shipped_prior_is_monotone_and_packs_into_four_bits_a_comparison() -> None:
    for comparison in COMPARISONS.items:
        assert is_monotone(comparison, [level.prior_weight for level in comparison.levels]), comparison.code
        assert len(comparison.levels) <= 16
        assert comparison.levels[0].prior_weight == 0


def test_patterns_unpack_to_the_levels_they_were_packed_from() -> None:
    levels = np.array([[i % len(c.levels) for i, c in enumerate(COMPARISONS.items, start=k)] for k in range(5)])
    packed = sum(levels[:, i] << (4 * i) for i in range(levels.shape[1]))
    assert (COMPARISONS.unpack(np.asarray(packed)) == levels).all()
    assert (COMPARISONS.pack(levels) == packed).all()
