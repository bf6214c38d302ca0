-- One row is one household that is measured although it is not an ordinary one.
select p.household_id, h.household_type_code
from core.household_poverty as p
inner join core.household as h using (household_id)
where h.household_type_code <> 'ordinary'
order by all
