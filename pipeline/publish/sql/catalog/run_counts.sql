-- One row is the run that made the warehouse, with the counts of the manifest.
select run_id, records, persons, households from ops.run
