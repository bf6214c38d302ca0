"""What links say of each record, and the tables that follow from persons alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline import tables
from pipeline.link import outputs
from pipeline.link.comparison import load_comparisons
from pipeline.link.encode import Coded
from pipeline.link.model import Model
from pipeline.link.person import Persons
from pipeline.link.strongest import Strongest


@dataclass(frozen=True, slots=True)
class Links:
    """Each record's evidence code and probability, by node."""

    code: pa.Array
    probability: pa.Array


@dataclass(frozen=True, slots=True)
class LinksUnderWay:
    """What links say of each record.

    Attributes:
        found: That, under way.
        reasons: LINK_REASON being written.
        write_pairs: Writes PAIR, which takes longest: whoever has time first does it.
    """

    found: Future[Links]
    reasons: Future[None]
    write_pairs: Callable[[], None]


def begin_links(
    beside: Executor, coded: Coded, persons: Persons, strongest: Future[Strongest], model: Model, out: Path
) -> LinksUnderWay:
    """Begin to work out what follows from persons alone.

    Args:
        beside: Does one thing after another beside the rest.
        coded: The records.
        persons: Who is who, after the last change.
        strongest: Each record's strongest link, under way beside the rest.
        model: The model used.
        out: Folder for the tables.
    """
    scored, comparisons = persons.scored, load_comparisons()

    def find_links() -> Links:
        return Links(*outputs.evidence_of(coded.count, strongest.result(), scored, model))

    def write_pairs() -> None:
        tables.PAIR.write_parts(outputs.pair_parts(coded, scored, comparisons, model), out)

    def write_reasons() -> None:
        tables.LINK_REASON.write(outputs.reason_table(coded, strongest.result(), scored, comparisons), out)

    found = beside.submit(find_links)
    return LinksUnderWay(found, beside.submit(write_reasons), write_pairs)
