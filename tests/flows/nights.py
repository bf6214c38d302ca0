"""What the flow tests share by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from flows.night import NightResult

ROOT = Path(__file__).resolve().parents[2]
NIGHT = date(2026, 11, 24)

RunNight = Callable[..., NightResult]
