-- One row is one fault on one row of a sheet.
select distinct coalesce(i.row_number, r.row_number) as row_number, i.code, i.severity, i.header, i."column" as column_name
from input.issue as i
left join input.record as r on r.record_id = i.record_id and r.agency = i.agency
where
    i.agency = $agency
    and coalesce(i.delivery_id, r.delivery_id) = $delivery_id
    and coalesce(i.sheet, r.sheet, '') = $sheet
    and coalesce(i.row_number, r.row_number) is not null
order by 1, 3, 2, 4, 5
