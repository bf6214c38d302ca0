"""Blocking keys fold what typists confuse."""

from __future__ import annotations

import pytest

from pipeline.values.phonetic import phonetic_keys, skeleton


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ศิริพร", "สิริพร"),
        ("พงษ์", "พงศ์"),
        ("ณัฐ", "ณัฏฐ"),
        ("วรรณ", "วัน"),
        ("พรรณี", "พันนี"),
        ("ธรรม", "ทำ"),
        ("กรรณิการ์", "กรรณิกา"),
        ("ปิยะ", "ปิยา"),
        ("ภัทร", "พัทร"),
        ("ใจดี", "ไจดี"),
        ("ชัยวัฒน์", "ไชยวัฒน์"),
        ("กิตติ", "กิติ"),
        ("พันธุ์", "พันธ์"),
        ("จันทร์", "จัน"),
        ("ก่อเกียรติ", "กอเกียรติ"),
        ("เลิศ", "เริศ"),
        ("Phillips", "philips"),
    ],
)
def test_confusable_spellings_share_a_skeleton(a: str, b: str) -> None:
    assert skeleton(a) == skeleton(b)


@pytest.mark.parametrize(("a", "b"), [("บุญมี", "บุญมา"), ("สมชาย", "สมชัย"), ("วิชัย", "มาลี"), ("smith", "jones")])
def test_different_names_keep_different_skeletons(a: str, b: str) -> None:
    assert skeleton(a) != skeleton(b)


def test_the_three_published_keys_stand_beside_the_skeleton() -> None:
    keys, other = phonetic_keys("ศิริพร"), phonetic_keys("สิริพร")
    assert keys is not None
    assert other is not None
    assert keys.lk82 == other.lk82
    assert all((keys.skeleton, keys.lk82, keys.udom83, keys.metasound))
    assert phonetic_keys(None) is None
