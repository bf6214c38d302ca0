-- One row is one ordinary household with somebody living in it, and the day on which ages are reckoned where no fact
-- gives one: the newest survey of the household, else the date of its own evidence. Whether a list of members backs the
-- count of them (is_counted): where none does, Khrua knows those whom some list happens to name, and their count is the least.
with size as (
    select household_id, count(*) as members
    from member
    group by household_id
),

listed as (
    -- A row is one household in which the house register, or a list that tells how each person is related to the head,
    -- places a member.
    select household_id
    from household_member
    where is_current and is_registered
    union
    select m.household_id
    from household_member as m
    inner join linked as l on l.person_id = m.person_id
    inner join record as r on r.record_id = l.record_id and r.agency = m.source
    where m.is_current and coalesce(r.relationship, '') <> ''
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
    b.household_id is not null as is_counted,
    coalesce(v.survey_date, h.evidence_date) as reference_date
from household as h
inner join size as s on s.household_id = h.household_id
left join listed as b on b.household_id = h.household_id
left join surveyed as v on v.household_id = h.household_id
where h.household_type_code = 'ordinary'
