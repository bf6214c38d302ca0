"""ODCS ``quality`` rules → assertions on a whole list."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.contracts import Assertion
from pipeline.contracts.yaml_file import Faults, Where
from pipeline.issues import Severity

Bounds = tuple[float | None, float | None]

# ODCS metrics count what is wrong, our assertions the share of what is right.
_SHARES = {
    "nullValues": "share_present",
    "missingValues": "share_present",
    "duplicateValues": "share_unique",
    "invalidValues": "share_in_lookups",
}
_OPERATORS = ("mustBe", "mustBeBetween", "mustBeGreaterOrEqualTo", "mustBeLessOrEqualTo")


def assertions(rules: object, column: str, where: Where, faults: Faults) -> tuple[Assertion, ...]:
    """The assertions of a list (``column`` empty) or of one column.

    Args:
        rules: Value of ODCS ``quality``.
        column: Canonical name, with its role when the column has one.
        where: Place of the rules in the file.
        faults: Takes the faults.
    """
    if not isinstance(rules, list):
        return ()
    found = []
    for number, rule in enumerate(rules):
        if isinstance(rule, dict):
            assertion = _assertion(rule, column, (*where, number), faults)
            if assertion is not None:
                found.append(assertion)
    return tuple(found)


def _assertion(rule: Mapping[str, object], column: str, where: Where, faults: Faults) -> Assertion | None:
    severity = _severity(rule, where, faults)
    kind, bounds_of, is_share = _kind(rule, column, where, faults)
    bounds = _bounds(bounds_of, where, faults) if kind else None
    if severity is None or bounds is None:
        return None
    low, high = bounds
    if is_share:
        if rule.get("unit") != "percent":
            faults.at(
                where,
                "กฎนี้นับเป็นร้อยละ โปรดเพิ่ม unit: percent",
                "this rule is counted in percent; add unit: percent",
            )
            return None
        # At most 5 % empty is at least 95 % present.
        low, high = (None if high is None else 1 - high / 100), (None if not low else 1 - low / 100)
    return Assertion(kind, column, low, high, severity, faults.file.line(where))


def _severity(rule: Mapping[str, object], where: Where, faults: Faults) -> Severity | None:
    severity = rule.get("severity")
    if severity in ("stop", "warn"):
        return severity
    faults.at(
        (*where, "severity"),
        "กฎคุณภาพต้องบอก severity เป็น stop (พักไฟล์ไว้ตรวจสอบ) หรือ warn (เตือน)",
        "a quality rule needs severity: stop (set the file aside) or warn",
    )
    return None


def _kind(
    rule: Mapping[str, object], column: str, where: Where, faults: Faults
) -> tuple[str, Mapping[str, object], bool]:
    """Kind of the assertion, what holds its bounds, and whether it is a share."""
    metric = str(rule.get("metric", ""))
    implementation = rule.get("implementation")
    if rule.get("type") == "custom" and rule.get("engine") == "khrua" and isinstance(implementation, dict):
        is_plain = all(key == "metric" or key in _OPERATORS for key in implementation)
        if column and implementation.get("metric") == "mean" and is_plain:
            return "mean", implementation, False
    elif metric == "rowCount" and not column:
        return "row_count", rule, False
    elif metric in _SHARES and column:
        return _SHARES[metric], rule, True
    if not metric or metric in (*_SHARES, "rowCount"):  # Any other metric is noted by ODCS's schema.
        _note_unknown(where, faults)
    return "", {}, False


def _note_unknown(where: Where, faults: Faults) -> None:
    faults.at(
        where,
        "ไม่รู้จักกฎคุณภาพนี้ รายการใช้ metric: rowCount คอลัมน์ใช้ nullValues, missingValues, duplicateValues, "
        "invalidValues หรือ custom ของ khrua (metric: mean)",
        "this quality rule is not understood; lists take metric rowCount, columns take nullValues, missingValues, "
        "duplicateValues, invalidValues or khrua's custom metric mean",
    )


def _bounds(rule: Mapping[str, object], where: Where, faults: Faults) -> Bounds | None:
    given = [key for key in rule if key.startswith("must")]
    value = rule[given[0]] if len(given) == 1 and given[0] in _OPERATORS else None
    pair = value if isinstance(value, list) else [value, value]
    numbers = [float(v) for v in pair if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != 2 or len(pair) != 2:
        faults.at(
            where,
            f"ใช้ตัวเปรียบเทียบหนึ่งตัวจาก {', '.join(_OPERATORS)} กับตัวเลข",
            f"use one of {', '.join(_OPERATORS)} with numbers",
        )
        return None
    low, high = numbers
    if low > high:
        faults.at(where, "ขอบล่างมากกว่าขอบบน โปรดสลับ", "the lower bound is above the upper one; swap them")
        return None
    if given[0] == "mustBeGreaterOrEqualTo":
        return low, None
    return (None, high) if given[0] == "mustBeLessOrEqualTo" else (low, high)
