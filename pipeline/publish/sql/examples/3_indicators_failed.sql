-- ครัวเรือนตกเกณฑ์ตัวชี้วัดใดมากที่สุด (ไม่เข้าข่ายและไม่มีข้อมูลแยกต่างหาก) · Which indicators fail most; not applicable and unknown stand apart
select
    i.indicator_code,
    i.name_thai,
    i.dimension_thai,
    count(*) filter (where s.state_code = 'fail') as failing,
    count(*) filter (where s.state_code = 'pass') as passing,
    count(*) filter (where s.state_code = 'not_applicable') as not_applicable,
    count(*) filter (where s.state_code = 'unknown') as unknown
from core.household_indicator as s
inner join core.indicator as i using (indicator_set, indicator_code)
group by i.indicator_code, i.name_thai, i.dimension_thai
order by failing desc, i.indicator_code;
