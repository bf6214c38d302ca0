-- One row is one kind of help given in the province.
select w.assistance_kind_code, coalesce(any_value(l.label_thai), w.assistance_kind_code) as label_thai, count(distinct w.agency) as agencies, sum(w.household_count) as households, bool_or(w.is_small_count) as is_small_count
from mart.who_helps_whom as w
left join core.code_label as l on l.column_name = 'assistance_kind_code' and l.code = w.assistance_kind_code
where w.area_level = 'province' and w.assistance_status_code in ('given', 'lent')
group by w.assistance_kind_code
order by households desc, w.assistance_kind_code
