-- One row is one person in one household, current or past.
create table core.household_member (
    household_id varchar not null,
    person_id varchar not null,
    relationship_code varchar,
    is_head boolean,
    is_current boolean not null,
    is_registered boolean,
    source_agency varchar,
    evidence_date date,
    primary key (household_id, person_id)
);
comment on table core.household_member is 'สมาชิกครัวเรือน: หนึ่งแถวคือบุคคลหนึ่งในครัวเรือนหนึ่ง ทั้งปัจจุบันและอดีต';
comment on column core.household_member.household_id is 'รหัสครัวเรือน';
comment on column core.household_member.person_id is 'รหัสบุคคล';
comment on column core.household_member.relationship_code is 'ความสัมพันธ์กับหัวหน้าครัวเรือน';
comment on column core.household_member.is_head is 'เป็นหัวหน้าครัวเรือน';
comment on column core.household_member.is_current is 'อยู่ในครัวเรือนนี้ในปัจจุบัน';
comment on column core.household_member.is_registered is 'มีชื่อในทะเบียนบ้านของครัวเรือนนี้';
comment on column core.household_member.source_agency is 'หน่วยงานที่ระบุ';
comment on column core.household_member.evidence_date is 'วันที่ของหลักฐาน (ค.ศ.)';

insert into core.household_member
select household_id, person_id, relationship_code, is_head, coalesce(is_current, false), is_registered, source, evidence_date
from input.household_member
order by household_id, person_id;
