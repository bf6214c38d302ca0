"""Canonical records: the input of ``khrua link`` and its truth."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline.synthetic import make_canonical

LINK_COLUMNS = [
    "record_id", "agency", "national_id", "title", "first_name", "last_name", "sex", "birth_date", "house_no", "moo",
    "village", "tambon_code", "amphoe", "house_code", "household_ref", "relationship", "death_date", "last_seen_date",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("canonical")
    make_canonical(4000, 9, out)
    return out


def test_records_have_the_columns_of_khrua_link_and_a_truth_each(folder: Path) -> None:
    records, truth = (pq.read_table(folder / f"{name}.parquet") for name in ("records", "truth"))
    assert records.column_names == LINK_COLUMNS
    assert truth.column_names == ["record_id", "person_id", "household_id"]
    assert records["record_id"].to_pylist() == truth["record_id"].to_pylist()
    assert len(set(records["record_id"].to_pylist())) == records.num_rows
    assert truth["household_id"].null_count == 0


def test_a_person_stands_in_several_agencies_and_a_household_holds_several_persons(folder: Path) -> None:
    truth = pq.read_table(folder / "truth.parquet")
    persons = pc.count_distinct(truth["person_id"]).as_py()
    assert 2.2 < truth.num_rows / persons < 3.2
    assert 2.5 < persons / pc.count_distinct(truth["household_id"]).as_py() < 4.0


def test_rows_stand_in_no_order_that_tells_who_belongs_together(folder: Path) -> None:
    truth = pq.read_table(folder / "truth.parquet")["household_id"].to_pylist()
    neighbours = sum(a == b for a, b in pairwise(truth))
    assert neighbours / len(truth) < 0.02


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_the_share_of_missing_ids_can_be_set_for_every_agency(tmp_path: Path, share: float) -> None:
    make_canonical(2000, 4, tmp_path, missing_id_share=share)
    ids = pq.read_table(tmp_path / "records.parquet")["national_id"]
    assert ids.null_count / len(ids) == pytest.approx(share, abs=0.03)


def test_the_wanted_number_of_records_is_met_within_one_per_cent(tmp_path: Path) -> None:
    make_canonical(seed=3, out=tmp_path, records=20_000)
    assert pq.read_metadata(tmp_path / "records.parquet").num_rows == pytest.approx(20_000, rel=0.01)


def test_nobody_is_seen_after_death(folder: Path) -> None:
    records = pq.read_table(folder / "records.parquet").to_pylist()
    truth = pq.read_table(folder / "truth.parquet").to_pylist()
    person = {t["record_id"]: t["person_id"] for t in truth}
    died = {person[r["record_id"]]: r["death_date"] for r in records if r["death_date"]}
    seen = [(died[person[r["record_id"]]], r["last_seen_date"]) for r in records if person[r["record_id"]] in died]
    assert any(last for _, last in seen)
    assert all(last <= death for death, last in seen if last)
