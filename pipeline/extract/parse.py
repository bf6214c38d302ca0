"""A file under a contract → everything it says: records, attributes, rows, counts and issues."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.attributes import Attribute
from pipeline.contracts import Contract, ContractList
from pipeline.extract.grid import ReadFaultError, Sheet, Workbook
from pipeline.extract.list_checks import check_rows
from pipeline.extract.parsed import READ_ROW, ListSummary, Parsed, Summary
from pipeline.extract.period import file_period, file_span, rows_span
from pipeline.extract.reader import is_text_named_as_workbook
from pipeline.extract.record_id import FACT_SEPARATOR, RecordIds
from pipeline.extract.record_rows import build_records
from pipeline.extract.row_tables import file_issues, row_issues, sheet_tables
from pipeline.extract.sheet_claims import FileFault, applies_to_file, claim_sheets
from pipeline.extract.sheet_rows import ListReader
from pipeline.extract.stopwatch import Stopwatch
from pipeline.extract.verdicts import ListRows, judge_list
from pipeline.tables import DELIVERED_ROW, ISSUE, RECORD, RECORD_ATTRIBUTE, SHEET_COUNT


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What a parse depends on beside the file: part of every cache key.

    Attributes:
        contract: The agency's contract.
        attributes: The vocabulary.
        key: The home's secret.
        file_name: Name as delivered; decides lists, parts and periods where the contract says so.
        stopwatch: Runs while Great Expectations looks at a list.
    """

    contract: Contract
    attributes: Mapping[str, Attribute]
    key: bytes
    file_name: str
    stopwatch: Stopwatch = field(default_factory=Stopwatch)

    def ids(self, list_code: str) -> RecordIds:
        """Identities of one list."""
        return RecordIds(self.key, self.contract.agency, list_code)

    def part(self, rule: ContractList) -> str:
        """The part that the file's name gives."""
        found = re.search(rule.file_pattern, self.file_name) if rule.part_from == "file" else None
        return next((group for group in found.groups() if group), "") if found else ""

    def name_facts(self) -> tuple[str, ...]:
        """What the file's name decides: two names that decide the same give the same parse."""
        name = self.file_name
        return tuple(
            f"{rule.list_code}:{applies_to_file(rule, name)}:{self.part(rule)}:{file_period(rule, name)}"
            for rule in self.contract.lists
        )


def parse_unreadable(fault: ReadFaultError, context: ParseContext) -> Parsed:
    """The parse of a file that could not be read at all."""
    parsed = stopped(context, [FileFault(fault.code, severity="stop")])
    parsed.is_final = fault.code != "file_password"
    return parsed


def stopped(context: ParseContext, faults: Sequence[FileFault], rows: int = 0) -> Parsed:
    """The parse of a file that is set aside whole."""
    code = next(fault.code for fault in faults if fault.severity == "stop")
    lists = tuple(
        ListSummary(rule.list_code, rule.delivery_mode, (), 0, None, rule.survey_round)
        for rule in context.contract.lists
        if applies_to_file(rule, context.file_name)
    )
    summary = Summary(code, lists, rows_delivered=rows, contract_version=context.contract.version)
    return Parsed(summary, tables={ISSUE.name: file_issues(context.contract.agency, faults)})


def parse_workbook(book: Workbook, context: ParseContext) -> Parsed:
    """Read a workbook under the agency's contract.

    Args:
        book: What the reading process found.
        context: The contract and what else decides.

    Returns:
        The parse; ``summary.code`` is set when the file cannot be used.
    """
    contract = context.contract
    physical = sum(len(sheet.cells) for sheet in book.sheets)
    claims = claim_sheets(book.sheets, contract.lists, context.file_name)
    if claims.stop_code:
        if is_text_named_as_workbook(book, context.file_name):
            # Text under the name of a workbook: to look for headers in it would send the agency the wrong way.
            return stopped(context, [FileFault("file_unreadable", severity="stop")], physical)
        return stopped(context, claims.faults, physical)
    found = []
    for rule in contract.lists:
        own = [claim for claim in claims.claims if claim.rule.list_code == rule.list_code]
        if own:
            reader = ListReader(rule, context.attributes)
            found.append(judge_list(rule, own, reader, context.ids(rule.list_code), context.part(rule)))
    if not any(sheet.rows for entry in found for sheet in entry.sheets) and not any(map(_may_be_empty, found)):
        return stopped(context, [*claims.faults, FileFault("file_empty", severity="stop")], physical)
    with context.stopwatch.running():
        faults = [*claims.faults, *(fault for entry in found for fault in check_rows(entry))]
    faults += [FileFault("all_rows_rejected", _only_sheet(entry)) for entry in found if _is_all_rejected(entry)]
    return _assemble(context, found, faults, claims.ignored, physical)


