"""Nothing personal reaches people who read logs, and keys cannot be computed from each other."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import privacy
from pipeline.errors import ExitCode, HomeError


def test_a_masked_national_id_shows_its_first_five_digits_only() -> None:
    assert privacy.mask_national_id("1990100000017") == "1-9901-xxxxx-xx-x"
    assert privacy.mask_national_id("19901") == "xxxxx"


@given(st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_redacted_text_holds_no_national_id_however_it_is_written(digits: str) -> None:
    dashed = f"{digits[0]}-{digits[1:5]}-{digits[5:10]}-{digits[10:12]}-{digits[12]}"
    for form in (digits, dashed, dashed.replace("-", " ")):
        assert privacy.redact(f"could not convert '{form}' to INT") == "could not convert '…' to INT"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("นายสมชาย_ใจดี_1990112345678", "นาย…_1-9901-xxxxx-xx-x"),
        ("ID 1990112345678.xlsx", "ID 1-9901-xxxxx-xx-x.xlsx"),
        ("๑-๙๙๐๑-๑๒๓๔๕-๖๗-๘.xls", "1-9901-xxxxx-xx-x.xls"),
        ("รายชื่อ นายสมหมาย ทดสอบดี.xlsx", "รายชื่อ นาย….xlsx"),
        ("น.ส.สมหญิง ใจงาม และ นางมาลี ใจงาม (2).xls", "น.ส.… และ นาง… (2).xls"),
        ("โทร 081-234-5678.csv", "โทร 0812xxxxxx.csv"),
        ("ทะเบียนเกษตรกร 2568_25690131.xls", "ทะเบียนเกษตรกร 2568_25690131.xls"),
    ],
)
def test_a_file_is_named_without_the_person_in_its_name_and_can_still_be_found(label: str, shown: str) -> None:
    assert privacy.mask_label(label) == shown


def test_the_log_filter_takes_names_and_ids_out_of_messages_and_exceptions() -> None:
    try:
        raise ValueError("bad value สมหญิง 1990100000017")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "row %s", ("สมหญิง",), (ValueError, error, None))
    assert privacy.RedactingFilter().filter(record)
    assert record.getMessage() == "row … [ValueError]"
    assert record.exc_info is None


def test_keyed_hashes_differ_by_key_and_by_where_the_parts_end() -> None:
    one, two = privacy.derive_key(b"k" * 32, "agency:health"), privacy.derive_key(b"k" * 32, "agency:prd")
    assert privacy.keyed_hash(one, "P1") != privacy.keyed_hash(two, "P1")
    assert privacy.keyed_hash(one, "ab", "c") != privacy.keyed_hash(one, "a", "bc")
    assert len(privacy.keyed_hash(one, "P1", length=20)) == 20


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, made = privacy.load_key(tmp_path, None)
    second, made_again = privacy.load_key(tmp_path, None)
    assert (made, made_again) == (True, False)
    assert first == second
    assert (tmp_path / "identity" / "key").stat().st_mode & 0o777 == 0o600


def test_a_missing_key_file_is_the_officers_fault_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="KHRUA_KEY_FILE") as fault:
        privacy.load_key(tmp_path, tmp_path / "nowhere")
    assert fault.value.exit_code == ExitCode.HOME_UNUSABLE
