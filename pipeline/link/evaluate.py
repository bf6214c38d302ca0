"""Pairwise precision, recall and F1 against the truth, by counting groups and never by making pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.columns import whole
from pipeline.link.codes import plain_texts

Counts = npt.NDArray[np.int64]


def evaluate(linked: pa.Table, truth: pa.Table, records: pa.Table | None = None) -> dict[str, Any]:
    """Compare a linkage with the truth.

    Args:
        linked: Columns record_id, person_id, household_id.
        truth: The same columns, true ones; person_id is null for a record of a household.
        records: Optional, record_id, national_id and national_id_status, to count persons with two valid IDs.

    Returns:
        ``person`` and ``household`` with precision, recall and f1 over record pairs, ``cluster`` with the same over
        whole persons found exactly, ``persons_with_two_valid_ids`` (null without records), ``records`` that both know,
        ``missing`` (records of the truth that are not linked: the true pairs they stand in are not found, so recall
        counts them) and ``unknown`` (linked records of which the truth says nothing: they count in no measure).
    """
    found = linked.select(["record_id", "person_id", "household_id"])
    true = truth.select(["record_id", "person_id", "household_id"]).rename_columns(
        ["record_id", "true_person_id", "true_household_id"]
    )
    both = true.join(found, keys="record_id", join_type="inner")
    person = both.filter(pc.is_valid(both["true_person_id"]))
    return {
        "person": _pairwise(person["true_person_id"], person["person_id"], pc.drop_null(true["true_person_id"])),
        "household": _pairwise(both["true_household_id"], both["household_id"], true["true_household_id"]),
        "cluster": _clusters(person["true_person_id"], person["person_id"]),
        "persons_with_two_valid_ids": None if records is None else two_valid_ids(linked, records),
        "records": both.num_rows,
        "missing": truth.num_rows - both.num_rows,
        "unknown": found.join(true, keys="record_id", join_type="left anti").num_rows,
    }


def two_valid_ids(linked: pa.Table, records: pa.Table) -> int:
    """Persons whose records carry more than one valid national ID."""
    plain = pa.table({name: plain_texts(records[name]) for name in ("record_id", "national_id", "national_id_status")})
    valid = plain.filter(pc.equal(plain["national_id_status"], "valid")).select(["record_id", "national_id"])
    rows = linked.select(["record_id", "person_id"]).join(valid, keys="record_id", join_type="inner")
    ids = rows.group_by("person_id").aggregate([("national_id", "count_distinct")])
    return int(pc.sum(pc.greater(ids["national_id_count_distinct"], 1)).as_py() or 0)


def _pairs(sizes: Counts) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _numbers(column: pa.ChunkedArray) -> Counts:
    encoded = whole(column).dictionary_encode()
    codes: Counts = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    # A record without an identifier is alone: every one gets a number of its own.
    alone = np.flatnonzero(codes < 0)
    codes[alone] = len(encoded.dictionary) + np.arange(len(alone))
    return codes


def _pairwise(true: pa.ChunkedArray, found: pa.ChunkedArray, all_true: pa.ChunkedArray) -> dict[str, float | None]:
    true_codes, found_codes, all_codes = _numbers(true), _numbers(found), _numbers(all_true)
    true_pairs = _pairs(np.bincount(all_codes)) if len(all_codes) else 0
    found_pairs = _pairs(np.bincount(found_codes)) if len(found_codes) else 0
    cells = np.unique(np.stack([true_codes, found_codes]), axis=1, return_counts=True)[1]
    return _measures(_pairs(cells), found_pairs, true_pairs)


def _clusters(true: pa.ChunkedArray, found: pa.ChunkedArray) -> dict[str, float | None]:
    true_codes, found_codes = _numbers(true), _numbers(found)
    cells, counts = np.unique(np.stack([true_codes, found_codes]), axis=1, return_counts=True)
    if len(counts) == 0:
        return _measures(0, 0, 0)
    true_sizes, found_sizes = np.bincount(true_codes), np.bincount(found_codes)
    exact = (counts == true_sizes[cells[0]]) & (counts == found_sizes[cells[1]])
    return _measures(int(exact.sum()), int((found_sizes > 0).sum()), int((true_sizes > 0).sum()))


def _measures(hits: int, found: int, true: int) -> dict[str, float | None]:
    precision = hits / found if found else None
    recall = hits / true if true else None
    f1 = 2 * hits / (found + true) if found + true else None
    return {"precision": _rounded(precision), "recall": _rounded(recall), "f1": _rounded(f1)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
