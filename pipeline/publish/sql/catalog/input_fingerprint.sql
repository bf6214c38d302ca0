-- One row is the run that made the warehouse: the hash of everything it rests on.
select input_fingerprint from ops.run
