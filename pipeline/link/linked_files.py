"""Look-ups in the files of a finished run: one record, one pair, one person. Only the rows asked for are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.errors import UserError
from pipeline.link.decisions import DIFFERENT, SAME, UNSURE, read_decisions
from pipeline.link.earlier import is_as_left
from pipeline.link.encode import Coded, encode
from pipeline.link.memory import has_records, kept_records, load_memory
from pipeline.link.model import Model, load_model
from pipeline.link.waterfall import of_another_version


@dataclass(frozen=True, slots=True)
class LinkedFiles:
    """Where a run's tables stand.

    Attributes:
        linked, reason, pair, refused: LINKED, LINK_REASON, PAIR, REFUSED.
        model: The model of the run.
        state: Folder in which the run keeps its records; they may have been removed since.
        decisions: Clerical decisions on file; None where nobody keeps them beside the run.
    """

    linked: Path
    reason: Path
    pair: Path
    refused: Path
    model: Path
    state: Path
    decisions: Path | None = None

    def require(self) -> None:
        """Check that the run is whole.

        Raises:
            UserError: A file is missing (the records aside: they are asked for when they are needed).
        """
        wanted = (self.linked, self.reason, self.pair, self.refused, self.model)
        if missing := [path.name for path in wanted if not path.is_file()]:
            raise UserError(
                f"The folder of the run lacks {', '.join(missing)}: it holds no finished linkage of this version; "
                "name the --out folder of 'khrua link' after --linked, or a home with a publication after --home.",
                f"ไม่พบ {', '.join(missing)} จึงไม่ใช่ผลเชื่อมโยงที่สมบูรณ์ โปรดระบุโฟลเดอร์ --out ของ khrua link หลัง --linked "
                "หรือโฟลเดอร์ home ที่มีฉบับเผยแพร่หลัง --home",
            )

    def linked_of(self, record_id: str) -> dict[str, Any] | None:
        """The row of LINKED of a record; None for one that is not here."""
        return _first(_read(self.linked, tables.LINKED, [("record_id", "=", record_id)]))

    def records_of(self, person_id: str) -> list[dict[str, Any]]:
        """Rows of LINKED of a person."""
        return _rows(_read(self.linked, tables.LINKED, [("person_id", "=", person_id)]))

    def reasons_of(self, record_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Rows of LINK_REASON by record."""
        rows = _rows(_read(self.reason, tables.LINK_REASON, [("record_id", "in", list(record_ids))]))
        return {row["record_id"]: row for row in rows}

    def pair_of(self, a: str, b: str) -> dict[str, Any] | None:
        """The row of PAIR of two records (a < b); None where they were not kept."""
        return _first(_read(self.pair, tables.PAIR, [("record_id_a", "=", a), ("record_id_b", "=", b)]))

    def links_among(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Rows of PAIR that are links between these records."""
        ends = [(end, "in", list(record_ids)) for end in ("record_id_a", "record_id_b")]
        return [row for row in _rows(_read(self.pair, tables.PAIR, ends)) if not row["is_review"]]

    def refusal_of(self, a: str, b: str) -> str | None:
        """Why the two records' merge was refused; None where it was not."""
        row = _first(_read(self.refused, tables.REFUSED, [("record_id_a", "=", a), ("record_id_b", "=", b)]))
        return str(row["reason_code"]) if row else None

    def agencies_of(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Agency of each record; empty once the records were removed."""
        if not has_records(self.state):
            return {}
        table = kept_records(self.state, ["record_id", "agency"])
        chosen = table.filter(pc.is_in(table["record_id"], value_set=pa.array(record_ids, pa.string())))
        return {row["record_id"]: row["agency"] for row in chosen.to_pylist()}

    def decision_on(self, a: str, b: str) -> str | None:
        """What a clerk's last word on two records (a < b) is, as it stands on file today."""
        if self.decisions is None or not self.decisions.is_file():
            return None
        found = read_decisions(self.decisions, pa.array([a, b]))
        said = ((SAME, found.same), (DIFFERENT, found.different), (UNSURE, found.unsure))
        return next((code for code, pairs in said if len(pairs)), None)

    def read_model(self) -> Model:
        """The model of the run.

        Raises:
            UserError: It cannot be read.
        """
        if not is_as_left(self.state):
            raise _damaged(self.model)
        try:
            return load_model(self.model)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(self.model) from error

    def coded_records(self) -> Coded:
        """The records as the run compared them.

        Raises:
            UserError: They were removed, or another version kept them.
        """
        if not has_records(self.state):
            raise UserError(
                "The pair was not kept, and the records of that run, which a new comparison needs, have been removed "
                "or damaged; run 'khrua run' or 'khrua link' again and ask about the newest run.",
                "คู่นี้ไม่ได้ถูกเก็บไว้ และระเบียนของรอบนั้นถูกลบตามกำหนดหรือเสียหายแล้ว จึงเทียบใหม่ไม่ได้ "
                "โปรดรัน khrua run หรือ khrua link ใหม่แล้วถามจากรอบล่าสุด",
            )
        memory = load_memory(self.state)
        if memory is None:
            raise of_another_version()
        return encode(memory.records, memory.frozen)


def _read(path: Path, table: tables.Table, filters: Sequence[tuple[str, str, object]]) -> pa.Table:
    try:
        return pq.read_table(path, schema=table.schema, filters=list(filters))
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> UserError:
    return UserError(
        f"{path.name} of that run is damaged or closed to you: put it back from a copy, mend its rights, or run again "
        "and ask about the newest run.",
        f"ไฟล์ {path.name} ของรอบนั้นเสียหายหรือไม่มีสิทธิ์อ่าน โปรดกู้จากสำเนา แก้สิทธิ์ หรือรันใหม่แล้วถามจากรอบล่าสุด",
    )


def _rows(found: pa.Table) -> list[dict[str, Any]]:
    return list(found.to_pylist())


def _first(found: pa.Table) -> dict[str, Any] | None:
    rows = _rows(found.slice(0, 1))
    return rows[0] if rows else None
