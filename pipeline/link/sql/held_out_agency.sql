-- One row is one agency: held-out labelled pairs with a record of it, and what the model says of them without the ID.
with labelled as (
    -- a row is a held-out pair (labels: see labelled_pattern.sql)
    select g.a, g.b, g.pattern % 16 = 6 as is_match, v.is_link_without_id as is_link
    from graded as g
    inner join verdict as v on g.pattern = v.pattern
    inner join label as l on g.a = l.node
    inner join label as r on g.b = r.node
    where (g.rules & $rules_without_id) <> 0
        and g.pattern % 16 in (1, 6)
        and l.split = $split
        and r.split = $split
),

side as (
    -- a row is a pair seen from one of its agencies
    select c.agency, p.a, p.b, p.is_match, p.is_link
    from labelled as p
    inner join coded as c on p.a = c.node
    union
    select c.agency, p.a, p.b, p.is_match, p.is_link
    from labelled as p
    inner join coded as c on p.b = c.node
)

select
    agency,
    sum(case when is_match then 1 else 0 end) as matches,
    sum(case when is_match and is_link then 1 else 0 end) as true_links,
    sum(case when not is_match and is_link then 1 else 0 end) as false_links
from side
group by agency
