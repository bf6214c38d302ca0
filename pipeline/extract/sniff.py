"""What a file is, by its content: agencies rename, and web systems save HTML tables as .xls."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.extract.grid import ReadFaultError

_ZIP = b"PK\x03\x04"
_ZIP_EMPTY = b"PK\x05\x06"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<\s*(?:html|!doctype\s+html|table|body|head|meta)\b", re.IGNORECASE)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MEDIA = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")
_LOOK = 65536


def content_kind(path: Path) -> str:
    """Tell what is in a file.

    Args:
        path: The file.

    Returns:
        ``zip``, ``ole2``, ``html`` or ``text``.

    Raises:
        ReadFaultError: ``file_empty`` or ``file_unreadable``.
    """
    with path.open("rb") as file:
        head = file.read(_LOOK)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise ReadFaultError("file_empty", "no content")
    if head.startswith((_ZIP, _ZIP_EMPTY)):
        return "zip"
    if head.startswith(_OLE2):
        return "ole2"
    if head.startswith(_MEDIA):
        raise ReadFaultError("file_unreadable", "not a spreadsheet")
    if _HTML.search(head[:4096].replace(b"\x00", b"")):
        return "html"
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_utf16(head) is not None
    if _BINARY.search(head) and not is_utf16:
        raise ReadFaultError("file_unreadable", "binary content")
    return "text"


def looks_utf16(data: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` for UTF-16 text without a byte order mark, else None.

    Thai stands at U+0E00, so every second byte of Thai or English text is 0x0E or 0x00.
    """
    if len(data) < 4:
        return None
    sample = data[:4096]
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if sum(b in (0x00, 0x0E) for b in high) > 0.9 * len(high) and 0 in high:
            return encoding
    return None
