-- One row is one placement; the unit is unknown where a dwelling that no agency numbered holds too many people.
with crowd as (
    -- a row is a dwelling with more people than one household can hold
    select unit
    from placement
    where unit is not null and unit % 2 = 1
    group by unit
    having count(distinct person) > $size_limit
)

select
    p.node,
    p.person,
    p.living_rank,
    p.day_number,
    case when c.unit is null then p.unit end as unit,
    p.is_numbered
from placement as p
left join crowd as c on p.unit = c.unit
