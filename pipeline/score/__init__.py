"""Households → deprivations, poverty measures, levels and help received."""

from pipeline.score.definition_files import load_indicator_sets
from pipeline.score.definitions import Definitions
from pipeline.score.stage import ScoreReport, score

__all__ = ["Definitions", "ScoreReport", "load_indicator_sets", "score"]
