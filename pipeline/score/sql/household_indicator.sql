-- One row is one indicator of one measured household: the word of the rule that is believed first, newest first within it;
-- unknown where nothing is known. A conflict is another word, of another source, that says otherwise.
with answer as (
    -- A row is one word about the household as a whole, or what its members' words come to.
    select household_id, indicator_code, rule_order, rule_code, agency, record_id, evidence_date, state_code, false as is_summed
    from statement
    where person_id is null
    union all
    select household_id, indicator_code, rule_order, rule_code, agency, record_id, evidence_date, state_code, true as is_summed
    from member_summary
    where state_code <> 'unknown'
),

ranked as (
    select
        a.*,
        row_number() over (
            partition by a.household_id, a.indicator_code
            order by
                a.rule_order asc nulls last, a.evidence_date desc nulls last, a.agency asc nulls last,
                a.record_id asc nulls last, a.state_code asc nulls last
        ) as place
    from answer as a
),

said as (
    select household_id, indicator_code, count(distinct state_code) as states
    from answer
    where rule_code <> 'nobody_eligible'
    group by household_id, indicator_code
)

select
    h.household_id,
    i.indicator_set,
    i.indicator_code,
    i.dimension_code,
    coalesce(r.state_code, 'unknown') as state_code,
    cast(case
        when r.state_code = 'not_applicable' then 0
        when r.state_code is null or r.is_summed then m.eligible_count
        when i.unit = 'household' then 1
        -- The survey says that it applies: a count of nobody comes from a household that has changed since.
        else nullif(m.eligible_count, 0)
    end as integer) as eligible_count,
    cast(case
        when r.state_code is null then null
        when r.state_code in ('not_applicable', 'pass') then 0
        when r.is_summed then m.failing_count
        when i.unit = 'household' or m.eligible_count = 1 then 1
    end as integer) as failing_count,
    r.agency as source_agency,
    r.record_id as source_record_id,
    r.rule_code,
    r.evidence_date,
    (coalesce(s.states, 0) > 1 or coalesce(m.has_conflict, false)) as has_conflict
from measured_household as h
cross join indicator as i
left join ranked as r on r.household_id = h.household_id and r.indicator_code = i.indicator_code and r.place = 1
left join said as s on s.household_id = h.household_id and s.indicator_code = i.indicator_code
left join member_summary as m on m.household_id = h.household_id and m.indicator_code = i.indicator_code
