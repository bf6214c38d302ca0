-- One row is one record without a household.
select record_id
from input.linked
where household_id is null or household_id = ''
order by all
