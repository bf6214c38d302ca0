"""The audits before a publication: each one a ``.sql`` file that returns offending rows."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipeline.errors import AuditError
from pipeline.publish.sql_files import SQL, load_statements


@dataclass(frozen=True, slots=True)
class Audit:
    """One promise of a publication.

    Attributes:
        name: The file under ``sql/audits`` without its ending.
        thai: What must hold, for the officer.
        english: The same for support.
    """

    name: str
    thai: str
    english: str


@dataclass(frozen=True, slots=True)
class AuditResult:
    """How one audit came out; ``offending`` rows are counted, never shown."""

    audit: Audit
    offending: int

    @property
    def has_passed(self) -> bool:
        """Whether nothing offends."""
        return self.offending == 0


AUDITS: tuple[Audit, ...] = tuple(
    Audit(*row)
    for row in (
        (
            "sheet_rows_accounted",
            "ทุกแถวจริงในทุกแผ่นงานมีที่มาที่ไป",
            "every physical row of every sheet is accounted for",
        ),
        (
            "delivery_rows_accounted",
            "จำนวนแถวของไฟล์ตรงกับผลรวมของแผ่นงาน",
            "the counts of a file are those of its sheets",
        ),
        (
            "stage_rows_accounted",
            "ทุกขั้นตอน แถวเข้าเท่ากับแถวออกบวกแถวที่อธิบายได้",
            "in every stage rows in are rows out and rows explained",
        ),
        ("record_linked_once", "ทุกระเบียนเชื่อมโยงหนึ่งครั้งพอดี", "every record is linked exactly once"),
        ("household_never_null", "ทุกระเบียนมีครัวเรือน", "every record has a household"),
        ("person_of_person_record", "ทุกระเบียนบุคคลมีรหัสบุคคล", "every record of a person has a person"),
        ("references_hold", "รหัสที่อ้างถึงมีอยู่จริงทุกตัว", "every identifier points to something"),
        ("two_valid_ids", "ไม่มีบุคคลใดมีเลขประจำตัวที่ถูกต้องสองเลข", "no person has two valid national IDs"),
        (
            "poverty_of_ordinary_households",
            "วัดความยากจนเฉพาะครัวเรือนทั่วไป",
            "only ordinary households are measured",
        ),
        (
            "not_assessed_is_unknown",
            "ครัวเรือนที่ยังไม่ได้ประเมินไม่ถูกนับว่าจนหรือไม่จน",
            "a household that is not assessed is neither poor nor not poor",
        ),
        ("forbidden_columns", "คลังไม่มีคอลัมน์ที่ระบุตัวตน", "the warehouse has no identifying column"),
        (
            "no_identity_numbers",
            "คลังไม่มีเลขยาวอย่างเลขประจำตัว รหัสบ้าน หรือโทรศัพท์",
            "the warehouse holds no number as long as an ID, a house code or a phone number",
        ),
        (
            "no_known_identity",
            "คลังไม่มีเลขประจำตัวหรือรหัสบ้านของผู้ใด",
            "the warehouse holds nobody's national ID or house code",
        ),
        ("no_thai_names", "คลังไม่มีชื่อบุคคลและข้อความอิสระ", "the warehouse holds no name and no free text"),
        ("everything_commented", "ทุกตารางและคอลัมน์มีคำอธิบายภาษาไทย", "every table and column has its Thai comment"),
        ("m0_is_h_times_a", "M0 เท่ากับ H × A ทุกพื้นที่", "M0 is H times A in every area"),
        (
            "area_totals_add_up",
            "ยอดรายพื้นที่ตรงกับการนับครัวเรือนซ้ำ",
            "the figures of areas are those of their households",
        ),
        ("help_totals_add_up", "ยอดความช่วยเหลือทุกระดับตรงกัน", "help adds up at every level of area"),
        ("small_counts_flagged", "จำนวนน้อยมีเครื่องหมายทุกช่อง", "every small count carries its flag"),
    )
)


def audit(connection: duckdb.DuckDBPyConnection) -> tuple[AuditResult, ...]:
    """Run every audit.

    Args:
        connection: A warehouse as :func:`pipeline.publish.build.build_warehouse` returns it, private tables attached.

    Returns:
        One result for each audit, in the order of ``AUDITS``.
    """
    _collect_suspect_text(connection)
    results = []
    for one in AUDITS:
        statement = load_statements(SQL / "audits" / f"{one.name}.sql")
        found = connection.execute(f"select count(*) from ({statement})").fetchone()
        results.append(AuditResult(one, int(found[0]) if found else 0))
    return tuple(results)


def require_passed(results: tuple[AuditResult, ...]) -> None:
    """Stop a publication that breaks a promise.

    Raises:
        AuditError: With one line for each audit that failed; nothing has been swapped in.
    """
    failed = [r for r in results if not r.has_passed]
    if failed:
        raise AuditError(
            f"{len(failed)} audit(s) failed, so nothing was published and the earlier publication stays; "
            "see the report, mend the cause and run again.",
            f"การตรวจสอบไม่ผ่าน {len(failed)} ข้อ จึงยังไม่เผยแพร่ ฉบับเดิมยังใช้ได้ โปรดดูรายงาน แก้สาเหตุ แล้วรันใหม่",
            details=tuple(
                f"[{r.audit.name}] ไม่เป็นไปตามข้อ “{r.audit.thai}” {r.offending:,} แถว · "
                f"not so: {r.audit.english} ({r.offending:,} rows)"
                for r in failed
            ),
        )


def _collect_suspect_text(connection: duckdb.DuckDBPyConnection) -> None:
    """Every text of the warehouse with Thai letters or nine digits in it, by column."""
    connection.execute(load_statements(SQL / "catalog" / "suspect_text.sql"))
    columns = connection.execute(load_statements(SQL / "catalog" / "text_columns.sql")).fetchall()
    statement = load_statements(SQL / "catalog" / "suspect_text_of_column.sql")
    for schema, table, column in columns:
        connection.execute(statement, {"schema": schema, "table": table, "column": column})
