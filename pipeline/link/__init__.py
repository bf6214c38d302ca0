"""Record linkage: records → persons → households, with reasons."""

from pipeline.link.evaluate import evaluate, two_valid_ids
from pipeline.link.memory import has_memory
from pipeline.link.options import LinkOptions
from pipeline.link.report import LinkReport
from pipeline.link.stage import link, state_folder

__all__ = ["LinkOptions", "LinkReport", "evaluate", "has_memory", "link", "state_folder", "two_valid_ids"]
