"""Commands about a home: its status, publications, rollback, check and queries."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import duckdb

from pipeline.durable import write_durably
from pipeline.errors import HomeError, UserError
from pipeline.home import Home, read_run_log
from pipeline.publish.manifest import LINK, current_run_id
from pipeline.publish.readonly import open_readonly
from pipeline.publish.swap import input_fingerprint, publications, rollback, verify

TAKEN_BACK = "taken_back.json"


def require_publication(home: Path) -> str:
    """The run id of the current publication.

    Raises:
        HomeError: The folder is no home, or nothing was published in it yet.
    """
    run_id = current_run_id(home) if home.is_dir() else None
    if run_id is None:
        raise HomeError(
            "There is no publication in this home folder; name the right one with --home, or run 'khrua run' first.",
            "ไม่มีฉบับเผยแพร่ในโฟลเดอร์ home นี้ โปรดระบุโฟลเดอร์ที่ถูกด้วย --home หรือรัน khrua run ก่อน",
        )
    return run_id


def home_status(home: Path) -> dict[str, Any]:
    """The current publication, its counts, and how the last run ended."""
    run_id = require_publication(home)
    current = next(p for p in publications(home) if p["run_id"] == run_id)
    nights = read_run_log(Home(home))
    return {
        "current": {k: v for k, v in current.items() if k != "tables"},
        "warehouse": str((home / "warehouse" / LINK).resolve()),
        "report": str(home / "report" / run_id / "index.html"),
        "last_run": nights[-1] if nights else None,
    }


def status_lines(status: dict[str, Any]) -> list[str]:
    """The status as an officer reads it."""
    current, last = status["current"], status["last_run"]
    shown = [
        f"ฉบับปัจจุบัน · current publication: {current['run_id']} "
        f"({current['records']:,} ระเบียน {current['persons']:,} คน {current['households']:,} ครัวเรือน)",
        f"คลังข้อมูล · warehouse: {status['warehouse']}",
        f"รายงาน · report: {status['report']}",
    ]
    if last:
        shown.append(f"รอบล่าสุด · last run: {last['run_id']} (exit {last['exit_code']}) {last['thai']}")
    return shown


def list_publications(home: Path) -> list[dict[str, Any]]:
    """Every publication, newest first."""
    require_publication(home)
    return [{k: v for k, v in entry.items() if k != "tables"} for entry in publications(home)]


def roll_back(home: Path, run_id: str) -> None:
    """Make an earlier publication current, while no run is at work."""
    require_publication(home)
    with Home(home).lock():
        before = taken_back_fingerprints(home)
        # The next night must not publish again, from the same files, what was taken back. Written before the swap: a
        # crash between the two keeps back what stands, which harms nobody.
        _write_taken_back(home, before | {input_fingerprint(home)})
        try:
            rollback(home, run_id, getpass.getuser())
        except UserError:
            _write_taken_back(home, before)
            raise
        no_longer_taken_back(home, input_fingerprint(home))


def taken_back_fingerprints(home: Path) -> frozenset[str]:
    """Fingerprints of the inputs of every publication that was rolled back from and not taken up again since."""
    path = home / "identity" / TAKEN_BACK
    return frozenset(json.loads(path.read_text("utf-8"))["input_fingerprints"]) if path.exists() else frozenset()


def no_longer_taken_back(home: Path, fingerprint: str | None) -> None:
    """Note that a publication made from these inputs is current again."""
    known = taken_back_fingerprints(home)
    if fingerprint in known:
        _write_taken_back(home, known - {fingerprint})


def _write_taken_back(home: Path, fingerprints: frozenset[str | None]) -> None:
    known = sorted(one for one in fingerprints if one)
    write_durably(home / "identity" / TAKEN_BACK, json.dumps({"input_fingerprints": known}).encode())


def verify_home(home: Path) -> list[str]:
    """Faults of what is published; empty when all is as it was."""
    require_publication(home)
    return verify(home)


def query(home: Path, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement on the current warehouse, read-only.

    Returns:
        Column names and rows.

    Raises:
        UserError: The statement is faulty or asks for what is closed.
    """
    require_publication(home)
    connection = open_readonly(home / "warehouse" / LINK)
    try:
        cursor = connection.execute(statement)
        return [column[0] for column in cursor.description or []], cursor.fetchall()
    except duckdb.Error as error:
        # The analysts' warehouse holds no personal value that DuckDB's message could quote.
        raise UserError(
            f"The warehouse refused the statement: {str(error).splitlines()[0]} → correct it; the warehouse is "
            "read-only, and docs/warehouse.md or 'from ops.schema_description' names its tables and columns.",
            "คำสั่ง SQL ไม่ถูกต้อง หรือขอสิ่งที่ไม่อนุญาต โปรดแก้ตามบรรทัดถัดไป คลังนี้อ่านได้อย่างเดียว "
            "ชื่อตารางและคอลัมน์อยู่ใน docs/warehouse.md หรือ from ops.schema_description",
        ) from error
    finally:
        connection.close()
