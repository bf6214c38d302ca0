-- One row is one record of a sheet: who it is, with what evidence.
select
    r.row_number,
    r.record_id,
    r.role,
    l.person_id,
    l.household_id,
    l.evidence_code,
    l.probability
from input.record as r
inner join input.linked as l on l.record_id = r.record_id
where r.agency = $agency and r.delivery_id = $delivery_id and coalesce(r.sheet, '') = $sheet
order by r.row_number, r.record_id
