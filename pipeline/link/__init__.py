"""Record linkage: records → persons → households, with reasons."""

from pipeline.link.evaluate import evaluate, two_valid_ids
from pipeline.link.options import LinkOptions
from pipeline.link.report import LinkReport
from pipeline.link.stage import link

__all__ = ["LinkOptions", "LinkReport", "evaluate", "link", "two_valid_ids"]
