"""What a returned list says, gathered sheet by sheet: the agency's rows and our words beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.contracts import RETURNED_HEADER_PREFIX, Agreement, ContractBook
from pipeline.issues import ISSUE_CODES
from pipeline.privacy import derive_key, keyed_hash
from pipeline.publish.returned_header import SheetHeader, read_header
from pipeline.publish.sharing import WITHHELD_KINDS, agreement_of, allowed_givers, hidden_columns
from pipeline.publish.sql_files import SQL, load_statements
from pipeline.publish.stages import add_input
from pipeline.publish.words import DELIVERY_STATUS, EVIDENCE, ROLE, thai_date
from pipeline.tables import TEXT

Row = tuple[Any, ...]
OUR_COLUMNS = (
    f"{RETURNED_HEADER_PREFIX} แถวในไฟล์ที่ส่ง",
    f"{RETURNED_HEADER_PREFIX} สถานะ",
    f"{RETURNED_HEADER_PREFIX} สิ่งที่ต้องแก้และวิธีแก้",
    f"{RETURNED_HEADER_PREFIX} ข้อสังเกต",
    f"{RETURNED_HEADER_PREFIX} แถวซ้ำในบัญชีนี้",
    f"{RETURNED_HEADER_PREFIX} รหัสบุคคล",
    f"{RETURNED_HEADER_PREFIX} รหัสครัวเรือน",
    f"{RETURNED_HEADER_PREFIX} ความมั่นใจ",
    f"{RETURNED_HEADER_PREFIX} ความช่วยเหลือที่ครัวเรือนได้รับแล้ว",
)
ANSWER_COLUMNS = (f"{RETURNED_HEADER_PREFIX} ผลตรวจของหน่วยงาน", f"{RETURNED_HEADER_PREFIX} หมายเหตุของหน่วยงาน")
ANSWERS = ("ถูกต้อง", "ไม่ถูกต้อง", "ไม่แน่ใจ")
HIDDEN_CELL = "(ไม่ส่งคืน)"
WHOLE_ROW = "ทั้งแถว"
ROW_STATUS = {"accepted": "รับแล้ว", "rejected": "ไม่รับ", "excluded": "ไม่นำเข้าตามเงื่อนไข", "group_label": ""}


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """One sheet of a list that goes back.

    Attributes:
        title: Sheet name as delivered; empty for a CSV file.
        file_name: File as delivered.
        header: The agency's header rows.
        rows: Its cells, then our columns (``OUR_COLUMNS``), in its order.
    """

    title: str
    file_name: str
    header: SheetHeader
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReturnedList:
    """Everything that goes back to one agency.

    Attributes:
        deliveries: File, night received, status, reason and way out, accepted, rejected: as people read them.
        faults: File, sheet, what is wrong, way out: of whole files.
        help_agencies: Agencies whose help the list may show.
    """

    agency: str
    agency_name: str
    agreement: Agreement
    run_id: str
    run_date: date
    sheets: tuple[ReturnedSheet, ...]
    deliveries: tuple[tuple[str, ...], ...]
    faults: tuple[tuple[str, ...], ...]
    help_agencies: tuple[str, ...]


def prepare_sharing(connection: duckdb.DuckDBPyConnection, book: ContractBook, day: date) -> None:
    """Lay out what the lists say, once for all agencies: records and faults at their rows, help that may be told."""
    pairs = [(giver, agency) for agency in sorted(book.contracts) for giver in allowed_givers(book, agency, day)]
    _add_pairs(connection, "allowed_giver", ("giver", "recipient"), pairs)
    main = [(a, one.list_code, one.roles[0]) for a, c in sorted(book.contracts.items()) for one in c.lists]
    _add_pairs(connection, "main_role", ("agency", "list_code", "role"), main)
    _add_pairs(connection, "withheld_kind", ("assistance_kind_code",), [(kind,) for kind in WITHHELD_KINDS])
    for name in ("place_records", "place_issues", "place_help"):
        connection.execute(load_statements(SQL / "returns" / f"{name}.sql"))


def _add_pairs(
    connection: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    data = {column: pa.array([row[at] for row in rows], TEXT) for at, column in enumerate(columns)}
    add_input(connection, name, pa.table(data))


def agencies_with_lists(connection: duckdb.DuckDBPyConnection, book: ContractBook, day: date) -> tuple[str, ...]:
    """Agencies that get a list tonight: a delivery in use and an agreement in force."""
    rows = _fetch(connection, "agencies", {})
    return tuple(str(r[0]) for r in rows if agreement_of(book, str(r[0]), day) is not None)


def gather_list(
    connection: duckdb.DuckDBPyConnection, book: ContractBook, agency: str, run_id: str, run_date: date, key: bytes
) -> ReturnedList:
    """Gather one agency's list.

    Args:
        connection: With the inputs attached and :func:`prepare_sharing` done.
        book: Contracts, agreements, vocabulary.
        agency: Who receives it; must be one of :func:`agencies_with_lists`.
        run_id: The run.
        run_date: The night's date.
        key: The home's secret; identifiers are keyed for this agency alone.
    """
    contract = book.contracts[agency]
    agreement = book.agreements[contract.agreement_id]
    connection.execute(load_statements(SQL / "returns" / "place_rows.sql"), {"agency": agency})
    sheets = []
    for delivery_id, file_name, sheet, _ in _fetch(connection, "sheets", {}):
        where = {"delivery_id": delivery_id, "sheet": sheet}
        typed = _fetch(connection, "rows", where)
        above = _fetch(connection, "header_rows", where)
        width = max(len(cells or ()) for cells in (*(row[2] for row in typed), *(row[1] for row in above)))
        header = read_header(above, width)
        beside = _Beside(connection, {**where, "agency": agency}, book, derive_key(key, f"agency:{agency}"), header)
        hidden = hidden_columns(contract, header.labels)
        rows = tuple(
            (*_own_cells(cells or (), width, hidden), *beside.words(number, kind)) for number, kind, cells in typed
        )
        sheets.append(ReturnedSheet(sheet, file_name or "", header, rows))
    return ReturnedList(
        agency=agency,
        agency_name=contract.name_thai,
        agreement=agreement,
        run_id=run_id,
        run_date=run_date,
        sheets=tuple(sheets),
        deliveries=_deliveries(connection, agency),
        faults=_faults(connection, agency),
        help_agencies=tuple(book.contracts[a].name_thai for a in allowed_givers(book, agency, run_date)),
    )


class _Beside:
    """Our words beside each row of one sheet."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        where: Mapping[str, str],
        book: ContractBook,
        key: bytes,
        header: SheetHeader,
    ) -> None:
        self._key = key
        self._book = book
        self._header = header
        self._people = _by_row(_fetch(connection, "identities", where))
        self._issues = _by_row(_fetch(connection, "issues", where))
        self._twins = _by_row(_fetch(connection, "duplicates", where))
        self._help = _by_row(_fetch(connection, "help", where))

    def words(self, number: int, kind: str) -> tuple[str, ...]:
        people = self._people.get(number, [])
        return (
            str(number),
            ROW_STATUS[kind],
            self._faults(number, {"reject", "warn", "stop"}),
            self._faults(number, {"note"}),
            self._duplicates(number),
            self._codes("person", [(role, person) for _, _, role, person, *_ in people if person]),
            self._codes("household", [("", household) for _, _, _, _, household, *_ in people]),
            self._confidence(people),
            self._given(number),
        )

    def _codes(self, kind: str, found: Sequence[tuple[str | None, str]]) -> str:
        letter = {"person": "P", "household": "H"}[kind]
        seen: dict[str, str] = {}
        for role, identifier in found:
            seen.setdefault(identifier, ROLE.get(role or "", "") if len(found) > 1 else "")
        return "; ".join(
            f"{letter}{keyed_hash(self._key, kind, identifier, length=12).upper()}" + (f" ({word})" if word else "")
            for identifier, word in seen.items()
        )

    def _confidence(self, people: Sequence[Row]) -> str:
        found = [confidence(p[5], p[6]) for p in people if p[3]]
        return "; ".join(dict.fromkeys(found))

    def _faults(self, number: int, severities: set[str]) -> str:
        found = [
            issue_sentence(str(code), (header,) if header else self._header.own_names(column or "", role), other)
            for _, code, severity, header, column, role, *other in self._issues.get(number, [])
            # The link stage looks over all lists of an agency; only the same list twice is a duplicate here.
            if severity in severities and (code != "duplicate_in_list" or number in self._twins)
        ]
        return "\n".join(dict.fromkeys(found))

    def _duplicates(self, number: int) -> str:
        same = [str(row) for _, is_same, _, row in self._twins.get(number, []) if is_same]
        other = [
            f"แผ่นงาน {sheet or '-'} แถว {row}" for _, is_same, sheet, row in self._twins.get(number, []) if not is_same
        ]
        return "; ".join(([f"แถว {', '.join(same)}"] if same else []) + other)

    def _given(self, number: int) -> str:
        attribute = self._book.attributes.get("assistance_kind_code")
        labels = attribute.codes if attribute else {}
        return "; ".join(
            f"{labels.get(kind, kind)} ({self._book.contracts[agency].name_thai})"
            for _, kind, agency in self._help.get(number, [])
        )


