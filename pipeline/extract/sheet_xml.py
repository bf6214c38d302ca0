"""What calamine does not tell about a sheet of an .xlsx: its real extent, error cells, formulas without a value.

calamine lays a sheet out from its first to its last cell, so one cell at XFD1048576 asks for 549 GB, and it gives
``#REF!`` and an uncalculated formula as an empty cell (intake-and-publication.md, section 2). The XML is scanned with
expressions instead of a parser: 200,000 rows of 8 cells take about half a second.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field

from pipeline.extract.grid import ReadFaultError

# Above the largest plausible list of a province (2.6 million people), at 24 bytes a cell within the memory limit.
CELL_LIMIT = 30_000_000

_ANY_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})\d+["']""")
_ANY_ROW = re.compile(rb"""\br=["'][A-Z]{1,3}(\d+)["']""")
_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})(\d+)["'][^>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b""")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d+)["']""")
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")
_HAS_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>]*>[^<]")
# A formula may give the empty text: <v></v> of a cell whose result is text is a value.
_IS_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")
_HAS_RESULT = re.compile(rb"<(?:\w+:)?v\b")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}


@dataclass(slots=True)
class SheetMarks:
    """Cells of one sheet that need more than calamine tells; positions from 0."""

    errors: list[tuple[int, int]] = field(default_factory=list)
    without_value: list[tuple[int, int]] = field(default_factory=list)


def column_index(letters: str) -> int:
    """Position from 0 of a column such as ``AB``."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def scan_workbook(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Scan every worksheet.

    Args:
        archive: An .xlsx whose container has been checked.

    Returns:
        Marks by sheet name.

    Raises:
        ReadFaultError: ``file_too_large``: the extent of a sheet.
    """
    names = set(archive.namelist())
    marks: dict[str, SheetMarks] = {}
    for name, part in sheet_parts(archive).items():
        if part in names:
            marks[name] = scan_sheet(archive.read(part))
    return marks


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet → its part in the container."""
    relations = {}
    if "xl/_rels/workbook.xml.rels" in archive.namelist():
        text = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        for match in _RELATION.finditer(text):
            found = _attributes(match.group(1))
            target = found.get("Target", "")
            relations[found.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    parts = {}
    for match in _SHEET.finditer(workbook):
        found = _attributes(match.group(1))
        relation = next((value for key, value in found.items() if key.endswith(":id")), "")
        if "name" in found and relation in relations:
            parts[found["name"]] = relations[relation]
    return parts


def _attributes(text: str) -> dict[str, str]:
    return {m.group(1): _unescape(m.group(2) or m.group(3) or "") for m in _ATTRIBUTE.finditer(text)}


def _unescape(text: str) -> str:
    for entity, letter in _ENTITY.items():
        if entity != "&amp;":
            text = text.replace(entity, letter)
    text = re.sub(r"&#x([0-9A-Fa-f]{1,6});", lambda m: chr(int(m.group(1), 16)), text)
    text = re.sub(r"&#(\d{1,7});", lambda m: chr(int(m.group(1))), text)
    return text.replace("&amp;", "&")


def scan_sheet(xml: bytes) -> SheetMarks:
    """Scan the XML of one worksheet.

    Raises:
        ReadFaultError: ``file_too_large``: cells with content span more than ``CELL_LIMIT``.
    """
    _check_extent(xml)
    marks = SheetMarks()
    if _IS_ERROR.search(xml) is None and _FORMULA.search(xml) is None:
        return marks
    for cell in _CELL.finditer(xml):
        attributes, body = cell.group(1), cell.group(2)
        is_error = _IS_ERROR.search(attributes) is not None
        if attributes.endswith(b"/") or not (is_error or _is_without_value(attributes, body)):
            continue
        where = _REFERENCE.search(attributes)
        if where:
            position = (int(where.group(2)) - 1, column_index(where.group(1).decode()))
            (marks.errors if is_error else marks.without_value).append(position)
    return marks


def _is_without_value(attributes: bytes, body: bytes) -> bool:
    if _FORMULA.search(body) is None or _HAS_VALUE.search(body):
        return False
    return not (_IS_TEXT_RESULT.search(attributes) and _HAS_RESULT.search(body))


def _check_extent(xml: bytes) -> None:
    columns = {column_index(c.decode()) for c in set(_ANY_CELL.findall(xml))}
    rows = {int(r) for r in set(_ANY_ROW.findall(xml))}
    if not columns or (max(columns) + 1) * max(rows) <= CELL_LIMIT:
        return
    # Formats that reach down to the last row are common and harmless: only cells with content count.
    filled = _FILLED_CELL.findall(xml)
    if not filled:
        return
    width = max(column_index(c.decode()) for c in {c for c, _ in filled}) + 1
    if width * max(int(r) for r in {r for _, r in filled}) > CELL_LIMIT:
        raise ReadFaultError("file_too_large", "sheet extent")
