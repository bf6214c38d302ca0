"""Errors a user sees: one sentence on what is wrong, one on the way out, an exit code, no traceback."""

from __future__ import annotations

import traceback
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command."""

    PUBLISHED = 0
    PUBLISHED_WITH_GAPS = 10
    USAGE = 2
    NOTHING_PUBLISHED = 20
    ANOTHER_RUN = 21
    AUDIT_FAILED = 22
    HOME_UNUSABLE = 23


class UserError(Exception):
    """A fault the user can mend.

    Args:
        english: What is wrong and the way out, for support.
        thai: The same, for the officer.
        exit_code: Exit code of the command.
        details: Further lines, such as every fault of a contract; shown one a line.
    """

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(
        self, english: str, thai: str, exit_code: ExitCode | None = None, details: tuple[str, ...] = ()
    ) -> None:
        super().__init__(english)
        self.english = english
        self.thai = thai
        self.details = details
        if exit_code is not None:
            self.exit_code = exit_code


class NothingPublishedError(UserError):
    """The night ended without a publication."""

    exit_code = ExitCode.NOTHING_PUBLISHED


class AnotherRunError(UserError):
    """Another run holds the home's lock."""

    exit_code = ExitCode.ANOTHER_RUN


class AuditError(UserError):
    """An audit failed; nothing was swapped in."""

    exit_code = ExitCode.AUDIT_FAILED


class HomeError(UserError):
    """The home folder cannot be used."""

    exit_code = ExitCode.HOME_UNUSABLE


def where_it_failed(error: BaseException) -> str:
    """Module, line and function of the innermost frame, without any value."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/pipeline/" in f.filename or "/flows/" in f.filename]
    frame = (own or list(frames))[-1] if frames else None
    if frame is None:
        return "an unknown place"
    module = frame.filename.rsplit("/", 2)
    return f"{'/'.join(module[-2:])}:{frame.lineno} ({frame.name})"
