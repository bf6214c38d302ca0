"""Charts of the report as SVG text that stands inside the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_INK, _QUIET, _GRID = "#2B2722", "#6B645A", "#E4DED2"
_CLAY, _PALE = "#A8431E", "#D9B8A4"
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
    # Both take a quarter of a second to import; only a report needs them.
    import altair as alt
    import vl_convert

    data = [{"label": r[label], "value": float(r[value] or 0), "text": r[text], "rank": n} for n, r in enumerate(rows)]
    base = alt.Chart(alt.Data(values=data)).encode(
        y=alt.Y("label:N", sort=alt.EncodingSortField("rank", order="ascending"), title=None),
    )
    drawn = base.mark_bar(color=_CLAY, cornerRadiusEnd=2, height={"band": 0.68}).encode(
        x=alt.X("value:Q", title=axis, axis=alt.Axis(format="%", tickCount=5))
    )
    figures = base.mark_text(align="left", dx=5, color=_INK, fontSize=12).encode(x="value:Q", text="text:N")
    chart = (
        (drawn + figures)
        .properties(width=560, height={"step": height})
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
            labelLimit=220,
            labelPadding=8,
        )
    )
    return plain_svg(vl_convert.vegalite_to_svg(chart.to_dict()))


def plain_svg(svg: str) -> str:
    """SVG for the inside of a page: no namespace addresses, width that follows the page."""
    return _CLIPPING.sub("", _NAMESPACE.sub("", svg)).replace("<svg ", '<svg role="img" ', 1)
