-- One row is one schema. DuckDB 1.5 takes no comment on a schema, so the words stand in a table.
create table ops.schema_description (
    schema_name varchar primary key,
    description_thai varchar not null
);
comment on table ops.schema_description is 'คำอธิบายสคีมา: หนึ่งแถวคือหนึ่งสคีมา';
comment on column ops.schema_description.schema_name is 'ชื่อสคีมา';
comment on column ops.schema_description.description_thai is 'คำอธิบาย';

insert into ops.schema_description values
('core', 'ข้อมูลหลักรายระเบียน บุคคล และครัวเรือน ไม่มีชื่อและเลขประจำตัว'),
('mart', 'ตารางสรุปรายพื้นที่ พร้อมเครื่องหมายจำนวนน้อย'),
('ops', 'ข้อมูลการทำงาน: การส่งข้อมูล ข้อบกพร่อง การกระทบยอด');
