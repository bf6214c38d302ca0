-- One row is one household as one agency numbers it: its people and the dwelling most of its records name.
with vote as (
    -- a row is a group and a dwelling one of its records names
    select f.household_group, d.dwelling, count(*) as records
    from fact as f
    inner join dwelling as d on f.node = d.node
    where f.household_group is not null and d.dwelling is not null
    group by f.household_group, d.dwelling
),

best as (
    -- a row is a group with its dwelling
    select household_group, dwelling
    from (
        select
            household_group,
            dwelling,
            row_number() over (partition by household_group order by records desc nulls last, dwelling asc nulls last)
                as place
        from vote
    ) as ranked
    where place = 1
),

size as (
    -- a row is a group with its number of people
    select household_group, min(agency) as agency, count(distinct person) as persons
    from fact
    where household_group is not null
    group by household_group
)

select s.household_group, s.agency, s.persons, b.dwelling
from size as s
left join best as b on s.household_group = b.household_group
