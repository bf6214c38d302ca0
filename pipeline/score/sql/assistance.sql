-- One row is one help given, lent, asked for or planned, as one record states it. A list of help that does not speak of a
-- status tells of help given. Help given or lent without a date of its own is dated by the list, where the list says of when
-- it is: the night it was received is no date of help. What is planned or asked for has only the date it was given.
with told as (
    select
        record_id,
        max(case when attribute = 'assistance_kind_code' then value_text end) as kind_code,
        max(case when attribute = 'assistance_status_code' then value_text end) as status_code,
        max(case when attribute = 'assistance_date' then value_date end) as day,
        max(case when attribute = 'assistance_amount_baht' then value_number end) as baht
    from record_attribute
    where attribute in ('assistance_kind_code', 'assistance_status_code', 'assistance_date', 'assistance_amount_baht')
    group by record_id
)

select
    t.record_id,
    r.agency,
    l.person_id,
    coalesce(p.household_id, l.household_id) as household_id,
    t.kind_code as assistance_kind_code,
    case when t.status_code is null and t.kind_code is not null then 'given' else t.status_code end as assistance_status_code,
    case
        when t.day is not null then t.day
        when t.status_code in ('planned', 'requested') then null
        when d.received_date is null or r.evidence_date < d.received_date then r.evidence_date
    end as assistance_date,
    t.baht as amount_baht
from told as t
inner join record as r on r.record_id = t.record_id
left join delivery as d on d.agency = r.agency and d.delivery_id = r.delivery_id
inner join linked as l on l.record_id = t.record_id
left join person as p on p.person_id = l.person_id
where t.kind_code is not null or t.status_code is not null or t.day is not null or t.baht is not null
