-- One row is one agency with a delivery in use.
select distinct agency
from input.delivery
where status_code in ('accepted', 'in_use', 'stand_in')
order by agency
