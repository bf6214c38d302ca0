-- One row is one small cell of a mart without its flag.
select 'mart.poverty_by_area' as table_name, area_code, method_code as what
from mart.poverty_by_area cross join input.run
where
    not is_small_count
    and (
        assessed_count < small_count
        or poor_count between 1 and small_count - 1
        or target_poor_count between 1 and small_count - 1
    )
union all
select 'mart.who_helps_whom', area_code, agency || ' ' || assistance_kind_code
from mart.who_helps_whom cross join input.run
where not is_small_count and household_count < small_count
order by all
