"""Khrua beside Splink 5 on the same records in the same run: accuracy against known truth, seconds, memory.

    python -m benchmarks.linkage [--records 100000] [--seeds 1] [--models default,harsh] [--missing asis,0.2,1.0]
                                 [--no-splink] [--no-febrl]

Makes the data under build/bench, runs ``khrua link`` as a whole process, and Splink in an environment of its own
(benchmarks/peers/splink.lock) on the records as Khrua normalised them, at its default and at its best threshold.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.febrl import write_febrl
from benchmarks.run import ROOT, khrua, measured
from pipeline.link.memory import kept_records

BENCH = ROOT / "build" / "bench"
PEERS = Path(__file__).resolve().parent / "peers"
# What Splink's time counts: train, predict, cluster.
ENGINE = ("block", "compare", "train", "score", "cluster")
HEADER = ("records", "P", "R", "F1", "home F1", "engine s", "whole s", "peak MB", "Splink F1", "best F1", "s", "MB",
          "engine ÷", "whole ÷", "MB ÷")  # fmt: skip


def splink_python() -> Path:
    """The interpreter of Splink's own environment, made once."""
    folder = BENCH / "splink"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        quiet = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*quiet, "-r", str(PEERS / "splink.lock")], check=True, stderr=subprocess.DEVNULL)
    return python


def scenarios(options: argparse.Namespace) -> Iterator[tuple[str, Path, tuple[str, ...], tuple[str, ...]]]:
    """Name, folder of the data, lists without duplicates, and options of the peer."""
    from pipeline.synthetic.canonical import make_canonical

    for model in options.models.split(","):
        for share in options.missing.split(","):
            for seed in options.seeds.split(","):
                folder = BENCH / f"{options.records}-{model}-{share}-{seed}"
                if not (folder / "truth.parquet").exists():
                    missing = None if share == "asis" else float(share)
                    make_canonical(None, int(seed), folder, model, missing, records=options.records)
                without = ("--no-id",) if share == "1.0" else ()
                yield f"{model}, IDs missing {share}, seed {seed}", folder, (), without
    if options.febrl:
        for number in (3, 4):
            for with_id in (True, False):
                folder = BENCH / f"febrl{number}-{'id' if with_id else 'no-id'}"
                free = write_febrl(number, folder, with_id=with_id)
                peer = ("--latin", *(() if with_id else ("--no-id",)), *(("--two-lists",) if free else ()))
                yield f"FEBRL{number} {'with' if with_id else 'without'} ID", folder, free, peer


def measure(folder: Path, free: tuple[str, ...], peer: tuple[str, ...], splink: Path | None) -> list[str]:
    """One line of the table, in the order of HEADER."""
    out = folder / "out"
    lists = ("--duplicate-free", ",".join(free)) if free else ()
    own = khrua("link", str(folder / "records.parquet"), "--out", str(out), "--json", *lists)
    found = khrua("evaluate", str(out / "linked.parquet"), str(folder / "truth.parquet")).result
    seconds: dict[str, float] = own.result["report"]["seconds"]
    engine = sum(seconds[step] for step in ENGINE)
    count = pq.read_metadata(folder / "records.parquet").num_rows
    line = [f"{count:,}", *(f"{found['person'][k]:.4f}" for k in ("precision", "recall", "f1"))]
    line += [f"{found['household']['f1']:.4f}", f"{engine:.1f}", f"{own.seconds:.1f}", f"{own.peak_mb:.0f}"]
    if splink is None:
        return [*line, *[""] * (len(HEADER) - len(line))]
    normal = folder / "normal_record.parquet"
    pq.write_table(kept_records(out / "state"), normal, store_schema=False)
    script = str(PEERS / "splink_link.py")
    other = measured([str(splink), script, str(normal), str(folder / "truth.parquet"), *peer]).result
    return [*line, *_beside(other, engine, own.seconds, own.peak_mb)]


def _beside(other: dict[str, Any], engine: float, whole: float, peak_mb: float) -> list[str]:
    time, memory = other["seconds"]["whole"], other["peak_memory_bytes"] / 2**20
    figures = [other["default"]["f1"], other["best"]["f1"]]
    ratios = [engine / time, whole / time, peak_mb / memory]
    return [*(f"{f:.4f}" for f in figures), f"{time:.1f}", f"{memory:.0f}", *(f"{r:.2f}" for r in ratios)]


def main() -> None:
    """Print one line a scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--models", default="default,harsh")
    parser.add_argument("--missing", default="asis,0.2,1.0")
    parser.add_argument("--no-splink", dest="splink", action="store_false")
    parser.add_argument("--no-febrl", dest="febrl", action="store_false")
    options = parser.parse_args()
    python = splink_python() if options.splink else None
    width = 38
    print(f"{'':<{width}}" + "".join(f"{h:>11}" for h in HEADER))
    for name, folder, free, peer in scenarios(options):
        line = measure(folder, free, peer, python)
        print(f"{name:<{width}}" + "".join(f"{x:>11}" for x in line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
