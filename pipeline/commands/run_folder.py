"""The folder that ``khrua link`` writes into, and that of the run before."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from pipeline import tables
from pipeline.errors import UserError
from pipeline.handover import DECISIONS_FILE, PRIVATE, STATE, only_run, reading, run_of, settle

# Of a run that is written over, what goes on: which record was whom, the model, the clerks' words. No texts of lists.
_SET_ASIDE = ("identity.parquet", "counters.json", "model.json", "checksums.json", DECISIONS_FILE)
# What a run writes into its folder.
_TABLES = (tables.LINKED, tables.LINK_REASON, tables.REFUSED, tables.CONTRADICTION, tables.IDENTITY_EVENT, tables.ISSUE)
_FILES = ("pairs.parquet", "model.json", "report.json")
_SPILL = ".khrua-spill"


def holds_run(out: Path) -> bool:
    """Whether a run wrote into the folder."""
    return (out / STATE / _SET_ASIDE[0]).is_file()


def check_out(out: Path, given: tuple[Path | None, ...]) -> None:
    """Before anything is made: whether a run can write into the folder.

    Args:
        out: The folder.
        given: Files that the run reads.

    Raises:
        UserError: It lies in the state of a run, or a run would write over a file that is read.
    """
    folder = out.resolve()
    for parent in (folder, *folder.parents):
        if parent.name == STATE and holds_run(parent.parent):
            raise UserError(
                f"The folder {out.name} after --out lies in the state of another run, which needs it as it is; "
                "name another.",
                f"โฟลเดอร์ {out.name} หลัง --out อยู่ในสถานะของรอบอื่น ซึ่งต้องคงไว้ตามเดิม โปรดระบุโฟลเดอร์อื่น",
            )
    written = {table.path(folder) for table in _TABLES} | {folder / name for name in _FILES}
    for path in given:
        if path is not None and path.resolve() in written:
            raise UserError(
                f"The file {path.name} stands in the folder after --out, where the run would write over it; "
                "name another folder, or move the file.",
                f"ไฟล์ {path.name} อยู่ในโฟลเดอร์หลัง --out และจะถูกเขียนทับ โปรดระบุโฟลเดอร์อื่นหรือย้ายไฟล์",
            )


@contextmanager
def writing_into(out: Path, previous: Path | None) -> Iterator[Path]:
    """Make the folder where it is not there, and hold it, and the run before while that is read; where to spill to.

    Args:
        out: The folder.
        previous: The folder of the run before, its state, or what was set aside in the state.

    Raises:
        AnotherRunError: Another run writes into one of both, or reads the first.
        UserError: It cannot be written, part of it stands elsewhere, or it holds what is no run's.
    """
    _prepare_out(out)
    with only_run(out), _reading_beside(out, previous), _spilling(out) as spill:
        _prepare_state(out)
        yield spill


def _prepare_out(out: Path) -> None:
    """Make the folder, closed to others where it was not there before.

    Raises:
        UserError: It cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(out, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "not writable")
    except OSError as error:
        raise UserError(
            f"The folder {out.name} after --out cannot be written ({type(error).__name__}); name another.",
            f"เขียนโฟลเดอร์ {out.name} หลัง --out ไม่ได้ โปรดระบุโฟลเดอร์อื่น",
        ) from error


@contextmanager
def _spilling(out: Path) -> Iterator[Path]:
    """Where to spill to: rows, which may hold names, and of which a killed run leaves some."""
    spill = out / _SPILL
    shutil.rmtree(spill, ignore_errors=True)
    try:
        yield spill
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def _prepare_state(out: Path) -> None:
    """Close to others what holds names, even where the folder was there before.

    Raises:
        UserError: What stands there is no run's state.
    """
    state = out / STATE
    private = state / PRIVATE
    if not holds_run(out) and any(path != private or any(private.iterdir()) for path in state.glob("*")):
        raise UserError(
            f"The folder {out.name} after --out holds a folder {STATE} that is no run's; name another folder.",
            f"โฟลเดอร์ {out.name} หลัง --out มีโฟลเดอร์ {STATE} ที่ไม่ใช่ของรอบใด โปรดระบุโฟลเดอร์อื่น",
        )
    for folder in (state, private):
        if folder.is_dir():
            folder.chmod(0o700)


def set_aside(state: Path, before: Path) -> None:
    """Keep of a run that is written over what a later one can go on from."""
    before.mkdir(mode=0o700)
    for name in _SET_ASIDE:
        if (state / name).is_file():
            shutil.copyfile(state / name, before / name)


def check_previous(previous: Path | None) -> None:
    """Whether there is such a folder, once what a killed run had yet to put in its place is there.

    Raises:
        UserError: There is none.
    """
    if previous is None:
        return
    settle(run_of(previous))
    if not previous.is_dir():
        raise UserError(
            f"There is no folder {previous.name}, as --previous says; name the --out folder of an earlier run.",
            f"ไม่พบโฟลเดอร์ {previous.name} หลัง --previous ให้ระบุโฟลเดอร์ --out ของครั้งก่อน",
        )


def _reading_beside(out: Path, previous: Path | None) -> AbstractContextManager[None]:
    """Hold the run before, unless it stands in the folder that is held already."""
    if previous is None or run_of(previous) == out.resolve():
        return nullcontext()
    return reading(previous)
