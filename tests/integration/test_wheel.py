"""The wheel holds everything a night needs: it is installed in an empty folder and runs one there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_night_runs_from_the_wheel_alone_with_its_packaged_contracts(tmp_path: Path) -> None:
    wheels, site, empty = tmp_path / "wheels", tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # A copy, so that no build folder is left in the checkout.
    source = tmp_path / "source"
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "pipeline", "flows", "data_contracts",
         "pyproject.toml", "README.md", "LICENSE"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    for name in filter(None, files.split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(source)], check=True)
    wheel = next(wheels.glob("khrua-*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)

    # The installed copy comes before the checkout that the environment points to.
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "run", "--inbox", str(ROOT / "sample_data" / "inbox"),
         "--date", "2026-11-24", "--json"],
        cwd=empty, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["counts"]["persons"] > 1000
    assert (empty / "home" / "warehouse" / "current.duckdb").exists()
    origin = subprocess.run(
        [sys.executable, "-c", "import pipeline.cli as c, pipeline.settings as s; print(c, s.PACKAGED_CONTRACTS)"],
        cwd=empty, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(ROOT) not in origin.stdout
