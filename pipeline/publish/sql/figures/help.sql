-- One row is one kind of help given in the province.
select
    a.assistance_kind_code,
    coalesce(any_value(l.label_thai), a.assistance_kind_code) as label_thai,
    count(distinct a.agency) as agencies,
    count(distinct a.household_id) as households,
    count(distinct a.household_id) filter (where p.household_id is not null) as poor_households
from core.assistance as a
left join core.code_label as l on l.column_name = 'assistance_kind_code' and l.code = a.assistance_kind_code
left join (select distinct household_id from core.household_poverty where is_poor) as p on p.household_id = a.household_id
where a.assistance_status_code in ('given', 'lent')
group by a.assistance_kind_code
order by households desc, a.assistance_kind_code
