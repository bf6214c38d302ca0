"""How a run begins: its records as codes, what changed since the run before, and whether the model goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import pyarrow as pa

from pipeline.engine import Engine
from pipeline.link.changes import Changes, find_changes, has_drifted
from pipeline.link.encode import Coded, encode
from pipeline.link.memory import Memory, Training, load_memory
from pipeline.link.records import Night, Rows, join_night, read_night, read_records

OnOrder = Callable[[pa.Table], None]
Reason = Literal["", "memory_not_usable", "drift", "retrain"]


@dataclass(frozen=True, slots=True)
class Start:
    """How a run begins.

    Attributes:
        coded: The records.
        memory: What the run before left; None where everything is worked out anew.
        changes: What changed since; None without memory.
        training: When the model of the run before was learnt, counting what changed since.
        anew_because: Why everything is worked out anew although there was a run before; empty otherwise.
        unlearnt: Begins the same night with the frequencies and placeholders that the model of the run before knows,
            for when the model learnt tonight is refused; None where there are none, or these are they.
    """

    coded: Coded
    memory: Memory | None
    changes: Changes | None
    training: Training
    anew_because: Reason
    unlearnt: Callable[[], Start] | None = None

    def without_memory(self) -> Start:
        """The same once pairs are compared: what the run before left is not needed any more."""
        return replace(self, memory=None, changes=None)


@dataclass(frozen=True, slots=True)
class Kept:
    """Records of the run before that stand unchanged.

    Attributes:
        memory: What that run left.
        rows: Their rows among its records, ascending.
    """

    memory: Memory
    rows: Rows


def start(
    engine: Engine,
    normal_record: Path | pa.Table,
    kept: Kept | None,
    state: Path | None,
    on_order: OnOrder,
    *,
    retrain: bool,
) -> Start:
    """Read a night's records beside what the run before left.

    Args:
        engine: Works on several columns at once.
        normal_record: NORMAL_RECORD: all records, or those that are not kept.
        kept: Records of the run before that stand unchanged; None: every record is given.
        state: State folder of the run before.
        on_order: Is given the records as soon as they stand in order; again where they are coded again.
        retrain: Learn the model and its frequencies anew.

    Raises:
        UserError: Two rows carry one record_id.
        ValueError: Records beside those kept come as a file.
    """
    memory = kept.memory if kept else load_memory(state) if state else None
    if memory is None:
        records = read_records(normal_record, engine=engine)
        return _anew(engine, records, on_order, "memory_not_usable" if state else "")
    night = _night(engine, normal_record, kept, memory)
    on_order(night.records)
    coded = encode(night.records, memory.frozen, engine, has_twins=False)
    coded, changes = find_changes(night, coded, memory)
    training = replace(memory.training, changed=memory.training.changed + changes.count)
    why: Reason = "drift" if has_drifted(training.changed, training.records) else "retrain" if retrain else ""
    if why:
        begun = _anew(engine, read_records(night.records, engine=engine), on_order, why)
        return replace(begun, unlearnt=partial(_unlearnt, engine, night, memory, on_order, why))
    return Start(coded, memory.without_records(), changes, training, "")


def _unlearnt(engine: Engine, night: Night, memory: Memory, on_order: OnOrder, why: Reason) -> Start:
    """A night that keeps the model of the run before; learning is tried again when as much has changed once more."""
    on_order(night.records)
    return Start(encode(night.records, memory.frozen, engine), None, None, replace(memory.training, changed=0), why)


def _night(engine: Engine, normal_record: Path | pa.Table, kept: Kept | None, memory: Memory) -> Night:
    if kept is None:
        return read_night(engine, normal_record, memory.records)
    if not isinstance(normal_record, pa.Table):
        raise ValueError("records beside those kept come as a table")
    return join_night(engine, memory.records, kept.rows, normal_record)


def _anew(engine: Engine, records: pa.Table, on_order: OnOrder, why: Reason) -> Start:
    on_order(records)
    coded = encode(records, engine=engine)
    return Start(coded, None, None, Training(coded.count, 0), why)
