"""A built warehouse becomes the current one; an earlier one can become it again."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import duckdb

from pipeline.durable import flush
from pipeline.errors import HomeError, NothingPublishedError, UserError
from pipeline.publish.audit_log import append_audit, audit_log_faults, audit_log_hashes
from pipeline.publish.build import warehouse_tables
from pipeline.publish.manifest import (
    LINK,
    MANIFEST,
    Publication,
    current_run_id,
    file_hash,
    read_manifest,
    warehouse_folder,
    write_manifest,
)
from pipeline.publish.readonly import open_readonly
from pipeline.publish.sql_files import SQL, load_statements


def scratch_folder(home: Path, run_id: str) -> Path:
    """Where a publication is built aside: on the file system of the warehouse, so that it can be renamed."""
    return warehouse_folder(home) / f".building-{run_id}"


def clear_scratch(home: Path) -> None:
    """Throw away what unfinished publications left: folders aside, warehouses and lists that no manifest names.

    Without a manifest beside published files nothing is thrown away: somebody has to look first.
    """
    folder = warehouse_folder(home)
    for left in sorted(folder.glob(".building-*")):
        shutil.rmtree(left, ignore_errors=True)
    files = [p for p in sorted(folder.glob("*.duckdb")) if not p.is_symlink()]
    if files and not (folder / MANIFEST).exists():
        return
    published = {p.run_id for p in read_manifest(home)} | {current_run_id(home)}
    for left in (*files, *sorted((home / "returns").glob("*/*.xlsx"))):
        if left.stem not in published:
            left.unlink()


def inspect_built(path: Path, run_date: date) -> Publication:
    """Reopen a built warehouse read-only, read every column, and take its size and hashes.

    Args:
        path: The scratch file, closed.
        run_date: The night's date.

    Returns:
        The entry of the manifest, without the hash of the audit log's line.

    Raises:
        NothingPublishedError: The file is not whole.
    """
    if path.with_name(path.name + ".wal").exists():
        raise _not_whole("a write-ahead log is left beside it")
    try:
        with open_readonly(path) as connection:
            tables = _read_everything(connection)
            facts = connection.execute(load_statements(SQL / "catalog" / "run_counts.sql")).fetchone()
    except duckdb.Error as error:
        raise _not_whole(type(error).__name__) from None
    if facts is None:
        raise _not_whole("ops.run is empty")
    run_id, records, persons, households = facts
    return Publication(
        run_id, run_date.isoformat(), path.stat().st_size, file_hash(path), "", records, persons, households, tables
    )


def swap_in(home: Path, built: Path, publication: Publication) -> Path:
    """Rename a checked warehouse to its place, write it into the manifest, and point the link to it.

    Readers that have the old file open keep it; whoever opens the link next sees the new one.

    Args:
        home: The home folder.
        built: The scratch file, on the same file system as the warehouse folder.
        publication: Its entry, with the hash of the audit log's line.

    Returns:
        The published file.

    Raises:
        HomeError: The folder cannot be written; the current publication is as before.
    """
    target = warehouse_folder(home) / f"{publication.run_id}.duckdb"
    earlier = read_manifest(home)
    try:
        flush(built)
        built.replace(target)
        flush(target.parent)
        write_manifest(home, [*earlier, publication])
        _point_link(home, publication.run_id)
    except OSError as error:
        if current_run_id(home) != publication.run_id:
            _take_back(home, target, earlier)
        raise HomeError(
            f"The publication could not be put in its place ({type(error).__name__}); the earlier one stays. "
            "Mend the rights of the warehouse folder or free some space, then run again.",
            "นำฉบับใหม่เข้าที่ไม่ได้ ฉบับเดิมยังใช้ได้ โปรดแก้สิทธิ์ของโฟลเดอร์ warehouse หรือเพิ่มพื้นที่ดิสก์ แล้วรันใหม่",
        ) from error
    return target


def input_fingerprint(home: Path) -> str | None:
    """Hash of everything that the current publication rests on."""
    with open_readonly(warehouse_folder(home) / LINK) as connection:
        row = connection.execute(load_statements(SQL / "catalog" / "input_fingerprint.sql")).fetchone()
    return row[0] if row else None


def publications(home: Path) -> list[dict[str, object]]:
    """Every publication, newest first, with ``is_current``."""
    current = current_run_id(home)
    return [{**asdict(p), "is_current": p.run_id == current} for p in reversed(read_manifest(home))]


def rollback(home: Path, run_id: str, run_by: str = "") -> None:
    """Make an earlier publication the current one; it is only a swap of the link.

    Args:
        home: The home folder.
        run_id: The publication to go back to.
        run_by: Who asked for it, for the audit log.

    Raises:
        UserError: There is no such publication, or its file is not as it was published.
    """
    entry = next((p for p in read_manifest(home) if p.run_id == run_id), None)
    if entry is None:
        known = ", ".join(p.run_id for p in read_manifest(home)) or "—"
        raise UserError(
            f"There is no publication of that run; choose one of: {known}.",
            f"ไม่มีฉบับเผยแพร่ของรอบนี้ โปรดเลือกจาก: {known}",
        )
    if (fault := _file_fault(home, entry)) is not None:
        raise UserError(
            "That publication's file is not as it was published, so the link stays; choose another with "
            "'khrua publications'.",
            "ไฟล์ของฉบับนี้ไม่ตรงกับที่เผยแพร่ จึงไม่สลับ โปรดเลือกฉบับอื่นด้วย khrua publications",
            details=(fault,),
        )
    append_audit(
        home, {"event": "rollback", "run_id": run_id, "from_run_id": current_run_id(home) or "", "run_by": run_by}
    )
    _point_link(home, run_id)


def verify(home: Path) -> list[str]:
    """Check that everything published is as it was published.

    Returns:
        One Thai and English sentence for each fault; empty when all is well.
    """
    entries = read_manifest(home)
    faults = [fault for entry in entries if (fault := _file_fault(home, entry)) is not None]
    current = current_run_id(home)
    if entries and current not in {p.run_id for p in entries}:
        faults.append(f"{LINK} ไม่ชี้ไปยังฉบับเผยแพร่ใด · {LINK} points to no publication")
    faults += audit_log_faults(home)
    lines = audit_log_hashes(home)
    faults += [
        f"ไม่พบฉบับ {p.run_id} ในบันทึกการตรวจสอบ · the audit log has no line of publication {p.run_id}"
        for p in entries
        if p.audit_hash not in lines
    ]
    return faults


def with_audit_hash(publication: Publication, audit_hash: str) -> Publication:
    """The entry with the hash of the audit log's line about it."""
    return replace(publication, audit_hash=audit_hash)


