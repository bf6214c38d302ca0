"""One night: its settings, its clock, its result. No Prefect here."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.progress import Progress, SilentProgress
from pipeline.errors import ExitCode, NothingPublishedError, UserError, where_it_failed
from pipeline.home import Home, read_run_log
from pipeline.settings import Settings

if TYPE_CHECKING:
    from flows.stages import Work


@dataclass(slots=True)
class Night:
    """What the tasks of one night share.

    Attributes:
        settings: The night's settings.
        home: The home folder, locked for this night.
        run_id: ``YYYYMMDD-NN``: the night's date and a number never used before in this home.
        progress: Where steps are shown.
        seconds: Seconds of each stage; Prefect's start and Great Expectations stand by themselves.
        prefect_called_at: When Prefect was asked to begin, to tell its start apart.
        result: How the night ended, once it has.
    """

    settings: Settings
    home: Home
    run_id: str
    progress: Progress = field(default_factory=SilentProgress)
    seconds: dict[str, float] = field(default_factory=dict)
    prefect_called_at: float = 0.0
    result: NightResult | None = None
    _work: Work | None = None

    @property
    def work(self) -> Work:
        """Contracts, key and agencies, once they are read."""
        if self._work is None:
            raise RuntimeError("the contracts have not been read yet")
        return self._work

    @work.setter
    def work(self, work: Work) -> None:
        self._work = work

    @property
    def is_prepared(self) -> bool:
        """Whether the contracts have been read."""
        return self._work is not None

    def stage_folder(self, stage: str) -> Path:
        """Working tables of a stage of this night."""
        return self.home.stage(self.run_id, stage)

    @contextmanager
    def stage(self, name: str, total: int = 1) -> Iterator[None]:
        """Time a stage and show it."""
        self.progress.begin(name, total)
        started = time.perf_counter()
        try:
            with without_values(name):
                yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - started, 3)
            self.progress.end(name, self.seconds[name])


class StageFailedError(NothingPublishedError):
    """A stage met an unexpected error; its message stays behind, because it may quote a row."""

    def __init__(self, stage: str, kind: str, place: str) -> None:
        super().__init__(
            f"The stage {stage} stopped with {kind} at {place}; nothing was published, please report this line.",
            f"ขั้นตอน {stage} หยุดทำงานโดยไม่คาดคิด ยังไม่มีการเผยแพร่ ฉบับเดิมยังใช้ได้ โปรดแจ้งผู้พัฒนาพร้อมบรรทัดถัดไป",
        )


@contextmanager
def without_values(stage: str) -> Iterator[None]:
    """Let an unexpected error leave with its class and place alone.

    Stands inside every task: Prefect stores the text of an exception in its database and its log, and DuckDB's quote
    rows, the system's the name of a file.

    Raises:
        StageFailedError: Instead of the error. A ``UserError`` passes, its sentence is written for people.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        raise StageFailedError(stage, type(error).__name__, where_it_failed(error)) from None


@dataclass(frozen=True, slots=True)
class NightResult:
    """How a night ended.

    Attributes:
        run_id: The night.
        exit_code: Exit code of ``khrua run``.
        thai: One sentence for the officer.
        english: The same for support.
        counts: Figures of the publication (deliveries, records, persons, households, issues …).
        report: The report, if one was written.
        seconds: Seconds of each stage.
        details: Further lines, such as agencies set aside.
    """

    run_id: str
    exit_code: ExitCode
    thai: str
    english: str
    counts: dict[str, int] = field(default_factory=dict)
    report: Path | None = None
    warehouse: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    details: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {
            "run_id": self.run_id,
            "exit_code": int(self.exit_code),
            "thai": self.thai,
            "english": self.english,
            "counts": self.counts,
            "report": str(self.report) if self.report else None,
            "warehouse": str(self.warehouse) if self.warehouse else None,
            "seconds": self.seconds,
            "details": list(self.details),
        }

    def lines(self) -> list[str]:
        """What the officer reads on the console."""
        shown = [self.thai, self.english, *self.details]
        if self.report:
            shown.append(f"รายงาน · report: {self.report}")
        if self.warehouse:
            shown.append(f"คลังข้อมูล · warehouse: {self.warehouse}")
        return shown


CURRENT_NIGHT: ContextVar[Night] = ContextVar("current_night")


def next_run_id(home: Home, settings: Settings) -> str:
    """``YYYYMMDD-NN`` with the first number never used in this home."""
    prefix = f"{settings.run_date:%Y%m%d}-"
    used = {entry["run_id"] for entry in read_run_log(home)}
    used |= {p.name for p in home.run("x").parent.iterdir() if p.is_dir()}
    used |= {p.stem for p in home.warehouse.glob("*.duckdb")}
    numbers = [int(u.removeprefix(prefix)) for u in used if u.startswith(prefix) and u.removeprefix(prefix).isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def write_run_log(home: Home, result: NightResult, run_date: str) -> None:
    """Append the night to the run log."""
    entry = {
        "run_id": result.run_id,
        "run_date": run_date,
        "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "exit_code": int(result.exit_code),
        "english": result.english,
        "thai": result.thai,
        "counts": result.counts,
        "seconds": result.seconds,
    }
    is_torn = home.run_log.exists() and not home.run_log.read_bytes().endswith(b"\n")
    with home.run_log.open("a", encoding="utf-8") as file:
        file.write(("\n" if is_torn else "") + json.dumps(entry, ensure_ascii=False) + "\n")
