-- One row is one stage that lost or made rows without an explanation.
select step_code, rows_in, rows_out, rows_explained, difference
from ops.reconciliation
where level_code = 'stage' and difference <> 0
order by all
