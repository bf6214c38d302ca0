"""An archived file → its parse, whatever is wrong with it."""

from __future__ import annotations

import logging

from pipeline.errors import where_it_failed
from pipeline.extract.grid import ReadFaultError
from pipeline.extract.parse import ParseContext, parse_unreadable, parse_workbook
from pipeline.extract.parsed import Parsed
from pipeline.extract.reader import read_workbook
from pipeline.home import Home
from pipeline.settings import Settings

LOG = logging.getLogger(__name__)


def read_archived(home: Home, sha256: str, context: ParseContext, settings: Settings) -> Parsed:
    """Read one file of the archive.

    Args:
        home: The home folder.
        sha256: Content hash, the file's name in the archive.
        context: The contract and what else decides.
        settings: Limits of the reading process, passwords.
    """
    names = context.contract.passwords_from
    try:
        book = read_workbook(
            home.archive / sha256,
            home.spill,
            memory_bytes=settings.reader_memory_bytes,
            seconds=settings.reader_seconds,
            name=context.file_name,
            passwords=settings.workbook_passwords.get(names, "").split() if names else (),
        )
        return parse_workbook(book, context)
    except ReadFaultError as fault:
        LOG.info("delivery %s: %s (%s)", sha256[:16], fault.code, fault.detail)
        return parse_unreadable(fault, context)
    except Exception as error:
        # One file must not stop the others. Its message may quote a cell: class and place only. Tried again next night.
        LOG.error("delivery %s: %s at %s", sha256[:16], type(error).__name__, where_it_failed(error))
        parsed = parse_unreadable(ReadFaultError("reader_failed"), context)
        parsed.is_final = False
        return parsed
