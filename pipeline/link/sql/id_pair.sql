-- One row is one pair of different national IDs that some pair of records puts side by side.
select distinct
    case when l.national_id < r.national_id then l.national_id else r.national_id end as x,
    case when l.national_id < r.national_id then r.national_id else l.national_id end as y
from pair as p
inner join coded as l on p.a = l.node
inner join coded as r on p.b = r.node
where l.national_id <> r.national_id
