-- One row is one number that is known of one measured household: a survey's before any other list's, then the newest.
with ranked as (
    select
        f.household_id,
        f.attribute,
        f.value_number,
        row_number() over (
            partition by f.household_id, f.attribute
            order by
                case when coalesce(f.survey_round, '') <> '' then 0 else 1 end asc nulls last,
                f.evidence_date desc nulls last, f.agency asc nulls last, f.record_id asc nulls last
        ) as place
    from fact as f
    inner join wanted_number as w on w.attribute = f.attribute
    inner join measured_household as h on h.household_id = f.household_id
    where f.value_number is not null
)

select household_id, attribute, value_number
from ranked
where place = 1
