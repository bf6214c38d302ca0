-- One row is one kind of help that another agency gives to the household of a row, where the giver's agreement allows.
select distinct m.row_number, a.assistance_kind_code, a.agency
from input.returned_record as m
inner join input.returned_help as a on a.household_id = m.household_id
inner join input.allowed_giver as g on g.giver = a.agency and g.recipient = m.agency
where
    m.agency = $agency
    and m.delivery_id = $delivery_id
    and m.sheet = $sheet
    and a.agency <> m.agency
    -- A temple, a hostel or the central register is no household: a neighbour's help is not told there.
    and (m.household_type_code = 'ordinary' or a.person_id = m.person_id)
order by m.row_number, a.assistance_kind_code, a.agency
