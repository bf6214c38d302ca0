-- One row is one table of this publication: rows and a hash of its content. Filled when all other tables stand.
create table ops.table_hash (
    schema_name varchar not null,
    table_name varchar not null,
    row_count bigint not null,
    content_hash varchar not null,
    primary key (schema_name, table_name)
);
comment on table ops.table_hash is 'ลายนิ้วมือเนื้อหา: หนึ่งแถวคือตารางหนึ่ง จำนวนแถว และค่าแฮชของเนื้อหา เนื้อหาเดียวกันได้ค่าเดียวกัน';
comment on column ops.table_hash.schema_name is 'สคีมา';
comment on column ops.table_hash.table_name is 'ตาราง';
comment on column ops.table_hash.row_count is 'จำนวนแถว';
comment on column ops.table_hash.content_hash is 'SHA-256 ของเนื้อหาตามลำดับ';
