-- One row is one type of household.
select household_type_code, count(*) as household_count
from core.household
group by household_type_code
order by household_count desc, household_type_code
