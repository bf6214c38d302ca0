-- One row is one measured household: how many of its members are dependants on the day of its survey, at least and at most,
-- and what is known of their welfare cards. A member whose age is not known, or only in part, counts in the most where no
-- condition says more; who stands in no list of a condition is taken not to have it.
with condition_met as (
    select distinct v.person_id
    from person_value as v
    inner join dependant_condition as c on c.attribute = v.attribute and c.value_text = v.value_text
),

aged as (
    -- A row is one member with the least and the most age in full years that the birth date allows.
    select
        m.household_id,
        m.person_id,
        floor((
            extract(year from h.reference_date) * 10000 + extract(month from h.reference_date) * 100
            + extract(day from h.reference_date) - m.born_to
        ) / 10000.0) as age_least,
        floor((
            extract(year from h.reference_date) * 10000 + extract(month from h.reference_date) * 100
            + extract(day from h.reference_date) - m.born_from
        ) / 10000.0) as age_most
    from member as m
    inner join measured_household as h on h.household_id = m.household_id
),

person_state as (
    select
        m.household_id,
        case when t.person_id is not null or m.age_least >= $age_from or m.age_most < $age_below then 1 else 0 end as is_surely,
        case when t.person_id is null and m.age_least >= $age_below and m.age_most < $age_from then 0 else 1 end as is_perhaps,
        case when k.value_text = 'true' then 1 when k.value_text = 'false' then 0 end as has_card
    from aged as m
    left join condition_met as t on t.person_id = m.person_id
    left join person_value as k on k.person_id = m.person_id and k.attribute = $welfare_card_attribute
)

select
    h.household_id,
    cast(sum(p.is_surely) as integer) as dependants_least,
    cast(sum(p.is_perhaps) as integer) as dependants_most,
    case
        when max(p.has_card) = 1 then 1
        -- Nobody is without a card until every member's card is known.
        when count(p.has_card) = count(*) then max(p.has_card)
    end as has_card
from measured_household as h
inner join person_state as p on p.household_id = h.household_id
group by h.household_id