def confidence(evidence_code: str, probability: float | None) -> str:
    """How sure the link of a record is, in words."""
    words = EVIDENCE.get(evidence_code, "")
    if evidence_code in ("A1", "X"):
        return f"แน่นอน: {words}"
    if evidence_code == "A2":
        return f"ต้องตรวจสอบ: {words}"
    if evidence_code == "S":
        return words
    sure = "สูงมาก" if (probability or 0) >= 0.99 else "สูง" if (probability or 0) >= 0.95 else "ปานกลาง"
    return f"{sure}: {words}"


def issue_sentence(code: str, headers: Sequence[str], other: Sequence[int | str | None] = (None, None)) -> str:
    """What is wrong and how to mend it, with the columns as the agency names them; without any it is the whole row.

    Args:
        code: Issue code.
        headers: The agency's own headers.
        other: Number of the row that this one repeats, and its sheet where it is another one.
    """
    issue = ISSUE_CODES[code]
    place = f"คอลัมน์ {', '.join(f'“{header}”' for header in headers)}" if headers else WHOLE_ROW
    row, sheet = other
    twin = "" if row is None else f" (แถว {row}{f' แผ่นงาน {sheet}' if sheet else ''})"
    return f"{place}: {issue.thai}{twin} → {issue.way_out} [{code}]"


