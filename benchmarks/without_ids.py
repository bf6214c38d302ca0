"""Lists without IDs: the shipped prior with and without safe seeds, and what expectation–maximisation makes of it.

    python -m benchmarks.without_ids [--records 100000] [--seed 1]

Makes the data under build/bench, without national IDs unless said otherwise, and prints for each kind of list:
precision and recall of ``khrua link`` with the prior as it is and with the prior eased by seeds; of the links less than
one bit above the threshold the share that are right; and the overlap of EM with the model in use, with that model
without the weights of given names, and with that model linking twelve bits too early (limit: docs/linkage.md).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.run import ROOT, khrua, measured
from pipeline.link import load_memory
from pipeline.link.comparison import load_comparisons
from pipeline.link.expectation import cross_check
from pipeline.link.model import MILLIBIT, Model, load_model

BENCH = ROOT / "build" / "bench"
WITHOUT_SEEDS = (
    "from pipeline.link import train\ntrain.seeded_model = lambda *_: None\nfrom pipeline.cli import main\nmain()\n"
)
ADDRESS = ("house_no", "moo", "village", "tambon_code", "amphoe", "house_code")
EARLY_BITS = 12
WRONG_ADDRESSES = 0.4
HEADER = ("prior P", "prior R", "seeded P", "seeded R", "source", "just above", "EM", "no given", "early")
Change = Callable[[pa.Table, np.random.Generator], pa.Table]


def _taken_from(columns: tuple[str, ...], share: float) -> Change:
    """A share of the records say in some columns what another record says."""

    def change(records: pa.Table, dice: np.random.Generator) -> pa.Table:
        at = np.arange(len(records))
        moved = np.flatnonzero(dice.random(len(records)) < share)
        at[moved] = dice.permutation(moved)
        for name in columns:
            records = records.set_column(records.column_names.index(name), name, records[name].take(pa.array(at)))
        return records

    return change


# Name, error model, share of IDs missing, what is done to the records.
SCENARIOS: tuple[tuple[str, str, float | None, Change | None], ...] = (
    ("default errors, with IDs", "default", None, None),
    ("default errors", "default", 1.0, None),
    ("harsh errors", "harsh", 1.0, None),
    ("sexes shuffled", "default", 1.0, _taken_from(("sex",), 1.0)),
    ("villages shuffled", "default", 1.0, _taken_from(("village",), 1.0)),
    ("40 % of addresses another's", "default", 1.0, _taken_from(ADDRESS, WRONG_ADDRESSES)),
)


def measure(name: str, errors: str, missing: float | None, change: Change | None, records: int, seed: int) -> list[str]:
    """One line of the table, in the order of HEADER."""
    folder = BENCH / f"{records}-{errors}-{'asis' if missing is None else missing}-{seed}"
    source = folder / "records.parquet"
    if not (folder / "truth.parquet").exists():
        from pipeline.synthetic.canonical import make_canonical

        make_canonical(None, seed, folder, errors, missing, records=records)
    work = folder / name.replace(" ", "-").replace("%", "percent")
    work.mkdir(exist_ok=True)
    if change is not None:
        changed = change(pq.read_table(source), np.random.default_rng(seed))
        source = work / "records.parquet"
        pq.write_table(changed, source)
    plain, seeded = work / "plain", work / "seeded"
    measured([sys.executable, "-c", WITHOUT_SEEDS, "link", str(source), "--out", str(plain), "--json"])
    khrua("link", str(source), "--out", str(seeded), "--json")
    found = [khrua("evaluate", str(out / "linked.parquet"), str(folder / "truth.parquet")) for out in (plain, seeded)]
    line = [f"{run.result['person'][kind]:.4f}" for run in found for kind in ("precision", "recall")]
    model = load_model(seeded / "model.json")
    return [*line, model.source, f"{_just_above(seeded, folder, model):.3f}", *_overlaps(seeded, model)]


def _just_above(out: Path, folder: Path, model: Model) -> float:
    """Of the links less than one bit above the threshold the share that are right."""
    pairs = pq.read_table(out / "pairs.parquet", columns=["record_id_a", "record_id_b", "weight_millibit", "is_review"])
    above = pc.subtract(pairs["weight_millibit"], model.link_weight)
    near = pc.and_(pc.greater_equal(above, 0), pc.less(above, MILLIBIT))
    chosen = pairs.filter(pc.and_(near, pc.invert(pairs["is_review"])))
    truth = pq.read_table(folder / "truth.parquet", columns=["record_id", "person_id"]).combine_chunks()
    people = [
        truth["person_id"].take(pc.index_in(chosen[end], value_set=truth["record_id"].combine_chunks()))
        for end in ("record_id_a", "record_id_b")
    ]
    return float(pc.mean(pc.equal(*people).cast(pa.int8())).as_py() or 0.0)


def _overlaps(out: Path, model: Model) -> list[str]:
    memory = load_memory(out / "state")
    graded = memory.graded() if memory else None
    if graded is None:
        raise SystemExit("the state that was just written cannot be read")
    comparisons = load_comparisons()
    pairs = np.bincount(graded.pattern_at[graded.is_free], minlength=len(graded.patterns))
    deaf = replace(model, weights={**model.weights, "given": [0] * len(model.weights["given"])})
    early = replace(model, link_weight=model.link_weight - EARLY_BITS * MILLIBIT)
    checks = [cross_check(comparisons, comparisons.unpack(graded.patterns), pairs, m) for m in (model, deaf, early)]
    return ["-" if check is None or check.overlap is None else f"{check.overlap:.3f}" for check in checks]


def main() -> None:
    """Print one line a kind of list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{'':<30}" + "".join(f"{h:>12}" for h in HEADER))
    for scenario in SCENARIOS:
        line = measure(*scenario, options.records, options.seed)
        print(f"{scenario[0]:<30}" + "".join(f"{x:>12}" for x in line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
