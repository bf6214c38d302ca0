"""Splink 5 on records that are parsed already: run by the interpreter of Splink's own environment.

    python splink_link.py NORMAL_RECORD.parquet TRUTH.parquet [--no-id] [--latin] [--two-lists]

Prints one JSON object: seconds of train, predict and cluster, peak memory, and pairwise precision, recall and F1 at the
default threshold and at the best of a row of thresholds (which a user without the truth could not pick).
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import time

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 0.99999, 0.999999)
DEFAULT = 0.5
LEVELS = [0.92, 0.88, 0.7]


def _names(column: str) -> cl.CustomComparison:
    """Exact agreement (rare values count for more), then Jaro-Winkler."""
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            cll.NullLevel(column),
            cll.ExactMatchLevel(column).configure(tf_adjustment_column=column),
            *(cll.JaroWinklerLevel(column, level) for level in LEVELS),
            cll.ElseLevel(),
        ],
    )


def _address() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.CustomLevel("tambon_code_l is null or tambon_code_r is null").configure(is_null_level=True),
            cll.CustomLevel("tambon_code_l = tambon_code_r and moo_l = moo_r and house_no_l = house_no_r"),
            cll.CustomLevel("tambon_code_l = tambon_code_r and moo_l = moo_r"),
            cll.CustomLevel("tambon_code_l = tambon_code_r"),
            cll.CustomLevel("amphoe_code_l = amphoe_code_r"),
            cll.ElseLevel(),
        ],
    )


def _settings(with_id: bool) -> tuple[SettingsCreator, list[object], list[object]]:
    comparisons = [
        _names("first_name"),
        _names("last_name"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.ExactMatch("sex"),
        _address(),
    ]
    rules = [
        block_on("first_name", "last_name"),
        block_on("birth_date", "first_name"),
        block_on("birth_date", "last_name"),
        block_on("last_name", "tambon_code", "birth_year"),
        block_on("first_name", "tambon_code", "birth_year"),
        block_on("tambon_code", "moo", "house_no", "birth_year"),
    ]
    if with_id:
        comparisons.append(cl.LevenshteinAtThresholds("national_id", [1, 2]))
        comparisons.append(cl.ExactMatch("house_code"))
        rules.insert(0, block_on("national_id"))
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    sure = [block_on("national_id")] if with_id else [block_on("first_name", "last_name", "birth_date")]
    # Narrow blocks: a birth date alone makes tens of millions of pairs out of a million records.
    training = [block_on("first_name", "last_name"), block_on("birth_date", "amphoe_code")]
    return settings, sure, training


def _latin_settings(with_id: bool, two_lists: bool) -> tuple[SettingsCreator, list[object], list[object]]:
    """Lists that are not Thai: village is a street, tambon_code a postcode, amphoe_code a suburb."""
    comparisons = [
        _names("first_name"),
        _names("last_name"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.JaroWinklerAtThresholds("village", [0.9, 0.7]),
        cl.JaroWinklerAtThresholds("amphoe_code", [0.9, 0.7]),
        cl.DamerauLevenshteinAtThresholds("tambon_code", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("house_no", [1]),
    ]
    rules = [
        block_on("first_name", "last_name"),
        block_on("birth_date"),
        block_on("village"),
        block_on("tambon_code", "house_no"),
        block_on("last_name", "tambon_code"),
        block_on("first_name", "tambon_code"),
        block_on("last_name", "amphoe_code"),
        block_on("first_name", "birth_year"),
    ]
    if with_id:
        comparisons.append(cl.DamerauLevenshteinAtThresholds("national_id", [1, 2]))
        rules.insert(0, block_on("national_id"))
    settings = SettingsCreator(
        link_type="link_only" if two_lists else "dedupe_only",
        unique_id_column_name="record_id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    sure = [block_on("first_name", "last_name", "birth_date"), block_on("village", "birth_date")]
    return settings, sure, [block_on("birth_date"), block_on("tambon_code", "village")]


def _pairs(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(connection.execute(sql).fetchall()[0][0])


def _quality(connection: duckdb.DuckDBPyConnection, clusters: str, truth_pairs: int) -> dict[str, float]:
    count = "select coalesce(sum(n * (n - 1) // 2), 0) from (select count(*) as n from {} group by {})"
    joined = f"(select c.cluster_id, t.person_id from {clusters} as c join truth as t using (record_id))"
    found = _pairs(connection, count.format(clusters, "cluster_id"))
    right = _pairs(connection, count.format(joined, "cluster_id, person_id"))
    precision, recall = right / max(found, 1), right / max(truth_pairs, 1)
    return {"precision": precision, "recall": recall, "f1": 2 * right / max(found + truth_pairs, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("records")
    parser.add_argument("truth")
    parser.add_argument("--no-id", action="store_true")
    parser.add_argument("--latin", action="store_true")
    parser.add_argument("--two-lists", action="store_true")
    given = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(":memory:")
    connection.execute("set enable_progress_bar = false")
    connection.execute("create table truth as select record_id, person_id from read_parquet(?)", [given.truth])
    columns = (
        "record_id, agency, first_name, last_name, village, birth_date, birth_year, sex, house_no, moo, tambon_code,"
        " amphoe_code, house_code,"
        " case when national_id_status = 'placeholder' then null else national_id end as national_id"
    )
    connection.execute(f"create table records as select {columns} from read_parquet(?)", [given.records])
    with_id = not given.no_id
    settings, sure, training = _latin_settings(with_id, given.two_lists) if given.latin else _settings(with_id)
    tables = ["records"]
    if given.two_lists:
        tables = [f"list_{i}" for i in range(2)]
        for name, agency in zip(tables, ("a", "b"), strict=True):
            connection.execute(f"create table {name} as select * from records where agency = '{agency}'")
    started = time.perf_counter()
    api = DuckDBAPI(connection=connection)
    inputs = [api.register(name) for name in tables]
    linker = Linker(inputs if given.two_lists else inputs[0], settings)
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.85)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    trained = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    scored = time.perf_counter()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=DEFAULT
    )
    ended = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    truth_pairs = _pairs(
        connection, "select sum(n * (n - 1) // 2) from (select count(*) as n from truth group by person_id)"
    )
    at_default = _quality(connection, clusters.physical_name, truth_pairs)
    best = max(
        (
            {"threshold": threshold, **_quality(connection, found.physical_name, truth_pairs)}
            for threshold in THRESHOLDS
            for found in [
                linker.clustering.cluster_pairwise_predictions_at_threshold(
                    predicted, threshold_match_probability=threshold
                )
            ]
        ),
        key=lambda quality: quality["f1"],
    )
    print(
        json.dumps(
            {
                "seconds": {
                    "train": round(trained - started, 2),
                    "predict": round(scored - trained, 2),
                    "cluster": round(ended - scored, 2),
                    "whole": round(ended - started, 2),
                },
                "peak_memory_bytes": memory,
                "default": at_default,
                "best": best,
            }
        )
    )


if __name__ == "__main__":
    main()
