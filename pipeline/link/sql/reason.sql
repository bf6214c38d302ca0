-- One row is one linked record: its strongest link inside its person, and the best weight to a record of another person.
with both_ways as (
    -- a row is a scored pair seen from one of its records
    select a as node, b as other, pattern, weight, evidence, is_link from scored
    union all
    select b as node, a as other, pattern, weight, evidence, is_link from scored
),

named as (
    -- a row is the same with the persons of both
    select
        s.node,
        s.other,
        s.pattern,
        s.weight,
        s.evidence,
        l.person = r.person and s.is_link as is_inside,
        l.person <> r.person as is_outside
    from both_ways as s
    inner join person_of as l on s.node = l.node
    inner join person_of as r on s.other = r.node
),

inside as (
    -- a row is a link inside the person in its order
    select
        node,
        other,
        pattern,
        weight,
        evidence,
        row_number() over (
            partition by node
            order by evidence asc nulls last, weight desc nulls last, other asc nulls last
        ) as place
    from named
    where is_inside
),

outside as (
    -- a row is a record with the best weight to another person
    select node, max(weight) as weight
    from named
    where is_outside
    group by node
)

select i.node, i.other, i.pattern, i.weight, i.evidence, i.weight - o.weight as margin
from inside as i
left join outside as o on i.node = o.node
where i.place = 1
