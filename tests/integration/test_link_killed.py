"""A run of linkage that is killed leaves the run before it or its own, tables and state, never a mixture."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from link_runs import DECISIONS_HEADER, OUTPUTS, outputs, run_link, village_table

import pipeline.commands.delivered
import pipeline.link.memory
from pipeline.errors import UserError
from pipeline.handover import settle

# A run whose result is whole, and not all in its place.
BEGUN = ".khrua-ready"


def contents(folder: Path) -> dict[str, str]:
    """Every file of a run but its report, which tells seconds, and its spill; by its hash."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    kept = {
        name: path for name, path in found.items() if "report.json" not in name and not name.startswith(".khrua-next/")
    }
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in kept.items()}


class Killer:
    """Kills its own process in the midst of a folder's at-th change: a file half written, a folder half removed."""

    def __init__(self, at: int, folder: Path) -> None:
        self.at, self.folder, self.changes = at, f"{folder}/", count(1)
        self.unlink = Path.unlink

    def is_last(self, path: object) -> bool:
        return str(path).startswith(self.folder) and "spill" not in str(path) and next(self.changes) == self.at

    def half_written(self, write: Callable[..., Any], place: int) -> Callable[..., Any]:
        def writing(*arguments: Any, **named: Any) -> Any:
            path, is_last = Path(arguments[place]), self.is_last(arguments[place])
            found = write(*arguments, **named)
            if is_last:
                os.truncate(path, path.stat().st_size // 2)
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        return writing

    def half_done(self, change: Callable[..., Any], pattern: str = "") -> Callable[..., Any]:
        def changing(path: Any, *arguments: Any, **named: Any) -> Any:
            if self.is_last(path):
                for child in sorted(Path(path).rglob(pattern))[:1] if pattern else ():
                    self.unlink(child)
                os.kill(os.getpid(), signal.SIGKILL)
            return change(path, *arguments, **named)

        return changing


def killed_run(at: int, records: Path, out: Path, previous: Path, decisions: Path) -> None:
    """In a process of its own: a run that is killed in the middle of the at-th change to its folder."""
    killer = Killer(at, out)

    class Writer(pq.ParquetWriter):  # type: ignore[misc]
        def __init__(self, where: Path, *arguments: Any, **named: Any) -> None:
            self.where = where
            super().__init__(where, *arguments, **named)

        def close(self) -> None:
            super().close()
            killer.half_written(lambda where: None, 0)(self.where)

    for module in (pipeline.link.memory, pipeline.commands.delivered):
        module.write_arrow = killer.half_written(module.write_arrow, 1)  # type: ignore[attr-defined]
    pq.write_table = killer.half_written(pq.write_table, 1)
    pq.ParquetWriter = Writer
    for name in ("write_text", "write_bytes"):
        setattr(Path, name, killer.half_written(getattr(Path, name), 0))
    for name in ("replace", "rename", "unlink", "rmdir"):
        setattr(Path, name, killer.half_done(getattr(Path, name)))
    shutil.rmtree = killer.half_done(shutil.rmtree, "*.arrow")  # type: ignore[assignment]
    run_link(records, out, previous, decisions=decisions)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nights' records, decisions, a first run, and what the third gives after the first and after the second."""
    folder = tmp_path_factory.mktemp("nights")
    table = village_table(25)
    pq.write_table(table.slice(20), folder / "1.parquet")
    # Names that came, so that how common a name is differs from the night on which the model was learnt.
    pq.write_table(table.slice(5), folder / "2.parquet")
    pq.write_table(table.slice(0, len(table) - 7), folder / "3.parquet")
    run_link(folder / "1.parquet", folder / "one")
    two = [row["record_id"] for row in pq.read_table(folder / "one" / "linked.parquet").slice(0, 2).to_pylist()]
    (folder / "d.csv").write_text(f"{DECISIONS_HEADER}{','.join(two)},same,clerk,2026-11-24,seen\n", "utf-8")
    run_link(folder / "2.parquet", folder / "two", folder / "one", decisions=folder / "d.csv")
    for earlier in ("one", "two"):
        run_link(folder / "3.parquet", folder / f"after-{earlier}", folder / earlier, full=True)
    assert outputs(folder / "after-one") != outputs(folder / "after-two")
    return folder


def goes_on(out: Path, nights: Path, folder: Path) -> str:
    """From which run the next goes on."""
    try:
        run_link(nights / "3.parquet", folder, out)
    except UserError as error:
        return "none" if "holds no state" in error.english else error.english
    found = outputs(folder)
    return next((name for name in ("after-one", "after-two") if outputs(nights / name) == found), "a mixture")


@pytest.mark.parametrize("is_same_folder", [True, False])
def test_wherever_a_run_is_killed_its_folder_holds_the_run_before_or_its_own_and_the_next_goes_on(
    is_same_folder: bool, nights: Path, tmp_path: Path
) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["pipeline.commands.link", "pipeline.link", "scipy.sparse.csgraph"])
    known = [contents(nights / "one") if is_same_folder else {}, contents(nights / "two")]
    found: list[int | str] = []
    # In a new folder little can go wrong that does not go wrong in the other: every fourth change will do.
    for at in count(1, 1 if is_same_folder else 4):
        one, out = tmp_path / f"{at}-one", tmp_path / f"{at}-out"
        shutil.copytree(nights / "one", one)
        out = one if is_same_folder else out
        child = processes.Process(target=killed_run, args=(at, nights / "2.parquet", out, one, nights / "d.csv"))
        child.start()
        child.join()
        assert child.exitcode in (0, -signal.SIGKILL)
        following = goes_on(out, nights, tmp_path / f"{at}-next") if at == 1 or (out / BEGUN).is_dir() else ""
        settle(out)
        here = contents(out)
        found.append(known.index(here) if here in known else f"a mixture: {sorted(here)}")
        if following:
            assert following == ("after-two" if found[-1] == 1 else "after-one" if is_same_folder else "none")
        if child.exitcode == 0:
            break
    # Once a run is whole it stays so; until then the one before is, or nothing.
    whole = found.index(1)
    assert set(found[:whole]) == {0}
    assert set(found[whole:]) == {1}
    assert not is_same_folder or (whole > len(OUTPUTS) + 5 and len(found) > whole + len(OUTPUTS) + 5)
