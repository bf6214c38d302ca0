-- One row is one fault of a whole file or sheet.
select distinct d.file_name, i.sheet, i.code, i.header
from input.issue as i
left join input.delivery as d on d.agency = i.agency and d.delivery_id = i.delivery_id
where i.agency = $agency and i.row_number is null and i.record_id is null and i.severity <> 'note'
order by 1 nulls first, 2 nulls first, 3, 4 nulls first
