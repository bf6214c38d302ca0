-- One row is one agency with a sound contract, or one that delivered.
create table core.agency (
    agency varchar primary key,
    name_thai varchar not null,
    agreement_id varchar,
    agreement_valid_to_date date
);
comment on table core.agency is 'หน่วยงาน: หนึ่งแถวคือหน่วยงานหนึ่งแห่งที่มีสัญญาข้อมูลหรือส่งข้อมูลมา';
comment on column core.agency.agency is 'รหัสหน่วยงาน (ชื่อไฟล์สัญญาข้อมูล)';
comment on column core.agency.name_thai is 'ชื่อหน่วยงาน';
comment on column core.agency.agreement_id is 'รหัสข้อตกลงแลกเปลี่ยนข้อมูลที่ใช้อ้างอิง';
comment on column core.agency.agreement_valid_to_date is 'วันสุดท้ายที่ข้อตกลงมีผล';

insert into core.agency
select agency, name_thai, agreement_id, agreement_valid_to_date
from input.agency
order by agency;
