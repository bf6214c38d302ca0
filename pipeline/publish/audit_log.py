"""The append-only log of who ran, published and delivered what: each line carries the hash of the line before."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import HomeError

FIRST = "0" * 64


def audit_log_path(home: Path) -> Path:
    """Where the log of a home stands."""
    return home / "identity" / "audit.jsonl"


def append_audit(home: Path, event: Mapping[str, object]) -> str:
    """Append an event and make it durable before anything is delivered.

    Args:
        home: The home folder.
        event: What happened: plain values that JSON can hold, no personal value.

    Returns:
        The hash of the new line.

    Raises:
        HomeError: The line cannot be written: nothing may be delivered.
    """
    path = audit_log_path(home)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            lines = file.read().split(b"\n")
            # A line cut short by a crash stays as it is; the chain goes over its bytes.
            torn = lines[-1] != b""
            whole = lines if torn else lines[:-1]
            previous = hashlib.sha256(whole[-1]).hexdigest() if whole else FIRST
            entry = {"number": len(whole) + 1, "previous": previous, **event}
            line = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
            file.write((b"\n" if torn else b"") + line + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise HomeError(
            f"The audit log cannot be written ({type(error).__name__}), so nothing was delivered; "
            "mend the rights of identity/audit.jsonl in the home folder or free some space.",
            "เขียนบันทึกการตรวจสอบ (identity/audit.jsonl) ไม่ได้ จึงยังไม่ส่งมอบสิ่งใด โปรดแก้สิทธิ์หรือเพิ่มพื้นที่ดิสก์",
        ) from error
    return hashlib.sha256(line).hexdigest()


def audit_log_faults(home: Path) -> list[str]:
    """Lines whose chain is broken; empty when the log is whole."""
    path = audit_log_path(home)
    if not path.exists():
        return []
    faults = []
    previous = FIRST
    for number, line in enumerate(path.read_bytes().removesuffix(b"\n").split(b"\n"), start=1):
        try:
            stated = json.loads(line)["previous"]
        except (ValueError, KeyError, TypeError):
            faults.append(f"บันทึกการตรวจสอบบรรทัดที่ {number} อ่านไม่ได้ · audit log line {number} cannot be read")
            stated = previous
        if stated != previous:
            faults.append(
                f"บันทึกการตรวจสอบบรรทัดที่ {number} ไม่ต่อเนื่องกับบรรทัดก่อนหน้า · "
                f"audit log line {number} does not follow the line before"
            )
        previous = hashlib.sha256(line).hexdigest()
    return faults


def audit_log_hashes(home: Path) -> set[str]:
    """Hash of every line."""
    path = audit_log_path(home)
    if not path.exists():
        return set()
    return {hashlib.sha256(line).hexdigest() for line in path.read_bytes().removesuffix(b"\n").split(b"\n")}
