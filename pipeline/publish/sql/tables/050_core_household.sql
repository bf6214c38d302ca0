-- One row is one household. House code, house number and village stay on the identity side.
create table core.household (
    household_id varchar primary key,
    household_type_code varchar not null,
    tambon_code varchar,
    amphoe_code varchar,
    province_code varchar,
    is_inside_area boolean,
    is_registered_only boolean,
    has_house_code boolean not null,
    member_count integer check (member_count >= 0),
    source_agency varchar,
    evidence_date date
);
comment on table core.household is 'ครัวเรือน: หนึ่งแถวคือครัวเรือนหนึ่งที่อยู่ร่วมกันจริง (หรือใช้แทนเมื่อไม่มีข้อมูลอื่น)';
comment on column core.household.household_id is 'รหัสครัวเรือนของระบบ ไม่มีความหมายในตัวเอง ไม่ใช้ซ้ำ';
comment on column core.household.household_type_code is 'ประเภท: ordinary ทั่วไป, institution สถาบัน, temple วัด, central_register ทะเบียนบ้านกลาง, no_fixed_home ไม่มีที่อยู่แน่นอน, unknown ไม่มีข้อมูล';
comment on column core.household.tambon_code is 'รหัสตำบล 6 หลัก (ว่าง = ไม่ทราบ)';
comment on column core.household.amphoe_code is 'รหัสอำเภอ 4 หลัก (ว่าง = ไม่ทราบ)';
comment on column core.household.province_code is 'รหัสจังหวัด 2 หลัก (ว่าง = ไม่ทราบ)';
comment on column core.household.is_inside_area is 'อยู่ในจังหวัดที่ดูแลหรือไม่ (ว่าง = ไม่ทราบจังหวัด)';
comment on column core.household.is_registered_only is 'รู้จักจากทะเบียนบ้านเท่านั้น';
comment on column core.household.has_house_code is 'ทราบรหัสประจำบ้านหรือไม่ (ตัวรหัสไม่เผยแพร่)';
comment on column core.household.member_count is 'จำนวนสมาชิกปัจจุบัน (คน)';
comment on column core.household.source_agency is 'หน่วยงานที่มีหลักฐานดีที่สุด';
comment on column core.household.evidence_date is 'วันที่ของหลักฐาน (ค.ศ.)';

insert into core.household
select
    h.household_id,
    coalesce(h.household_type_code, 'unknown'),
    h.tambon_code,
    h.amphoe_code,
    h.province_code,
    h.province_code = r.province_code,
    h.is_registered_only,
    h.house_code is not null,
    h.member_count,
    h.source,
    h.evidence_date
from input.household as h
cross join input.run as r
order by h.household_id;
