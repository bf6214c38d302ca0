"""The vocabulary of facts that lists state, other than identity (``data_contracts/attributes.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import UserError

AttributeType = Literal["code", "number", "boolean", "date", "text"]
Subject = Literal["person", "household"]
AttributeClass = Literal["identity", "sensitive", "free_text", "ordinary"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One canonical fact.

    Attributes:
        name: Canonical name; a number's name ends in its unit.
        thai: What people read.
        type: ``code`` (one of ``codes``), ``number``, ``boolean`` (``true``/``false``), ``date`` or ``text``.
        subject: Whom the fact is about; a fact about the household stays one when a person's row states it.
        column_class: Privacy class.
        codes: Code → Thai label; empty unless ``type`` is ``code``.
        minimum: Smallest possible number.
        maximum: Largest possible number.
    """

    name: str
    thai: str
    type: AttributeType
    subject: Subject
    column_class: AttributeClass = "ordinary"
    codes: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None


def load_attributes(path: Path) -> Mapping[str, Attribute]:
    """Read the vocabulary.

    Args:
        path: ``attributes.yaml`` of a contracts folder.

    Returns:
        Attributes by canonical name, in the order of the file.

    Raises:
        UserError: The file is missing or has faults; ``details`` shows every one, with its line.
    """
    # pydantic stays out of the command line's start-up.
    from pipeline.contracts.shared import read_attributes

    attributes, faults = read_attributes(path)
    if faults:
        raise UserError(
            f"{path.name} has {len(faults)} fault(s); mend the lines below.",
            f"ไฟล์ {path.name} มีข้อผิดพลาด {len(faults)} แห่ง โปรดแก้ตามรายการด้านล่าง",
            details=tuple(fault.text for fault in faults),
        )
    return attributes
