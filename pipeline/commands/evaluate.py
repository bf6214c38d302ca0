"""``khrua evaluate``: the accuracy of a linkage or of a whole night against known truth."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.columns import whole
from pipeline.commands.home import require_publication
from pipeline.errors import UserError
from pipeline.handover import STATE, reading
from pipeline.home import Home
from pipeline.link.evaluate import evaluate
from pipeline.link.memory import has_records, kept_records

_OF_LINKAGE = "evidence_code"
# With less recall the truth is most often that of other records.
_HARDLY_ANY = 0.05
PLACE = ["agency", "file_name", "sheet", "row_number", "role"]


def evaluate_files(linked: Path, truth: Path) -> dict[str, Any]:
    """Compare a ``linked.parquet`` with a truth file.

    Args:
        linked: With record_id, person_id, household_id.
        truth: The same columns, true ones.

    Returns:
        What :func:`pipeline.link.evaluate.evaluate` gives.

    Raises:
        AnotherRunError: A run writes into the folder of ``linked``.
        UserError: A file is missing, is no Parquet file or lacks a column, or the two are exchanged.
    """
    folder = linked.parent
    with reading(folder) if folder.is_dir() else nullcontext():
        return _evaluate_files(linked, truth)


def _evaluate_files(linked: Path, truth: Path) -> dict[str, Any]:
    columns = ["record_id", "person_id", "household_id"]
    _check_order(linked, truth)
    state = linked.parent / STATE
    known = None
    if has_records(state):
        known = kept_records(state, ["record_id", "national_id", "national_id_status"])
    # A column in which nothing stands has no type of its own.
    texts = pa.schema([(name, pa.string()) for name in columns])
    found, true = (_read(path, columns).cast(texts) for path in (linked, truth))
    _check_records(truth, found, true)
    return evaluate(found, true, known)


def _check_records(truth: Path, found: pa.Table, true: pa.Table) -> None:
    """The truth names each record once, and at least one that was linked."""
    if pc.count_distinct(true["record_id"], mode="all").as_py() != true.num_rows:
        raise UserError(
            f"{truth.name} names a record_id more than once; give each record one line.",
            f"{truth.name} มี record_id ซ้ำ ให้ระเบียนละหนึ่งแถว",
        )
    if not pc.any(pc.is_in(true["record_id"], value_set=whole(found["record_id"]))).as_py():
        raise UserError(
            f"{truth.name} names none of the records that were linked; give the truth of these records.",
            f"{truth.name} ไม่มีระเบียนที่เชื่อมโยงไว้เลย ให้ระบุไฟล์ความจริงของระเบียนชุดนี้",
        )


def evaluate_home(home: Path, truth: Path) -> dict[str, Any]:
    """Compare the current publication of a home with the truth of the synthetic province it was run on.

    Args:
        home: The home folder.
        truth: The ``truth`` folder that ``khrua sample`` wrote.

    Returns:
        Person, household and cluster measures as for files, ``missing`` (delivered rows of the truth that became no
        record), and ``indicator``: how many published indicator states agree with the real ones.

    Raises:
        UserError: There is no publication, its working tables are gone, or the truth folder is not one.
    """
    where = Home(home.absolute())
    run_id = require_publication(where.root)
    extract = where.stage(run_id, "extract")
    if not tables.RECORD.path(extract).exists():
        raise UserError(
            "The working tables of the current publication have been removed; run the night again in a new home.",
            "ตารางทำงานของฉบับปัจจุบันถูกลบไปแล้ว โปรดรันใหม่ในโฟลเดอร์ home ใหม่",
        )
    records = tables.RECORD.read(extract).select(["record_id", *PLACE])
    rows = _read(truth / "rows.parquet", [*PLACE, "person_id", "household_id"])
    placed = rows.join(records, keys=PLACE, join_type="left outer")
    # A delivered row that became no record stands for itself: the pairs it stands in are not found.
    lost_names = pc.binary_join_element_wise("lost", pc.cast(pa.array(range(placed.num_rows)), pa.string()), "/")
    names = pc.coalesce(placed["record_id"], lost_names)
    known = placed.set_column(placed.column_names.index("record_id"), "record_id", names)
    known = known.select(["record_id", "person_id", "household_id"])
    linked = tables.LINKED.read(where.stage(run_id, "link"))
    normal = tables.NORMAL_RECORD.read(where.stage(run_id, "normalise"))
    found = evaluate(linked, known, normal.select(["record_id", "national_id", "national_id_status"]))
    found["indicator"] = _indicators(where.stage(run_id, "score"), linked, known, truth / "indicators.parquet")
    return found


def doubt(found: dict[str, Any]) -> str | None:
    """A line for whoever reads the measures, where hardly any true pair was found: most often another truth."""
    recall = found["person"]["recall"]
    if recall is None or recall >= _HARDLY_ANY:
        return None
    return (
        "แทบไม่พบคู่ที่เป็นคนเดียวกันตามไฟล์ความจริง โปรดตรวจว่าเป็นความจริงของระเบียนชุดนี้ · "
        "Hardly any true pair was found; look whether this is the truth of these very records."
    )


def _check_order(linked: Path, truth: Path) -> None:
    """No truth says how a record was joined: that is a linkage, and the file before it is the truth."""
    if _OF_LINKAGE in _columns(truth) and _OF_LINKAGE not in _columns(linked):
        raise UserError(
            f"LINKED and TRUTH are exchanged: {truth.name} is a linkage, so name it first and {linked.name} after it.",
            f"สลับลำดับไฟล์: {truth.name} เป็นผลเชื่อมโยง ให้ระบุก่อน แล้วตามด้วย {linked.name}",
        )


def _columns(path: Path) -> list[str]:
    """Names of its columns; none where it is no Parquet file, which is told when it is read."""
    try:
        return list(pq.read_schema(path).names)
    except (OSError, pa.ArrowInvalid):
        return []


def _read(path: Path, columns: Iterable[str]) -> pa.Table:
    wanted = list(columns)
    try:
        return pq.read_table(path, columns=wanted)
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        raise UserError(
            f"{path.name} is missing, is no Parquet file or lacks a column of {', '.join(wanted)}; name another file.",
            f"ไม่พบ {path.name} หรือไม่ใช่ไฟล์ Parquet หรือขาดคอลัมน์ {', '.join(wanted)} โปรดระบุไฟล์อื่น",
        ) from error


def _indicators(score: Path, linked: pa.Table, truth: pa.Table, states: Path) -> dict[str, Any] | None:
    """Agreement of published states with the real ones, over households that most of its records name."""
    if not states.exists():
        return None
    pairs = truth.select(["record_id", "household_id"]).rename_columns(["record_id", "true_household_id"])
    joined = pairs.join(linked.select(["record_id", "household_id"]), keys="record_id", join_type="inner")
    votes = joined.group_by(["household_id", "true_household_id"]).aggregate([("record_id", "count")])
    votes = votes.sort_by(
        [("household_id", "ascending"), ("record_id_count", "descending"), ("true_household_id", "ascending")]
    )
    match: dict[str, str] = {}
    for household, true in zip(votes["household_id"].to_pylist(), votes["true_household_id"].to_pylist(), strict=True):
        match.setdefault(household, true)
    real_table = _read(states, ["household_id", "indicator_code", "state_code"])
    real = {(r["household_id"], r["indicator_code"]): r["state_code"] for r in real_table.to_pylist()}
    published = tables.HOUSEHOLD_INDICATOR.read(score)
    compared = agreed = unknown = 0
    for row in published.select(["household_id", "indicator_code", "state_code"]).to_pylist():
        true_state = real.get((match.get(row["household_id"], ""), row["indicator_code"]))
        if true_state is None:
            continue
        if row["state_code"] == "unknown":
            unknown += 1
        else:
            compared += 1
            agreed += row["state_code"] == true_state
    return {"compared": compared, "agreement": round(agreed / compared, 6) if compared else None, "unknown": unknown}
