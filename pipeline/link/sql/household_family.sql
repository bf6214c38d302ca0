-- One row is one dwelling, a surname, and the family there to which a record of that surname belongs that no agency
-- numbered: the one most of whose people have the surname, then the largest. Without a surname: the largest family.
with family_dwelling as (
    -- a row is a family living in a dwelling
    select dwelling, family, sum(persons) as persons
    from household_group
    where dwelling is not null
    group by dwelling, family
),

candidate as (
    -- a row is a family that a record can belong to
    select d.dwelling, s.surname, d.family, s.persons as namesakes, d.persons
    from family_dwelling as d
    inner join family_surname as s on d.family = s.family
    union all
    select dwelling, null as surname, family, null as namesakes, persons
    from family_dwelling
),

ranked as (
    -- a row is a candidate in its order
    select
        dwelling,
        surname,
        family,
        row_number() over (
            partition by dwelling, surname
            order by namesakes desc nulls last, persons desc nulls last, family asc nulls last
        ) as place
    from candidate
)

select dwelling, surname, family
from ranked
where place = 1
