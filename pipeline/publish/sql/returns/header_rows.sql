-- One row is one header row of a sheet, down to the one that carries what the columns are; numbering and repeats follow it.
with described as (
    select max(row_number) as last_number
    from input.returned_row
    where delivery_id = $delivery_id and sheet = $sheet and row_kind = 'header' and headers is not null
)

select r.row_number, r.cells, r.headers, r."columns", r.merges
from input.returned_row as r
cross join described as d
where r.delivery_id = $delivery_id and r.sheet = $sheet and r.row_kind = 'header' and r.row_number <= d.last_number
order by r.row_number
