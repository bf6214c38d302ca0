"""One agency's night: its folder, its contract and its ledger → records and issues. Independent of every other."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import __version__
from pipeline.attributes import Attribute
from pipeline.contracts import Agreement, Contract, ContractBook, Province
from pipeline.errors import where_it_failed
from pipeline.extract.archive_read import read_archived
from pipeline.extract.in_use import Current, Delivery, Rows, current_rows
from pipeline.extract.inbox import STRAY, Inbox, archive_files, is_ignored, scan_inbox, shown_name
from pipeline.extract.judgement import carried, judge
from pipeline.extract.ledger import Fact, Ledger
from pipeline.extract.outcome import Outcome, unread
from pipeline.extract.parse import ParseContext
from pipeline.extract.parsed import ParsedStore
from pipeline.extract.reader import READER_VERSION
from pipeline.extract.report_tables import agency_tables, write_outcome
from pipeline.extract.stopwatch import Stopwatch
from pipeline.home import Home
from pipeline.privacy import derive_key, keyed_hash
from pipeline.settings import Settings

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AgencyTask:
    """One agency's share of the night.

    Attributes:
        agency: Code.
        contract: Its contract; None when it has none or a faulty one.
        is_faulty: It has a contract with faults.
        agreement: The agreement of the contract.
        folder: ``inbox/<agency>``; None when there is none.
    """

    agency: str
    contract: Contract | None
    is_faulty: bool
    agreement: Agreement | None
    folder: Path | None


@dataclass(frozen=True, slots=True)
class ExtractResult:
    """How an agency's extract went.

    Attributes:
        agency: Code.
        out: Folder of its tables.
        fingerprint: Hash of the deliveries in use and the contract: the same inputs, the same fingerprint.
        records: Records in use.
        new_files: Files first seen tonight.
        has_gap: Something was set aside, held, expired or is stood in for.
        codes: Issue codes of files that are not in use, or give nothing, each once.
        check_seconds: Seconds in Great Expectations, when a clock was given.
    """

    agency: str
    out: Path
    fingerprint: str
    records: int
    new_files: int
    has_gap: bool
    codes: tuple[str, ...]
    check_seconds: float = 0.0


def agency_tasks(book: ContractBook, inbox: Path) -> tuple[AgencyTask, ...]:
    """Every agency of the night: those with a contract, those whose contract is faulty, and folders nobody knows.

    Args:
        book: The contracts.
        inbox: Folder with one folder for each agency.

    Returns:
        Tasks in the order of agency codes.
    """
    entries = sorted(inbox.iterdir()) if inbox.is_dir() else []
    # A link could point at any folder of the machine: it is reported among the files beside the folders.
    paths = [path for path in entries if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")]
    folders = {_code_of_folder(path.name): path for path in paths}
    codes = sorted({*book.contracts, *book.faulty_agencies, *folders})
    tasks = []
    if any((path.is_file() and not is_ignored(path.name)) or path.is_symlink() for path in entries):
        # Files beside the folders belong to nobody: reported, not read.
        tasks.append(AgencyTask(STRAY, None, False, None, inbox))
    for code in codes:
        contract = book.contracts.get(code)
        agreement = book.agreements.get(contract.agreement_id) if contract else None
        tasks.append(AgencyTask(code, contract, code in book.faulty_agencies, agreement, folders.get(code)))
    return tuple(tasks)


def _code_of_folder(name: str) -> str:
    """The folder's name where it may be an agency's code; else a code of its own, since it may be anybody's name."""
    if re.fullmatch(r"[a-z0-9_]{1,40}", name):
        return name
    return f"unknown_{hashlib.sha256(shown_name(name).encode()).hexdigest()[:8]}"


def extract_agency(
    task: AgencyTask,
    *,
    attributes: Mapping[str, Attribute],
    province: Province,
    home: Home,
    settings: Settings,
    key: bytes,
    out: Path,
    clock: Callable[[], float] | None = None,
) -> ExtractResult:
    """Read an agency's deliveries and write its tables of the night.

    Args:
        task: The agency.
        attributes: The vocabulary.
        province: Thresholds.
        home: The home folder.
        settings: The night's date, limits of the reading process, an officer's acceptance.
        key: The home's secret.
        out: Folder for DELIVERY, SHEET_COUNT, DELIVERED_ROW, RECORD, RECORD_ATTRIBUTE and ISSUE.
        clock: Seconds, to tell the time in Great Expectations apart; None: not timed.

    Returns:
        How it went. Bad input never raises: it is an issue.
    """
    code = _whole_agency_code(task, settings)
    inbox = scan_inbox(task.folder, is_deep=task.agency != STRAY)
    if code or task.contract is None:
        return _finish(task, unread(task.agency, code, inbox, home, settings), home, out)
    stopwatch = Stopwatch(clock)
    night = _Night(task.contract, attributes, province, home, settings, key)
    night.stopwatch = stopwatch
    result = _finish(task, _run_guarded(night, inbox), home, out)
    return replace(result, check_seconds=stopwatch.seconds)


