"""The night as a Prefect flow: a task for each agency's fetch and extract and for each stage. No data logic.

Between tasks go run ids, agency codes and paths, never rows: what a task takes and returns stands in
Prefect's database, and so does the text of what they raise.
"""

from __future__ import annotations

import hashlib
import time

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows import stages
from flows.night import CURRENT_NIGHT, Night, NightResult, without_values


@task(name="fetch", task_run_name="fetch {agency}", retries=3, retry_delay_seconds=[1, 5, 15], cache_policy=NO_CACHE)
@without_values("fetch")
def fetch(agency: str) -> int:
    """Copy an agency's new files into the archive; the one task that is tried again."""
    return stages.fetch(CURRENT_NIGHT.get(), agency)


@task(name="extract", task_run_name="extract {agency}", cache_policy=NO_CACHE)
@without_values("extract")
def extract(agency: str) -> dict[str, int]:
    """Read an agency's deliveries."""
    return stages.extract(CURRENT_NIGHT.get(), agency)


@task(name="gather", cache_policy=NO_CACHE)
@without_values("gather")
def gather(agencies: list[str]) -> str:
    """Put the agencies' tables together; returns the fingerprint of the night's inputs."""
    return stages.gather(CURRENT_NIGHT.get(), agencies)


@task(name="normalise", cache_policy=NO_CACHE)
@without_values("normalise")
def normalise() -> dict[str, int]:
    """Canonical values."""
    return stages.normalise(CURRENT_NIGHT.get())


@task(name="link", cache_policy=NO_CACHE)
@without_values("link")
def link() -> dict[str, int]:
    """Persons and households."""
    return stages.link(CURRENT_NIGHT.get())


@task(name="score", cache_policy=NO_CACHE)
@without_values("score")
def score() -> dict[str, int]:
    """Deprivations and measures."""
    return stages.score(CURRENT_NIGHT.get())


@task(name="publish", cache_policy=NO_CACHE)
@without_values("publish")
def publish(fingerprint: str) -> dict[str, int]:
    """Warehouse, audits, returned lists, report, swap."""
    return stages.publish(CURRENT_NIGHT.get(), fingerprint)


@flow(name="khrua-nightly", flow_run_name="{run_id}", retries=0, validate_parameters=False)
@without_values("flow")
def nightly(run_id: str) -> None:
    """One night, from the inbox to the publication. The result stands in the night itself."""
    night = CURRENT_NIGHT.get()
    night.seconds["prefect"] = round(time.perf_counter() - night.prefect_called_at, 3)
    night.progress.end("start", night.seconds["prefect"])
    run_tasks(night)


def run_tasks(night: Night) -> NightResult:
    """Run the tasks in order, inside any flow; the night's result is returned and kept in the night."""
    agencies = stages.agencies(night)
    with night.stage("extract", len(agencies)):
        for agency in agencies:
            fetch(agency)
            counts = extract(agency)
            night.progress.advance("extract", agency)
            _artifact(f"extract-{hashlib.sha256(agency.encode()).hexdigest()[:12]}", counts, agency)
        fingerprint = gather(agencies)
    unchanged = stages.nothing_new(night, fingerprint)
    if unchanged is not None:
        night.result = unchanged
        return unchanged
    for name, stage_task in (("normalise", normalise), ("link", link), ("score", score)):
        with night.stage(name):
            _artifact(name, stage_task())
    with night.stage("publish", len(agencies)):
        _artifact("publish", publish(fingerprint))
    night.result = stages.result(night)
    return night.result


def _artifact(key: str, counts: dict[str, int], what: str = "") -> None:
    """Keep counts with Prefect. A key may hold only small letters, digits and dashes, and a folder any name at all."""
    create_table_artifact(
        table=[{"what": name, "count": count} for name, count in counts.items()],
        key=key,
        description=f"{what} Counts only; never values.".strip(),
    )
