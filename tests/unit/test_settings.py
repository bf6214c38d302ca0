"""What the environment may say, and how a wrong value is told."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.engine import DuckDBEngine
from pipeline.errors import UserError
from pipeline.settings import Settings, passing_library_home, settings_from_environment


def settings(**environment: str) -> Settings:
    return settings_from_environment(environment, run_date=date(2026, 11, 24))


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "257", "100000"])
def test_so_many_threads_are_refused_in_both_languages(text: str) -> None:
    with pytest.raises(UserError, match="KHRUA_THREADS is no whole number from 1 to 256") as refused:
        settings(KHRUA_THREADS=text)
    assert re.search("[ก-๛]", refused.value.thai)


@pytest.mark.parametrize(
    "text", ["abc", "4", "1KB", "127MB", "-4GB", "๔GB", "1.GB", "1001TB", "999999999TB", "4GB; drop table record"]
)
def test_a_memory_limit_that_is_no_size_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(UserError, match="KHRUA_MEMORY_LIMIT is no size such as 4GB") as refused:
        settings(KHRUA_MEMORY_LIMIT=text)
    assert re.search("[ก-๛]", refused.value.thai)


def test_values_are_taken_as_they_are_and_nothing_means_nothing_was_said() -> None:
    found = settings(KHRUA_THREADS="2", KHRUA_MEMORY_LIMIT="1 gib")
    assert (found.threads, found.memory_limit) == (2, "1 gib")
    for text in ("4.5GB", "0.128 GiB", "131072KB", "1000TB"):
        limit = settings(KHRUA_MEMORY_LIMIT=text).memory_limit
        with DuckDBEngine(memory_limit=limit):
            assert limit == text
    found = settings(KHRUA_THREADS="", KHRUA_MEMORY_LIMIT="")
    assert (found.threads, found.memory_limit) == (None, "4GB")


def test_the_environment_is_given_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/somewhere")
    monkeypatch.delenv("PYTHAINLP_DATA", raising=False)
    before = dict(os.environ)
    with passing_library_home():
        assert os.environ["TMPDIR"] != "/somewhere" and Path(os.environ["PYTHAINLP_DATA"]).is_dir()
    assert dict(os.environ) == before
