"""CSV files: own decoder, strict quoting, line numbers. DuckDB's sniffer takes open quotes without an error."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from pipeline.extract.grid import ReadFaultError, Sheet, Workbook, make_sheet, text_cell
from pipeline.extract.sniff import looks_utf16

_DELIMITERS = (",", "\t", ";", "|")
_SUFFIXES = (".csv", ".txt", ".tsv", ".tab")
_FIELD_LIMIT = 2**20


def decode(data: bytes) -> tuple[str, str]:
    """Decode a text file: byte order mark, then strict UTF-8, then strict windows-874 (which holds TIS-620).

    Args:
        data: Bytes of the file.

    Returns:
        The text and the encoding.

    Raises:
        ReadFaultError: ``file_unreadable``: none of the encodings fits; nothing is replaced or guessed.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding)
    bare = looks_utf16(data)
    if bare:
        return _strict(data, bare)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strict(data, "cp874")


def _strict(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        raise ReadFaultError("file_unreadable", "encoding") from None


def delimiter_of(text: str) -> str | None:
    """The delimiter that cuts the first lines into the same number of fields, or None for prose or one column."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    best, best_score = None, 0.0
    for mark in _DELIMITERS:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        widths = [c for c in counts if c > 1]
        if not widths:
            continue
        common = max(set(widths), key=lambda w: (widths.count(w), w))
        score = widths.count(common) / len(counts) * min(common, 40)
        if widths.count(common) * 2 > len(counts) and score > best_score:
            best, best_score = mark, score
    return best


def read_csv(path: Path) -> Workbook:
    """Read a CSV file.

    Raises:
        ReadFaultError: ``file_unreadable``: encoding, an open quote, or a text that is no table.
    """
    text, encoding = decode(path.read_bytes())
    delimiter = delimiter_of(text)
    if delimiter is None:
        if path.suffix.lower() not in _SUFFIXES:
            raise ReadFaultError("file_unreadable", "text instead of a workbook")
        delimiter = ","
    return Workbook("csv", encoding, [_records(text, delimiter)])


def _records(text: str, delimiter: str) -> Sheet:
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[tuple[str, str]]] = []
    numbers: list[int] = []
    line = 1
    try:
        for record in reader:
            rows.append([text_cell(value) for value in record])
            numbers.append(line)
            line = reader.line_num + 1
    except csv.Error:
        raise ReadFaultError("file_unreadable", "quoting", line) from None
    return make_sheet("", 0, rows, row_numbers=numbers, is_delimited=True)
