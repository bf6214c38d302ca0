-- One row is one current member of one ordinary household, with the earliest and latest birth day its birth date allows,
-- as numbers YYYYMMDD, so that an age is a difference of two numbers whatever part of the date is known.
with known as (
    select person_id, sex, coalesce(birth_date, cast(birth_year as string)) as born
    from person
)

select
    m.household_id,
    m.person_id,
    p.sex,
    cast(substr(p.born, 1, 4) as integer) * 10000
    + cast(coalesce(nullif(substr(p.born, 6, 2), ''), '01') as integer) * 100
    + cast(coalesce(nullif(substr(p.born, 9, 2), ''), '01') as integer) as born_from,
    cast(substr(p.born, 1, 4) as integer) * 10000
    + cast(coalesce(nullif(substr(p.born, 6, 2), ''), '12') as integer) * 100
    + cast(coalesce(nullif(substr(p.born, 9, 2), ''), '31') as integer) as born_to
from household_member as m
inner join household as h on h.household_id = m.household_id
inner join known as p on p.person_id = m.person_id
where m.is_current and h.household_type_code = 'ordinary'
