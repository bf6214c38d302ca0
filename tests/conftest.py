"""What every test shares: libraries that write are kept inside the test run's own folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

from pipeline.settings import settle_library_homes

# Before any library reads its environment.
settle_library_homes(Path(tempfile.mkdtemp(prefix="khrua-tests-")))

# Derandomised: the same tests on every machine; a failure is reproducible without a database.
settings.register_profile(
    "khrua", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("khrua")
