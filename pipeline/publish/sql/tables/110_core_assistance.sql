-- One row is one help given, lent or planned.
create table core.assistance (
    record_id varchar primary key,
    agency varchar not null,
    person_id varchar,
    household_id varchar not null,
    assistance_kind_code varchar,
    assistance_status_code varchar,
    assistance_date date,
    amount_baht double
);
comment on table core.assistance is 'ความช่วยเหลือ: หนึ่งแถวคือความช่วยเหลือหนึ่งครั้งที่ให้ ให้ยืม หรืออยู่ในแผน';
comment on column core.assistance.record_id is 'ระเบียนที่ระบุความช่วยเหลือ';
comment on column core.assistance.agency is 'หน่วยงานที่ช่วย';
comment on column core.assistance.person_id is 'บุคคลที่ได้รับ (ว่าง = ช่วยทั้งครัวเรือน)';
comment on column core.assistance.household_id is 'ครัวเรือนที่ได้รับ';
comment on column core.assistance.assistance_kind_code is 'ชนิดความช่วยเหลือ (ดู core.code_label)';
comment on column core.assistance.assistance_status_code is 'สถานะ: given ให้แล้ว, lent ให้ยืม, planned อยู่ในแผน, requested ยื่นคำขอ';
comment on column core.assistance.assistance_date is 'วันที่ช่วยเหลือ หรือวันที่ตามแผนถ้าบัญชีระบุ (ค.ศ.) ว่าง = บัญชีไม่ระบุ';
comment on column core.assistance.amount_baht is 'มูลค่า (บาท) ถ้าระบุ';

insert into core.assistance
select record_id, agency, person_id, household_id, assistance_kind_code, assistance_status_code, assistance_date, amount_baht
from input.assistance
order by record_id;