def _read_everything(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    stated = {
        f"{schema}.{table}": (rows, digest)
        for schema, table, rows, digest in connection.execute(
            load_statements(SQL / "catalog" / "table_hashes.sql")
        ).fetchall()
    }
    statement = load_statements(SQL / "catalog" / "table_read.sql")
    for schema, table in warehouse_tables(connection):
        if (schema, table) == ("ops", "table_hash"):
            continue
        found = connection.execute(statement, {"table": f"{schema}.{table}"}).fetchone()
        if found is None or stated.get(f"{schema}.{table}", (None, ""))[0] != found[0]:
            raise _not_whole(f"{schema}.{table} has another number of rows than it was written with")
    return {name: digest for name, (_, digest) in sorted(stated.items())}


def _file_fault(home: Path, entry: Publication) -> str | None:
    path = warehouse_folder(home) / f"{entry.run_id}.duckdb"
    if not path.is_file():
        return f"ไม่พบไฟล์ {path.name} · {path.name} is missing"
    if path.stat().st_size != entry.size or file_hash(path) != entry.sha256:
        return f"ไฟล์ {path.name} ถูกแก้ไขหลังเผยแพร่ · {path.name} was changed after it was published"
    if path.with_name(path.name + ".wal").exists():
        return f"มีไฟล์ .wal ค้างอยู่ข้าง {path.name} · a .wal file stands beside {path.name}"
    return None


def _not_whole(why: str) -> NothingPublishedError:
    return NothingPublishedError(
        f"The warehouse just built is not whole ({why}), so nothing was published; free some disk space and run again.",
        "ไฟล์คลังข้อมูลที่สร้างไม่สมบูรณ์ จึงยังไม่เผยแพร่ โปรดตรวจพื้นที่ดิสก์แล้วรันใหม่",
    )


def _point_link(home: Path, run_id: str) -> None:
    folder = warehouse_folder(home)
    new = folder / f".{LINK}.new"
    new.unlink(missing_ok=True)
    new.symlink_to(f"{run_id}.duckdb")
    new.replace(folder / LINK)
    flush(folder)


def _take_back(home: Path, target: Path, earlier: list[Publication]) -> None:
    try:
        write_manifest(home, earlier)
        target.unlink(missing_ok=True)
    except OSError:
        # What cannot be taken back now is named by no link; the next night clears it.
        return
