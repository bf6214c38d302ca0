-- One row is one current member and one person indicator: the believed word of those that surely concern the member,
-- else whether the member is surely not concerned on the day of the survey.
with ranked as (
    select
        e.*,
        row_number() over (
            partition by e.indicator_code, e.household_id, e.person_id
            order by
                e.rule_order asc nulls last, e.evidence_date desc nulls last, e.agency asc nulls last,
                e.record_id asc nulls last
        ) as place
    from eligibility as e
    where e.state_code is not null and e.eligible = 2
),

said as (
    select indicator_code, household_id, person_id, count(distinct state_code) as states
    from ranked
    group by indicator_code, household_id, person_id
)

select
    b.indicator_code,
    b.household_id,
    b.person_id,
    r.rule_order,
    r.rule_code,
    r.agency,
    r.record_id,
    r.evidence_date,
    case
        when r.state_code is not null then r.state_code
        when b.eligible = 0 then 'not_applicable'
        else 'unknown'
    end as state_code,
    case when r.state_code is not null then 2 else b.eligible end as eligible,
    coalesce(s.states, 0) > 1 as has_conflict
from eligibility as b
left join ranked as r
    on
        r.indicator_code = b.indicator_code
        and r.household_id = b.household_id
        and r.person_id = b.person_id
        and r.place = 1
left join said as s
    on s.indicator_code = b.indicator_code and s.household_id = b.household_id and s.person_id = b.person_id
where b.state_code is null
