-- One row is one sheet of a delivery in use, with the joined header of each column.
select
    delivery_id,
    file_name,
    sheet,
    min(sheet_order) as sheet_order,
    arg_max(headers, row_number) filter (where row_kind = 'header' and headers is not null) as headers
from input.returned_row
group by delivery_id, file_name, received_date, sheet
having count(*) filter (where row_kind in ('accepted', 'rejected')) > 0
order by received_date nulls first, delivery_id, sheet_order, sheet
