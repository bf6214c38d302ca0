"""A data contract: what one agency's lists look like and what may be done with them.

The YAML files follow ODCS v3.1; this module is the model that the stages read, :mod:`pipeline.contracts.files`
reads and checks the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from pipeline.attributes import Attribute
from pipeline.issues import Severity

DeliveryMode = Literal["full", "append", "full_per_part"]
ColumnClass = Literal["identity", "sensitive", "free_text", "ordinary"]
ColumnType = Literal["text", "number", "date", "boolean", "code", "identity"]
Era = Literal["be", "ce", "auto"]
EVERY_ROLE = "every"
ROLES = ("person", "head", "spouse", "child", "parent", "member", "carer", "household")
DateOrder = Literal["dmy", "mdy", "auto"]

# Headers of our own columns in the lists that go back begin so, and are passed over when they come again.
RETURNED_HEADER_PREFIX = "ครัว:"


@dataclass(frozen=True, slots=True)
class ContractColumn:
    """One column of a list.

    Attributes:
        name: Canonical name: an identity column (``tables.IDENTITY_COLUMNS``) or an attribute.
        header: The agency's own header (ODCS ``physicalName``).
        aliases: Other headers the same column had or may have.
        occurrence: 1 for the first column under this header, 2 for the second …
        role: Which record of the row it describes: ``person``, ``head``, ``spouse``, ``child``, ``household`` …;
            ``every`` (``EVERY_ROLE``): all records of the row share it, such as the address of head and spouse.
            In a list of one role a column without a role of its own has that role.
        type: How the value is read; ``identity`` columns are kept as typed for normalise.
        is_required: The column must be there, else the file stops.
        is_value_required: A row without a value is rejected.
        column_class: Privacy class.
        lookups: Typed value → canonical code (or ``true``/``false``). An identity column may have them too (1 → ``M``):
            the code then stands in the record instead of the typed value.
        minimum: Smallest possible value of a number.
        maximum: Largest possible value of a number.
        goes_back: Whether our reading of this column may stand in the list that goes back.
    """

    name: str
    header: str
    aliases: tuple[str, ...] = ()
    occurrence: int = 1
    role: str = "person"
    type: ColumnType = "text"
    is_required: bool = False
    is_value_required: bool = False
    column_class: ColumnClass = "ordinary"
    lookups: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    goes_back: bool = True


@dataclass(frozen=True, slots=True)
class Assertion:
    """A check on a whole list.

    Attributes:
        kind: ``row_count`` | ``share_present`` (of a column) | ``share_unique`` | ``share_in_lookups`` | ``mean``.
        column: Canonical column; empty for ``row_count``.
        minimum: Smallest accepted figure.
        maximum: Largest accepted figure.
        severity: ``stop`` sets the file aside, ``warn`` is reported.
    """

    kind: str
    column: str
    minimum: float | None
    maximum: float | None
    severity: Severity
    line: int = 0


@dataclass(frozen=True, slots=True)
class ExcludeRule:
    """Rows left out by rule: where ``header``'s cell matches ``pattern`` (full match, regular expression)."""

    header: str
    pattern: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContractList:
    """One list of an agency: the sheets that hold it and how to read them.

    Attributes:
        list_code: Stable name inside the agency; part of every record_id.
        file_pattern: Regular expression on the file name; empty: every file of the folder.
        sheet_pattern: Regular expression on the sheet name (full match); CSV files have the sheet name ``""``.
        header_rows: How many header rows; None: found by the reader.
        delivery_mode: What absence from a delivery means.
        part_from: For ``full_per_part``: ``sheet``, ``file`` (first group of ``file_pattern``) or a canonical column.
        roles: The records that one row may yield, in order; ``household`` yields a record of kind household.
            A role other than the first yields a record only where one of its own columns has a value.
        key: Canonical columns of the key (of role ``every`` or the first role); empty: keyed hash of the identifying
            values and an occurrence number.
        era: Era of the dates. ``auto``: decided by value.
        date_order: Order of day and month in text dates.
        period: Date the list speaks of: ISO date, ``column:<canonical>``, ``file:<regex>`` with groups
            named ``year`` and perhaps ``month`` (its last day), or ``received``.
        survey_round: จปฐ round of a survey list, such as ``bmn_2560``.
        total_words: First-cell words that mark a total row, beside the built-in ones.
        exclude: Rows left out by rule.
        ignored_headers: Headers known and not used.
        constants: Canonical column → value for every record of the list (such as the kind of help). ``head.name`` gives
            it to the records of one role only, so that one gift is not counted once for each person of the row.
        is_duplicate_free: The agency vouches that a person stands once in the list.
    """

    list_code: str
    columns: tuple[ContractColumn, ...]
    file_pattern: str = ""
    sheet_pattern: str = ".*"
    header_rows: int | None = None
    delivery_mode: DeliveryMode = "full"
    part_from: str = ""
    roles: tuple[str, ...] = ("person",)
    key: tuple[str, ...] = ()
    era: Era = "auto"
    date_order: DateOrder = "dmy"
    period: str = "received"
    survey_round: str = ""
    total_words: tuple[str, ...] = ()
    exclude: tuple[ExcludeRule, ...] = ()
    ignored_headers: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    assertions: tuple[Assertion, ...] = ()
    is_duplicate_free: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call."""

    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement a feed and a returned list rest on (``agreements.yaml``).

    Attributes:
        agreement_id: Name of the agreement.
        parties: Agency codes.
        purpose: What the data may be used for, Thai.
        legal_basis: Ground under the Personal Data Protection Act, Thai.
        valid_from: First day.
        valid_to: Last day.
        classes_delivered: Column classes the feed may carry.
        shares_help: Whether a returned list may say what kind of help the household already gets from others.
        recipients: Agency codes that may be told of help given by this agency.
    """

    agreement_id: str
    parties: tuple[str, ...]
    purpose: str
    legal_basis: str
    valid_from: date
    valid_to: date
    classes_delivered: tuple[ColumnClass, ...] = ("identity", "sensitive", "ordinary")
    shares_help: bool = False
    recipients: tuple[str, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Whether the agreement is in force on ``day``."""
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True, slots=True)
class Contract:
    """One agency: its lists, contact, agreement and freshness.

    Attributes:
        agency: Code, the file's name without ``.odcs.yaml``.
        name_thai: Name of the agency.
        version: Version of the contract.
        content_hash: SHA-256 of the file: part of every cache key.
        lists: Its lists, in order.
        freshness_days: Days after the last delivery was received from which the list counts as late; None: never.
        passwords_from: Name of the setting that holds workbook passwords; empty: none.
    """

    agency: str
    name_thai: str
    version: str
    content_hash: str
    path: Path
    lists: tuple[ContractList, ...]
    agreement_id: str
    contact: Contact
    freshness_days: int | None = None
    passwords_from: str = ""


@dataclass(frozen=True, slots=True)
class Province:
    """``province.yaml``: code, names and thresholds."""

    province_code: str
    name_thai: str
    name_english: str
    change_limits: Mapping[str, float]
    full_delivery_loss_limit: float
    household_size_limit: int
    assessed_share: float
    small_count: int
    source_priority: Mapping[str, tuple[str, ...]]
    keep_private_runs: int


@dataclass(frozen=True, slots=True)
class ContractFault:
    """One fault of a contract or configuration file, with the line it stands on."""

    path: Path
    line: int
    thai: str
    english: str

    @property
    def text(self) -> str:
        """``file:line: Thai (English)``, as every command shows it."""
        return f"{self.path.name}:{self.line}: {self.thai} ({self.english})"


@dataclass(frozen=True, slots=True)
class ContractBook:
    """Everything in a contracts folder.

    Attributes:
        contracts: Sound contracts by agency code.
        faults: Faults of the files that are not sound; an agency with faults is not in ``contracts``.
        agreements: By id.
        attributes: The vocabulary, by canonical name.
    """

    contracts: Mapping[str, Contract]
    agreements: Mapping[str, Agreement]
    province: Province
    faults: tuple[ContractFault, ...] = ()
    faulty_agencies: tuple[str, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
