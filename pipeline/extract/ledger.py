"""What happened to an agency's deliveries: an append-only file of facts, of which the night's state is a function.

Facts only, and no value of any list: hashes, file names, dates, and what an officer accepted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

Fact = Mapping[str, object]


@dataclass(slots=True)
class Arrival:
    """One delivered file.

    Attributes:
        sha256: Content hash.
        file_name: Its latest name.
        first_seen: Night on which the content was first seen.
        received: Night of its latest arrival: a file that went away and came back was delivered again.
        batch: Number of that night in this ledger; orders arrivals that share a date.
        is_present: It stands in the inbox.
        is_judged: It was compared with what was in use when it came.
        is_held: It would lose more rows than allowed and waits for an officer's word.
        is_accepted: An officer said that it is right although it loses rows.
        is_old_content: It came again after another delivery had replaced it: its content was seen before.
        good_read: Where the store keeps it as it was last read without a fault; empty: it never was.
    """

    sha256: str
    file_name: str
    first_seen: date
    received: date
    batch: int
    is_present: bool = True
    is_judged: bool = False
    is_held: bool = False
    is_accepted: bool = False
    is_old_content: bool = False
    good_read: str = ""

    @property
    def delivery_id(self) -> str:
        """First 16 hex digits of the content hash."""
        return self.sha256[:16]


@dataclass(slots=True)
class LedgerState:
    """What the facts add up to.

    Attributes:
        arrivals: By content hash.
        same_record: (list, identity by the row's own values) → identity it keeps from an earlier delivery.
        last_batch: Number of the last night with facts.
    """

    arrivals: dict[str, Arrival] = field(default_factory=dict)
    same_record: dict[tuple[str, str], str] = field(default_factory=dict)
    last_batch: int = 0

    def apply(self, fact: Fact) -> None:
        """Add one fact."""
        kind = fact["fact"]
        sha = str(fact.get("sha256", ""))
        if kind == "arrived":
            self._arrive(sha, fact)
        elif kind == "same_record":
            self.same_record[(str(fact["list"]), str(fact["base"]))] = str(fact["record"])
        elif sha in self.arrivals:
            arrival = self.arrivals[sha]
            if kind == "left":
                arrival.is_present = False
            elif kind == "named":
                arrival.file_name = str(fact["file_name"])
            elif kind == "judged":
                arrival.is_judged, arrival.is_held = True, bool(fact["is_held"])
            elif kind == "accepted":
                # Compared once more, with what is in use by now: held, it changed no identity.
                arrival.is_held, arrival.is_accepted = False, True
                arrival.is_judged = arrival.is_judged and not fact.get("is_to_be_judged")
            elif kind == "read":
                arrival.good_read = str(fact["name"])
        self.last_batch = max(self.last_batch, int(str(fact.get("batch", 0))))

    def _arrive(self, sha: str, fact: Fact) -> None:
        day, batch = date.fromisoformat(str(fact["date"])), int(str(fact["batch"]))
        known = self.arrivals.get(sha)
        if known is None:
            self.arrivals[sha] = Arrival(sha, str(fact["file_name"]), day, day, batch)
            return
        known.file_name, known.received, known.batch, known.is_present = str(fact["file_name"]), day, batch, True
        if fact.get("is_to_be_judged"):
            # An old list that comes again would replace the one in use: it is compared like any other.
            known.is_judged = known.is_held = known.is_accepted = False
            known.is_old_content = True


class Ledger:
    """The ledger of one agency."""

    def __init__(self, path: Path) -> None:
        """Open the ledger.

        Args:
            path: ``identity/deliveries/<agency>/ledger.jsonl``.
        """
        self._path = path
        self.state = LedgerState()
        for fact in self._facts():
            self.state.apply(fact)

    def _facts(self) -> Iterable[Fact]:
        if not self._path.is_file():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                fact = json.loads(line)
            except json.JSONDecodeError:
                # A line that a crash cut short was never acted on.
                continue
            if isinstance(fact, dict) and "fact" in fact:
                yield fact

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts; they are on disk before anything relies on them."""
        lines = [json.dumps(fact, ensure_ascii=False, sort_keys=True) for fact in facts]
        if not lines:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_torn = self._path.is_file() and not self._path.read_bytes().endswith(b"\n") and self._path.stat().st_size > 0
        with self._path.open("a", encoding="utf-8") as file:
            file.write(("\n" if is_torn else "") + "\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        for line in lines:
            self.state.apply(json.loads(line))
