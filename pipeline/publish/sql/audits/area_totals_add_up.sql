-- One row is one area whose households, counted again from the micro data, differ from the published count.
with counted as (
    -- A row is one area at one level under one method; a household that may be of the province is of an area, known or not.
    select 'province' as area_level, coalesce(province_code, 'unknown') as area_code, method_code, count(*) filter (where is_assessed) as assessed, count(*) filter (where not is_assessed) as not_assessed, count(*) filter (where is_poor) as poor
    from core.household_poverty
    where is_inside_area is distinct from false
    group by all
    union all
    select 'amphoe', coalesce(amphoe_code, 'unknown'), method_code, count(*) filter (where is_assessed), count(*) filter (where not is_assessed), count(*) filter (where is_poor)
    from core.household_poverty
    where is_inside_area is distinct from false
    group by all
    union all
    select 'tambon', coalesce(tambon_code, 'unknown'), method_code, count(*) filter (where is_assessed), count(*) filter (where not is_assessed), count(*) filter (where is_poor)
    from core.household_poverty
    where is_inside_area is distinct from false
    group by all
),

published as (
    select area_level, area_code, method_code, assessed_count as assessed, not_assessed_count as not_assessed, poor_count as poor
    from mart.poverty_by_area
    where unit_code = 'household'
)

select coalesce(c.area_level, p.area_level) as area_level, coalesce(c.area_code, p.area_code) as area_code, coalesce(c.method_code, p.method_code) as method_code, c.assessed, p.assessed as published_assessed, c.poor, p.poor as published_poor
from counted as c
full join published as p using (area_level, area_code, method_code)
where c.assessed is distinct from p.assessed or c.not_assessed is distinct from p.not_assessed or c.poor is distinct from p.poor
order by all
