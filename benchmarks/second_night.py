"""A second night on which one record in a hundred came, changed or went, beside a run that compares everything.

    python -m benchmarks.second_night [--records 1000000] [--seed 1]

Makes the data under build/bench, runs ``khrua link`` as whole processes (the first night, the second with
``--previous``, the second with ``--previous --full``), checks that both second nights wrote the same tables, and prints
seconds, ratio and peak memory.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.run import ROOT, khrua

BENCH = ROOT / "build" / "bench"
TABLES = ("linked", "link_reason", "pairs", "refused", "contradiction", "identity_event", "issue")


def second_delivery(first: pa.Table, seed: int) -> pa.Table:
    """The same records with a hundredth of them withdrawn, corrected or new, a third each.

    Args:
        first: The records of the first night.
        seed: Of the choice.
    """
    dice = np.random.default_rng(seed)
    share = max(1, first.num_rows // 300)
    chosen = dice.permutation(first.num_rows)[: 3 * share]
    gone, mended, copied = (np.sort(part) for part in np.split(chosen, 3))
    columns = {name: first[name].to_pylist() for name in ("record_id", "first_name", "house_no")}
    exchanged = dice.permutation(mended)
    names = [columns["first_name"][row] for row in exchanged]
    for row, name in zip(mended.tolist(), names, strict=True):
        columns["first_name"][row] = name
    new = first.take(pa.array(copied))
    ids = pa.array([f"{columns['record_id'][row]}-new" for row in copied.tolist()])
    new = new.set_column(new.column_names.index("record_id"), "record_id", ids)
    new = new.set_column(new.column_names.index("house_no"), "house_no", pa.array(["77/1"] * len(copied)))
    at = first.column_names.index("first_name")
    later = first.set_column(at, "first_name", pa.array(columns["first_name"], first.schema.field(at).type))
    kept = np.ones(first.num_rows, dtype=bool)
    kept[gone] = False
    return pa.concat_tables([later.filter(pa.array(kept)), new.cast(later.schema)]).sort_by("record_id")


def _make_data(folder: Path, later: Path, records: int, seed: int) -> None:
    from pipeline.synthetic.canonical import make_canonical

    if not (folder / "truth.parquet").exists():
        make_canonical(None, seed, folder, "default", None, records=records)
    pq.write_table(second_delivery(pq.read_table(folder / "records.parquet"), seed), later)


def main() -> int:
    """Print one line a run; 1 where the two second nights differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = BENCH / f"{options.records}-default-asis-{options.seed}"
    later = folder / "second.parquet"
    # In a process of its own: what this one once held would count as memory of every process it starts.
    with ProcessPoolExecutor(1) as apart:
        apart.submit(_make_data, folder, later, options.records, options.seed).result()
    first, second, whole = (folder / name for name in ("first", "second", "second-full"))
    runs = {
        "first night": khrua("link", str(folder / "records.parquet"), "--out", str(first), "--json"),
        "second night, everything": khrua(
            "link", str(later), "--out", str(whole), "--previous", str(first), "--full", "--json"
        ),
        "second night": khrua("link", str(later), "--out", str(second), "--previous", str(first), "--json"),
    }
    base = runs["first night"].seconds
    print(f"{'':<28}{'seconds':>10}{'÷ first':>10}{'peak MB':>10}{'compared':>14}")
    for name, run in runs.items():
        compared = run.result["report"]["counts"]["pairs_compared"]
        print(f"{name:<28}{run.seconds:>10.1f}{run.seconds / base:>10.2f}{run.peak_mb:>10.0f}{compared:>14,}")
    different = [name for name in TABLES if _bytes(second, name) != _bytes(whole, name)]
    print("the same tables" if not different else f"DIFFERENT: {', '.join(different)}")
    return int(bool(different))


def _bytes(folder: Path, name: str) -> bytes:
    return (folder / f"{name}.parquet").read_bytes()


if __name__ == "__main__":
    sys.exit(main())
