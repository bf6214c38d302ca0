"""Where tables are joined and mapped. Nothing above this package cares which engine runs."""

from pipeline.engine.arrow_file import read_arrow, write_arrow
from pipeline.engine.base import Engine, Frame
from pipeline.engine.duckdb import DuckDBEngine

__all__ = ["DuckDBEngine", "Engine", "Frame", "read_arrow", "write_arrow"]
