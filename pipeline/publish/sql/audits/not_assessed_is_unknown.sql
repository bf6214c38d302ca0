-- One row is one household that is not assessed and yet called poor or not poor.
select household_id, method_code
from core.household_poverty
where not is_assessed and (is_poor is not null or deprivation_score is not null)
order by all
