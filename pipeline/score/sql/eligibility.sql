-- One row is one occasion on which one person indicator meets one current member: a record's word on the day of its evidence,
-- or (no record) the day on which the household was surveyed. eligible: 2 surely concerned, 1 not known, 0 surely not.
-- Age: (YYYYMMDD of the day − YYYYMMDD of birth) / 10000, cut off; a partial birth date gives a least and a most.
with occasion as (
    select household_id, person_id, indicator_code, rule_order, rule_code, agency, record_id, evidence_date, state_code
    from statement
    where person_id is not null
    union all
    select
        m.household_id,
        m.person_id,
        i.indicator_code,
        cast(null as integer) as rule_order,
        cast(null as string) as rule_code,
        cast(null as string) as agency,
        cast(null as string) as record_id,
        h.reference_date as evidence_date,
        cast(null as string) as state_code
    from member as m
    inner join measured_household as h on h.household_id = m.household_id
    cross join indicator as i
    where i.unit = 'person'
),

condition as (
    -- A row is one member and one indicator: in how many of the asked attributes something is known, in how many it holds.
    select
        c.indicator_code,
        v.person_id,
        count(distinct c.attribute) as known,
        count(distinct case when c.value_text = v.value_text then c.attribute end) as met
    from rule_condition as c
    inner join person_value as v on v.attribute = c.attribute
    group by c.indicator_code, v.person_id
),

aged as (
    select
        o.*,
        m.sex,
        floor((
            extract(year from o.evidence_date) * 10000 + extract(month from o.evidence_date) * 100
            + extract(day from o.evidence_date) - m.born_from
        ) / 10000.0) as age_most,
        floor((
            extract(year from o.evidence_date) * 10000 + extract(month from o.evidence_date) * 100
            + extract(day from o.evidence_date) - m.born_to
        ) / 10000.0) as age_least
    from occasion as o
    inner join member as m on m.household_id = o.household_id and m.person_id = o.person_id
)

select
    a.household_id,
    a.person_id,
    a.indicator_code,
    a.rule_order,
    a.rule_code,
    a.agency,
    a.record_id,
    a.evidence_date,
    a.state_code,
    least(
        case when i.is_told_by_survey then 1 else 2 end,
        case
            when i.age_min is null and i.age_max is null then 2
            when a.age_most < coalesce(i.age_min, 0) or a.age_least > coalesce(i.age_max, 999) then 0
            when a.age_least >= coalesce(i.age_min, 0) and a.age_most <= coalesce(i.age_max, 999) then 2
            else 1
        end,
        case
            when i.sex is null or i.sex = a.sex then 2
            when a.sex is null then 1
            else 0
        end,
        case
            when i.condition_count = 0 or coalesce(c.met, 0) > 0 then 2
            when coalesce(c.known, 0) = i.condition_count then 0
            else 1
        end
    ) as eligible
from aged as a
inner join indicator as i on i.indicator_code = a.indicator_code
left join condition as c on c.indicator_code = a.indicator_code and c.person_id = a.person_id
