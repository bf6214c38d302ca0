-- One row is one match of two agencies' households by their members (group linkage, On et al. 2007): they share people
-- and a dwelling, or at least two people and half of the smaller one. One shared person alone may have moved.
with distinct_member as (
    -- a row is a person in a group
    select distinct household_group, person
    from member
),

shared as (
    -- a row is two groups with people in common
    select l.household_group as a, r.household_group as b, count(*) as persons
    from distinct_member as l
    inner join distinct_member as r on l.person = r.person
    where l.household_group < r.household_group
    group by l.household_group, r.household_group
)

select s.a, s.b
from shared as s
inner join household_group as l on s.a = l.household_group
inner join household_group as r on s.b = r.household_group
where l.agency <> r.agency
    and (
        coalesce(l.dwelling = r.dwelling, false)
        or (s.persons >= 2 and 2 * s.persons >= least(l.persons, r.persons))
        or (l.persons = 1 and r.persons = 1)
    )
