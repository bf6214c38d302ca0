"""A state folder is handed over whole: a run writes its state beside the one before, and puts it there in one step.

That step is the renaming of a folder. Whoever ends before it leaves the state as it was; after it the new state is
moved file by file, and whoever comes next ends what was begun.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.errors import UserError

PRIVATE = "private"
DECISIONS_FILE = "decisions.csv"
_NEXT, _READY = ".next", ".ready"


def begin_state(state: Path) -> Path:
    """An empty folder for a run to write its state into, closed to others; what a killed run left there is removed.

    Args:
        state: The state folder.
    """
    settle_state(state)
    shutil.rmtree(state / _NEXT, ignore_errors=True)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    (state / _NEXT).mkdir(mode=0o700)
    (state / _NEXT / PRIVATE).mkdir(mode=0o700)
    return state / _NEXT


def hand_over(state: Path) -> None:
    """What was written since :func:`begin_state` is the state from now on."""
    (state / _NEXT).rename(state / _READY)
    settle_state(state)


def settle_state(state: Path) -> None:
    """Put a state that is ready into its place; nothing to do where none is.

    Raises:
        UserError: The folder cannot be written.
    """
    ready = state / _READY
    if not ready.is_dir():
        return
    try:
        if (ready / PRIVATE).is_dir():
            if (state / PRIVATE).is_dir():
                shutil.rmtree(state / PRIVATE)
            # The one file that a state may lack: none of another run stands in for it.
            (state / DECISIONS_FILE).unlink(missing_ok=True)
            (ready / PRIVATE).rename(state / PRIVATE)
        for path in sorted(ready.iterdir()):
            path.replace(state / path.name)
        ready.rmdir()
    except OSError as error:
        raise UserError(
            f"A run ended while its state was put into {state.name}, and it cannot be put there now "
            f"({type(error).__name__}): make the folder writable and run again.",
            f"รอบก่อนหยุดขณะบันทึกสถานะลงใน {state.name} และบันทึกต่อไม่ได้ ({type(error).__name__}) "
            "โปรดแก้สิทธิ์ของโฟลเดอร์แล้วรันใหม่",
        ) from error
