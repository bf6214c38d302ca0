"""A look at the zip container before any parser sees it.

calamine reads a 391 KB bomb of 300 MB and dies on one cell at XFD1048576 (intake-and-publication.md, section 2), so
entry count, sizes, ratio, names, macros, document types and checksums are checked first.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from pipeline.extract.grid import ReadFaultError

# A workbook of 200,000 rows and 8 columns has some 60 MB of XML in a dozen entries; ratios of sheets lie below 40.
ENTRY_LIMIT = 4_000
EXPANDED_LIMIT = 768 * 2**20
RATIO_LIMIT = 150
RATIO_FLOOR = 8 * 2**20
_CHUNK = 2**20
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")


def check_container(path: Path) -> tuple[str, dict[str, int]]:
    """Check a zip file and say which spreadsheet it holds.

    Args:
        path: The file.

    Returns:
        ``xlsx``, ``xlsb`` or ``ods``, and the expanded size of every entry.

    Raises:
        ReadFaultError: ``file_unsafe``, ``file_too_large``, ``file_password`` or ``file_unreadable``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            kind = _kind({e.filename for e in entries})
            for entry in entries:
                _read_through(archive, entry)
            return kind, {e.filename: e.file_size for e in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise ReadFaultError("file_unreadable", f"container: {type(error).__name__}") from None


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRY_LIMIT:
        raise ReadFaultError("file_unsafe", "too many entries")
    if len({e.filename for e in entries}) != len(entries):
        raise ReadFaultError("file_unsafe", "an entry stands twice")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise ReadFaultError("file_unsafe", "path name")
        if entry.flag_bits & 0x1:
            raise ReadFaultError("file_password", "encrypted entry")
        if name.lower().endswith("vbaproject.bin"):
            raise ReadFaultError("file_unsafe", "macro")
        if entry.file_size > RATIO_FLOOR and entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1):
            raise ReadFaultError("file_unsafe", "compression ratio")
    if sum(e.file_size for e in entries) > EXPANDED_LIMIT:
        raise ReadFaultError("file_too_large", "expanded size")


def _kind(names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    raise ReadFaultError("file_unreadable", "not a workbook")


def _read_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Expand an entry once, so that sizes and checksums are those of the content and not of what the entry claims."""
    is_xml = entry.filename.lower().endswith(_XML)
    size = 0
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > entry.file_size:
                raise ReadFaultError("file_unsafe", "an entry is larger than it says")
            if is_xml:
                if size == len(chunk) and chunk[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
                    raise ReadFaultError("file_unsafe", "XML that is not UTF-8")
                if _DTD.search(tail + chunk):
                    raise ReadFaultError("file_unsafe", "document type")
                tail = chunk[-16:]
