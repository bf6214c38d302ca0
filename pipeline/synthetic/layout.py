"""Layouts: the YAML files under ``layouts/`` as objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("layouts")
_ROLES = ("person", "head", "spouse", "child", "parent", "member", "household", "registered")


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """One column; keys as in layouts/README.md."""

    header: tuple[str, ...]
    role: str = ""
    source: str = ""
    format: str = "text"
    codes: Mapping[str, str] = field(default_factory=dict)
    blank: float = 0.0
    is_summed: bool = False
    fill: str = "blank"
    homeless: str = ""


@dataclass(frozen=True, slots=True)
class LayoutSheet:
    """One sheet, or one kind of sheet where there is one for each amphoe."""

    name: str
    draw: str
    unit: str
    roles: tuple[str, ...]
    columns: tuple[LayoutColumn, ...]
    titles: tuple[str, ...] = ()
    blank_after_titles: int = 0
    blank_first_column: bool = False
    sheet_per: str = ""
    group_rows: str = ""
    subtotal: str = ""
    total: str = ""
    legends: tuple[str, ...] = ()
    legend_right: tuple[str, ...] = ()

    @property
    def header_depth(self) -> int:
        """Number of header rows."""
        return max(len(column.header) for column in self.columns)


@dataclass(frozen=True, slots=True)
class LayoutFile:
    """One file of an agency."""

    name: str
    type: str
    encoding: str
    sheets: tuple[LayoutSheet, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All files of an agency."""

    agency: str
    is_hand_made: bool
    files: tuple[LayoutFile, ...]


def _column(entry: dict[str, Any]) -> LayoutColumn:
    header = entry["header"]
    role, _, source = str(entry.get("source", "")).rpartition(".")
    if role not in ("", *_ROLES):
        raise ValueError(f"layout: unknown role {role}")
    return LayoutColumn(
        header=tuple(header) if isinstance(header, list) else (str(header),),
        role=role,
        source=source,
        format=entry.get("format", "text"),
        codes=entry.get("codes", {}),
        blank=float(entry.get("blank", 0.0)),
        is_summed=bool(entry.get("sum", False)),
        fill=str(entry.get("fill", "blank")),
        homeless=str(entry.get("homeless", "")),
    )


def _sheet(entry: dict[str, Any]) -> LayoutSheet:
    unit = entry["unit"]
    return LayoutSheet(
        name=entry.get("sheet", ""),
        draw=entry["draw"],
        unit=unit,
        roles=tuple(entry.get("roles", [unit])),
        columns=tuple(_column(column) for column in entry["columns"]),
        titles=tuple(entry.get("titles", [])),
        blank_after_titles=int(entry.get("blank_after_titles", 0)),
        blank_first_column=bool(entry.get("blank_first_column", False)),
        sheet_per=entry.get("sheet_per", ""),
        group_rows=entry.get("group_rows", ""),
        subtotal=entry.get("subtotal", ""),
        total=entry.get("total", ""),
        legends=tuple(entry.get("legends", [])),
        legend_right=tuple(entry.get("legend_right", [])),
    )


def load_layout(path: Path) -> Layout:
    """Read one layout.

    Args:
        path: The YAML file.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    files = tuple(
        LayoutFile(f["file"], f["type"], f.get("encoding", ""), tuple(_sheet(s) for s in f["sheets"]))
        for f in data["files"]
    )
    return Layout(data["agency"], bool(data["hand"]), files)


def all_layouts(folder: Path = FOLDER) -> list[Layout]:
    """Every layout, in the order of the agencies' codes."""
    return [load_layout(path) for path in sorted(folder.glob("*.yaml"))]
