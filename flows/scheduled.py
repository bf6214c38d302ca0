"""The flow that the schedule starts: the same night, with settings from the environment.

Prefect sends this module's flow to a process of its own by value, so its body imports what it needs by name.
"""

from __future__ import annotations

from prefect import flow


@flow(name="khrua-scheduled-night", validate_parameters=False)
def scheduled_night() -> dict[str, int]:
    """Run one night with today's date in Bangkok; returns its counts."""
    import os
    from datetime import datetime

    from flows.serve import BANGKOK, scheduled_settings
    from flows.start import run_inside_flow

    return run_inside_flow(scheduled_settings(dict(os.environ), datetime.now(BANGKOK))).counts
