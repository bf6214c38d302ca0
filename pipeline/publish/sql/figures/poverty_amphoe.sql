-- One row is one amphoe under one method, by household; those of whom no amphoe is known stand beside the province.
select p.method_code, p.area_code, p.area_name_thai, p.assessed_count, p.not_assessed_count, p.poor_count, p.headcount_ratio, p.intensity, p.adjusted_headcount_ratio, p.is_small_count
from mart.poverty_by_area as p
where p.area_level = 'amphoe' and p.area_code <> 'unknown' and p.unit_code = 'household'
order by p.method_code, p.area_code
