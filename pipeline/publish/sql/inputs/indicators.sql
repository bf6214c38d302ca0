-- One row is one indicator of one set that a household has a state of.
select indicator_set, indicator_code, min(dimension_code) as dimension_code
from input.household_indicator
group by indicator_set, indicator_code
