"""Records → canonical values, each distinct value once, every repair kept."""

from pipeline.normalise.link_input import LinkInput, LinkInputError, columns_not_read, normalise_link_input
from pipeline.normalise.records import Normalised, normalise_records
from pipeline.normalise.stage import NormaliseResult, normalise

__all__ = [
    "LinkInput",
    "LinkInputError",
    "NormaliseResult",
    "Normalised",
    "columns_not_read",
    "normalise",
    "normalise_link_input",
    "normalise_records",
]
