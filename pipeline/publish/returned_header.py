"""The header of a list that goes back: the agency's own rows and merged cells, and what each column was read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]
Merge = tuple[int, int, int, int]
# Issues name a concept by the column that usually holds it; a list without that column says it elsewhere.
_SAID_ELSEWHERE = {
    "life_status": ("death_date", "first_name", "full_name"),
    "house_code": ("house_no", "address", "household_ref"),
    "house_no": ("address",),
    "moo": ("address", "village"),
    "tambon": ("address",),
    "sex": ("title", "first_name", "full_name"),
}


@dataclass(frozen=True, slots=True)
class SheetHeader:
    """The header of one sheet.

    Attributes:
        labels: Joined header of each column, levels parted by a slash.
        rows: The header rows as typed, from the top one to the bottom one, all of one width.
        merges: Merged cells: top, left, bottom, right; positions in ``rows``.
        columns: What each column was read as, as issues name it; empty where it was not read.
    """

    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Number of header rows."""
        return len(self.rows)

    def own_names(self, column: str, role: str) -> tuple[str, ...]:
        """The agency's own headers of a canonical column; none when the sheet has nothing of the kind.

        Args:
            column: Canonical column, with its role where the issue knows it.
            role: Role of the record concerned; empty when it is not known.
        """
        for name in filter(None, (column, *_SAID_ELSEWHERE.get(column.rpartition(".")[2], ()))):
            found = self._labels_of(f"{role}.{name}") or self._labels_of(name)
            if found:
                return found
        return ()

    def _labels_of(self, name: str) -> tuple[str, ...]:
        return tuple(label for label, column in zip(self.labels, self.columns, strict=False) if column == name)

    def lowest(self, column: int) -> str:
        """The text that stands lowest in the header of a column."""
        return next((row[column] for row in reversed(self.rows) if row[column]), "")


def read_header(rows: Sequence[Row], width: int) -> SheetHeader:
    """The header of a sheet from its header rows.

    Args:
        rows: Row number, cells, and on the last one headers, columns and merges, from the top row to the bottom one.
        width: Columns of the sheet.
    """
    if not rows:
        return SheetHeader(("",) * width, (("",) * width,))
    _, _, headers, columns, merges = rows[-1]
    typed = tuple(_padded(cells or (), width) for _, cells, *_ in rows)
    at = {int(number): position for position, (number, *_) in enumerate(rows)}
    labels, names = _padded(headers or (), width), _padded(columns or (), width)
    return SheetHeader(labels, typed, _merges(merges or (), at, width), names)


def _padded(texts: Sequence[str | None], width: int) -> tuple[str, ...]:
    return tuple(text or "" for text in (*texts, *[None] * (width - len(texts))))[:width]


def _merges(found: Sequence[str], at: dict[int, int], width: int) -> tuple[Merge, ...]:
    """Merged cells as positions; one that overlaps another is left out: Excel calls such a file damaged."""
    kept: list[Merge] = []
    taken: set[tuple[int, int]] = set()
    for text in found:
        top, left, bottom, right = (int(part) for part in text.split())
        inside = [position for number, position in sorted(at.items()) if top <= number <= bottom]
        cells = {(row, column) for row in inside for column in range(left, min(right, width - 1) + 1)}
        if len(cells) > 1 and not cells & taken:
            taken |= cells
            kept.append((inside[0], left, inside[-1], min(right, width - 1)))
    return tuple(sorted(kept))
