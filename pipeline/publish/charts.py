"""Charts of the report as SVG text that stands inside the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_INK, _QUIET, _GRID = "#2B2722", "#6B645A", "#E4DED2"
_CLAY, _PALE = "#A8431E", "#D9B8A4"
_FOR, _AGAINST, _SUM = "#1F5D57", "#A8431E", "#6B645A"
# Namespace addresses are needed in a file of its own, not inside a page; without them the page names no address.
_NAMESPACE = re.compile(r'\s+xmlns(?::\w+)?="[^"]*"')
# Bars end inside their axis; clip paths of two charts would share their names on one page.
_CLIPPING = re.compile(r'\s+clip-path="[^"]*"|<defs>.*?</defs>', re.DOTALL)
_FONT = "Sarabun, 'TH Sarabun New', 'Noto Sans Thai', Loma, Tahoma, sans-serif"


def bars(rows: Sequence[dict[str, Any]], label: str, value: str, text: str, axis: str, height: int = 22) -> str:
    """Horizontal bars, longest first, each with its figure.

    Args:
        rows: With ``label``, ``value`` (a number or None) and ``text`` (the figure as people read it).
        label: Key of the label.
        value: Key of the number.
        text: Key of the figure's text.
        axis: Title of the axis.
        height: Pixels of one bar with its gap.

    Returns:
        SVG text; empty without rows.
    """
    if not rows:
        return ""
    # A quarter of a second to import; only a report needs it.
    import altair as alt

    data = [{"label": r[label], "value": float(r[value] or 0), "text": r[text], "rank": n} for n, r in enumerate(rows)]
    base = alt.Chart(alt.Data(values=data)).encode(
        y=alt.Y("label:N", sort=alt.EncodingSortField("rank", order="ascending"), title=None),
    )
    drawn = base.mark_bar(color=_CLAY, cornerRadiusEnd=2, height={"band": 0.68}).encode(
        x=alt.X("value:Q", title=axis, axis=alt.Axis(format="%", tickCount=5))
    )
    figures = base.mark_text(align="left", dx=5, color=_INK, fontSize=12).encode(x="value:Q", text="text:N")
    return _inline(drawn + figures, height, label_limit=220)


def waterfall(rows: Sequence[dict[str, Any]], lines: Sequence[dict[str, Any]], axis: str) -> str:
    """Floating bars, the first on top, each from where the one before ended, and upright lines with their names.

    Args:
        rows: With ``label``, ``start``, ``end`` and ``text``; ``is_sum`` marks a bar that stands for a total.
        lines: With ``label`` and ``at``: thresholds.
        axis: Title of the axis.

    Returns:
        SVG text; empty without rows.
    """
    if not rows:
        return ""
    import altair as alt

    data = [
        {
            "label": row["label"],
            "start": float(row["start"]),
            "end": float(row["end"]),
            "tip": max(float(row["start"]), float(row["end"])),
            "text": row["text"],
            "kind": "sum" if row.get("is_sum") else "for" if row["end"] >= row["start"] else "against",
            "rank": n,
        }
        for n, row in enumerate(rows)
    ]
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=["for", "against", "sum"], range=[_FOR, _AGAINST, _SUM]), legend=None
    )
    base = alt.Chart(alt.Data(values=data)).encode(
        y=alt.Y("label:N", sort=alt.EncodingSortField("rank", order="ascending"), title=None)
    )
    drawn = base.mark_bar(cornerRadius=2, height={"band": 0.68}).encode(
        x=alt.X("start:Q", title=axis, scale=alt.Scale(padding=24), axis=alt.Axis(tickCount=8)),
        x2="end:Q",
        color=colour,
    )
    figures = base.mark_text(align="left", dx=5, color=_INK, fontSize=12).encode(x="tip:Q", text="text:N")
    return _inline(alt.layer(*_upright(lines), drawn, figures), 26, label_limit=330)


def _upright(lines: Sequence[dict[str, Any]]) -> list[Any]:
    """Upright lines and their names, as layers."""
    import altair as alt

    marks = alt.Chart(alt.Data(values=[{"at": float(one["at"]), "label": one["label"]} for one in lines]))
    rules = marks.mark_rule(color=_QUIET, strokeDash=[4, 3]).encode(x="at:Q")
    # The lower line's name stands to its left, the upper one's to its right: however near, they do not meet.
    lowest = min((float(one["at"]) for one in lines), default=0.0)
    sides = [("right", -4, f"datum.at == {lowest}"), ("left", 4, f"datum.at != {lowest}")]
    names = [
        marks.transform_filter(those)
        .mark_text(align=align, baseline="bottom", dx=dx, dy=-4, color=_QUIET, fontSize=12)
        .encode(x="at:Q", y=alt.value(0), text="label:N")
        for align, dx, those in sides
    ]
    return [rules, *names]


def _inline(drawn: Any, height: int, label_limit: int) -> str:
    """A drawing in the report's style, as SVG for the inside of a page.

    Args:
        drawn: An Altair chart.
        height: Pixels of one bar with its gap.
        label_limit: Pixels after which a label is cut.
    """
    import vl_convert

    chart = (
        drawn.properties(width=560, height={"step": height})
        .configure(font=_FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_INK,
            titleColor=_QUIET,
            gridColor=_GRID,
            domain=False,
            ticks=False,
            labelFontSize=13,
            titleFontSize=12,
            titleFontWeight="normal",
            labelLimit=label_limit,
            labelPadding=8,
        )
    )
    return plain_svg(vl_convert.vegalite_to_svg(chart.to_dict()))


def plain_svg(svg: str) -> str:
    """SVG for the inside of a page: no namespace addresses, width that follows the page."""
    return _CLIPPING.sub("", _NAMESPACE.sub("", svg)).replace("<svg ", '<svg role="img" ', 1)
