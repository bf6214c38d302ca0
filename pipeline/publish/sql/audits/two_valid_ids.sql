-- One row is one person whose records carry two different valid national IDs, unless a clerk joined them.
select l.person_id, count(distinct n.national_id) as ids
from input.linked as l
inner join input.normal_record as n on n.record_id = l.record_id
where n.national_id_status = 'valid' and l.person_id is not null
group by l.person_id
having count(distinct n.national_id) > 1 and count(*) filter (where l.evidence_code = 'X') = 0
order by all
