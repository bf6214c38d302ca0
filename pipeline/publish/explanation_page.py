"""An explanation of linkage as one self-contained page: words and waterfalls, no script and no outside address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.publish.report import TEMPLATES


@dataclass(frozen=True, slots=True)
class ExplanationPart:
    """One section: a heading, its lines, and a chart as SVG text (:func:`pipeline.publish.charts.waterfall`)."""

    heading: str
    lines: tuple[str, ...]
    svg: str = ""


def explanation_page(title: str, parts: Sequence[ExplanationPart]) -> str:
    """The page as HTML, with everything it needs inside."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return environment.get_template("explanation.html.j2").render(title=title, parts=parts, style=style)
