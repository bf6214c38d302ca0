"""The schedule: every night at 01:00 Bangkok time, one run at a time. Start it with ``python -m flows.serve``."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.quiet import quiet_prefect
from flows.server import prefect_server
from pipeline.errors import UserError
from pipeline.home import Home
from pipeline.settings import Settings, settings_from_environment

BANGKOK = ZoneInfo("Asia/Bangkok")
CRON = "0 1 * * *"


def scheduled_settings(environment: dict[str, str], now: datetime) -> Settings:
    """Settings of a scheduled night.

    Args:
        environment: Read are KHRUA_HOME, KHRUA_INBOX, KHRUA_CONTRACTS and what every command reads.
        now: Any aware time; the night's date is that of Bangkok.
    """
    inbox, contracts = environment.get("KHRUA_INBOX"), environment.get("KHRUA_CONTRACTS")
    return settings_from_environment(
        environment,
        run_date=now.astimezone(BANGKOK).date(),
        inbox=Path(inbox) if inbox else None,
        contracts=Path(contracts) if contracts else None,
    )


def main() -> None:
    """Serve the nightly flow until stopped; a fault of the user's ends in its sentences and its exit code."""
    try:
        _serve()
    except UserError as error:
        sys.stderr.write(f"{error.thai}\n{error.english}\n")
        sys.exit(int(error.exit_code))


def _serve() -> None:
    settings = scheduled_settings(dict(os.environ), datetime.now(BANGKOK))
    home = Home(settings.home)
    home.prepare()
    quiet_prefect(home.root)
    with prefect_server():
        # Imported here: Prefect reads its settings, the server's address among them, when it is imported.
        from prefect.schedules import Cron

        from flows.scheduled import scheduled_night

        sys.stderr.write(
            f"ตั้งเวลาแล้ว ทุกคืน 01:00 น. เวลาไทย · scheduled every night at 01:00 Bangkok time ({home.root})\n"
        )
        scheduled_night.serve(
            name="khrua-nightly",
            schedule=Cron(CRON, timezone=str(BANGKOK)),
            limit=1,
            # Without this Prefect pauses the schedule when the process stops, and no night would run after a restart.
            pause_on_shutdown=False,
            print_starting_message=False,
        )


if __name__ == "__main__":
    main()
