-- One row is one sheet of a delivery in use.
select
    delivery_id,
    file_name,
    sheet,
    min(sheet_order) as sheet_order
from input.returned_row
group by delivery_id, file_name, received_date, sheet
having count(*) filter (where row_kind in ('accepted', 'rejected')) > 0
order by received_date nulls first, delivery_id, sheet_order, sheet
