"""A run's folder is handed over whole: a run writes beside what stands there, and puts all of it there in one step.

That step is the renaming of a folder. Whoever ends before it leaves the folder as it was; after it the new files are
moved one by one, and whoever comes next ends what was begun.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import UserError

STATE, PRIVATE = "state", "private"
DECISIONS_FILE = "decisions.csv"
_NEXT, _READY = ".next", ".ready"


@contextmanager
def new_run(out: Path) -> Iterator[Path]:
    """An empty folder for a run to write into, closed to others: at the end all of it is the run from now on.

    A run that fails leaves nothing of it, and what a killed one left is removed.

    Args:
        out: Folder of the run.
    """
    settle(out)
    begun = out / _NEXT
    shutil.rmtree(begun, ignore_errors=True)
    for folder in (out, begun, begun / STATE, begun / STATE / PRIVATE):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield begun
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    # What nobody can work out again is on the disk before it takes the place of the old: who was whom, and the model.
    _flush(sorted(path for path in (begun / STATE).iterdir() if path.is_file()))
    begun.rename(out / _READY)
    _flush([out])
    settle(out)


def settle(out: Path) -> None:
    """Put a run that is ready into its place; nothing to do where none is.

    Args:
        out: Folder of the run.

    Raises:
        UserError: The folder cannot be written.
    """
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
    if not (ready / PRIVATE).is_dir():
        return
    if (state / PRIVATE).is_dir():
        shutil.rmtree(state / PRIVATE)
    # The one file that a state may lack: none of another run stands in for it.
    (state / DECISIONS_FILE).unlink(missing_ok=True)
    (ready / PRIVATE).rename(state / PRIVATE)


def _move_files(ready: Path, place: Path) -> None:
    place.mkdir(exist_ok=True, mode=0o700)
    for path in sorted(ready.iterdir()):
        if path.is_dir():
            _move_files(path, place / path.name)
        else:
            path.replace(place / path.name)
    ready.rmdir()


def _flush(paths: Iterable[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
