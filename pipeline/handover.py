"""A run's folder is handed over whole: a run writes beside what stands there, and puts all of it there in one step.

That step is the renaming of a folder. Whoever ends before it leaves the folder as it was; after it the new files are
moved one by one, and whoever comes next ends what was begun. One run at a time writes into a folder, and none while
another reads it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.durable import flush
from pipeline.errors import AnotherRunError, UserError

STATE, PRIVATE, BEFORE = "state", "private", "before"
DECISIONS_FILE = "decisions.csv"
_NEXT, _READY = ".khrua-next", ".khrua-ready"


def run_of(previous: Path) -> Path:
    """The folder of a run, where that folder is named, its state, or what was set aside in the state.

    A folder that holds a state is a run's, whatever its own name.
    """
    named = previous.resolve()
    if not any((named / part).is_dir() for part in (STATE, _READY)):
        if named.name == STATE:
            return named.parent
        if named.name == BEFORE and named.parent.name == STATE:
            return named.parent.parent
    return named


@contextmanager
def only_run(out: Path) -> Iterator[None]:
    """Hold a folder for one run that writes into it, and end what one before it began.

    Raises:
        AnotherRunError: Another run writes into it, or reads it.
        UserError: Part of it stands elsewhere, so that it cannot be handed over in one step.
    """
    with _held(out, fcntl.LOCK_EX | fcntl.LOCK_NB):
        _check_whole(out)
        _settle(out)
        yield


@contextmanager
def reading(previous: Path) -> Iterator[None]:
    """Hold the folder of an earlier run while another run reads it.

    Args:
        previous: The folder, its state, or what was set aside in the state.

    Raises:
        AnotherRunError: A run writes into it.
    """
    run = run_of(previous)
    with ExitStack() as held:
        while True:
            settle(run)
            held.enter_context(_held(run, fcntl.LOCK_SH | fcntl.LOCK_NB))
            if not (run / _READY).is_dir():
                break
            # A run was killed in between: what it began is ended first, and never by one who reads.
            held.close()
        yield


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    """A lock of the kernel on a folder: it ends with the process, however that ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError as error:
            raise AnotherRunError(
                f"Another run is at work in the folder {folder.name}; wait for it to end, then start again.",
                f"มีการทำงานอีกรอบหนึ่งกำลังใช้โฟลเดอร์ {folder.name} อยู่ โปรดรอให้เสร็จแล้วเริ่มใหม่",
            ) from error
        yield
    finally:
        os.close(descriptor)


def _check_whole(out: Path) -> None:
    parts = [p for p in (out / STATE, out / STATE / PRIVATE, out / _NEXT, out / _READY) if os.path.lexists(p)]
    if files := [path.name for path in parts if not path.is_symlink() and not path.is_dir()]:
        raise UserError(
            f"In the folder {out.name} a file is called {files[0]}, as a folder of the run is; remove it, or name "
            "another folder after --out.",
            f"ในโฟลเดอร์ {out.name} มีไฟล์ชื่อ {files[0]} ซึ่งเป็นชื่อโฟลเดอร์ของรอบ โปรดลบหรือระบุโฟลเดอร์อื่นหลัง --out",
        )
    if any(path.is_symlink() or path.lstat().st_dev != out.stat().st_dev for path in parts):
        raise UserError(
            f"Part of the folder {out.name} is a link or stands on another disk, and a run is handed over in one step: "
            "put the whole folder there instead, and name it after --out.",
            f"บางส่วนของโฟลเดอร์ {out.name} เป็นลิงก์หรืออยู่คนละดิสก์ จึงบันทึกผลในขั้นเดียวไม่ได้ "
            "โปรดย้ายทั้งโฟลเดอร์ไปไว้ที่นั่น แล้วระบุหลัง --out",
        )


@contextmanager
def new_run(out: Path) -> Iterator[Path]:
    """An empty folder for a run to write into, closed to others: at the end all of it is the run from now on.

    A run that fails leaves nothing of it, and what a killed one left is removed.

    Args:
        out: Folder of the run.
    """
    _settle(out)
    begun = out / _NEXT
    shutil.rmtree(begun, ignore_errors=True)
    for folder in (out, begun, begun / STATE, begun / STATE / PRIVATE):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield begun
        _check_fits(begun, out)
        # All of it is on the disk before it takes the place of the old: no power cut leaves half of it.
        _flush_all(begun)
        begun.rename(out / _READY)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    flush(out)
    _settle(out)


def _check_fits(begun: Path, place: Path) -> None:
    """Refuse, while the run before still stands, what could not be put in its place."""
    for path in sorted(begun.iterdir()):
        there = place / path.name
        if os.path.lexists(there) and there.is_dir() != path.is_dir():
            raise UserError(
                f"{there.name} in the folder {place.name} is a {'folder' if there.is_dir() else 'file'}, where the run "
                "writes something else; remove it and run again.",
                f"{there.name} ในโฟลเดอร์ {place.name} ขวางผลลัพธ์ของรอบนี้ โปรดลบแล้วรันใหม่",
            )
        if path.is_dir() and path.name != PRIVATE:
            _check_fits(path, there)


def settle(out: Path) -> None:
    """Put a run that is ready into its place; nothing to do where none is.

    Args:
        out: Folder of the run.

    Raises:
        UserError: The folder cannot be written.
    """
    if (out / _READY).is_dir():
        with _held(out, fcntl.LOCK_EX):
            _settle(out)


def _settle(out: Path) -> None:
    ready = out / _READY
    if not ready.is_dir():
        return
    try:
        (out / STATE).mkdir(exist_ok=True, mode=0o700)
        _settle_state(ready / STATE, out / STATE)
        _move_files(ready, out)
    except OSError as error:
        raise UserError(
            f"A run ended while its result was put into {out.name}, and it cannot be put there now "
            f"({type(error).__name__}): make the folder writable and run again.",
            f"รอบก่อนหยุดขณะบันทึกผลลงใน {out.name} และบันทึกต่อไม่ได้ ({type(error).__name__}) โปรดแก้สิทธิ์ของโฟลเดอร์แล้วรันใหม่",
        ) from error


def _settle_state(ready: Path, state: Path) -> None:
    if (ready / PRIVATE).is_dir():
        # The one file that a state may lack: none of another run stands in for it.
        (state / DECISIONS_FILE).unlink(missing_ok=True)
    for name in (PRIVATE, BEFORE):
        if (ready / name).is_dir():
            if (state / name).is_dir():
                shutil.rmtree(state / name)
            (ready / name).rename(state / name)


def _move_files(ready: Path, place: Path) -> None:
    place.mkdir(exist_ok=True, mode=0o700)
    for path in sorted(ready.iterdir()):
        if path.is_dir():
            _move_files(path, place / path.name)
        else:
            path.replace(place / path.name)
    ready.rmdir()


def _flush_all(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            _flush_all(path)
        else:
            flush(path)
    flush(folder)
