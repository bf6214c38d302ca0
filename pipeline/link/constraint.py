"""What may not be one person, as arrays over the nodes."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
import pyarrow as pa

from pipeline.engine import Engine
from pipeline.link.cluster import FORBIDDEN_BY_CLERK, FORBIDDEN_BY_COMPARISON, NEVER, Constraints, extended
from pipeline.link.codes import Codes, at, codes_of, is_any_of, plain_texts
from pipeline.link.decisions import Decisions
from pipeline.link.encode import Coded
from pipeline.link.grade import Graded
from pipeline.link.ladder import C, Verdicts
from pipeline.link.pairing import chunks
from pipeline.link.scored import Scored

_EPOCH = date(1970, 1, 1)


def find_constraints(
    engine: Engine,
    coded: Coded,
    component: Codes,
    scored: Scored,
    graded: Graded,
    verdicts: Verdicts,
    decisions: Decisions,
    duplicate_free: tuple[str, ...],
) -> Constraints:
    """Constraints on tonight's records: valid IDs, deaths, lists without duplicates, clerks and strong disagreement.

    Args:
        engine: The engine.
        coded: The records.
        component: For each node the smallest node that links join it to.
        scored: Pairs worth keeping.
        graded: Compared pairs and their patterns.
        verdicts: What the model says of each pattern.
        decisions: What clerks decided.
        duplicate_free: Agencies whose list holds each person once.
    """
    cannot = _disagreeing(engine, component, scored, graded, verdicts)
    forbidden = np.concatenate(
        [_with_kind(cannot, FORBIDDEN_BY_COMPARISON), _with_kind(decisions.different, FORBIDDEN_BY_CLERK)]
    )
    forbidden = forbidden[np.lexsort((forbidden[:, 1], forbidden[:, 0], forbidden[:, 2]))]
    return _constraints(coded, forbidden, duplicate_free)


def _disagreeing(engine: Engine, component: Codes, scored: Scored, graded: Graded, verdicts: Verdicts) -> Codes:
    """Compared pairs that speak strongly against one person, among records that links could join."""
    # The second look at households may accept pairs that now wait for review: they count as possible links.
    possible = extended(engine, component, scored.edges(np.flatnonzero(scored.is_review & (scored.evidence == C))))

    def found(rows: slice) -> Codes:
        a, b = graded.a[rows], graded.b[rows]
        is_inside = at(possible, a) == at(possible, b)
        is_inside &= at(verdicts.is_cannot, graded.pattern_at[rows])
        return np.stack([a[is_inside], b[is_inside]], axis=1).astype(np.int64)

    parts = engine.map_each(chunks(len(graded.a)), found)
    return np.concatenate([np.empty((0, 2), dtype=np.int64), *parts])


def _with_kind(pairs: Codes, kind: int) -> Codes:
    return np.concatenate([pairs, np.full((len(pairs), 1), kind, dtype=np.int64)], axis=1)


def _constraints(coded: Coded, forbidden: Codes, duplicate_free: tuple[str, ...]) -> Constraints:
    columns, records = coded.columns, coded.records
    valid = np.where(columns["is_id_valid"] == 1, columns["national_id"], -1)
    is_free = is_any_of(records["agency"], duplicate_free) & coded.is_person()
    return Constraints(
        valid_id=valid,
        dead_day=_death_days(records),
        seen_day=records["last_seen_date"].cast(pa.int32()).fill_null(NEVER).to_numpy(),
        list_number=np.where(is_free, columns["agency"], -1),
        forbidden=forbidden,
    )


def _death_days(records: pa.Table) -> Codes:
    """Day of death; the last day it may be where the date is partial; -1 for the living and the undated."""
    days = np.full(records.num_rows, NEVER, dtype=np.int32)
    dead = np.flatnonzero(is_any_of(records["life_status_code"], ("dead",)))
    # Only texts that some record has: in the place of others an earlier night has left marks.
    dates = plain_texts(records["life_status_date"].take(pa.array(dead))).dictionary_encode()
    # The unknown, -1, is the last entry.
    last = [*(_last_day(text) if text else NEVER for text in dates.dictionary.to_pylist()), NEVER]
    days[dead] = np.array(last, dtype=np.int32)[codes_of(dates)]
    return days


def _last_day(partial: str) -> int:
    """Days since 1970 of the last day that a date may be."""
    year, month, day = (*(int(part) for part in partial.split("-")), 0, 0)[:3]
    month = month or 12
    return (date(year, month, day or monthrange(year, month)[1]) - _EPOCH).days
