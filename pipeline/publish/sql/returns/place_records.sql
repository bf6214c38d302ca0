-- One row is one record in use: where it stands, who it is, whether it is the one its row is about.
create table input.returned_record as
select
    r.agency,
    r.delivery_id,
    coalesce(r.sheet, '') as sheet,
    r.row_number,
    r.record_id,
    r.list_code,
    r.role,
    coalesce(m.role = r.role, false) as is_main,
    l.person_id,
    l.household_id,
    l.evidence_code,
    l.probability,
    coalesce(h.household_type_code, 'unknown') as household_type_code
from input.record as r
inner join input.linked as l on l.record_id = r.record_id
left join input.household as h on h.household_id = l.household_id
left join input.main_role as m on m.agency = r.agency and m.list_code = r.list_code
