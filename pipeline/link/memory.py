"""What a run leaves to the next night: its records as codes, its names, the pairs it compared.

It lies in ``state/private/``: Arrow files for the next run alone. It is used only where the code that made it is the
code that reads it; anything else is worked out anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.columns import whole
from pipeline.durable import flush
from pipeline.engine import read_arrow, write_arrow
from pipeline.link.codes import Codes, narrow, wide
from pipeline.link.encode import Coded, Frozen, plain_columns
from pipeline.link.grade import Graded
from pipeline.link.namebook import book_of
from pipeline.link.pairing import chunks, packed
from pipeline.link.records import RECORD_ID, Rows, to_keep

# Columns from which all others that blocking and comparing read are worked out: those that are read off a record, and
# those that follow from more than their own record, which are kept.
PLAIN = (
    "is_person",
    "agency",
    "sex",
    "title",
    "relationship",
    "household_ref",
    "house_code",
    "house_no",
    "moo",
    "tambon",
    "amphoe",
    "birth_year",
)
FOUND = ("national_id", "is_id_valid", "given", "surname", "village", "birth_month", "birth_day", "is_twin")
_PACKAGE = Path(__file__).resolve().parent.parent
_ROOMS = ("engine", "link", "normalise", "values")
_FILES = ("issues.py", "tables.py", "commands/delivered.py", "commands/sql/row_digest.sql")
_LIBRARIES = ("duckdb", "numpy", "pyarrow", "pythainlp", "pyyaml", "rapidfuzz")


@dataclass(frozen=True, slots=True)
class Training:
    """When the model was learnt.

    Attributes:
        records: Records at the time.
        changed: Records that came, changed or went since then, or since learning was last refused, night by night.
    """

    records: int
    changed: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What the run before left.

    Attributes:
        folder: Where it lies.
        count: Number of its records.
        records: NORMAL_RECORD as it coded it.
        found: Code columns of its records, those of ``FOUND``.
        frozen: Names and placeholders as the model knows them.
        training: When the model was learnt.
        rules: What the blocking rules cost and found when all pairs were made, for the report.
    """

    folder: Path
    count: int
    records: pa.Table
    found: dict[str, Codes]
    frozen: Frozen
    training: Training
    rules: list[dict[str, Any]]

    def plain(self, rows: Rows) -> dict[str, Codes]:
        """Code columns of some of its records, those of ``PLAIN``."""
        columns = plain_columns(self.records.drop_columns([RECORD_ID]).take(pa.array(rows)))
        return {name: columns[name] for name in PLAIN}

    def columns(self, rows: Rows) -> dict[str, Codes]:
        """Code columns of some of its records, those of ``PLAIN`` and ``FOUND``."""
        return self.plain(rows) | {name: wide(np.take(codes, rows)) for name, codes in self.found.items()}

    def without_records(self) -> Memory:
        """The same without its records: what is left tells of its pairs and rules."""
        return replace(self, records=self.records.schema.empty_table(), found={})

    def graded(self) -> Graded | None:
        """The pairs it compared; None where they cannot be read."""
        try:
            table = read_arrow(self.folder / "pair.arrow").combine_chunks()
        except (OSError, pa.ArrowException):
            return None
        pattern = whole(table["pattern"])
        a, b, is_free = (table[name].to_numpy() for name in ("a", "b", "is_free"))
        found = Graded(a, b, is_free, pattern.dictionary.to_numpy(), pattern.indices.to_numpy())
        return found if _are_pairs_of(self.count, found) else None


