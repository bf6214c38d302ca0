-- One row is one delivered record that was asked for, as it was delivered.
select r.*
from read_parquet($path) as r
semi join chosen as c on r.record_id = c.record_id
