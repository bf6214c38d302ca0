"""The rows of one list: who stands in each, and the frames of the persons a row names."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipeline.synthetic.draws import Draw, World, all_draws, choose
from pipeline.synthetic.error_model import ErrorModel, ListKind, strike
from pipeline.synthetic.facts import heads_at, partners_at
from pipeline.synthetic.frame import Frame, build_frame
from pipeline.synthetic.kinds import DEAD, MOVED_OUT
from pipeline.synthetic.layout import LayoutSheet
from pipeline.synthetic.randomness import Bools, Days, Ints, Objects, Rng, choices, stream

# Roles whose values come from the row's main person.
MAIN_ROLES = frozenset({"", "person", "head", "household", "registered"})


@dataclass(frozen=True)
class Help:
    """Help that each row states; None where it states none."""

    kind: Objects
    status: Objects
    day: Objects
    amount: Objects


@dataclass(frozen=True)
class RoleFrame:
    """The frame of one role: ``at`` gives the frame's row for each row of the list, −1 where there is nobody."""

    frame: Frame
    at: Ints

    def person(self) -> Ints:
        """Person of each row; −1: nobody."""
        found = np.full(len(self.at), -1, dtype=np.int64)
        found[self.at >= 0] = self.frame.person[self.at[self.at >= 0]]
        return found

    def column(self, name: str) -> Objects:
        """A column of the frame, one value a row of the list."""
        found = np.full(len(self.at), None, dtype=object)
        has = self.at >= 0
        found[has] = self.frame.values[name][self.at[has]]
        return found


@dataclass(frozen=True)
class ListRows:
    """One list ready to be laid out.

    Attributes:
        world: The province.
        draw: What was drawn.
        roles: Role → frame. The main role stands under "".
        household: Household of each row (the main person's).
        met: Day on which the agency met each row's person.
        help: Help stated.
        rng: Stream for everything typed in this list.
    """

    world: World
    draw: Draw
    roles: dict[str, RoleFrame]
    household: Ints
    met: Days
    help: Help
    rng: Rng

    def __len__(self) -> int:
        return len(self.household)

    @property
    def main(self) -> Frame:
        """Frame of the row's main person, one row each."""
        return self.roles[""].frame

    def role(self, name: str) -> RoleFrame:
        """Frame of a role."""
        return self.roles["" if name in MAIN_ROLES or name not in self.roles else name]


def list_rows(world: World, agency: str, sheet: LayoutSheet, model: ErrorModel, *, hand: bool) -> ListRows:
    """Draw a list and put the errors in.

    Args:
        world: The province.
        agency: Its code: decides how many IDs are missing.
        sheet: The layout of the sheet.
        model: The error model.
        hand: Typed by hand.
    """
    draw = all_draws()[sheet.draw]
    rng = stream(world.seed, f"list {agency} {sheet.name or sheet.sheet_per} {sheet.draw}")
    chosen = choose(world, sheet.draw)
    population = world.population
    persons = heads_at(population, draw.day)[chosen] if sheet.unit == "household" else chosen
    persons = _in_order(world, persons, rng)
    missed = stream(world.seed, f"moves {agency} {draw.same_as or draw.name}").random(len(population.households.house))
    kind = ListKind(hand, model.missing_id_share(agency), missed, is_visited=draw.is_visited)
    frame = build_frame(population, persons, registered=draw.who == "registered", on=draw.day)
    frame = strike(frame, population, model, rng, kind)
    roles = {"": RoleFrame(frame, np.arange(len(frame)))}
    for role in sheet.roles:
        if role in ("spouse", "parent", "member"):
            others = _others(world, draw, role, frame.person)
            roles[role] = _second_frame(world, draw, others, model, rng, replace(kind, may_double=False))
    household = population.people.household[frame.person]
    met = _met(world, draw, frame.person, rng)
    return ListRows(world, draw, roles, household, met, _help(draw, len(frame), met, rng), rng)


def _in_order(world: World, persons: Ints, rng: Rng) -> Ints:
    """By village, as officers collect lists; within it in no order, members of a household side by side."""
    population = world.population
    household = population.people.household[persons]
    house = population.households.house[household]
    shuffled = rng.permutation(len(population.households.house))[household]
    order = np.lexsort(
        (population.people.slot[persons], shuffled, population.houses.moo[house], population.houses.tambon[house])
    )
    return persons[order]


def _others(world: World, draw: Draw, role: str, persons: Ints) -> Ints:
    population = world.population
    heads = heads_at(population, draw.day)
    household = population.people.household[persons]
    if role == "parent":
        guardian = heads[household]
        return np.where(guardian == persons, -1, guardian)
    partner = partners_at(population, draw.day, heads)[household]
    is_head = heads[household] == persons
    return np.where(is_head, partner, -1)


def _second_frame(world: World, draw: Draw, persons: Ints, model: ErrorModel, rng: Rng, kind: ListKind) -> RoleFrame:
    has: Bools = persons >= 0
    frame = build_frame(world.population, persons[has], on=draw.day)
    frame = strike(frame, world.population, model, rng, kind)
    at = np.full(len(persons), -1, dtype=np.int64)
    at[has] = np.arange(int(has.sum()))
    return RoleFrame(frame, at)


def _met(world: World, draw: Draw, persons: Ints, rng: Rng) -> Days:
    people = world.population.people
    met = draw.day - rng.integers(0, draw.spread, len(persons)).astype("timedelta64[D]")
    end = people.life_date[persons].copy()
    end[~np.isin(people.life_status[persons], (DEAD, MOVED_OUT))] = np.datetime64("NaT", "D")
    met = np.where(~np.isnat(end) & (end < met), end - np.timedelta64(1, "D"), met)
    return np.maximum(met, people.birth[persons])


def _help(draw: Draw, size: int, met: Days, rng: Rng) -> Help:
    nothing = np.full(size, None, dtype=object)
    if not draw.help:
        return Help(nothing, nothing, nothing, nothing)
    stated = rng.random(size) < float(draw.help["chance"])
    kinds, status = draw.help["kinds"], draw.help["status"]
    low, high = draw.help["amount"]
    kind = choices(rng, list(kinds), size, list(kinds.values()))
    state = choices(rng, list(status), size, list(status.values()))
    amount = (rng.integers(low, high + 1, size) // 100 * 100).astype(str).astype(object)
    day = np.minimum(met + rng.integers(0, 60, size).astype("timedelta64[D]"), draw.day).astype(object)
    done = stated & np.isin(state.astype(str), ["given", "lent"])
    return Help(
        kind=np.where(stated, kind, nothing),
        status=np.where(stated, state, nothing),
        day=np.where(done, day, nothing),
        amount=np.where(stated & (high > 0), amount, nothing),
    )
