"""How a command ends that could not go on: in sentences for whoever typed it, with an exit code, without a traceback.

Only typer and the standard library are imported at the top, as in ``cli.py``, which needs this at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

# What a shell expects of a command that Ctrl-C ended.
_STOPPED = 130


@contextmanager
def telling_of_files() -> Iterator[None]:
    """What the system refuses of a file that the user named is a fault of the user's."""
    from pipeline.errors import UserError

    try:
        yield
    except OSError as error:
        reason = reason_of(error)
        raise UserError(
            f"A file cannot be read or written ({reason}): check the rights of the folders that are named and the free "
            "space of their disk, then run again.",
            f"อ่านหรือเขียนไฟล์ไม่ได้ ({reason}) โปรดตรวจสิทธิ์ของโฟลเดอร์และที่ว่างบนดิสก์แล้วรันใหม่",
        ) from error


def reason_of(error: OSError) -> str:
    """What the system says of a file; its own message may quote the file's name."""
    return os.strerror(error.errno) if error.errno else type(error).__name__


@contextmanager
def ending_in_words() -> Iterator[None]:
    """Whatever ends a command is told in Thai and English and becomes its exit code."""
    from typer.exceptions import TyperException

    from pipeline.errors import ExitCode, UserError, where_it_failed

    try:
        yield
    except SystemExit as ended:
        if isinstance(ended.__context__, TyperException):
            # What typer says of a command that was typed wrongly is in English alone.
            typer.echo("พิมพ์คำสั่งไม่ครบหรือไม่ถูกต้อง ดูวิธีใช้โดยพิมพ์คำสั่งนั้นแล้วต่อท้ายด้วย --help", err=True)
        if ended.code == _STOPPED:
            _tell_stopped()
        raise
    except KeyboardInterrupt:
        _tell_stopped()
        sys.exit(_STOPPED)
    except UserError as error:
        for line in (error.thai, error.english, *error.details):
            typer.echo(line, err=True)
        sys.exit(int(error.exit_code))
    except Exception as error:
        if type(error).__name__ == "InterruptException" or str(error) == "Query interrupted":
            # DuckDB, where it was at work when the user stopped it, says so in its own way.
            _tell_stopped()
            sys.exit(_STOPPED)
        # The message of an unexpected error may quote a row: only its class and place are shown.
        typer.echo("เกิดข้อผิดพลาดที่ไม่คาดคิด โปรดแจ้งผู้พัฒนาพร้อมบรรทัดถัดไป", err=True)
        typer.echo(f"Unexpected {type(error).__name__} at {where_it_failed(error)}; please report this line.", err=True)
        sys.exit(int(ExitCode.NOTHING_PUBLISHED))


def _tell_stopped() -> None:
    typer.echo(
        "หยุดตามคำสั่งของผู้ใช้ สิ่งที่เผยแพร่หรือเชื่อมโยงไว้ก่อนยังอยู่ครบ · "
        "Stopped by the user; what was published or linked before stands.",
        err=True,
    )
