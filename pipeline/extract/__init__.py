"""Delivered spreadsheets → records and issues.

What others call: :func:`pipeline.extract.agency.agency_tasks`, :func:`~pipeline.extract.agency.extract_agency` (one
agency, independent of every other), :func:`~pipeline.extract.agency.inputs_fingerprint`,
:func:`pipeline.extract.combine.combine`, and for one file :mod:`pipeline.extract.inspect`.

Nothing is imported here: the process that parses a file imports this package and must start at once.
"""
