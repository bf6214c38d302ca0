-- One row is one fault on one row of a sheet; link and score name the record alone, which tells the row.
create table input.returned_issue as
select distinct
    i.agency,
    coalesce(i.delivery_id, r.delivery_id) as delivery_id,
    coalesce(i.sheet, r.sheet, '') as sheet,
    coalesce(i.row_number, r.row_number) as row_number,
    i.code,
    i.severity,
    i.header,
    i."column" as column_name,
    coalesce(r.role, '') as role,
    i.other_row_number,
    i.other_sheet
from input.issue as i
left join input.record as r on r.record_id = i.record_id and r.agency = i.agency
where coalesce(i.row_number, r.row_number) is not null