def _may_be_empty(entry: ListRows) -> bool:
    """Whether a list without a row says something: that a part, named by its sheet or its file, has nobody any more."""
    return entry.rule.delivery_mode == "full_per_part" and any(entry.parts)


def _is_all_rejected(entry: ListRows) -> bool:
    return not entry.accepted and any(row.kind == "rejected" for sheet in entry.sheets for row in sheet.rows)


def _only_sheet(entry: ListRows) -> str:
    return entry.sheets[0].sheet.name if len(entry.sheets) == 1 else ""


def _assemble(
    context: ParseContext,
    found: Sequence[ListRows],
    faults: Sequence[FileFault],
    ignored: Sequence[Sheet],
    physical: int,
) -> Parsed:
    agency = context.contract.agency
    names = {sheet.sheet.order: sheet.sheet.name for entry in found for sheet in entry.sheets}
    delivered, counts = sheet_tables(agency, found, ignored)
    records = [build_records(e, context.ids(e.rule.list_code), agency, names, context.attributes) for e in found]
    issues = [file_issues(agency, faults), *(row_issues(agency, e, context.ids(e.rule.list_code)) for e in found)]
    rejected = sum(row.kind == "rejected" for e in found for sheet in e.sheets for row in sheet.rows)
    summary = Summary(
        code=next((fault.code for fault in faults if fault.severity == "stop"), ""),
        lists=tuple(_list_summary(entry, context) for entry in found),
        rows_delivered=physical,
        rows_accepted=sum(len(entry.accepted) for entry in found),
        rows_rejected=rejected,
        contract_version=context.contract.version,
    )
    tables = {
        RECORD.name: pa.concat_tables([RECORD.empty(), *(r for r, _ in records)]),
        RECORD_ATTRIBUTE.name: pa.concat_tables([RECORD_ATTRIBUTE.empty(), *(a for _, a in records)]),
        DELIVERED_ROW.name: delivered,
        SHEET_COUNT.name: counts,
        ISSUE.name: pa.concat_tables(issues),
    }
    rows = pa.concat_tables([_read_rows(entry, names) for entry in found])
    return Parsed(summary, rows=rows, tables=tables)


def _list_summary(entry: ListRows, context: ParseContext) -> ListSummary:
    known = [row.evidence_date for row in entry.accepted if row.evidence_date is not None]
    named = file_span(entry.rule, context.file_name)
    period = named[1] if named else max(known, default=None)
    spans = {}
    for part in entry.parts:
        span = named or rows_span(row.evidence_date for row in entry.accepted if row.row.part == part)
        if span:
            spans[part] = (span[0].isoformat(), span[1].isoformat())
    return ListSummary(
        list_code=entry.rule.list_code,
        delivery_mode=entry.rule.delivery_mode,
        parts=entry.parts,
        rows=len(entry.accepted),
        period=period.isoformat() if period else None,
        survey_round=entry.rule.survey_round,
        spans=spans,
    )


def _read_rows(entry: ListRows, names: Mapping[int, str]) -> pa.Table:
    rows = [
        {
            "list_code": entry.rule.list_code,
            "base": row.base,
            "part": row.row.part,
            "content": row.content,
            "evidence_date": row.evidence_date,
            "sheet": names[row.row.sheet],
            "row_number": row.row.number,
            "key": "\x1f".join(row.traits.key) if row.traits.has_key else "",
            "national_id": row.traits.national_id,
            "first_name": row.traits.first_name,
            "last_name": row.traits.last_name,
            "birth": row.traits.birth,
            "place": row.traits.place,
            "house": row.traits.house,
            "occasion": row.traits.occasion,
            "facts": FACT_SEPARATOR.join(row.traits.facts),
        }
        for row in sorted(entry.accepted, key=lambda r: r.base)
    ]
    return pa.Table.from_pylist(rows, schema=READ_ROW)
