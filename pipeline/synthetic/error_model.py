"""Named error models (errors.yaml) and how they strike a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pipeline.errors import UserError
from pipeline.synthetic.corruption import STRIKES
from pipeline.synthetic.frame import Frame
from pipeline.synthetic.population import Population
from pipeline.synthetic.randomness import Bools, Floats, Rng


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """Rates of errors.

    Attributes:
        name: Name in errors.yaml.
        rates: Class → rate in a system's export and in a list typed by hand.
        missing_ids: Agency (or ``default``) → share of rows without an ID.
    """

    name: str
    rates: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    missing_ids: Mapping[str, float] = field(default_factory=dict)

    def rate(self, error: str, hand: bool) -> float:
        """Share of the eligible rows that carry the error."""
        return self.rates[error][hand]

    def missing_id_share(self, agency: str) -> float:
        """Share of an agency's rows without an ID."""
        return self.missing_ids.get(agency, self.missing_ids["default"])


def load_model(name: str) -> ErrorModel:
    """Read one error model.

    Args:
        name: Name in errors.yaml.

    Raises:
        UserError: There is no model of that name.
    """
    models: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("errors.yaml").read_text(encoding="utf-8")
    )["models"]
    if name not in models:
        known = ", ".join(models)
        raise UserError(
            f"There is no error model '{name}'; use one of: {known}.", f"ไม่รู้จักแบบความผิดพลาด “{name}” โปรดใช้: {known}"
        )
    own = models[name]
    base = models[own.get("like", name)]
    factor = float(own.get("factor", 1.0))
    rates = {
        error: (min(0.9, rate["system"] * factor), min(0.9, rate["hand"] * factor))
        for error, rate in base["rates"].items()
    }
    # An agency without any ID in its form has none in every model.
    missing = {
        agency: share if share == 1.0 else min(0.98, share * factor) for agency, share in base["missing_ids"].items()
    }
    return ErrorModel(name, rates, missing)


@dataclass(frozen=True, slots=True)
class ListKind:
    """What decides how often errors stand in a list.

    Attributes:
        is_hand_made: Typed by hand.
        missing_ids: Share of rows without an ID.
        missed_moves: A number in 0–1 for each household: below the rate, the agency missed its move. Sheets of one
            survey share them.
        is_visited: Surveyors went to the house: an old address is that of the whole household, never of one member.
        may_double: Whether rows may stand twice.
    """

    is_hand_made: bool
    missing_ids: float
    missed_moves: Floats
    is_visited: bool = False
    may_double: bool = True


def strike(frame: Frame, population: Population, model: ErrorModel, rng: Rng, kind: ListKind) -> Frame:
    """Put the model's errors into a frame.

    Args:
        frame: Right values; changed in place.
        population: The province.
        model: The rates.
        rng: Stream of this list.
        kind: What decides the rates.

    Returns:
        The frame with doubled rows added at the places where they were typed twice.
    """
    for error, eligible, act in STRIKES:
        rate = model.rate(error, kind.is_hand_made)
        struck = rng.random(len(frame)) < rate
        if error == "address_old":
            struck = _households_out_of_date(frame, population, rate, kind)
        rows = np.flatnonzero(struck & eligible(frame, population))
        if len(rows):
            act(frame, rows, population, rng)
    missing = np.flatnonzero(rng.random(len(frame)) < kind.missing_ids)
    frame.values["national_id"][missing] = None
    frame.mark(missing, "id_missing")
    doubled = rng.random(len(frame)) < model.rate("row_doubled", kind.is_hand_made)
    if not kind.may_double or not doubled.any():
        return frame
    order = np.repeat(np.arange(len(frame)), 1 + doubled)
    second = np.zeros(len(order), dtype=bool)
    second[1:] = order[1:] == order[:-1]
    frame = frame.repeat(order)
    frame.mark(np.flatnonzero(second), "row_doubled")
    return frame


def _households_out_of_date(frame: Frame, population: Population, rate: float, kind: ListKind) -> Bools:
    """An agency that missed a move missed it for the whole household."""
    people = population.people
    household = people.household[frame.person]
    struck: Bools = (kind.missed_moves < rate)[household]
    if kind.is_visited:
        # People stand household by household, so the first of each is found by search.
        first = np.searchsorted(people.household, household)
        struck &= people.old_house[frame.person] == people.old_house[first]
    return struck
