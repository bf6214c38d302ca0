-- One row is one ordinary household with somebody living in it, and the day on which ages are reckoned where no fact
-- gives one: the newest survey of the household, else the date of its own evidence.
with size as (
    select household_id, count(*) as members
    from member
    group by household_id
),

surveyed as (
    select household_id, max(evidence_date) as survey_date
    from fact
    where survey_round is not null and survey_round <> ''
    group by household_id
)

select
    h.household_id,
    h.tambon_code,
    h.amphoe_code,
    h.province_code,
    s.members,
    coalesce(v.survey_date, h.evidence_date) as reference_date
from household as h
inner join size as s on s.household_id = h.household_id
left join surveyed as v on v.household_id = h.household_id
where h.household_type_code = 'ordinary'
