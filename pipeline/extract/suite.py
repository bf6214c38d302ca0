"""Great Expectations: the checks on a whole list, from the contract's assertions. Imported only when a file is new.

Row verdicts come from our own kernels; this looks at the table (intake-and-publication.md, section 1: importing takes
3–8 s, so a night without a new file never does).
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.contracts import Assertion

# Great Expectations keeps the current context in a module: one suite at a time.
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class ListCheck:
    """One check of a list, and how it came out."""

    assertion: Assertion
    is_passed: bool


def _load() -> Any:
    with warnings.catch_warnings():
        # Its import alone raises deprecation warnings of its dependencies.
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations import expectations
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    return gx, expectations


def check_list(frame: pd.DataFrame, required: Sequence[str], assertions: Sequence[Assertion]) -> list[ListCheck]:
    """Run a list's suite.

    Args:
        frame: One row for each accepted row; one column for each column of the contract, null where nothing is said,
            and ``in_lookups:<column>`` with 1 or 0 for each value of a column with look-ups.
        required: Columns that must be there.
        assertions: The contract's assertions.

    Returns:
        One result for each assertion that can be computed; a missing required column fails as ``column``.
    """
    wanted = [(a, name, options) for a in assertions for name, options in [_expectation(a, frame)] if name]
    wanted += [
        (Assertion("column", column, None, None, "stop"), "ExpectColumnToExist", {"column": column})
        for column in required
    ]
    if not wanted:
        return []
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gx, expectations = _load()
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        definition = (
            context.data_sources.add_pandas("delivery")
            .add_dataframe_asset("list")
            .add_batch_definition_whole_dataframe("all")
        )
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        suite = gx.ExpectationSuite(name="contract")
        for position, (_, name, options) in enumerate(wanted):
            suite.add_expectation(getattr(expectations, name)(**options, meta={"position": position}))
        outcome = batch.validate(suite, result_format="BOOLEAN_ONLY")
    passed = {r.expectation_config.meta["position"]: bool(r.success) for r in outcome.results}
    return [ListCheck(a, passed.get(position, False)) for position, (a, _, _) in enumerate(wanted)]


def _expectation(assertion: Assertion, frame: pd.DataFrame) -> tuple[str, dict[str, object]]:
    bounds: dict[str, object] = {"min_value": assertion.minimum, "max_value": assertion.maximum}
    if assertion.kind == "row_count":
        counts: Mapping[str, object] = {k: None if v is None else int(str(v).split(".")[0]) for k, v in bounds.items()}
        return "ExpectTableRowCountToBeBetween", dict(counts)
    column = assertion.column
    if column not in frame.columns or frame.empty:
        return "", {}
    options = {"column": column, **bounds}
    if assertion.kind == "share_present":
        return "ExpectColumnProportionOfNonNullValuesToBeBetween", options
    if frame[column].notna().sum() == 0:
        return "", {}
    if assertion.kind == "share_unique":
        return "ExpectColumnProportionOfUniqueValuesToBeBetween", options
    if assertion.kind == "share_in_lookups" and f"in_lookups:{column}" in frame.columns:
        return "ExpectColumnMeanToBeBetween", {**options, "column": f"in_lookups:{column}"}
    if assertion.kind == "mean":
        return "ExpectColumnMeanToBeBetween", options
    return "", {}
