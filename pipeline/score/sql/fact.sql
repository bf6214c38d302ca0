-- One row is one fact that a record states, with the person and the household it is about today.
-- A fact about a household keeps its household even when the person who stood for it has died or moved.
select
    a.record_id,
    a.attribute,
    a.value_text,
    a.value_number,
    r.agency,
    r.evidence_date,
    r.survey_round,
    l.person_id,
    p.household_id as person_household_id,
    coalesce(p.household_id, l.household_id) as household_id
from record_attribute as a
inner join record as r on r.record_id = a.record_id
inner join linked as l on l.record_id = a.record_id
left join person as p on p.person_id = l.person_id
where a.value_text is not null or a.value_number is not null
