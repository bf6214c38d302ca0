"""Seconds and memory of one night on ``sample_data``, whole process, with Prefect and Great Expectations told apart.

python -m benchmarks.night
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.run import ROOT, khrua


def main() -> None:
    """Print seconds of each part, of the whole process, of an unchanged second night, and the peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "home")
        options = ("--inbox", str(ROOT / "sample_data" / "inbox"), "--home", home, "--date", "2026-11-24", "--json")
        first = khrua("run", *options)
        second = khrua("run", *options)
    for name, seconds in first.result["seconds"].items():
        print(f"{name:<24}{seconds:>8.1f} s")
    print(f"{'whole process':<24}{first.seconds:>8.1f} s")
    print(f"{'unchanged second night':<24}{second.seconds:>8.1f} s")
    print(f"{'peak memory':<24}{first.peak_mb:>8.0f} MB (largest process)")


if __name__ == "__main__":
    main()
