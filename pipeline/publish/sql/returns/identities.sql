-- One row is one record of a sheet: who it is, with what evidence. The record that the row is about comes first.
select row_number, record_id, role, person_id, household_id, evidence_code, probability
from input.returned_record
where agency = $agency and delivery_id = $delivery_id and sheet = $sheet
order by row_number, is_main desc, record_id
