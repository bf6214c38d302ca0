"""A night: pairs compared, weighed by a model, and from them persons and households."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.engine import Engine
from pipeline.link.blocking import load_rules, pairs_beside
from pipeline.link.codes import Codes
from pipeline.link.comparison import load_comparisons
from pipeline.link.decisions import Decisions
from pipeline.link.expectation import CrossCheck
from pipeline.link.held_out import Measured, measure
from pipeline.link.household import Households, find_households, revise_households
from pipeline.link.links import LinksUnderWay, begin_links
from pipeline.link.memory import Saving
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
from pipeline.link.residence import read_residence
from pipeline.link.residual import residual_links
from pipeline.link.start import Start
from pipeline.link.strongest import Strongest, revise_strongest, strongest_links


@dataclass(frozen=True, slots=True)
class Given:
    """What a run compares and judges with, and where it leaves what it finds.

    Attributes:
        engine: Works on several things at once.
        beside: Does one thing after another beside the rest.
        decisions: Clerical decisions.
        model: The model of the run before.
        options: See :class:`LinkOptions`.
        out: Folder of the tables.
        saving: Saves tables for the next night.
        mark: Is told the name of each step when it is done.
    """

    engine: Engine
    beside: Executor
    decisions: Decisions
    model: Model | None
    options: LinkOptions
    out: Path
    saving: Saving
    mark: Mark


@dataclass(frozen=True, slots=True)
class Found:
    """What a night found.

    Attributes:
        begun: How it began: its records.
        persons, homes: Who is whom, and who lives with whom.
        model: The model used.
        em_check: What expectation–maximisation says of it; None where there are too few pairs.
        measured: What ID-labelled pairs say of it, once that is done.
        links: What links say of each record, and the tables of them, under way.
        rules: What the blocking rules cost and find.
        counts: Pairs, those compared tonight, and their patterns.
    """

    begun: Start
    persons: Persons
    homes: Households
    model: Model
    em_check: CrossCheck | None
    measured: Future[Measured]
    links: LinksUnderWay
    rules: list[dict[str, Any]]
    counts: dict[str, int]


def compare(given: Given, begun: Start) -> ComparedPairs:
    """Compare every pair, or what changed since the run before. Meanwhile the codes are kept for the next night."""
    engine, coded, rules, comparisons = given.engine, begun.coded, load_rules(), load_comparisons()
    given.saving.columns(coded)
    decided = given.decisions.all_pairs()
    memory, changes = begun.memory, begun.changes
    if memory is not None and changes is not None and not given.options.full:
        # Two things that take a while and have nothing to do with each other.
        jobs: list[Callable[[], Any]] = [
            lambda: changes.known_pairs(memory),
            lambda: pairs_beside(coded, rules, decided),
        ]
        known, beside = engine.map_each(jobs, lambda job: job())
        if known is not None:
            night = changes.nights(coded)
            found = compare_changed(engine, coded, rules, comparisons, known, night, beside, given.mark)
            return replace(found, rules=memory.rules)
    return compare_all(engine, coded, rules, comparisons, given.decisions, given.mark)


def find(given: Given, begun: Start, compared: ComparedPairs) -> Found:
    """Persons and households. Meanwhile pairs are kept for the next night, and what is final is written."""
    begun, compared, weighed = _weighed(given, begun, compared)
    coded, graded, model, verdicts = begun.coded, compared.graded, weighed.model, weighed.verdicts
    counts = {"pairs": len(graded.a), "pairs_compared": compared.compared, "patterns": len(graded.patterns)}
    given.mark("train")
    given.saving.pairs(graded)
    residence_read = given.beside.submit(read_residence, coded, given.options.living_priority)
    persons = find_persons(
        given.engine, coded, given.decisions, graded, verdicts, given.options.duplicate_free, given.mark
    )
    strongest = given.beside.submit(strongest_links, persons.scored, persons.label)
    measured = given.beside.submit(measure, coded, load_comparisons(), graded, weighed.labelled, verdicts)
    residence, limit = residence_read.result(), given.options.household_size_limit
    homes = find_households(given.engine, residence, persons.label, limit)
    residual = residual_links(persons.scored, load_comparisons(), persons.label, homes.label, coded.columns["agency"])
    if len(residual):
        persons, strongest = _revised(given, persons, residual, strongest)
    links = begin_links(given.beside, coded, persons, strongest, model, given.out)
    if len(residual):
        homes = revise_households(given.engine, residence, homes, persons.label, limit)
    return Found(begun, persons, homes, model, weighed.em_check, measured, links, compared.rules, counts)


def _revised(
    given: Given, first: Persons, residual: Codes, strongest: Future[Strongest]
) -> tuple[Persons, Future[Strongest]]:
    """Persons with the links that the second look found, and each record's strongest link under way."""
    persons = revise_persons(given.engine, first, residual)

    def revise() -> Strongest:
        return revise_strongest(strongest.result(), persons.scored, first.label, persons.label)

    return persons, given.beside.submit(revise)


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
    return weigh(given.engine, begun.coded, comparisons, compared.graded, given.model, retrain, duplicate_free)
