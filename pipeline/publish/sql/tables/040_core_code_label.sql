-- One row is one code of one coded column, with the words people read.
create table core.code_label (
    column_name varchar not null,
    code varchar not null,
    label_thai varchar not null,
    primary key (column_name, code)
);
comment on table core.code_label is 'คำอธิบายรหัส: หนึ่งแถวคือรหัสหนึ่งค่าของคอลัมน์หนึ่ง พร้อมคำไทย';
comment on column core.code_label.column_name is 'ชื่อคอลัมน์ที่ใช้รหัสนี้';
comment on column core.code_label.code is 'รหัส';
comment on column core.code_label.label_thai is 'คำไทยที่คนอ่าน';

insert into core.code_label
select column_name, code, label_thai
from input.code_label
order by column_name, code;
