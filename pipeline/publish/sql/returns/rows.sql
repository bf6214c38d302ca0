-- One row is one row that goes back, in the agency's order.
select row_number, row_kind, cells
from input.returned_row
where delivery_id = $delivery_id and sheet = $sheet and row_kind in ('accepted', 'rejected', 'excluded', 'group_label')
order by row_number
