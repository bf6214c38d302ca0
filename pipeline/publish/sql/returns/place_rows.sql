-- One row is one physical row of an agency's deliveries in use.
create or replace table input.returned_row as
select
    r.delivery_id,
    d.file_name,
    d.received_date,
    coalesce(r.sheet, '') as sheet,
    r.sheet_order,
    r.row_number,
    r.row_kind,
    r.cells,
    r.headers,
    r."columns",
    r.merges
from input.delivered_row as r
inner join input.delivery as d on d.agency = r.agency and d.delivery_id = r.delivery_id
where r.agency = $agency and d.status_code in ('accepted', 'in_use', 'stand_in')
