-- One row is one fault on one row of a sheet.
select row_number, code, severity, header, column_name, role, other_row_number, other_sheet
from input.returned_issue
where agency = $agency and delivery_id = $delivery_id and sheet = $sheet
order by row_number, severity, code, header nulls first, column_name nulls first, role, other_row_number nulls first
