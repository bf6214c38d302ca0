"""What a night shows while it works: bars on a terminal, plain lines elsewhere, nothing with ``--json``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

STAGE_NAMES = {
    "start": "เริ่มระบบ · start",
    "extract": "อ่านไฟล์ · extract",
    "normalise": "ปรับมาตรฐาน · normalise",
    "link": "เชื่อมโยง · link",
    "score": "วัดความยากจน · score",
    "publish": "เผยแพร่ · publish",
    "returns": "เขียนบัญชีส่งคืน · returns",
}


class Progress(Protocol):
    """Told of each stage as it begins, advances and ends."""

    def begin(self, stage: str, total: int) -> None:
        """A stage begins; ``total`` steps are expected."""

    def advance(self, stage: str, note: str = "") -> None:
        """One step of the stage is done."""

    def end(self, stage: str, seconds: float, note: str = "") -> None:
        """The stage is done."""


class SilentProgress:
    """Shows nothing."""

    def begin(self, stage: str, total: int) -> None:
        """See :class:`Progress`."""

    def advance(self, stage: str, note: str = "") -> None:
        """See :class:`Progress`."""

    def end(self, stage: str, seconds: float, note: str = "") -> None:
        """See :class:`Progress`."""


class LineProgress:
    """One plain line for each finished stage: what a log file or a mail wants."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, stage: str, total: int) -> None:
        """See :class:`Progress`."""

    def advance(self, stage: str, note: str = "") -> None:
        """See :class:`Progress`."""

    def end(self, stage: str, seconds: float, note: str = "") -> None:
        """See :class:`Progress`."""
        self._stream.write(f"{STAGE_NAMES[stage]:<32} {seconds:7.1f} s  {note}\n")
        self._stream.flush()


class BarProgress(LineProgress):
    """A bar for the stage at work, and a line for each finished one."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        super().__init__(stream)
        self._bars = RichProgress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(file=stream),
            transient=True,
        )
        self._tasks: dict[str, object] = {}

    def begin(self, stage: str, total: int) -> None:
        """See :class:`Progress`."""
        self._bars.start()
        self._tasks[stage] = self._bars.add_task(STAGE_NAMES[stage], total=total if total > 1 else None, note="")

    def advance(self, stage: str, note: str = "") -> None:
        """See :class:`Progress`."""
        self._bars.update(self._tasks[stage], advance=1, note=note)  # type: ignore[arg-type]

    def end(self, stage: str, seconds: float, note: str = "") -> None:
        """See :class:`Progress`."""
        if stage in self._tasks:
            self._bars.remove_task(self._tasks.pop(stage))  # type: ignore[arg-type]
        self._bars.stop()
        super().end(stage, seconds, note)


@contextmanager
def progress_for(show: bool) -> Iterator[Progress]:
    """Bars on a terminal, lines elsewhere, silence when nothing is to be shown."""
    if not show:
        yield SilentProgress()
    elif sys.stderr.isatty():
        yield BarProgress(sys.stderr)
    else:
        yield LineProgress(sys.stderr)
