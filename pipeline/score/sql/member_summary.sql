-- One row is one person indicator of one household, from its members: one failing member fails the household; it passes only
-- when the state of everybody concerned is known; it does not apply only when surely nobody is concerned.
with counted as (
    select
        indicator_code,
        household_id,
        sum(case when state_code = 'fail' then 1 else 0 end) as failing,
        sum(case when state_code = 'unknown' then 1 else 0 end) as unknowns,
        sum(case when eligible = 2 then 1 else 0 end) as concerned,
        sum(case when eligible = 1 then 1 else 0 end) as unclear,
        max(case when has_conflict then 1 else 0 end) as conflicts
    from member_state
    group by indicator_code, household_id
),

spoken as (
    -- A row is one member's word; the first is the one published: a failing member's, else the one believed first.
    select
        indicator_code,
        household_id,
        rule_order,
        rule_code,
        agency,
        record_id,
        evidence_date,
        row_number() over (
            partition by indicator_code, household_id
            order by
                case when state_code = 'fail' then 0 else 1 end asc nulls last,
                rule_order asc nulls last, evidence_date desc nulls last, agency asc nulls last,
                record_id asc nulls last
        ) as place
    from member_state
    where record_id is not null
)

select
    c.indicator_code,
    c.household_id,
    coalesce(s.rule_order, 999) as rule_order,
    coalesce(s.rule_code, 'nobody_eligible') as rule_code,
    s.agency,
    s.record_id,
    s.evidence_date,
    case
        when c.failing > 0 then 'fail'
        when c.unknowns > 0 then 'unknown'
        when c.concerned > 0 then 'pass'
        else 'not_applicable'
    end as state_code,
    case when c.unclear = 0 then c.concerned end as eligible_count,
    c.failing as failing_count,
    c.conflicts > 0 as has_conflict
from counted as c
left join spoken as s on s.indicator_code = c.indicator_code and s.household_id = c.household_id and s.place = 1