def _own_cells(cells: Sequence[str | None], width: int, hidden: frozenset[int]) -> tuple[str, ...]:
    padded = [*cells, *[""] * (width - len(cells))]
    return tuple((HIDDEN_CELL if cell else "") if n in hidden else (cell or "") for n, cell in enumerate(padded))


def _deliveries(connection: duckdb.DuckDBPyConnection, agency: str) -> tuple[tuple[str, ...], ...]:
    rows = _fetch(connection, "deliveries", {"agency": agency})
    return tuple(
        (
            file_name or "",
            thai_date(received),
            DELIVERY_STATUS.get(str(status), str(status)),
            f"{ISSUE_CODES[code].thai} → {ISSUE_CODES[code].way_out} [{code}]" if code in ISSUE_CODES else "",
            f"{accepted or 0:,}",
            f"{rejected or 0:,}",
        )
        for file_name, received, status, code, accepted, rejected in rows
    )


def _faults(connection: duckdb.DuckDBPyConnection, agency: str) -> tuple[tuple[str, ...], ...]:
    rows = _fetch(connection, "file_issues", {"agency": agency})
    return tuple(
        (
            file_name or "",
            sheet or "",
            (f"“{header}”: " if header else "") + f"{ISSUE_CODES[code].thai} [{code}]",
            ISSUE_CODES[code].way_out,
        )
        for file_name, sheet, code, header in rows
    )


def _fetch(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, str]) -> list[Row]:
    statement = load_statements(SQL / "returns" / f"{name}.sql")
    return connection.execute(statement, dict(values)).fetchall()


def _by_row(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
