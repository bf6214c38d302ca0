-- One row is the province under one method, by household or by person, and beside it how many are of no known amphoe.
select p.method_code, coalesce(l.label_thai, p.method_code) as method_thai, p.unit_code, p.assessed_count, p.not_assessed_count, p.poor_count, p.headcount_ratio, p.intensity, p.adjusted_headcount_ratio, p.target_poor_count, p.is_small_count, u.assessed_count + u.not_assessed_count as of_no_amphoe_count,
    case when not u.is_small_count then u.not_assessed_count end as of_no_amphoe_not_assessed_count
from mart.poverty_by_area as p
cross join ops.run as r
left join mart.poverty_by_area as u on u.area_level = 'amphoe' and u.area_code = 'unknown' and u.method_code = p.method_code and u.unit_code = p.unit_code
left join core.code_label as l on l.column_name = 'method_code' and l.code = p.method_code
where p.area_level = 'province' and p.area_code = r.province_code
order by p.method_code, p.unit_code
