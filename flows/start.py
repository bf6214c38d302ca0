"""Start one night: home, lock, silence, then the flow. The order matters: the lock comes before Prefect."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from flows.night import CURRENT_NIGHT, Night, NightResult, StageFailedError, next_run_id, write_run_log
from flows.progress import Progress, SilentProgress, progress_for
from flows.quiet import quiet_prefect
from pipeline.errors import UserError, where_it_failed
from pipeline.home import Home
from pipeline.settings import Settings


def run_night(settings: Settings, *, show_progress: bool = True) -> NightResult:
    """Run one whole night in a flow of its own.

    Args:
        settings: Of the command.
        show_progress: Whether to show stages on standard error.

    Returns:
        How the night ended; also noted in the run log.

    Raises:
        UserError: Nothing was published, the home cannot be used, or another run is at work.
    """
    home = Home(settings.home)
    require_inbox(settings)
    home.prepare()
    with home.lock(), progress_for(show_progress) as progress:
        quiet_prefect(home.root)
        return _run(settings, home, progress, _in_new_flow)


def require_inbox(settings: Settings) -> None:
    """Stop before a home is made and Prefect is started for nothing.

    An inbox that is gone, such as a share that is not mounted, is no night on which every agency took its files away.

    Raises:
        UserError: The inbox is not a folder.
    """
    if not settings.inbox.is_dir():
        raise UserError(
            f"The inbox {settings.inbox.name} is not a folder; name the folder of deliveries with --inbox.",
            f"ไม่พบโฟลเดอร์ {settings.inbox.name} โปรดระบุโฟลเดอร์ที่หน่วยงานวางไฟล์ด้วย --inbox",
        )


def run_inside_flow(settings: Settings) -> NightResult:
    """Run one whole night inside the flow that is running now, as the schedule does."""
    from flows.nightly import run_tasks

    home = Home(settings.home)
    require_inbox(settings)
    home.prepare()
    with home.lock():
        return _run(settings, home, SilentProgress(), run_tasks)


def _run(settings: Settings, home: Home, progress: Progress, work: Callable[[Night], object]) -> NightResult:
    night = Night(settings, home, next_run_id(home, settings), progress)
    token = CURRENT_NIGHT.set(night)
    run_date = settings.run_date.isoformat()
    try:
        # A killed night leaves whole workbooks there, as its reading processes passed them on.
        home.clear_spill()
        work(night)
        if night.result is None:
            raise StageFailedError("flow", "NoResult", "flows/nightly.py")
    except UserError as error:
        from flows.stages import report_failure

        failed = NightResult(night.run_id, error.exit_code, error.thai, error.english, seconds=night.seconds)
        with suppress(OSError):
            # On a full disk the reason is still told on the console.
            write_run_log(home, failed, run_date)
        report_failure(night, error)
        raise
    except Exception as error:
        # Its message may quote a row: only its class and place go on.
        stopped = StageFailedError("flow", type(error).__name__, where_it_failed(error))
        write_run_log(
            home,
            NightResult(night.run_id, stopped.exit_code, stopped.thai, stopped.english, seconds=night.seconds),
            run_date,
        )
        raise stopped from None
    finally:
        CURRENT_NIGHT.reset(token)
    write_run_log(home, night.result, run_date)
    return night.result


def _in_new_flow(night: Night) -> None:
    night.progress.begin("start", 1)
    night.prefect_called_at = time.perf_counter()
    from flows.nightly import nightly

    nightly(night.run_id)
