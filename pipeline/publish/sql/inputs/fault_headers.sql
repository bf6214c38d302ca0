-- One row is one header that a fault of a whole file is about.
select distinct agency, delivery_id, code, header
from input.issue
where row_number is null and delivery_id is not null and header is not null
order by all