def _run_guarded(night: _Night, inbox: Inbox) -> Outcome:
    """Run an agency's night so that damage on its own disk, such as a cut cache file, stops nobody else.

    What was read and cannot be read back is read again from the archive. What then still fails is a fault of our own:
    it is called so, and the last good night stands in, so that one agency's odd data do not stop the province.

    Raises:
        OSError: The disk fails; that is nobody's data, and the night cannot go on.
    """
    try:
        return night.run(inbox)
    except Exception as error:
        _log_failure(night, error)
        if not night.set_damage_aside():
            return _failed(night, inbox, error)
    try:
        return night.run(inbox)
    except Exception as error:
        _log_failure(night, error)
        return _failed(night, inbox, error)


def _log_failure(night: _Night, error: Exception) -> None:
    # A message may quote a cell: class and place only.
    LOG.error("agency %s: %s at %s", night.contract.agency, type(error).__name__, where_it_failed(error))


def _failed(night: _Night, inbox: Inbox, error: Exception) -> Outcome:
    if isinstance(error, OSError):
        raise error
    return unread(night.contract.agency, "agency_failed", inbox, night.home, night.settings)


def fetch_agency(task: AgencyTask, home: Home, settings: Settings) -> int:
    """Copy an agency's new files into the archive, so that what is read later cannot change; may be tried again.

    Nothing is copied that must not be read: without a contract or an agreement in force the files stay where they are.

    Args:
        task: The agency.
        home: The home folder.
        settings: The night's date.

    Returns:
        Files in its folder.
    """
    inbox = scan_inbox(task.folder, is_deep=task.agency != STRAY)
    if not _whole_agency_code(task, settings):
        archive_files(inbox.files, home.archive)
    return len(inbox.files)


def _whole_agency_code(task: AgencyTask, settings: Settings) -> str:
    """Why nothing of the agency is read tonight; empty when there is no reason."""
    if task.contract is None:
        return "contract_faulty" if task.is_faulty else "unknown_agency_folder"
    if task.agreement is None or not task.agreement.is_valid_on(settings.run_date):
        return "agreement_expired"
    return ""


def deliveries_folder(home: Home, agency: str) -> Path:
    """Where an agency's ledger and read files stand."""
    return home.identity / "deliveries" / agency


