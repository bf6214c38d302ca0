"""Delivered files: found, hashed, archived; lock and hidden files left out with a note."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Stands for files that lie in the inbox itself; no agency's code begins with a line.
STRAY = "_inbox"
_CHUNK = 2**20
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One delivered file: where it stands, its name inside the agency's folder, its content hash."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """What stands in an agency's folder.

    Attributes:
        files: One for each content, in the order of names.
        repeats: Names of files whose content stands under another name too.
        ignored: Names of lock, hidden and system files.
        unreadable: Names of files whose bytes the system does not give.
    """

    files: tuple[InboxFile, ...] = ()
    repeats: tuple[InboxFile, ...] = ()
    ignored: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def shown_name(name: str) -> str:
    """A name that can be written anywhere: bytes that are no UTF-8 are read as cp874, which old Windows zips write."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp874", errors="backslashreplace")


def is_ignored(name: str) -> bool:
    """Whether a name is that of a lock file of Excel, a hidden file or a system's own file."""
    parts = name.split("/")
    return any(part.startswith((".", "~$")) for part in parts) or parts[-1].lower() in _SYSTEM_FILES


def scan_inbox(folder: Path | None, *, is_deep: bool = True) -> Inbox:
    """Find and hash the files of an agency's folder and of the folders in it.

    Args:
        folder: ``inbox/<agency>``; None or missing: nothing was delivered.
        is_deep: Whether to look into folders.
    """
    if folder is None or not folder.is_dir():
        return Inbox()
    paths = sorted(
        path for path in (folder.rglob("*") if is_deep else folder.glob("*")) if path.is_file() or path.is_symlink()
    )
    ignored: list[str] = []
    files: dict[str, InboxFile] = {}
    repeats: list[InboxFile] = []
    unreadable: list[str] = []
    for path in paths:
        name = shown_name(path.relative_to(folder).as_posix())
        # A link could point at any file of the machine.
        if is_ignored(name) or path.is_symlink():
            ignored.append(name)
            continue
        try:
            entry = InboxFile(path, name, _sha256(path))
        except OSError:
            unreadable.append(name)
            continue
        if entry.sha256 in files:
            repeats.append(entry)
        else:
            files[entry.sha256] = entry
    return Inbox(tuple(files.values()), tuple(repeats), tuple(ignored), tuple(unreadable))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def archive_files(files: Sequence[InboxFile], archive: Path) -> list[InboxFile]:
    """Copy files into the archive under their content hash; what is there already is left alone.

    Args:
        files: Delivered files.
        archive: ``<home>/archive``.

    Returns:
        The files as they were archived: one that was still being written is taken with the hash of what was copied.
    """
    archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [_archive(entry, archive) for entry in files]


def _archive(entry: InboxFile, archive: Path) -> InboxFile:
    if (archive / entry.sha256).is_file():
        return entry
    descriptor, name = tempfile.mkstemp(dir=archive, prefix=".new-")
    scratch = Path(name)
    digest = hashlib.sha256()
    try:
        with os.fdopen(descriptor, "wb") as target, entry.path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        scratch.replace(archive / digest.hexdigest())
    finally:
        scratch.unlink(missing_ok=True)
    return InboxFile(entry.path, entry.name, digest.hexdigest())
