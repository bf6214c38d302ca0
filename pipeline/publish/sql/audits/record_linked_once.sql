-- One row is one record in use that is not linked exactly once, or a link without a record.
select coalesce(r.record_id, l.record_id) as record_id, count(l.record_id) as links
from input.record as r
full join input.linked as l on l.record_id = r.record_id
group by coalesce(r.record_id, l.record_id), r.record_id
having count(l.record_id) <> 1 or r.record_id is null
order by all
