-- One row is one person. Names, national ID and the day of birth stay on the identity side.
create table core.person (
    person_id varchar primary key,
    household_id varchar,
    registered_household_id varchar,
    household_source_agency varchar,
    household_evidence_date date,
    sex varchar check (sex in ('M', 'F')),
    birth_year integer check (birth_year between 1850 and 2200),
    relationship_code varchar,
    life_status_code varchar not null,
    life_status_date varchar,
    life_status_date_source_code varchar check (life_status_date_source_code in ('stated', 'last_update', 'as_of')),
    life_status_source_agency varchar,
    is_national_id_known boolean not null,
    tambon_code varchar,
    amphoe_code varchar,
    record_count integer not null check (record_count > 0),
    agency_count integer not null check (agency_count > 0)
);
comment on table core.person is 'บุคคล: หนึ่งแถวคือคนหนึ่งคนที่พบจากระเบียนของหน่วยงานหนึ่งหรือหลายแห่ง ไม่มีชื่อและเลขประจำตัว';
comment on column core.person.person_id is 'รหัสบุคคลของระบบ ไม่มีความหมายในตัวเอง ไม่ใช้ซ้ำ';
comment on column core.person.household_id is 'ครัวเรือนปัจจุบัน (ว่างสำหรับผู้เสียชีวิตหรือย้ายออก)';
comment on column core.person.registered_household_id is 'ครัวเรือนตามทะเบียนบ้าน ถ้าทราบ';
comment on column core.person.household_source_agency is 'หน่วยงานที่ยืนยันว่าอยู่ครัวเรือนนี้';
comment on column core.person.household_evidence_date is 'วันที่ของหลักฐานการอยู่ครัวเรือนนี้ (ค.ศ.)';
comment on column core.person.sex is 'เพศ: M ชาย, F หญิง (ว่าง = ไม่ทราบ)';
comment on column core.person.birth_year is 'ปีเกิด ค.ศ. (เผยแพร่เฉพาะปี)';
comment on column core.person.relationship_code is 'ความสัมพันธ์กับหัวหน้าครัวเรือน';
comment on column core.person.life_status_code is 'สถานะ: alive มีชีวิต, dead เสียชีวิต, moved_out ย้ายออก, in_transit อยู่ระหว่างย้าย, central_register ทะเบียนบ้านกลาง, unknown ไม่มีข้อมูล';
comment on column core.person.life_status_date is 'วันที่ของสถานะ ค.ศ. แบบ ISO อาจมีเพียงปีหรือปี-เดือน';
comment on column core.person.life_status_date_source_code is 'ที่มาของวันที่สถานะ: stated ระบุวันเสียชีวิต, last_update วันที่ปรับปรุงหรือพบล่าสุดในบัญชี, as_of วันที่ที่บัญชีเป็นข้อมูล ณ วันนั้น';
comment on column core.person.life_status_source_agency is 'หน่วยงานที่ระบุสถานะ';
comment on column core.person.is_national_id_known is 'มีเลขประจำตัวที่ถูกต้องในระบบหรือไม่ (ตัวเลขไม่เผยแพร่)';
comment on column core.person.tambon_code is 'รหัสตำบลของครัวเรือนปัจจุบัน';
comment on column core.person.amphoe_code is 'รหัสอำเภอของครัวเรือนปัจจุบัน';
comment on column core.person.record_count is 'จำนวนระเบียนของบุคคลนี้';
comment on column core.person.agency_count is 'จำนวนหน่วยงานที่รู้จักบุคคลนี้';

insert into core.person
select
    p.person_id,
    p.household_id,
    p.registered_household_id,
    p.household_source,
    p.household_evidence_date,
    p.sex,
    p.birth_year,
    p.relationship_code,
    coalesce(p.life_status_code, 'unknown'),
    p.life_status_date,
    p.life_status_date_source_code,
    p.life_status_source,
    p.national_id is not null,
    h.tambon_code,
    h.amphoe_code,
    p.record_count,
    p.agency_count
from input.person as p
left join input.household as h on h.household_id = p.household_id
order by p.person_id;
