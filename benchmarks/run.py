"""Run a command as a whole process and measure it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measured:
    """A finished command: its JSON, wall seconds, and the largest resident set of any child so far, in MB."""

    result: Any
    seconds: float
    peak_mb: float


def khrua(*arguments: str, accept: tuple[int, ...] = (0,)) -> Measured:
    """Run a khrua command that prints JSON (or nothing); stops the benchmark when it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode not in accept:
        sys.exit(f"khrua {arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    result = json.loads(done.stdout) if done.stdout.lstrip().startswith(("{", "[")) else None
    return Measured(result, seconds, peak)
