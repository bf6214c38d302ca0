-- ครัวเรือนยากจนที่ยังไม่มีหน่วยงานใดช่วย รายตำบล · Poor households that nobody helps, by tambon
select
    a.name_thai as tambon,
    count(*) as poor_households,
    count(*) filter (where h.household_id is null) as without_help
from core.household_poverty as p
left join (
    select distinct household_id from core.assistance where assistance_status_code in ('given', 'lent')
) as h on h.household_id = p.household_id
left join core.area as a on a.area_code = p.tambon_code
where p.method_code = 'tpmap_2560' and p.is_poor
group by a.name_thai
order by without_help desc, tambon;
