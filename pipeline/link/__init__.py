"""Record linkage: records → persons → households, with reasons."""

from pipeline.link.earlier import is_as_left, state_folder
from pipeline.link.evaluate import evaluate, two_valid_ids
from pipeline.link.memory import Memory, load_memory
from pipeline.link.options import LinkOptions
from pipeline.link.report import LinkReport
from pipeline.link.stage import link
from pipeline.link.start import Kept

__all__ = [
    "Kept",
    "LinkOptions",
    "LinkReport",
    "Memory",
    "evaluate",
    "is_as_left",
    "link",
    "load_memory",
    "state_folder",
    "two_valid_ids",
]
