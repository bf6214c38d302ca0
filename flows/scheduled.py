"""The flow that the schedule starts: the same night, with settings from the environment."""

from __future__ import annotations

import os
from datetime import datetime

from prefect import flow

from flows.night import CURRENT_NIGHT, Night, next_run_id, write_run_log
from flows.nightly import run_tasks
from flows.serve import BANGKOK, scheduled_settings
from pipeline.home import Home


@flow(name="khrua-scheduled-night", validate_parameters=False)
def scheduled_night() -> dict[str, int]:
    """Run one night with today's date in Bangkok; returns its counts."""
    settings = scheduled_settings(dict(os.environ), datetime.now(BANGKOK))
    home = Home(settings.home)
    home.prepare()
    with home.lock():
        night = Night(settings, home, next_run_id(home, settings))
        token = CURRENT_NIGHT.set(night)
        try:
            result = run_tasks(night)
        finally:
            CURRENT_NIGHT.reset(token)
        write_run_log(home, result, settings.run_date.isoformat())
        return result.counts
