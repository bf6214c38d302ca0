"""The home folder is private, and one run at a time works in it."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from pipeline.errors import AnotherRunError, HomeError
from pipeline.home import Home


def _hold(root: Path, ready: multiprocessing.synchronize.Event, done: multiprocessing.synchronize.Event) -> None:
    with Home(root).lock():
        ready.set()
        done.wait(30)


def test_a_second_run_is_told_that_another_is_at_work(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(home.root, ready, done))
    other.start()
    try:
        assert ready.wait(30)
        with pytest.raises(AnotherRunError, match="Another run"), home.lock():
            pass
    finally:
        done.set()
        other.join(30)
    with home.lock():
        assert (home.root / "lock").exists()


def test_a_killed_run_leaves_no_lock_behind(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(home.root, ready, done))
    other.start()
    assert ready.wait(30)
    other.kill()
    other.join(30)
    with home.lock():
        assert not done.is_set()


def test_the_home_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    assert home.root.stat().st_mode & 0o777 == 0o700
    assert (home.identity).stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(HomeError, match="choose another with --home"):
        Home(tmp_path / "file" / "home").prepare()


def test_what_a_killed_run_left_in_the_spill_folder_is_thrown_away(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    (home.spill / "read-abc").mkdir()
    (home.spill / "read-abc" / "result.json").write_text("[]", encoding="utf-8")
    (home.spill / "read-abc" / "source.xlsx").symlink_to(tmp_path / "home" / "lock")
    (home.spill / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    (home.spill / "link").symlink_to(home.archive)
    (home.archive / "kept").write_bytes(b"x")
    home.clear_spill()
    assert list(home.spill.iterdir()) == []
    assert (home.archive / "kept").exists()
