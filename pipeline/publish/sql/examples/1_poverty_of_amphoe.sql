-- อำเภอใดยากจนที่สุด และยังไม่ได้ประเมินอีกเท่าไร (ไม่แสดงจำนวนน้อย) · Which amphoe are poorest, and how many households are not assessed
select
    coalesce(area_name_thai, area_code) as area_name_thai,
    assessed_count,
    not_assessed_count,
    poor_count,
    round(100 * headcount_ratio, 1) as headcount_percent,
    round(100 * intensity, 1) as intensity_percent,
    round(adjusted_headcount_ratio, 4) as m0
from mart.poverty_by_area
where area_level = 'amphoe' and unit_code = 'household' and method_code = 'tpmap_2560' and not is_small_count
order by adjusted_headcount_ratio desc, area_name_thai;
