"""Error cells and passwords of an .xls, which calamine gives as empty cells or as an unclear error."""

from __future__ import annotations

import struct
from pathlib import Path

from pipeline.extract.grid import ReadFaultError
from pipeline.extract.sheet_xml import CELL_LIMIT, SheetMarks

_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_FORMULA, _BOOLERR = 0x0006, 0x0205
_CELL_RECORDS = (0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _FORMULA, _BOOLERR)


def scan_xls(path: Path) -> list[SheetMarks]:
    """Scan the BIFF stream of an .xls.

    Args:
        path: An OLE2 file.

    Returns:
        Marks of each worksheet stream, in the order of the stream.

    Raises:
        ReadFaultError: ``file_password``, ``file_unsafe`` (macros), ``file_too_large`` or ``file_unreadable``.
    """
    import olefile  # type: ignore[import-untyped]

    try:
        with olefile.OleFileIO(path) as ole:
            if ole.exists("EncryptedPackage"):
                raise ReadFaultError("file_password", "encrypted package")
            if ole.exists("_VBA_PROJECT_CUR") or ole.exists("_VBA_PROJECT"):
                raise ReadFaultError("file_unsafe", "macro")
            name = next((n for n in ("Workbook", "Book") if ole.exists(n)), None)
            if name is None:
                raise ReadFaultError("file_unreadable", "not a workbook")
            return _scan(ole.openstream(name).read())
    except ReadFaultError:
        raise
    except Exception as error:
        # olefile raises many classes on a damaged file; all mean the same to the agency.
        raise ReadFaultError("file_unreadable", f"container: {type(error).__name__}") from None


def _scan(stream: bytes) -> list[SheetMarks]:
    sheets: list[SheetMarks] = []
    position, depth = 0, 0
    height = width = 0
    while position + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + length]
        position += 4 + length
        if code == _FILEPASS:
            raise ReadFaultError("file_password", "encrypted stream")
        if code == _BOF:
            depth += 1
            if len(body) >= 4 and struct.unpack_from("<H", body, 2)[0] == 0x0010 and depth == 1:
                sheets.append(SheetMarks())
                height = width = 0
        elif code == _EOF:
            depth = max(depth - 1, 0)
        elif code in _CELL_RECORDS and len(body) >= 6 and sheets:
            row, column = struct.unpack_from("<HH", body, 0)
            height, width = max(height, row + 1), max(width, column + 1)
            if height * width > CELL_LIMIT:
                raise ReadFaultError("file_too_large", "sheet extent")
            if _is_error(code, body):
                sheets[-1].errors.append((row, column))
    return sheets


def _is_error(code: int, body: bytes) -> bool:
    if code == _BOOLERR:
        return len(body) >= 8 and body[7] == 1
    return code == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2
