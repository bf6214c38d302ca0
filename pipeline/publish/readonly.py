"""Reading a published warehouse without being able to do anything else."""

from __future__ import annotations

from pathlib import Path

import duckdb


def open_readonly(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a warehouse for queries: no writing, no files, no network, no extensions, no change of settings.

    Args:
        path: A ``.duckdb`` file or the link to it; the link is followed now, so a later swap does not disturb.

    Returns:
        The connection; the caller closes it.
    """
    return duckdb.connect(
        str(path.resolve()),
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "lock_configuration": "true",
        },
    )
