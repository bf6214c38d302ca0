-- One row is the newest value of one wanted attribute of one person: conditions such as a disability, and the welfare card.
with ranked as (
    select
        f.person_id,
        f.attribute,
        f.value_text,
        row_number() over (
            partition by f.person_id, f.attribute
            order by f.evidence_date desc nulls last, f.agency asc nulls last, f.record_id asc nulls last
        ) as place
    from fact as f
    inner join wanted_attribute as w on w.attribute = f.attribute
    where f.value_text is not null and f.person_id is not null
)

select person_id, attribute, value_text
from ranked
where place = 1
