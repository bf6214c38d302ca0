"""Prefect's settings for an embedded, silent run. Called before Prefect is imported."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

import yaml

from pipeline.settings import settle_library_homes

LOG_BYTES = 5_000_000


def quiet_prefect(home: Path) -> None:
    """Keep Prefect inside the home and off the console.

    Its log goes to ``libraries/prefect/prefect.log``, every line through the redacting filter: a successful
    run of the embedded server prints up to 149 lines of tracebacks at shutdown, and exceptions may quote rows.
    """
    shutil.rmtree(home / "libraries" / "tmp", ignore_errors=True)
    settle_library_homes(home)
    folder = home / "libraries" / "prefect"
    config = folder / "logging.yml"
    handler = {
        "class": "logging.handlers.RotatingFileHandler",
        "filename": str(folder / "prefect.log"),
        "maxBytes": LOG_BYTES,
        "backupCount": 1,
        "encoding": "utf-8",
        "filters": ["redact"],
        "formatter": "plain",
    }
    config.write_text(
        yaml.safe_dump(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "filters": {"redact": {"()": "pipeline.privacy.RedactingFilter"}},
                "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
                "handlers": {"file": handler},
                "root": {"level": "WARNING", "handlers": ["file"]},
            }
        ),
        encoding="utf-8",
    )
    os.environ.update(
        {
            "PREFECT_LOGGING_SETTINGS_PATH": str(config),
            "PREFECT_LOGGING_LEVEL": "WARNING",
            "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
            # Log lines would be kept in Prefect's database, artifacts are enough there.
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
            "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "PREFECT_CLI_COLORS": "false",
        }
    )
    logging.captureWarnings(True)
