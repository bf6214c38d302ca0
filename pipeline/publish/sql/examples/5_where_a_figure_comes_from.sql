-- ผลตัวชี้วัดที่ตกเกณฑ์มาจากแถวใดของไฟล์ใด · From which row of which delivery a failing indicator comes
select
    s.household_id,
    s.indicator_code,
    s.rule_code,
    s.evidence_date,
    r.agency,
    d.received_date,
    r.sheet,
    r.row_number
from core.household_indicator as s
inner join core.source_record as r on r.record_id = s.source_record_id
inner join ops.delivery as d on d.agency = r.agency and d.delivery_id = r.delivery_id
where s.state_code = 'fail'
order by s.household_id, s.indicator_code
limit 100;
