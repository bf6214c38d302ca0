"""What a run needs of an earlier one: its model and its identifiers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.durable import checksum
from pipeline.errors import UserError
from pipeline.handover import STATE, run_of, settle
from pipeline.link.identity import COUNTERS_FILE, STATE_FILE, IdentityState, empty_state, load_state
from pipeline.link.model import Model, load_model

MODEL_FILE, CHECKSUMS_FILE = "model.json", "checksums.json"
_SUMMED = (MODEL_FILE, STATE_FILE, COUNTERS_FILE)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run left; nothing of it is there before the first.

    Attributes:
        model: Its model.
        identities: Who each record was.
    """

    model: Model | None
    identities: IdentityState


def state_folder(previous: Path | None) -> Path | None:
    """Where an earlier run left its state: the folder named, or ``state`` inside it; None for none.

    Raises:
        UserError: The folder holds none, or one that was left half way and cannot be completed.
    """
    if previous is None:
        return None
    settle(run_of(previous))
    inner = previous / STATE
    folder = inner if inner.is_dir() else previous
    if not (folder / MODEL_FILE).is_file() or not (folder / STATE_FILE).is_file():
        raise UserError(
            f"The folder {previous.name} holds no state of an earlier run; name the --out folder of one.",
            f"โฟลเดอร์ {previous.name} ไม่มีสถานะของครั้งก่อน โปรดระบุโฟลเดอร์ --out ของครั้งก่อน",
        )
    return folder


def read_earlier(state: Path | None) -> Earlier:
    """Read what an earlier run left.

    Args:
        state: Its state folder; None for no earlier run.

    Raises:
        UserError: The state is damaged: to go on without would give everybody another identifier.
    """
    if state is None:
        return Earlier(None, empty_state())
    try:
        if not is_as_left(state):
            raise ValueError("checksum")
        return Earlier(load_model(state / MODEL_FILE), load_state(state))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        name = state.parent.name if state.name == STATE else state.name
        raise UserError(
            f"The state of the earlier run in {name} is damaged or closed to you: put it back from a copy, mend its "
            "rights, or name another run. Without one every person gets a new identifier.",
            f"สถานะของครั้งก่อนใน {name} เสียหายหรือไม่มีสิทธิ์อ่าน โปรดกู้จากสำเนา แก้สิทธิ์ หรือระบุรอบอื่น "
            "ถ้าเริ่มโดยไม่มีสถานะ ทุกคนจะได้รหัสใหม่",
        ) from error


def save_checksums(state: Path) -> None:
    """Note what tells a state that is as its run left it: the checksum of each file that the next cannot do without."""
    found = {name: checksum(state / name) for name in _SUMMED}
    (state / CHECKSUMS_FILE).write_text(json.dumps(found, sort_keys=True) + "\n", encoding="utf-8")


def is_as_left(state: Path) -> bool:
    """Whether those files are as their run left them; taken for granted where it noted nothing, as runs used to."""
    path = state / CHECKSUMS_FILE
    if not path.exists():
        return True
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")) == {name: checksum(state / name) for name in _SUMMED})
    except (OSError, ValueError):
        return False
