-- One row is one sheet whose physical rows do not add up to the sum of their kinds.
select agency, delivery_id, sheet, rows_in, rows_out, rows_explained, difference
from ops.reconciliation
where level_code = 'sheet' and difference <> 0
order by all
