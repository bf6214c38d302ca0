"""What the tests of extract share: contracts, homes and workbooks made in the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import xlsxwriter

from pipeline.attributes import Attribute
from pipeline.contracts import Agreement, Contact, Contract, ContractColumn, ContractList, Province
from pipeline.extract.agency import AgencyTask, ExtractResult, extract_agency
from pipeline.extract.grid import Sheet, make_sheet, text_cell
from pipeline.home import Home
from pipeline.settings import Settings
from pipeline.tables import DELIVERED_ROW, DELIVERY, ISSUE, RECORD, RECORD_ATTRIBUTE, SHEET_COUNT, Table

KEY = b"0123456789abcdef0123456789abcdef"
NIGHT = date(2026, 11, 24)
TABLES: tuple[Table, ...] = (DELIVERY, SHEET_COUNT, DELIVERED_ROW, RECORD, RECORD_ATTRIBUTE, ISSUE)
Cell = str | int | float | bool | date | None
Row = Sequence[Cell]

ATTRIBUTES: Mapping[str, Attribute] = {
    "debt_baht": Attribute("debt_baht", "หนี้สิน", "number", "household", minimum=0, maximum=1_000_000),
    "has_electricity": Attribute("has_electricity", "มีไฟฟ้าใช้", "boolean", "household"),
    "survey_date": Attribute("survey_date", "วันที่สำรวจ", "date", "household"),
    "need_code": Attribute("need_code", "ความต้องการ", "code", "person", codes={"income": "รายได้", "health": "สุขภาพ"}),
    "remark": Attribute("remark", "หมายเหตุ", "text", "person", "free_text"),
}

PROVINCE = Province("30", "นครราชสีมา", "Nakhon Ratchasima", {}, 0.30, 25, 0.8, 10, {}, 3)
AGREEMENT = Agreement("korat", ("health",), "เพื่อทดสอบ", "มาตรา 24", date(2026, 1, 1), date(2026, 12, 31))


def column(name: str, header: str, **options: object) -> ContractColumn:
    """A column; identity columns are read as typed."""
    kind = ATTRIBUTES[name].type if name in ATTRIBUTES else "identity"
    return ContractColumn(**{"name": name, "header": header, "type": kind, **options})  # type: ignore[arg-type]


PERSON_COLUMNS = (
    column("national_id", "เลขประจำตัวประชาชน", is_required=True),
    column("first_name", "ชื่อ", is_required=True),
    column("last_name", "นามสกุล", is_required=True),
    column("birth_date", "วันเกิด"),
    column("house_no", "บ้านเลขที่"),
    column("debt_baht", "หนี้สิน (บาท)"),
)
PERSONS = ContractList("persons", PERSON_COLUMNS, era="be")


def contract_of(*lists: ContractList, agency: str = "health", content_hash: str = "c1") -> Contract:
    """A contract with these lists."""
    return Contract(agency, "หน่วยงานทดสอบ", "1.0.0", content_hash, Path("x"), lists, "korat", Contact("ผู้ประสานงาน"))


def made_up_id(number: int) -> str:
    """A national ID under registrar province 99, which is not assigned."""
    digits = f"199{number:09d}"
    check = (11 - sum(int(d) * (13 - i) for i, d in enumerate(digits)) % 11) % 10
    return f"{digits}{check}"


CONSONANTS = "กขคงจชซญดตถทธนบปผพฟภมยรลวสหอ"


def made_up_name(number: int) -> str:
    """A name that no other number gives and that differs from its neighbours by most of its letters."""
    letters = [CONSONANTS[(number * step + shift) % len(CONSONANTS)] for step, shift in ((1, 0), (5, 3), (11, 7))]
    return "".join(letters) + CONSONANTS[number // len(CONSONANTS) % len(CONSONANTS)] + "า"


def person_rows(count: int, start: int = 1) -> list[list[Cell]]:
    """Rows for ``PERSON_COLUMNS``."""
    return [
        [
            made_up_id(n),
            made_up_name(n),
            made_up_name(n + 400),
            f"{n % 28 + 1}/{n % 12 + 1}/{2500 + n % 60}",
            f"{n}/1",
            n * 10,
        ]
        for n in range(start, start + count)
    ]


PERSON_HEADER = [c.header for c in PERSON_COLUMNS]


def write_xlsx(path: Path, sheets: Mapping[str, Sequence[Row]]) -> Path:
    """A workbook with these sheets, each cell as its type says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(r, c, value, day)
                elif isinstance(value, str):
                    sheet.write_string(r, c, value)
                elif value is not None:
                    sheet.write(r, c, value)
    book.close()
    return path


def sheet_of(rows: Sequence[Sequence[str]], name: str = "แผ่นงาน", **options: object) -> Sheet:
    """A sheet of texts, as a CSV gives them."""
    return make_sheet(name, 0, [[text_cell(value) for value in row] for row in rows], **options)  # type: ignore[arg-type]


@dataclass
class Office:
    """One agency's folder, contract and home, through as many nights as a test needs."""

    root: Path
    contract: Contract | None = field(default_factory=lambda: contract_of(PERSONS))
    agreement: Agreement | None = AGREEMENT
    is_faulty: bool = False
    agency: str = "health"
    nights: int = 0

    @property
    def inbox(self) -> Path:
        return self.root / "inbox" / self.agency

    @property
    def home(self) -> Home:
        return Home(self.root / "home")

    def deliver(self, rows: Sequence[Row], name: str = "list.xlsx", sheet: str = "Sheet1") -> Path:
        """Put a workbook with one sheet into the inbox."""
        return write_xlsx(self.inbox / name, {sheet: rows})

    def deliver_persons(self, rows: Sequence[Row], name: str = "list.xlsx") -> Path:
        """The same with the header of ``PERSON_COLUMNS``."""
        return self.deliver([PERSON_HEADER, *rows], name)

    def night(self, day: date = NIGHT, accept_change: str = "", **limits: int) -> ExtractResult:
        """Run the agency's extract."""
        self.nights += 1
        self.home.prepare()
        settings = Settings(self.home.root, self.root / "inbox", self.root, day, accept_change, **limits)  # type: ignore[arg-type]
        return extract_agency(
            AgencyTask(self.agency, self.contract, self.is_faulty, self.agreement, self.inbox),
            attributes=ATTRIBUTES,
            province=PROVINCE,
            home=self.home,
            settings=settings,
            key=KEY,
            out=self.out,
        )

    @property
    def out(self) -> Path:
        return self.root / f"out{self.nights}"

    def table(self, table: Table) -> list[dict[str, object]]:
        """Rows of a table of the last night."""
        rows: list[dict[str, object]] = self.arrow(table).to_pylist()
        return rows

    def arrow(self, table: Table) -> pa.Table:
        return table.read(self.out)

    def codes(self) -> set[str]:
        """Issue codes of the last night."""
        return {str(row["code"]) for row in self.table(ISSUE)}

    def statuses(self) -> dict[str, tuple[object, object]]:
        """File name → status and code."""
        return {str(row["file_name"]): (row["status_code"], row["code"]) for row in self.table(DELIVERY)}

    def record_ids(self) -> set[str]:
        return {str(row["record_id"]) for row in self.table(RECORD)}

    def with_list(self, **changes: object) -> None:
        """Change the one list of the contract."""
        assert self.contract is not None
        rule = replace(self.contract.lists[0], **changes)  # type: ignore[arg-type]
        self.contract = replace(self.contract, lists=(rule,), content_hash=f"{hash(repr(rule))}")