class _Night:
    """The night of an agency whose contract and agreement are sound."""

    def __init__(
        self,
        contract: Contract,
        attributes: Mapping[str, Attribute],
        province: Province,
        home: Home,
        settings: Settings,
        key: bytes,
    ) -> None:
        self.contract, self.province, self.home, self.settings, self.key = contract, province, home, settings, key
        self.attributes = attributes
        folder = deliveries_folder(home, contract.agency)
        self.ledger = Ledger(folder / "ledger.jsonl")
        self.store = ParsedStore(folder / "read")
        self.rows = Rows(self.store)
        self.stopwatch = Stopwatch()

    def set_damage_aside(self) -> bool:
        """Have readings that are damaged on disk made again from the archive; whether there are any.

        Nothing is deleted: a reading under an earlier contract cannot be made a second time.
        """
        self.rows = Rows(self.store)
        return self.store.set_damaged_aside()

    def run(self, inbox: Inbox) -> Outcome:
        archived = archive_files(inbox.files, self.home.archive)
        inbox = replace(inbox, files=tuple(archived))
        self._note_arrivals(inbox)
        self._note_acceptance()
        deliveries = self._deliveries()
        self._judge_new(deliveries)
        current = current_rows(deliveries, self.ledger.state, self.rows)
        tables = agency_tables(self.contract, deliveries, current, self.ledger.state, self.store, inbox, self.settings)
        self.store.prune({name for d in deliveries for name in (d.name, d.failed_name, d.arrival.good_read)})
        return Outcome(tables, self._fingerprint(deliveries, current), is_last_good=True)

    def _deliveries(self) -> list[Delivery]:
        """Every delivery, read. A new contract does not read files anew that were taken away and replaced long ago."""
        arrivals = self.ledger.state.arrivals
        past = {
            sha: Delivery(arrival, self.store.summary(arrival.good_read), arrival.good_read)
            for sha, arrival in arrivals.items()
            if not arrival.is_present and arrival.is_judged and self.store.has(arrival.good_read)
        }
        deliveries = {sha: past.get(sha) or self._read(sha) for sha in sorted(arrivals)}
        current = current_rows(deliveries.values(), self.ledger.state, self.rows)
        for sha in sorted(sha for sha, delivery in past.items() if delivery.name in current.used):
            deliveries[sha] = self._read(sha)
        return list(deliveries.values())

    def _note_arrivals(self, inbox: Inbox) -> None:
        state = self.ledger.state
        batch, day = state.last_batch + 1, self.settings.run_date.isoformat()
        facts: list[Fact] = []
        here = {entry.sha256: entry.name for entry in inbox.files}
        again = {sha for sha in here if sha in state.arrivals and not state.arrivals[sha].is_present}
        replaced = again - self._in_use() if again else set()
        for sha, name in sorted(here.items()):
            known = state.arrivals.get(sha)
            if known is None or sha in again:
                again_fact = {"is_to_be_judged": True} if sha in replaced else {}
                facts.append(
                    {"fact": "arrived", "sha256": sha, "file_name": name, "date": day, "batch": batch, **again_fact}
                )
            elif known.file_name != name:
                facts.append({"fact": "named", "sha256": sha, "file_name": name, "batch": batch})
        for sha, arrival in sorted(state.arrivals.items()):
            if arrival.is_present and sha not in here:
                facts.append({"fact": "left", "sha256": sha, "batch": batch})
        self.ledger.add(facts)

    def _in_use(self) -> set[str]:
        """Content hashes of the deliveries in use before tonight's arrivals."""
        deliveries = self._deliveries()
        used = current_rows(deliveries, self.ledger.state, self.rows).used
        return {delivery.arrival.sha256 for delivery in deliveries if delivery.name in used}

    def _note_acceptance(self) -> None:
        """An officer's word is about lists that were held before tonight and lie in the inbox.

        Not about a wrong file that was taken away, and not about one that nobody has seen held yet.
        """
        if not self.settings.accept_change:
            return
        state = self.ledger.state
        fact = {
            "fact": "accepted",
            "date": self.settings.run_date.isoformat(),
            "reason": self.settings.accept_change,
            "batch": state.last_batch,
            "is_to_be_judged": True,
        }
        held = sorted(sha for sha, a in state.arrivals.items() if a.is_held and a.is_present)
        self.ledger.add({**fact, "sha256": sha} for sha in held)

    def _read(self, sha: str) -> Delivery:
        """The delivery as it was read; a file, contract or reader not seen before is read now."""
        arrival = self.ledger.state.arrivals[sha]
        context = ParseContext(self.contract, self.attributes, self.key, arrival.file_name, self.stopwatch)
        name = f"{arrival.delivery_id}-{self._context_hash(context)}"
        if not self.store.has(name):
            self.store.put(name, read_archived(self.home, sha, context, self.settings))
        summary = self.store.summary(name)
        if not summary.code:
            if arrival.good_read != name:
                self._note_reading(sha, arrival.good_read, name)
            return Delivery(arrival, summary, name)
        if arrival.good_read and self.store.has(arrival.good_read):
            # The contract changed and no longer fits the file: what was read before stands in.
            before = self.store.summary(arrival.good_read)
            return Delivery(arrival, before, arrival.good_read, summary.code, name)
        return Delivery(arrival, summary, name)

    def _note_reading(self, sha: str, before: str, name: str) -> None:
        """Rows that are read anew, under another contract or by another version, keep their identities."""
        facts: list[Fact] = []
        if before and self.store.has(before) and not self.ledger.state.arrivals[sha].is_held:
            kept = carried(self.rows.of(before), self.rows.of(name), self.ledger.state)
            facts = [_same_record(sha, *entry) for entry in kept]
        self.ledger.add([*facts, {"fact": "read", "sha256": sha, "name": name}])

    def _context_hash(self, context: ParseContext) -> str:
        vocabulary = "\n".join(f"{name}={self.attributes[name]!r}" for name in sorted(self.attributes))
        parts = (self.contract.content_hash, vocabulary, __version__, READER_VERSION, *context.name_facts())
        return keyed_hash(derive_key(self.key, "read"), *parts, length=12)

    def _judge_new(self, deliveries: Sequence[Delivery]) -> None:
        """Compare each new delivery with what is in use, in the order they came."""
        new = [d for d in deliveries if not d.arrival.is_judged and not d.summary.code]
        limit = self.province.full_delivery_loss_limit
        for delivery in sorted(new, key=lambda d: d.order):
            state = self.ledger.state
            current = current_rows(deliveries, state, self.rows)
            found = judge(delivery, current, state, self.rows, limit)
            sha = delivery.arrival.sha256
            is_held = found.is_held and not delivery.arrival.is_accepted
            # A list that is held may be a wrong one: it moves no identity.
            facts: list[Fact] = [] if is_held else [_same_record(sha, *entry) for entry in found.same_record]
            self.ledger.add([*facts, {"fact": "judged", "sha256": sha, "is_held": is_held}])

    def _fingerprint(self, deliveries: Sequence[Delivery], current: Current) -> str:
        used = current.used
        seen = sorted(
            (d.name, d.trouble, d.arrival.file_name, d.arrival.is_held, d.arrival.received.isoformat(), d.summary.code)
            for d in deliveries
            if d.arrival.is_present or d.name in used
        )
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def _same_record(sha: str, code: str, base: str, record: str) -> Fact:
    return {"fact": "same_record", "list": code, "base": base, "record": record, "sha256": sha}


def _finish(task: AgencyTask, outcome: Outcome, home: Home, out: Path) -> ExtractResult:
    counts = write_outcome(outcome, deliveries_folder(home, task.agency) / "last_good", out)
    return ExtractResult(
        task.agency, out, outcome.fingerprint, counts.records, counts.new_files, counts.has_gap, counts.codes
    )


def inputs_fingerprint(results: Sequence[ExtractResult]) -> str:
    """The deliveries in use and the contracts they were read with: unchanged when nothing is new."""
    lines = sorted(f"{result.agency}={result.fingerprint}" for result in results)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
