-- One row is one indicator of one household.
create table core.household_indicator (
    household_id varchar not null,
    indicator_set varchar not null,
    indicator_code varchar not null,
    dimension_code varchar,
    state_code varchar not null check (state_code in ('pass', 'fail', 'not_applicable', 'unknown')),
    eligible_count integer,
    failing_count integer,
    source_agency varchar,
    source_record_id varchar,
    rule_code varchar,
    evidence_date date,
    has_conflict boolean,
    primary key (household_id, indicator_set, indicator_code)
);
comment on table core.household_indicator is 'ผลตัวชี้วัดรายครัวเรือน: หนึ่งแถวคือตัวชี้วัดหนึ่งข้อของครัวเรือนหนึ่ง';
comment on column core.household_indicator.household_id is 'รหัสครัวเรือน';
comment on column core.household_indicator.indicator_set is 'ชุดตัวชี้วัดและรุ่น';
comment on column core.household_indicator.indicator_code is 'รหัสตัวชี้วัด';
comment on column core.household_indicator.dimension_code is 'รหัสหมวดหรือมิติ';
comment on column core.household_indicator.state_code is 'ผล: pass ผ่าน, fail ตกเกณฑ์, not_applicable ไม่เข้าข่าย, unknown ไม่มีข้อมูล';
comment on column core.household_indicator.eligible_count is 'จำนวนสมาชิกที่เข้าข่าย (ว่าง = ไม่ทราบ)';
comment on column core.household_indicator.failing_count is 'ในจำนวนนั้น ตกเกณฑ์กี่คน';
comment on column core.household_indicator.source_agency is 'หน่วยงานที่ข้อมูลเป็นตัวตัดสิน';
comment on column core.household_indicator.source_record_id is 'ระเบียนที่เป็นตัวตัดสิน';
comment on column core.household_indicator.rule_code is 'กฎที่ให้ผล: survey_result หรือกฎในไฟล์ตัวชี้วัด';
comment on column core.household_indicator.evidence_date is 'วันที่ของข้อเท็จจริง (ค.ศ.)';
comment on column core.household_indicator.has_conflict is 'มีแหล่งอื่นให้ผลต่างกัน';

insert into core.household_indicator
select
    household_id,
    indicator_set,
    indicator_code,
    dimension_code,
    state_code,
    eligible_count,
    failing_count,
    source_agency,
    source_record_id,
    rule_code,
    evidence_date,
    has_conflict
from input.household_indicator
order by household_id, indicator_set, indicator_code;
