"""Seconds spent in one part of the stage, by a clock that the caller gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Stopwatch:
    """Adds up seconds; without a clock it stays at zero.

    Attributes:
        clock: Seconds from any fixed point.
        seconds: Seconds so far.
    """

    clock: Callable[[], float] | None = None
    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time inside."""
        started = self.clock() if self.clock else 0.0
        try:
            yield
        finally:
            if self.clock:
                self.seconds += self.clock() - started
