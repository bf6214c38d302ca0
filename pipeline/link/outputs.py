"""The linkage tables: LINKED, LINK_REASON, PAIR, REFUSED, ISSUE."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine import Engine
from pipeline.issues import ISSUE_CODES
from pipeline.link.codes import combined
from pipeline.link.comparison import Comparisons
from pipeline.link.encode import Coded
from pipeline.link.explain import level_text, sentence, weight_text
from pipeline.link.ladder import EVIDENCE
from pipeline.link.model import Model
from pipeline.link.person import Persons
from pipeline.link.scored import Scored

Codes = npt.NDArray[np.int64]
_REASON_COLUMNS = ("node", "other", "pattern", "weight", "evidence", "margin")


def strongest_links(engine: Engine, persons: Persons) -> pa.Table:
    """For each linked record its strongest link inside the person and the margin above the best other person."""
    scored = persons.scored
    rows = engine.frame(
        pa.table(
            {
                "a": scored.a,
                "b": scored.b,
                "pattern": scored.pattern,
                "weight": scored.weight,
                "evidence": scored.evidence,
                "is_link": scored.is_link,
            }
        )
    )
    label = engine.frame(pa.table({"node": np.arange(len(persons.label)), "person": persons.label}))
    found = engine.sql("link/sql/reason", tables={"scored": rows, "person_of": label})
    table = engine.arrow(found).sort_by("node")
    engine.drop(rows, label, found)
    return table


def evidence_of(count: int, strongest: pa.Table, model: Model) -> tuple[pa.Array, pa.Array]:
    """Evidence code and probability of each node: S and 1 for a record alone."""
    code = np.full(count, "S", dtype=object)
    probability = np.ones(count)
    nodes = strongest["node"].to_numpy()
    evidence = strongest["evidence"].to_numpy()
    code[nodes] = np.array(EVIDENCE, dtype=object)[evidence]
    probability[nodes] = np.where(evidence == 0, 1.0, model.probability(strongest["weight"].to_numpy()))
    return pa.array(code, pa.string()), pa.array(probability)


def reason_table(coded: Coded, strongest: pa.Table, comparisons: Comparisons) -> pa.Table:
    """LINK_REASON: one row a linked record."""
    ids = coded.records["record_id"].combine_chunks()
    keys = [strongest[name].to_numpy().astype(np.int64) for name in ("pattern", "evidence", "weight")]
    _, first, inverse = np.unique(combined(keys), return_index=True, return_inverse=True)
    distinct = [key[first] for key in keys]
    levels = comparisons.unpack(distinct[0])
    texts = [sentence(comparisons, levels[i], int(distinct[1][i]), int(distinct[2][i])) for i in range(len(levels))]
    return pa.table(
        {
            "record_id": ids.take(strongest["node"].combine_chunks()),
            "linked_record_id": ids.take(strongest["other"].combine_chunks()),
            "weight_millibit": strongest["weight"],
            "margin_millibit": strongest["margin"],
            "explanation": pa.array(texts, pa.string()).take(pa.array(np.ravel(inverse))),
        }
    )


def pair_table(coded: Coded, scored: Scored, comparisons: Comparisons, model: Model) -> pa.Table:
    """PAIR: compared pairs at or above the review floor."""
    keep = np.flatnonzero(scored.is_link | scored.is_review)
    ids = coded.records["record_id"].combine_chunks()
    patterns, inverse = np.unique(scored.pattern[keep], return_inverse=True)
    levels = comparisons.unpack(patterns)
    level_texts = pa.array([level_text(comparisons, row) for row in levels], pa.string())
    weight_texts = pa.array([weight_text(comparisons, row, model.weights) for row in levels], pa.string())
    at = pa.array(np.ravel(inverse))
    codes = pa.array(EVIDENCE, pa.string())
    return pa.table(
        {
            "record_id_a": ids.take(pa.array(scored.a[keep])),
            "record_id_b": ids.take(pa.array(scored.b[keep])),
            "evidence_code": codes.take(pa.array(scored.evidence[keep])),
            "probability": pa.array(model.probability(scored.weight[keep])),
            "weight_millibit": pa.array(scored.weight[keep]),
            "levels": level_texts.take(at),
            "weights": weight_texts.take(at),
            "is_review": pa.array(scored.is_review[keep]),
        }
    )


def refused_table(coded: Coded, persons: Persons) -> pa.Table:
    """REFUSED: merges refused while clustering, and pairs that only their two valid IDs kept apart."""
    ids = coded.records["record_id"].combine_chunks()
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
                    "agency": coded.records["agency"].combine_chunks().take(distinct),
                    "column": pa.array([columns[code]] * count, pa.string()),
                    "code": pa.array([code] * count, pa.string()),
                    "severity": pa.array([ISSUE_CODES[code].severity] * count, pa.string()),
                    "stage": pa.array(["link"] * count, pa.string()),
                    "record_id": coded.records["record_id"].combine_chunks().take(distinct),
                }
            )
        )
    return pa.concat_tables(parts)
