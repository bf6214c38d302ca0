"""One embedded Prefect server for all flow tests of a worker, and a small province to run nights on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from nights import NIGHT, ROOT, RunNight

from flows.night import NightResult
from flows.quiet import quiet_prefect
from flows.start import run_night
from pipeline.settings import Settings
from pipeline.synthetic import make_province


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of Prefect's database for all nights of this worker."""
    home = tmp_path_factory.mktemp("prefect-home")
    quiet_prefect(home)
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield home


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province of about 700 people: ``inbox`` of three agencies, ``truth``."""
    folder = tmp_path_factory.mktemp("province")
    make_province(people=700, seed=11, out=folder)
    for agency in (folder / "inbox").iterdir():
        if agency.name not in ("admin", "community_dev", "prd"):
            shutil.rmtree(agency)
    return folder


@pytest.fixture
def inbox(province: Path, tmp_path: Path) -> Path:
    """A copy of the three agencies' deliveries that the test may change."""
    return Path(shutil.copytree(province / "inbox", tmp_path / "inbox"))


@pytest.fixture
def night(prefect_home: Path, inbox: Path, tmp_path: Path) -> RunNight:
    """Run a night on ``inbox`` in this test's home."""

    def run(*, accept_change: str = "", contracts: Path = ROOT / "data_contracts", day: date = NIGHT) -> NightResult:
        settings = Settings(tmp_path / "home", inbox, contracts, day, accept_change)
        return run_night(settings, show_progress=False)

    return run
