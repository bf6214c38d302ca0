"""Khrua: from the agencies' spreadsheets to persons, households, poverty and reconciled lists."""

__version__ = "0.1.0"
