-- One row is one fault in the data. It carries no value, and no header that the contract does not know.
create table ops.issue (
    agency varchar not null,
    delivery_id varchar,
    file_name varchar,
    sheet varchar,
    row_number bigint,
    column_name varchar,
    code varchar not null,
    severity varchar not null check (severity in ('note', 'warn', 'reject', 'stop')),
    stage varchar,
    record_id varchar,
    other_row_number bigint
);
comment on table ops.issue is 'ข้อบกพร่อง: หนึ่งแถวคือข้อบกพร่องหนึ่งแห่งในข้อมูล ไม่มีค่าจริงของข้อมูล';
comment on column ops.issue.agency is 'หน่วยงานที่แก้ได้';
comment on column ops.issue.delivery_id is 'รหัสการส่งข้อมูล';
comment on column ops.issue.file_name is 'ชื่อไฟล์ตามที่ส่ง';
comment on column ops.issue.sheet is 'ชื่อแผ่นงาน (ว่างสำหรับ CSV)';
comment on column ops.issue.row_number is 'เลขแถวตามที่เห็นใน Excel';
comment on column ops.issue.column_name is 'คอลัมน์มาตรฐาน (ว่างเมื่อสัญญาข้อมูลไม่รู้จักคอลัมน์)';
comment on column ops.issue.code is 'รหัสข้อบกพร่อง (ดู ops.issue_code)';
comment on column ops.issue.severity is 'ความรุนแรง: note, warn, reject, stop';
comment on column ops.issue.stage is 'ขั้นตอนที่พบ: extract, normalise, link, score';
comment on column ops.issue.record_id is 'ระเบียนที่เกี่ยวข้อง ถ้ามี';
comment on column ops.issue.other_row_number is 'เลขแถวที่แถวนี้ซ้ำด้วยและนับแทน (ว่างเมื่ออยู่คนละแผ่นงาน)';

insert into ops.issue
with placed as (
    -- A row is one fault; link and score name the record alone, which tells the row.
    select
        i.agency,
        coalesce(i.delivery_id, r.delivery_id) as delivery_id,
        coalesce(i.sheet, case when i.row_number is null then r.sheet end) as sheet,
        coalesce(i.row_number, r.row_number) as row_number,
        -- A list of several roles names its columns with the role: head.first_name.
        regexp_replace(i."column", '^[a-z]+\.', '') as column_name,
        i.code,
        i.severity,
        i.stage,
        i.record_id,
        case when i.other_sheet is null then i.other_row_number end as other_row_number
    from input.issue as i
    left join input.record as r on r.record_id = i.record_id
)

select
    p.agency,
    p.delivery_id,
    f.file_shown,
    s.sheet_shown,
    p.row_number,
    k.column_name,
    p.code,
    p.severity,
    p.stage,
    p.record_id,
    p.other_row_number
from placed as p
left join input.file_label as f on f.agency = p.agency and f.delivery_id = p.delivery_id
left join input.sheet_label as s on s.agency = p.agency and s.delivery_id = p.delivery_id and s.sheet = coalesce(p.sheet, '')
left join input.known_column as k on k.column_name = p.column_name
order by
    p.agency, p.delivery_id nulls first, p.sheet nulls first, p.row_number nulls first, p.column_name nulls first, p.code,
    p.record_id nulls first, p.stage;
