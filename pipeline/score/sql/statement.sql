-- One row is one record's word on one indicator: about a household, or (person_id given) about one current member.
-- A survey's own result counts only from a round of this set, and so does any other fact of a survey: nothing of another
-- round is scored with this set. What an agency said earlier under the same rule has been superseded and is no conflict.
with heard as (
    -- A row is one fact that a rule asks for, placed in a measured household.
    select
        h.household_id,
        cast(null as string) as person_id,
        u.indicator_code, u.rule_order, u.rule_code, u.is_per_member,
        f.agency, f.record_id, f.evidence_date, f.value_text, f.value_number
    from fact as f
    inner join rule as u on u.attribute = f.attribute and u.subject = 'household'
    inner join measured_household as h on h.household_id = f.household_id
    left join set_round as r on r.survey_round = f.survey_round
    where r.survey_round is not null or (not u.is_survey_result and coalesce(f.survey_round, '') = '')
    union all
    select
        m.household_id,
        case when u.answers_for = 'person' then m.person_id end as person_id,
        u.indicator_code, u.rule_order, u.rule_code, u.is_per_member,
        f.agency, f.record_id, f.evidence_date, f.value_text, f.value_number
    from fact as f
    inner join rule as u on u.attribute = f.attribute and u.subject = 'person'
    inner join member as m on m.person_id = f.person_id
    inner join measured_household as h on h.household_id = m.household_id
    left join set_round as r on r.survey_round = f.survey_round
    where r.survey_round is not null or coalesce(f.survey_round, '') = ''
),

newest as (
    select
        h.*,
        rank() over (
            partition by h.indicator_code, h.rule_order, h.agency, h.household_id, h.person_id
            order by h.evidence_date desc nulls last
        ) as place
    from heard as h
),

stated as (
    -- A row is one record's word on how many live in the household.
    select
        f.record_id,
        f.household_id,
        f.value_number as size,
        row_number() over (
            partition by f.household_id
            order by
                case when r.survey_round is not null then 0 else 1 end asc nulls last,
                f.evidence_date desc nulls last, f.agency asc nulls last, f.record_id asc nulls last
        ) as place
    from fact as f
    left join set_round as r on r.survey_round = f.survey_round
    where
        f.attribute = 'household_size_stated'
        and f.value_number > 0
        and (r.survey_round is not null or coalesce(f.survey_round, '') = '')
),

shared as (
    -- A row is one word and by how many it is shared: the size that its own record states, else another, else the counted
    -- members. Without any of these the size is not known, and the known members are the least there can be.
    select
        n.*,
        case when n.is_per_member then coalesce(o.size, s.size, case when h.is_counted then h.members end) else 1 end as size,
        case when n.is_per_member then coalesce(o.size, s.size, h.members) else 1 end as least_size
    from newest as n
    inner join measured_household as h on h.household_id = n.household_id
    left join stated as o on o.record_id = n.record_id
    left join stated as s on s.household_id = n.household_id and s.place = 1
    where n.place = 1
)

select
    n.household_id,
    n.person_id,
    n.indicator_code,
    n.rule_order,
    n.rule_code,
    n.agency,
    n.record_id,
    n.evidence_date,
    o.state_code
from shared as n
inner join rule_outcome as o
    on
        o.indicator_code = n.indicator_code
        and o.rule_order = n.rule_order
        and (
            o.value_text = n.value_text
            -- A share for each member is compared as a product: 190,000 baht of five reach 38,000 exactly.
            or n.value_number >= o.at_least * n.size
            or n.value_number < o.below * n.least_size
            or n.value_number <= o.at_most * n.least_size
            or n.value_number > o.above * n.size
        )
