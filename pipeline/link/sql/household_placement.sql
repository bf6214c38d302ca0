-- One row is one record and the household it speaks for (unit): an even number is a family that an agency numbered,
-- an odd one a dwelling where no agency numbered a family.
with family as (
    -- a row is a group in the family it was matched into
    select g.household_group, coalesce(m.component, g.household_group) as family, g.dwelling, g.persons
    from household_group as g
    left join group_component as m on g.household_group = m.node
),

family_dwelling as (
    -- a row is a family living in a dwelling
    select dwelling, family, sum(persons) as persons
    from family
    where dwelling is not null
    group by dwelling, family
),

family_surname as (
    -- a row is a surname in a family
    select fa.family, f.surname, count(distinct f.person) as persons
    from fact as f
    inner join family as fa on f.household_group = fa.household_group
    where f.surname is not null
    group by fa.family, f.surname
),

choice as (
    -- a row is a record without a household number and one family of its dwelling that it can belong to: one with its
    -- surname, or any where it has none or is kin of the head. A survey counts whole families, so another surname
    -- that nobody calls kin (heads of their own, lodgers, ผู้อาศัย) is another household.
    select
        f.node,
        fd.family,
        row_number() over (
            partition by f.node
            order by fs.persons desc nulls last, fd.persons desc nulls last, fd.family asc nulls last
        ) as place
    from fact as f
    inner join dwelling as d on f.node = d.node
    inner join family_dwelling as fd on d.dwelling = fd.dwelling
    left join family_surname as fs on fd.family = fs.family and f.surname = fs.surname
    where f.household_group is null and (fs.family is not null or f.surname is null or f.is_kin)
)

select
    f.node,
    f.person,
    f.living_rank,
    f.day_number,
    case
        when fa.family is not null then 2 * fa.family
        when c.family is not null then 2 * c.family
        when d.dwelling is not null then 2 * d.dwelling + 1
    end as unit,
    fa.family is not null as is_numbered
from fact as f
inner join dwelling as d on f.node = d.node
left join family as fa on f.household_group = fa.household_group
left join choice as c on f.node = c.node and c.place = 1
