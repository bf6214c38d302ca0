-- One row is one kind of help that another agency gives to the household of a row, where the giver's agreement allows.
with mine as (
    -- A row is one row of the sheet with its person and household.
    select r.row_number, l.person_id, l.household_id, coalesce(h.household_type_code, 'unknown') as household_type_code
    from input.record as r
    inner join input.linked as l on l.record_id = r.record_id
    left join input.household as h on h.household_id = l.household_id
    where r.agency = $agency and r.delivery_id = $delivery_id and coalesce(r.sheet, '') = $sheet
)

select distinct m.row_number, a.assistance_kind_code, a.agency
from mine as m
inner join input.assistance as a on a.household_id = m.household_id
inner join input.allowed_giver as g on g.giver = a.agency and g.recipient = $agency
anti join input.withheld_kind as w on w.assistance_kind_code = a.assistance_kind_code
where
    a.agency <> $agency
    and a.assistance_kind_code is not null
    and a.assistance_status_code in ('given', 'lent')
    -- A temple, a hostel or the central register is no household: a neighbour's help is not told there.
    and (m.household_type_code = 'ordinary' or a.person_id = m.person_id)
order by m.row_number, a.assistance_kind_code, a.agency
