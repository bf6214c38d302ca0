"""What a linkage run may be told beside its input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipeline.link.report import LinkReport


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """Options of one run.

    Attributes:
        previous: Folder of an earlier run (holds ``state/``, or is that folder); None: identifiers start anew.
        full: Compare every pair again, not only those of changed records; the answer is the same either way.
        retrain: Learn the model anew although the earlier run left one.
        decisions: CSV of clerical decisions.
        duplicate_free: Agencies whose list holds each person once.
        living_priority: Agencies in the order in which they are believed about who lives together.
        registered: Agencies that state the registered household.
        life_status_priority: Agencies in the order in which they are believed about life status.
        household_size_limit: A house with more people goes to review instead of being one household.
        first_numbers: Kind (person, household) → smallest number that may be given out; where a publication was rolled
            back, its numbers are never given out again although the state does not know them.
        has_attributes: Also write who the persons and households are (names, addresses, life status), not only who
            is whom.
        issues: ISSUE rows found in the records before; they stand in ISSUE with those of linkage.
        leave: Is given the folder in which the run writes, and its report, before it is handed over: more may be left
            there.
        clock: Seconds, for the report; None: steps are not timed.
        peak_memory: Bytes at the peak so far, for the report.
    """

    previous: Path | None = None
    full: bool = False
    retrain: bool = False
    decisions: Path | None = None
    duplicate_free: tuple[str, ...] = ()
    living_priority: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    life_status_priority: tuple[str, ...] = ()
    household_size_limit: int = 25
    first_numbers: Mapping[str, int] = field(default_factory=dict)
    has_attributes: bool = True
    issues: pa.Table | None = None
    leave: Callable[[Path, LinkReport], None] | None = None
    clock: Callable[[], float] | None = None
    peak_memory: Callable[[], int] | None = None


@dataclass(slots=True)
class StepTimer:
    """Seconds each step took, by a clock the caller gives; nothing without one."""

    clock: Callable[[], float] | None
    seconds: dict[str, float] = field(default_factory=dict)
    _last: float = 0.0

    def __post_init__(self) -> None:
        if self.clock is not None:
            self._last = self.clock()

    def mark(self, step: str) -> None:
        """The step is done."""
        if self.clock is None:
            return
        now = self.clock()
        self.seconds[step] = round(self.seconds.get(step, 0.0) + now - self._last, 3)
        self._last = now
