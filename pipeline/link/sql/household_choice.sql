-- One row is one person and the household they live in now, with the record that says so. A household that others name
-- too comes before one that stands on this person alone (an address mistyped), the agency's own number before an
-- address, then the declared order of sources, then the newest evidence.
with unit_size as (
    -- a row is a household and how many people some record places in it
    select unit, count(distinct person) as persons
    from placement
    where unit is not null
    group by unit
),

ranked as (
    -- a row is a placement in its order among those of the person
    select
        p.person,
        p.unit,
        p.node,
        row_number() over (
            partition by p.person
            order by
                case when s.persons > 1 or p.is_numbered then 0 else 1 end asc nulls last,
                case when p.is_numbered then 0 else 1 end asc nulls last,
                p.living_rank asc nulls last,
                p.day_number desc nulls last,
                p.node asc nulls last
        ) as place
    from placement as p
    inner join unit_size as s on p.unit = s.unit
    where p.person is not null
)

select person, unit, node
from ranked
where place = 1
