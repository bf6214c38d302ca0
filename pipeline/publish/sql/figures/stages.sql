-- One row is one stage: rows in, out, explained.
select step_code, rows_in, rows_out, rows_explained, difference
from ops.reconciliation
where level_code = 'stage'
