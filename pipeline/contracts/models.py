"""The strict models of everything that ODCS leaves to us: our custom properties and the shared files.

Imports pydantic: only functions import this module, so that the command line starts without it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from pipeline.contracts import ColumnClass, DateOrder, DeliveryMode, Era

Role = Literal["person", "head", "spouse", "child", "parent", "member", "carer", "household"]


def _cell_text(value: object) -> object:
    """A code or constant is text, also where YAML reads a boolean or a number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise PydanticCustomError("regex", "{why}", {"why": str(error)}) from error
    return pattern


def _iso_day(value: object) -> object:
    if not (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        raise PydanticCustomError("iso_day", "write the day as 2026-01-31")
    return value


def _common_era(day: date) -> date:
    if day.year > 2400:
        raise PydanticCustomError("buddhist_year", "write the year in CE: {year}", {"year": day.year - 543})
    return day


Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]
CellText = Annotated[Filled, BeforeValidator(_cell_text)]
Regex = Annotated[str, AfterValidator(_compiles)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
AgencyCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Day = Annotated[date, Field(strict=False), BeforeValidator(_iso_day), AfterValidator(_common_era)]
Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """Knows its keys, takes no other, converts nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Custom(Strict):
    """Custom properties are written like ODCS's own: ``deliveryMode``."""

    model_config = ConfigDict(alias_generator=to_camel)


class AgencyProperties(Custom):
    """Custom properties of a contract."""

    agreement: Name
    acceded_on: Day | None = None
    passwords_from: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None


class ExcludeProperties(Strict):
    """One rule of ``excludeRows``."""

    header: Filled
    pattern: Regex
    reason: Filled


class ListProperties(Custom):
    """Custom properties of a list."""

    delivery_mode: DeliveryMode
    part_from: str = ""
    file_pattern: Regex = ""
    sheet_pattern: Regex = ".*"
    header_rows: Annotated[int, Field(ge=1, le=8)] | None = None
    roles: Annotated[list[Role], Field(min_length=1)] = ["person"]
    era: Era = "auto"
    date_order: DateOrder = "dmy"
    period: Filled = "received"
    survey_round: Annotated[str, Field(pattern=r"^[a-z]+_25\d\d$")] = ""
    total_words: list[Filled] = []
    exclude_rows: list[ExcludeProperties] = []
    ignored_headers: list[Filled] = []
    constants: dict[str, CellText] = {}
    duplicate_free: bool = False


class ColumnProperties(Custom):
    """Custom properties of a column."""

    aliases: list[Filled] = []
    occurrence: Annotated[int, Field(ge=1, le=30)] = 1
    column_required: bool = False
    lookups: dict[str, CellText] = {}
    goes_back: bool | None = None


class AgreementModel(Strict):
    """One agreement of ``agreements.yaml``."""

    agreement_id: Name
    name: Filled
    parties: Annotated[list[AgencyCode], Field(min_length=1)]
    purpose: Filled
    legal_basis: Filled
    valid_from: Day
    valid_to: Day
    classes_delivered: Annotated[list[ColumnClass], Field(min_length=1)]
    shares_help: bool
    recipients: list[AgencyCode] = []
    is_open_to_accession: bool = False
    note: str = ""


class AgreementsModel(Strict):
    """``agreements.yaml``: the head; each agreement is checked alone."""

    version: int
    agreements: list[object]


class SourcePriority(Strict):
    """Whose word is taken first."""

    living_together: list[AgencyCode]
    registered: list[AgencyCode]
    life_status: list[AgencyCode]


class ChangeLimits(Strict):
    """Largest share by which a publication may move."""

    records: Share
    persons: Share
    households: Share


class ProvinceModel(Strict):
    """``province.yaml``."""

    province_code: Annotated[str, Field(pattern=r"^[1-9]\d$")]
    name_thai: Filled
    name_english: Filled
    change_limits: ChangeLimits
    full_delivery_loss_limit: Share
    household_size_limit: Annotated[int, Field(ge=2)]
    assessed_share: Share
    small_count: Annotated[int, Field(ge=0)]
    source_priority: SourcePriority
    keep_private_runs: Annotated[int, Field(ge=0)]


class AttributeModel(Strict):
    """One attribute of ``attributes.yaml``."""

    thai: Filled
    type: Literal["code", "number", "boolean", "date", "text"]
    subject: Literal["person", "household"]
    column_class: Annotated[ColumnClass, Field(alias="class")] = "ordinary"
    codes: dict[Name, Filled] = {}
    min: float | None = None
    max: float | None = None


class AttributesModel(Strict):
    """``attributes.yaml``: the head; each attribute is checked alone."""

    version: int
    attributes: dict[Name, object]
