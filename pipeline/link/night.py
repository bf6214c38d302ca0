"""A night: pairs compared, weighed by a model, and from them persons and households."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.engine import Engine
from pipeline.link.blocking import load_rules
from pipeline.link.comparison import load_comparisons
from pipeline.link.decisions import Decisions
from pipeline.link.encode import Coded
from pipeline.link.expectation import CrossCheck
from pipeline.link.held_out import Measured, measure
from pipeline.link.household import Households, find_households
from pipeline.link.memory import save_tables
from pipeline.link.model import Model
from pipeline.link.options import LinkOptions
from pipeline.link.person import (
    ComparedPairs,
    Mark,
    Persons,
    Weighed,
    compare_all,
    compare_changed,
    find_persons,
    revise_persons,
    weigh,
)
from pipeline.link.residence import Residence, read_residence
from pipeline.link.residual import residual_links
from pipeline.link.start import Start


@dataclass(frozen=True, slots=True)
class Given:
    """What a run compares and judges with, and where it leaves its tables."""

    engine: Engine
    decisions: Decisions
    model: Model | None
    options: LinkOptions
    state: Path
    mark: Mark


@dataclass(frozen=True, slots=True)
class Found:
    """What a night found.

    Attributes:
        begun: How it began: its records.
        persons, homes: Who is whom, and who lives with whom.
        model: The model used.
        measured: What ID-labelled pairs say of it.
        em_check: What expectation–maximisation says of it; None where there are too few pairs.
        rules: What the blocking rules cost and find.
        counts: Pairs, those compared tonight, and their patterns.
    """

    begun: Start
    persons: Persons
    homes: Households
    model: Model
    measured: Measured
    em_check: CrossCheck | None
    rules: list[dict[str, Any]]
    counts: dict[str, int]


def compare(given: Given, begun: Start) -> ComparedPairs:
    """Compare every pair, or what changed since the run before."""
    common = (load_rules(), load_comparisons(), given.decisions)
    known = None
    if not given.options.full and begun.memory is not None and begun.changes is not None:
        known = begun.changes.surviving(begun.memory)
    if known is None or begun.memory is None or begun.changes is None:
        return compare_all(given.engine, begun.coded, *common, given.mark)
    night = begun.changes.nights(begun.coded)
    found = compare_changed(given.engine, begun.coded, *common, known, night, given.mark)
    return replace(found, rules=begun.memory.rules)


def find(given: Given, begun: Start, compared: ComparedPairs) -> Found:
    """Persons and households; the records and pairs are kept for the next night meanwhile."""
    begun, compared, weighed = _weighed(given, begun, compared)
    coded, graded, model, verdicts = begun.coded, compared.graded, weighed.model, weighed.verdicts
    counts = {"pairs": len(graded.a), "pairs_compared": compared.compared, "patterns": len(graded.patterns)}
    given.mark("train")
    with ThreadPoolExecutor(1) as pool:
        # Beside the rest: what needs no persons, and what nothing but the report needs.
        residence = pool.submit(read_residence, coded, given.options.living_priority)
        saving = pool.submit(save_tables, given.state, coded, graded)
        measuring = pool.submit(measure, coded, load_comparisons(), graded, weighed.labelled, verdicts)
        persons = find_persons(
            given.engine, coded, given.decisions, graded, verdicts, given.options.duplicate_free, given.mark
        )
        persons, homes = _living_together(given, coded, persons, residence.result())
        saving.result()
        given.mark("household")
        return Found(begun, persons, homes, model, measuring.result(), weighed.em_check, compared.rules, counts)


def _weighed(given: Given, begun: Start, compared: ComparedPairs) -> tuple[Start, ComparedPairs, Weighed]:
    """The night as the model sees it; as the last good one does where that learnt tonight is refused."""
    retrain = given.options.retrain or begun.anew_because == "drift"
    weighed = _weigh(given, begun, compared, retrain=retrain)
    refused = weighed.model
    if begun.unlearnt is None or refused.source != "state" or not refused.note.startswith("refused"):
        return begun, compared, weighed
    begun = begun.unlearnt()
    compared = compare(given, begun)
    again = _weigh(given, begun, compared, retrain=False)
    if again.model.source == "state":
        again = replace(again, model=replace(again.model, note=refused.note))
    return begun, compared, again


def _weigh(given: Given, begun: Start, compared: ComparedPairs, *, retrain: bool) -> Weighed:
    comparisons, duplicate_free = load_comparisons(), given.options.duplicate_free
    return weigh(begun.coded, comparisons, compared.graded, given.model, retrain, duplicate_free)


def _living_together(given: Given, coded: Coded, persons: Persons, residence: Residence) -> tuple[Persons, Households]:
    """Households, and the persons after a second look at who is left over in them."""
    homes = find_households(given.engine, residence, persons.label, given.options.household_size_limit)
    residual = residual_links(persons.scored, load_comparisons(), persons.label, homes.label, coded.columns["agency"])
    if len(residual) == 0:
        return persons, homes
    persons = revise_persons(given.engine, persons, residual)
    return persons, find_households(given.engine, residence, persons.label, given.options.household_size_limit)
