-- One row is one delivered file that this night looked at or relied on.
create table ops.delivery (
    agency varchar not null,
    delivery_id varchar not null,
    sha256 varchar,
    file_name varchar,
    received_date date,
    period_date date,
    status_code varchar not null,
    issue_code varchar,
    is_new boolean,
    rows_delivered bigint,
    rows_accepted bigint,
    rows_rejected bigint,
    contract_version varchar,
    survey_round varchar,
    primary key (agency, delivery_id)
);
comment on table ops.delivery is 'การส่งข้อมูล: หนึ่งแถวคือไฟล์หนึ่งไฟล์ที่รอบนี้ตรวจหรือใช้';
comment on column ops.delivery.agency is 'รหัสหน่วยงาน';
comment on column ops.delivery.delivery_id is 'รหัสการส่งข้อมูล (16 หลักแรกของ SHA-256)';
comment on column ops.delivery.sha256 is 'SHA-256 ของไฟล์';
comment on column ops.delivery.file_name is 'ชื่อไฟล์ตามที่ส่ง (ปกปิดถ้ามีตัวเลขยาวหรือชื่อบุคคล)';
comment on column ops.delivery.received_date is 'วันที่ระบบเห็นไฟล์ครั้งแรก (ค.ศ.)';
comment on column ops.delivery.period_date is 'วันที่ที่บัญชีกล่าวถึง (ค.ศ.)';
comment on column ops.delivery.status_code is 'สถานะ: accepted รับแล้ว, in_use ใช้อยู่, stand_in ใช้ข้อมูลชุดก่อน, superseded มีชุดใหม่แทน, quarantined พักไว้ตรวจสอบ, held รอเจ้าหน้าที่, not_read ไม่ได้อ่าน';
comment on column ops.delivery.issue_code is 'รหัสเหตุผลของสถานะ (ดู ops.issue_code)';
comment on column ops.delivery.is_new is 'เห็นครั้งแรกในรอบนี้';
comment on column ops.delivery.rows_delivered is 'จำนวนแถวจริงในแผ่นงานที่อ่าน';
comment on column ops.delivery.rows_accepted is 'จำนวนแถวที่รับ';
comment on column ops.delivery.rows_rejected is 'จำนวนแถวที่ไม่รับ';
comment on column ops.delivery.contract_version is 'รุ่นของสัญญาข้อมูลที่ใช้อ่าน';
comment on column ops.delivery.survey_round is 'รอบการสำรวจของบัญชีสำรวจในไฟล์ (หลายรอบคั่นด้วยช่องว่าง)';

insert into ops.delivery
select
    d.agency,
    d.delivery_id,
    d.sha256,
    f.file_shown,
    d.received_date,
    d.period_date,
    d.status_code,
    d.code,
    d.is_new,
    d.rows_delivered,
    d.rows_accepted,
    d.rows_rejected,
    d.contract_version,
    d.survey_round
from input.delivery as d
left join input.file_label as f on f.agency = d.agency and f.delivery_id = d.delivery_id
order by d.agency, d.delivery_id;
