-- One row is one delivery of the agency that this night looked at or relied on.
select file_name, received_date, status_code, code, rows_accepted, rows_rejected
from input.delivery
where agency = $agency
order by received_date nulls first, file_name, delivery_id
