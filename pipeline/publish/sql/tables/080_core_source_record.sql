-- One row is one record in use: where it stands in a delivery, and who it is.
create table core.source_record (
    record_id varchar primary key,
    agency varchar not null,
    delivery_id varchar not null,
    sheet varchar not null,
    row_number bigint not null,
    list_code varchar,
    record_kind varchar not null check (record_kind in ('person', 'household')),
    role varchar,
    evidence_date date,
    person_id varchar,
    household_id varchar not null,
    evidence_code varchar not null,
    probability double check (probability between 0 and 1),
    linked_record_id varchar,
    weight_millibit bigint,
    margin_millibit bigint,
    national_id_status_code varchar
);
comment on table core.source_record is 'ระเบียนต้นทาง: หนึ่งแถวคือระเบียนหนึ่งในบัญชีของหน่วยงาน พร้อมตำแหน่งในไฟล์ และบุคคลกับครัวเรือนที่ระเบียนนั้นเป็น';
comment on column core.source_record.record_id is 'รหัสระเบียน คงเดิมแม้ส่งไฟล์ใหม่';
comment on column core.source_record.agency is 'รหัสหน่วยงาน';
comment on column core.source_record.delivery_id is 'รหัสการส่งข้อมูล (16 หลักแรกของ SHA-256 ของไฟล์)';
comment on column core.source_record.sheet is 'ชื่อแผ่นงานในไฟล์ที่ส่ง (ว่างสำหรับ CSV)';
comment on column core.source_record.row_number is 'เลขแถวตามที่เห็นใน Excel เริ่มจาก 1';
comment on column core.source_record.list_code is 'รหัสบัญชีตามสัญญาข้อมูล';
comment on column core.source_record.record_kind is 'ชนิดระเบียน: person บุคคล, household ครัวเรือน';
comment on column core.source_record.role is 'บทบาทในแถว เช่น person, head, spouse, child, household';
comment on column core.source_record.evidence_date is 'วันที่ข้อเท็จจริงของระเบียนนี้เป็นจริง (ค.ศ.)';
comment on column core.source_record.person_id is 'บุคคลที่ระเบียนนี้เป็น (ว่างสำหรับระเบียนชนิดครัวเรือน)';
comment on column core.source_record.household_id is 'ครัวเรือนของระเบียนนี้ ไม่มีค่าว่าง';
comment on column core.source_record.evidence_code is 'ชั้นหลักฐานของการเชื่อมโยง: A1 A2 B C D X หรือ S (ไม่เชื่อมกับระเบียนอื่น)';
comment on column core.source_record.probability is 'ความน่าจะเป็นที่สอบเทียบแล้วของการเชื่อมโยง 0–1';
comment on column core.source_record.linked_record_id is 'ระเบียนที่เชื่อมโยงกันแน่นที่สุด';
comment on column core.source_record.weight_millibit is 'น้ำหนักหลักฐานของการเชื่อมโยง หน่วย 1/1000 บิต';
comment on column core.source_record.margin_millibit is 'ระยะห่างจากคู่รองลงมา หน่วย 1/1000 บิต';
comment on column core.source_record.national_id_status_code is 'สถานะเลขประจำตัวในระเบียน: valid, bad_checksum, placeholder, lost_digits, wrong_length, missing';

insert into core.source_record
select
    r.record_id,
    r.agency,
    r.delivery_id,
    coalesce(f.sheet_shown, ''),
    r.row_number,
    r.list_code,
    r.record_kind,
    r.role,
    r.evidence_date,
    l.person_id,
    l.household_id,
    l.evidence_code,
    l.probability,
    w.linked_record_id,
    w.weight_millibit,
    w.margin_millibit,
    n.national_id_status
from input.linked as l
inner join input.record as r on r.record_id = l.record_id
left join input.normal_record as n on n.record_id = l.record_id
left join input.link_reason as w on w.record_id = l.record_id
left join input.sheet_label as f on f.delivery_id = r.delivery_id and f.sheet = coalesce(r.sheet, '') and f.agency = r.agency
order by r.record_id;
