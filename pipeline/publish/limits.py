"""How far a publication may move from the one before without an officer's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import NothingPublishedError

NOUNS = {"records": ("ระเบียน", "records"), "persons": ("บุคคล", "persons"), "households": ("ครัวเรือน", "households")}


@dataclass(frozen=True, slots=True)
class Move:
    """One count of this night beside that of the current publication."""

    what: str
    before: int
    now: int
    limit: float

    @property
    def share(self) -> float:
        """Change as a share of the count before; a count that grew from nothing has moved wholly."""
        if self.before == 0:
            return 0.0 if self.now == 0 else 1.0
        return (self.now - self.before) / self.before

    @property
    def is_beyond_limit(self) -> bool:
        """Whether an officer has to say why."""
        return abs(self.share) > self.limit

    @property
    def thai(self) -> str:
        """For the officer."""
        noun = NOUNS[self.what][0]
        return f"{noun} {self.before:,} → {self.now:,} ({self.share:+.1%} เกณฑ์ ±{self.limit:.0%})"

    @property
    def english(self) -> str:
        """For support."""
        noun = NOUNS[self.what][1]
        return f"{noun} {self.before:,} → {self.now:,} ({self.share:+.1%}, limit ±{self.limit:.0%})"


def moves(before: Mapping[str, int] | None, now: Mapping[str, int], limits: Mapping[str, float]) -> tuple[Move, ...]:
    """Compare the counts of two publications.

    Args:
        before: Counts of ``ops.run`` of the current publication; None: there is none.
        now: The same of this night.
        limits: Largest share for each count, from ``province.yaml``.
    """
    if before is None:
        return ()
    return tuple(Move(what, before[what], now[what], limits[what]) for what in NOUNS if what in limits)


def require_within_limits(found: tuple[Move, ...], accept_change: str) -> None:
    """Stop a publication that moved too far.

    Raises:
        NothingPublishedError: A count moved beyond its limit and nobody has said why.
    """
    beyond = [m for m in found if m.is_beyond_limit]
    if beyond and not accept_change.strip():
        raise NothingPublishedError(
            "The publication would move beyond its limits: " + "; ".join(m.english for m in beyond) + ". Nothing was "
            "published; if the change is right, run again with --accept-change WHY.",
            "ฉบับใหม่เปลี่ยนไปเกินเกณฑ์: " + "; ".join(m.thai for m in beyond) + " จึงยังไม่เผยแพร่ "
            "ถ้าการเปลี่ยนแปลงถูกต้อง ให้รันใหม่ด้วย --accept-change พร้อมเหตุผล",
        )
