"""An explanation of linkage as one self-contained page: words and waterfalls, no script and no outside address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.publish.report import TEMPLATES, page_templates


@dataclass(frozen=True, slots=True)
class ExplanationPart:
    """One section: a heading, its lines, and a chart as SVG text (:func:`pipeline.publish.charts.waterfall`)."""

    heading: str
    lines: tuple[str, ...]
    svg: str = ""


def explanation_page(title: str, parts: Sequence[ExplanationPart]) -> str:
    """The page as HTML, with everything it needs inside."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return page_templates().get_template("explanation.html.j2").render(title=title, parts=parts, style=style)
