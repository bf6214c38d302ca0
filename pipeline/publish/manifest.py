"""The manifest of the published warehouses: sizes and hashes, newest last."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipeline.durable import write_durably

LINK = "current.duckdb"
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Publication:
    """One published warehouse.

    Attributes:
        run_id: The run that made it.
        run_date: The night's date, ISO.
        size: Bytes of the file.
        sha256: Hash of the file.
        audit_hash: Hash of the audit log's line about it.
        records: Records in it.
        persons: Persons in it.
        households: Households in it.
        tables: Table → hash of its content, the same for the same content.
    """

    run_id: str
    run_date: str
    size: int
    sha256: str
    audit_hash: str
    records: int
    persons: int
    households: int
    tables: dict[str, str] = field(default_factory=dict)


def warehouse_folder(home: Path) -> Path:
    """Where the warehouses of a home stand."""
    return home / "warehouse"


def read_manifest(home: Path) -> list[Publication]:
    """Every publication, oldest first."""
    path = warehouse_folder(home) / MANIFEST
    if not path.exists():
        return []
    return [Publication(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["publications"]]


def write_manifest(home: Path, publications: list[Publication]) -> None:
    """Replace the manifest in one step."""
    text = json.dumps({"publications": [asdict(p) for p in publications]}, ensure_ascii=False, indent=1, sort_keys=True)
    write_durably(warehouse_folder(home) / MANIFEST, (text + "\n").encode())


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def current_run_id(home: Path) -> str | None:
    """The publication that ``current.duckdb`` points to; None when there is none."""
    link = warehouse_folder(home) / LINK
    return link.readlink().stem if link.is_symlink() and link.exists() else None
