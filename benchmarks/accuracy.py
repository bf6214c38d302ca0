"""Accuracy of whole nights against known truth, on several provinces.

    python -m benchmarks.accuracy [--people N] [--seeds 1,2,3] [--models default,harsh]

For each province: ``khrua sample``, ``khrua run`` in a fresh home, ``khrua evaluate``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.run import khrua

COLUMNS = ("person_p", "person_r", "person_f1", "house_p", "house_r", "house_f1", "indicators")


def measure(people: int, seed: int, model: str, folder: Path) -> list[float]:
    """Figures of one province, in the order of COLUMNS."""
    province, home = folder / "province", folder / "home"
    khrua("sample", "--people", str(people), "--seed", str(seed), "--model", model, "--out", str(province))
    khrua(
        "run", "--inbox", str(province / "inbox"), "--home", str(home), "--date", "2026-11-24", "--json", accept=(0, 10)
    )
    found = khrua("evaluate", "--home", str(home), "--truth", str(province / "truth")).result
    person, household = found["person"], found["household"]
    return [
        *(person[k] for k in ("precision", "recall", "f1")),
        *(household[k] for k in ("precision", "recall", "f1")),
        found["indicator"]["agreement"],
    ]


def main() -> None:
    """Print one line a province."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3500)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--models", default="default,harsh")
    options = parser.parse_args()
    print(f"{'model':<10}{'seed':>6}" + "".join(f"{c:>12}" for c in COLUMNS))
    for model in options.models.split(","):
        for seed in options.seeds.split(","):
            with tempfile.TemporaryDirectory() as folder:
                figures = measure(options.people, int(seed), model, Path(folder))
            print(f"{model:<10}{seed:>6}" + "".join(f"{f:>12.4f}" for f in figures), flush=True)


if __name__ == "__main__":
    main()
