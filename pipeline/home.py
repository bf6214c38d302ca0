"""The home folder: where everything of one installation stands, and its lock."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import AnotherRunError, HomeError

READER_FOLDERS = ("warehouse", "report")
PRIVATE_FOLDERS = ("archive", "runs", "identity", "state", "returns", "review", "spill", "libraries")


@dataclass(frozen=True, slots=True)
class Home:
    """Paths inside the home folder (mode 0700; only ``warehouse/`` and ``report/`` are for readers)."""

    root: Path

    @property
    def archive(self) -> Path:
        """Every delivered file, as it came, by SHA-256."""
        return self.root / "archive"

    @property
    def identity(self) -> Path:
        """Names, IDs, addresses, delivery ledger, read deliveries, key."""
        return self.root / "identity"

    @property
    def state(self) -> Path:
        """What the next night reuses, by run."""
        return self.root / "state"

    @property
    def warehouse(self) -> Path:
        """Published DuckDB files and the link to the current one."""
        return self.root / "warehouse"

    @property
    def returns(self) -> Path:
        """Reconciled lists by agency."""
        return self.root / "returns"

    @property
    def report(self) -> Path:
        """Reports by run."""
        return self.root / "report"

    @property
    def review(self) -> Path:
        """Pairs for clerical review and decisions taken."""
        return self.root / "review"

    @property
    def spill(self) -> Path:
        """Temporary files of the engine."""
        return self.root / "spill"

    @property
    def run_log(self) -> Path:
        """One line of JSON for each run, published or not."""
        return self.root / "runs" / "log.jsonl"

    def run(self, run_id: str) -> Path:
        """Working tables of one run."""
        return self.root / "runs" / run_id

    def stage(self, run_id: str, stage: str) -> Path:
        """Working tables of one stage of one run."""
        return self.run(run_id) / stage

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            HomeError: The folder cannot be made or written.
        """
        os.umask(0o077)
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.root.chmod(0o700)
            for name in (*READER_FOLDERS, *PRIVATE_FOLDERS):
                (self.root / name).mkdir(exist_ok=True, mode=0o700)
            probe = self.root / ".write-probe"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise HomeError(
                f"The home folder cannot be used ({type(error).__name__}); "
                "choose another with --home or mend its rights.",
                "ใช้โฟลเดอร์ home ไม่ได้ โปรดเลือกโฟลเดอร์อื่นด้วย --home หรือแก้สิทธิ์การเขียน",
            ) from error

    def clear_spill(self) -> None:
        """Throw away what a killed run left among the temporary files; only while the lock is held."""
        for left in self.spill.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the home for one run.

        The kernel releases the lock when the process ends, however it ends, so no stale lock can stay.

        Raises:
            AnotherRunError: Another run is at work in this home.
        """
        with (self.root / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AnotherRunError(
                    "Another run is at work in this home; wait for it to end, then start again.",
                    "มีการทำงานอีกรอบหนึ่งกำลังใช้โฟลเดอร์นี้อยู่ โปรดรอให้เสร็จแล้วเริ่มใหม่",
                ) from error
            yield


def read_run_log(home: Home) -> list[dict[str, Any]]:
    """Every night of this home, oldest first; a line cut short by a crash is passed over."""
    if not home.run_log.exists():
        return []
    entries: list[dict[str, Any]] = []
    for line in home.run_log.read_text(encoding="utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return entries
