"""Run a command as a whole process and measure it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measured:
    """A finished command: its JSON, wall seconds, and its largest resident set in MB."""

    result: Any
    seconds: float
    peak_mb: float


def measured(command: list[str], accept: tuple[int, ...] = (0,)) -> Measured:
    """Run a command that prints JSON in its last line or as a whole (or nothing); stop the benchmark when it fails."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=wrong)
        # The usage of this one child: the largest of all children so far would hide the smaller ones.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        code = os.waitstatus_to_exitcode(status)
        process.returncode = code
        texts = []
        for stream in (said, wrong):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace").strip())
    if code not in accept:
        sys.exit(f"{' '.join(command[:4])} … ended with {code}: {texts[1][-2000:]}")
    text = texts[0] if texts[0].startswith(("{", "[")) else texts[0].rsplit("\n", 1)[-1]
    return Measured(json.loads(text) if text.startswith(("{", "[")) else None, seconds, usage.ru_maxrss / 1024)


def khrua(*arguments: str, accept: tuple[int, ...] = (0,)) -> Measured:
    """Run a khrua command and measure it."""
    return measured([sys.executable, "-m", "pipeline.cli", *arguments], accept)
