"""The linkage tables: LINKED, LINK_REASON, PAIR, REFUSED, ISSUE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from pipeline.columns import whole
from pipeline.issues import ISSUE_CODES
from pipeline.link.codes import Codes, by_appearance, combined, first_places
from pipeline.link.comparison import Comparisons
from pipeline.link.encode import Coded
from pipeline.link.explain import level_text, sentence, weight_text
from pipeline.link.ladder import EVIDENCE, X
from pipeline.link.model import Model
from pipeline.link.person import Persons
from pipeline.link.scored import Scored
from pipeline.link.strongest import Strongest
from pipeline.tables import PART_ROWS


def evidence_of(count: int, strongest: Strongest, scored: Scored, model: Model) -> tuple[pa.Array, pa.Array]:
    """Evidence code and probability of each node: S and 1 for a record alone."""
    code = np.full(count, len(EVIDENCE), dtype=np.int32)
    probability = np.ones(count)
    evidence = scored.evidence[strongest.row]
    code[strongest.node] = evidence
    linked = model.probability(scored.weight[strongest.row])
    probability[strongest.node] = np.where(evidence == X, 1.0, linked)
    return pa.DictionaryArray.from_arrays(pa.array(code), pa.array([*EVIDENCE, "S"])), pa.array(probability)


def reason_table(coded: Coded, strongest: Strongest, scored: Scored, comparisons: Comparisons) -> pa.Table:
    """LINK_REASON: one row a linked record."""
    row = strongest.row
    weight = scored.weight[row]
    at, _ = by_appearance(combined([by_appearance(scored.pattern[row])[0], scored.evidence[row], weight]))
    first = first_places(at)
    levels = comparisons.unpack(scored.pattern[row[first]])
    facts = zip(levels, scored.evidence[row[first]].tolist(), weight[first].tolist(), strict=True)
    texts = [sentence(comparisons, levels, evidence, weight) for levels, evidence, weight in facts]
    return pa.table(
        {
            "record_id": _record_ids(coded, strongest.node),
            "linked_record_id": _record_ids(coded, strongest.other),
            "weight_millibit": weight,
            "margin_millibit": pa.array(strongest.margin, mask=~strongest.has_margin),
            "explanation": _coded_texts(at, texts),
        }
    )


def pair_parts(coded: Coded, scored: Scored, comparisons: Comparisons, model: Model) -> Iterator[pa.Table]:
    """PAIR: compared pairs at or above the review floor, a million at a time."""
    rows = np.flatnonzero(scored.is_link | scored.is_review)
    for start in range(0, len(rows), PART_ROWS):
        yield _pairs(coded, scored, rows[start : start + PART_ROWS], comparisons, model)


def _pairs(coded: Coded, scored: Scored, keep: Codes, comparisons: Comparisons, model: Model) -> pa.Table:
    at, patterns = by_appearance(scored.pattern[keep])
    levels = comparisons.unpack(patterns)
    return pa.table(
        {
            "record_id_a": _record_ids(coded, scored.a[keep]),
            "record_id_b": _record_ids(coded, scored.b[keep]),
            "evidence_code": _coded_texts(scored.evidence[keep], EVIDENCE),
            "probability": pa.array(model.probability(scored.weight[keep])),
            "weight_millibit": pa.array(scored.weight[keep]),
            "levels": _coded_texts(at, [level_text(comparisons, row) for row in levels]),
            "weights": _coded_texts(at, [weight_text(comparisons, row, model.weights) for row in levels]),
            "is_review": pa.array(scored.is_review[keep]),
        }
    )


def _record_ids(coded: Coded, nodes: Codes) -> pa.Array:
    """Record identifiers of nodes; a node is its own place among them."""
    return whole(coded.records["record_id"]).take(pa.array(nodes))


def _coded_texts(at: Codes, texts: Sequence[str]) -> pa.DictionaryArray:
    distinct = pa.array(texts, pa.string()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(distinct.indices.take(pa.array(at)), distinct.dictionary)


def refused_table(coded: Coded, persons: Persons) -> pa.Table:
    """REFUSED: merges refused while clustering, and pairs that only their two valid IDs kept apart."""
    ids = whole(coded.records["record_id"])
    scored = persons.scored
    rows = {(r.a, r.b): (r.reason, r.weight) for r in persons.refused}
    for i in np.flatnonzero(scored.is_refused).tolist():
        rows.setdefault((int(scored.a[i]), int(scored.b[i])), ("two_valid_ids", int(scored.weight[i])))
    ordered = sorted(rows.items())
    return pa.table(
        {
            "record_id_a": ids.take(pa.array([k[0] for k, _ in ordered], pa.int64())),
            "record_id_b": ids.take(pa.array([k[1] for k, _ in ordered], pa.int64())),
            "reason_code": pa.array([v[0] for _, v in ordered], pa.string()),
            "weight_millibit": pa.array([v[1] for _, v in ordered], pa.int64()),
        }
    )


def issue_table(coded: Coded, nodes_by_code: dict[str, Codes], columns: dict[str, str]) -> pa.Table:
    """ISSUE: one row for each record and fault; the delivery's place is added where the records' places are known."""
    parts = []
    for code, nodes in sorted(nodes_by_code.items()):
        distinct = pa.array(np.unique(nodes))
        count = len(distinct)
        parts.append(
            pa.table(
                {
                    "agency": whole(coded.records["agency"]).take(distinct),
                    "column": pa.array([columns[code]] * count, pa.string()),
                    "code": pa.array([code] * count, pa.string()),
                    "severity": pa.array([ISSUE_CODES[code].severity] * count, pa.string()),
                    "stage": pa.array(["link"] * count, pa.string()),
                    "record_id": whole(coded.records["record_id"]).take(distinct),
                }
            )
        )
    return pa.concat_tables(parts)
