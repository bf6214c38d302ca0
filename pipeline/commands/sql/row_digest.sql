-- One row is one delivered record and a number that follows from everything its row says. What hash() gives is
-- DuckDB's own: it is compared only with numbers of the same version.
select record_id, hash(delivered_row) as digest
from read_parquet($path) as delivered_row
