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
from pipeline.durable import checksum, flush
from pipeline.engine import read_arrow, write_arrow
from pipeline.link.codes import Codes, narrow, wide
from pipeline.link.encode import Coded, Frozen, plain_columns
from pipeline.link.grade import Graded
from pipeline.link.namebook import book_of
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
_RECORDS, _COLUMNS, _NAMES, _PAIRS = "record.arrow", "column.arrow", "name.arrow", "pair.arrow"
_PACKAGE = Path(__file__).resolve().parent.parent
_ROOMS = ("engine", "link", "normalise", "values")
_FILES = ("columns.py", "issues.py", "tables.py", "commands/delivered.py", "commands/sql/row_digest.sql")
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
        checksums: File → its checksum.
    """

    folder: Path
    count: int
    records: pa.Table
    found: dict[str, Codes]
    frozen: Frozen
    training: Training
    rules: list[dict[str, Any]]
    checksums: dict[str, int]

    def is_whole(self, name: str) -> bool:
        """Whether a file is the one that the run left beside the others."""
        return _is_whole(self.folder / name, self.checksums)

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
        """The pairs it compared; None where they are not what it left."""
        if not self.is_whole(_PAIRS):
            return None
        table = read_arrow(self.folder / _PAIRS).combine_chunks()
        pattern = whole(table["pattern"])
        a, b, is_free = (table[name].to_numpy() for name in ("a", "b", "is_free"))
        return Graded(a, b, is_free, pattern.dictionary.to_numpy(), pattern.indices.to_numpy())


def _is_whole(path: Path, checksums: dict[str, int]) -> bool:
    try:
        return checksum(path) == checksums.get(path.name)
    except OSError:
        return False


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
    folder, facts = state / "private", _facts(state)
    checksums = _checksums(facts)
    # A file that is missing, damaged, or that of another run: everything is worked out anew.
    if facts.get("code") != code_fingerprint() or not all(
        _is_whole(folder / name, checksums) for name in (_RECORDS, _COLUMNS, _NAMES)
    ):
        return None
    try:
        training, rules = Training(**facts["training"]), facts["rules"]
        is_first_january = bool(facts["is_first_january"])
    except (KeyError, TypeError):
        return None
    records, columns = kept_records(state).combine_chunks(), read_arrow(folder / _COLUMNS)
    frozen = Frozen(book_of(read_arrow(folder / _NAMES)), is_first_january)
    found = {name: columns[name].to_numpy() for name in FOUND}
    return Memory(folder, len(records), records, found, frozen, training, rules, checksums)


def _facts_file(state: Path) -> Path:
    return state / "private" / "memory.json"


def _facts(state: Path) -> dict[str, Any]:
    """What a run said of its files; nothing where that cannot be read."""
    try:
        found = json.loads(_facts_file(state).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _checksums(facts: dict[str, Any]) -> dict[str, int]:
    found = facts.get("checksums")
    return found if isinstance(found, dict) else {}


def kept_records(state: Path, columns: list[str] | None = None) -> pa.Table:
    """The records of the run, texts as codes, or some columns of them; whatever code made them.

    Raises:
        OSError: They were removed.
    """
    return read_arrow(records_file(state), columns)


def has_records(state: Path) -> bool:
    """Whether the records of the run are there as it left them, and may be read; whatever code made them."""
    return _is_whole(records_file(state), _checksums(_facts(state)))


def records_file(state: Path) -> Path:
    """Where a run keeps its records."""
    return state / "private" / _RECORDS


@dataclass(frozen=True, slots=True)
class Saving:
    """Tables on their way to the next night; nothing of them is read before :func:`save_facts` said what they are.

    Attributes:
        beside: Does one thing after another beside the rest.
        flushing: Sums them up and waits for the disk meanwhile, so that there is little to wait for at the end.
        state: Where they go. What is saved again takes the place of what was saved before.
    """

    beside: Executor
    flushing: Executor
    state: Path
    _under_way: list[Future[None]] = field(default_factory=list)
    _checksums: dict[str, Future[int]] = field(default_factory=dict)

    def records(self, records: pa.Table) -> None:
        """NORMAL_RECORD in order, as soon as it stands."""
        self._save(lambda: write_arrow(to_keep(records), records_file(self.state)), _RECORDS)

    def columns(self, coded: Coded) -> None:
        """What is known of the same records beside what they say."""
        self._save(lambda: _save_columns(self.state / "private", coded), _COLUMNS, _NAMES)

    def pairs(self, graded: Graded) -> None:
        """The compared pairs of those records."""
        self._save(lambda: _save_pairs(self.state / "private", graded), _PAIRS)

    def end(self) -> dict[str, int]:
        """Wait until all are saved, or raise what kept one from it; the checksum of each file."""
        for saved in self._under_way:
            saved.result()
        return {name: found.result() for name, found in self._checksums.items()}

    def _save(self, job: Callable[[], None], *files: str) -> None:
        def save() -> None:
            job()
            for name in files:
                self._checksums[name] = self.flushing.submit(_sum_up, self.state / "private" / name)

        self._under_way.append(self.beside.submit(save))


def _sum_up(path: Path) -> int:
    found = checksum(path)
    flush(path)
    return found


def _save_columns(folder: Path, coded: Coded) -> None:
    write_arrow(pa.table({name: coded.columns[name] for name in FOUND}), folder / _COLUMNS)
    names = [coded.columns[name] for name in ("given", "surname", "village")]
    write_arrow(coded.names.without_unused(names).table(), folder / _NAMES)


def _save_pairs(folder: Path, graded: Graded) -> None:
    pattern = pa.DictionaryArray.from_arrays(pa.array(narrow(graded.pattern_at)), pa.array(graded.patterns))
    pairs = {"a": graded.a, "b": graded.b, "is_free": graded.is_free, "pattern": pattern}
    write_arrow(pa.table(pairs), folder / _PAIRS)


def save_facts(
    state: Path, training: Training, rules: list[dict[str, Any]], known: dict[str, int], *, is_first_january: bool
) -> None:
    """Say what the files are, and by which code they were made.

    Args:
        state: State folder of the run.
        training: When the model was learnt.
        rules: What the blocking rules cost and found when all pairs were made.
        known: Checksums of some of the files; the others' are worked out here.
        is_first_january: Whether 1 January is typed where the day of birth is not known.
    """
    files = sorted((state / "private").glob("*.arrow"))
    facts = {
        "code": code_fingerprint(),
        "checksums": {path.name: known[path.name] if path.name in known else checksum(path) for path in files},
        "is_first_january": is_first_january,
        "training": {"records": training.records, "changed": training.changed},
        "rules": rules,
    }
    _facts_file(state).write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
