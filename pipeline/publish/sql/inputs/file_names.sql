-- One row is one delivered file and its name.
select agency, delivery_id, file_name
from input.delivery
order by agency, delivery_id