def _are_pairs_of(count: int, found: Graded) -> bool:
    """Whether pairs are what a run leaves: of its records, in order, each with a pattern that is there."""
    if len(found.a) == 0:
        return True
    last = -1
    for some in chunks(len(found.a)):
        a, b = found.a[some], found.b[some]
        pairs = packed(a, b)
        in_order = pairs[0] > last and bool((pairs[1:] > pairs[:-1]).all())
        if not in_order or a.min() < 0 or b.max() >= count or not (a < b).all():
            return False
        last = int(pairs[-1])
    return int(found.pattern_at.min()) >= 0 and int(found.pattern_at.max()) < len(found.patterns)


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """A hash of the code and data by which records are read and compared."""
    found = hashlib.sha256()
    paths = [path for room in _ROOMS for path in (_PACKAGE / room).rglob("*") if "__pycache__" not in path.parts]
    for path in sorted((*paths, *(_PACKAGE / name for name in _FILES)), key=lambda p: p.as_posix()):
        if path.is_file():
            found.update(path.relative_to(_PACKAGE).as_posix().encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    versions = [f"{name} {version(name)}" for name in _LIBRARIES]
    found.update(" ".join([sys.version, *versions]).encode())
    return found.hexdigest()


def load_memory(state: Path) -> Memory | None:
    """What the run whose state folder this is left; None where it left nothing whole, or other code did."""
    folder = state / "private"
    try:
        facts: dict[str, Any] = json.loads(_facts_file(state).read_text(encoding="utf-8"))
        if facts["code"] != code_fingerprint():
            return None
        records, columns = kept_records(state).combine_chunks(), read_arrow(folder / "column.arrow")
        frozen = Frozen(book_of(read_arrow(folder / "name.arrow")), facts["is_first_january"])
        training, rules = Training(**facts["training"]), facts["rules"]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        # A file is missing or half written: everything is worked out anew.
        return None
    if len(records) != len(columns):
        return None
    found = {name: columns[name].to_numpy() for name in FOUND}
    return Memory(folder, len(records), records, found, frozen, training, rules)


def _facts_file(state: Path) -> Path:
    return state / "private" / "memory.json"


def kept_records(state: Path, columns: list[str] | None = None) -> pa.Table:
    """The records of the run, texts as codes, or some columns of them; whatever code made them.

    Raises:
        OSError: They were removed.
    """
    return read_arrow(records_file(state), columns)


def records_file(state: Path) -> Path:
    """Where a run keeps its records."""
    return state / "private" / "record.arrow"


@dataclass(frozen=True, slots=True)
class Saving:
    """Tables on their way to the next night; nothing of them is read before :func:`save_facts` said what they are.

    Attributes:
        beside: Does one thing after another beside the rest.
        flushing: Waits for the disk meanwhile, so that there is little to wait for at the end.
        state: Where they go. What is saved again takes the place of what was saved before.
    """

    beside: Executor
    flushing: Executor
    state: Path
    _under_way: list[Future[None]] = field(default_factory=list)

    def records(self, records: pa.Table) -> None:
        """NORMAL_RECORD in order, as soon as it stands."""
        self._save(lambda: write_arrow(to_keep(records), records_file(self.state)), "record.arrow")

    def columns(self, coded: Coded) -> None:
        """What is known of the same records beside what they say."""
        self._save(lambda: _save_columns(self.state / "private", coded), "column.arrow")

    def pairs(self, graded: Graded) -> None:
        """The compared pairs of those records."""
        self._save(lambda: _save_pairs(self.state / "private", graded), "pair.arrow")

    def end(self) -> None:
        """Wait until all are saved, or raise what kept one from it."""
        for saved in self._under_way:
            saved.result()

    def _save(self, job: Callable[[], None], largest_file: str) -> None:
        def save() -> None:
            job()
            self.flushing.submit(flush, self.state / "private" / largest_file)

        self._under_way.append(self.beside.submit(save))


def _save_columns(folder: Path, coded: Coded) -> None:
    write_arrow(pa.table({name: coded.columns[name] for name in FOUND}), folder / "column.arrow")
    names = [coded.columns[name] for name in ("given", "surname", "village")]
    write_arrow(coded.names.without_unused(names).table(), folder / "name.arrow")


def _save_pairs(folder: Path, graded: Graded) -> None:
    pattern = pa.DictionaryArray.from_arrays(pa.array(narrow(graded.pattern_at)), pa.array(graded.patterns))
    pairs = {"a": graded.a, "b": graded.b, "is_free": graded.is_free, "pattern": pattern}
    write_arrow(pa.table(pairs), folder / "pair.arrow")


def save_facts(state: Path, training: Training, rules: list[dict[str, Any]], *, is_first_january: bool) -> None:
    """Say what the tables are, and by which code they were made."""
    facts = {
        "code": code_fingerprint(),
        "is_first_january": is_first_january,
        "training": {"records": training.records, "changed": training.changed},
        "rules": rules,
    }
    _facts_file(state).write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
