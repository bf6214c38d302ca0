-- One row is one record of a person that is linked to no person.
select r.record_id
from input.record as r
inner join input.linked as l on l.record_id = r.record_id
where r.record_kind = 'person' and l.person_id is null
order by all
