-- One row is one type of household, and how many of them nobody lives in now.
select household_type_code, count(*) as household_count, count(*) filter (where member_count = 0) as empty_count
from core.household
group by household_type_code
order by household_count desc, household_type_code
