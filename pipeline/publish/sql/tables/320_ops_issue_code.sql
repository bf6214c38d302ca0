-- One row is one kind of fault.
create table ops.issue_code (
    code varchar primary key,
    severity varchar not null,
    name_thai varchar not null,
    way_out_thai varchar not null,
    name_english varchar not null,
    way_out_english varchar not null
);
comment on table ops.issue_code is 'รหัสข้อบกพร่อง: หนึ่งแถวคือข้อบกพร่องหนึ่งชนิดและทางแก้';
comment on column ops.issue_code.code is 'รหัส';
comment on column ops.issue_code.severity is 'ความรุนแรงตามปกติ: note บันทึกไว้, warn ควรตรวจ, reject ไม่รับแถว, stop พักไฟล์ไว้';
comment on column ops.issue_code.name_thai is 'ข้อบกพร่องคืออะไร';
comment on column ops.issue_code.way_out_thai is 'วิธีแก้';
comment on column ops.issue_code.name_english is 'คำอธิบายภาษาอังกฤษ';
comment on column ops.issue_code.way_out_english is 'วิธีแก้ภาษาอังกฤษ';

insert into ops.issue_code
select code, severity, name_thai, way_out_thai, name_english, way_out_english
from input.issue_code
order by code;
