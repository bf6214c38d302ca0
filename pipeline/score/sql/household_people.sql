-- One row is one measured household: its dependants on the day of its survey, and what is known of its members' welfare cards.
-- A member of unknown age counts as a dependant only where a condition says so: the number is the least there are.
with condition_met as (
    select distinct v.person_id
    from person_value as v
    inner join dependant_condition as c on c.attribute = v.attribute and c.value_text = v.value_text
),

person_state as (
    select
        m.household_id,
        case
            when t.person_id is not null then 1
            when
                floor((
                    extract(year from h.reference_date) * 10000 + extract(month from h.reference_date) * 100
                    + extract(day from h.reference_date) - m.born_to
                ) / 10000.0) >= $age_from
                or floor((
                    extract(year from h.reference_date) * 10000 + extract(month from h.reference_date) * 100
                    + extract(day from h.reference_date) - m.born_from
                ) / 10000.0) < $age_below
                then 1
            else 0
        end as is_dependant,
        case when k.value_text = 'true' then 1 when k.value_text = 'false' then 0 end as has_card
    from member as m
    inner join measured_household as h on h.household_id = m.household_id
    left join condition_met as t on t.person_id = m.person_id
    left join person_value as k on k.person_id = m.person_id and k.attribute = $welfare_card_attribute
)

select
    h.household_id,
    cast(sum(p.is_dependant) as integer) as dependants,
    case
        when max(p.has_card) = 1 then 1
        -- Nobody is without a card until every member's card is known.
        when count(p.has_card) = count(*) then max(p.has_card)
    end as has_card
from measured_household as h
inner join person_state as p on p.household_id = h.household_id
group by h.household_id
