-- One row is one sheet of a delivery in use, with the joined header of each column.
select
    r.delivery_id,
    d.file_name,
    coalesce(r.sheet, '') as sheet,
    min(r.sheet_order) as sheet_order,
    arg_max(r.headers, r.row_number) filter (where r.row_kind = 'header' and r.headers is not null) as headers
from input.delivered_row as r
inner join input.delivery as d on d.agency = r.agency and d.delivery_id = r.delivery_id
where r.agency = $agency and d.status_code in ('accepted', 'in_use', 'stand_in')
group by r.delivery_id, d.file_name, d.received_date, coalesce(r.sheet, '')
having count(*) filter (where r.row_kind in ('accepted', 'rejected')) > 0
order by d.received_date nulls first, r.delivery_id, sheet_order, sheet
