-- One row is one agency: what came from it and what became of it.
with delivered as (
    -- A row is one agency's deliveries; rows are those of deliveries in use.
    select
        agency,
        count(*) as deliveries,
        count(*) filter (where is_new) as new_deliveries,
        count(*) filter (where status_code in ('accepted', 'in_use', 'stand_in')) as in_use,
        count(*) filter (where status_code = 'stand_in') as stand_ins,
        count(*) filter (
            where status_code in ('quarantined', 'held', 'not_read')
            -- Nothing of it counts, though it was read.
            or delivery_id in (select delivery_id from ops.issue where code = 'all_rows_rejected')
        ) as set_aside,
        coalesce(sum(rows_accepted) filter (where status_code in ('accepted', 'in_use', 'stand_in')), 0) as accepted,
        coalesce(sum(rows_rejected) filter (where status_code in ('accepted', 'in_use', 'stand_in')), 0) as rejected,
        max(period_date) filter (where status_code in ('accepted', 'in_use', 'stand_in')) as period_date
    from ops.delivery
    group by agency
),

late as (
    select distinct agency from ops.issue where code = 'delivery_late'
),

recorded as (
    select agency, count(*) as records, count(distinct person_id) as persons from core.source_record group by agency
)

select
    a.agency,
    a.name_thai,
    coalesce(d.deliveries, 0) as deliveries,
    coalesce(d.new_deliveries, 0) as new_deliveries,
    coalesce(d.in_use, 0) as in_use,
    coalesce(d.stand_ins, 0) as stand_ins,
    coalesce(d.set_aside, 0) as set_aside,
    coalesce(d.accepted, 0) as accepted,
    coalesce(d.rejected, 0) as rejected,
    d.period_date,
    l.agency is not null as is_late,
    coalesce(r.records, 0) as records,
    coalesce(r.persons, 0) as persons
from core.agency as a
left join delivered as d using (agency)
left join late as l using (agency)
left join recorded as r using (agency)
order by a.agency
