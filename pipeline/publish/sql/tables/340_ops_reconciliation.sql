-- One row is one sheet, or one stage: what went in, what came out, what is explained.
create table ops.reconciliation (
    level_code varchar not null check (level_code in ('sheet', 'stage')),
    step_code varchar not null,
    agency varchar,
    delivery_id varchar,
    sheet varchar,
    rows_in bigint not null,
    rows_out bigint not null,
    rows_explained bigint not null,
    difference bigint not null,
    rejected bigint,
    blank bigint,
    title bigint,
    header bigint,
    group_label bigint,
    total bigint,
    legend bigint,
    excluded bigint
);
comment on table ops.reconciliation is 'การกระทบยอด: หนึ่งแถวคือแผ่นงานหนึ่งหรือขั้นตอนหนึ่ง แถวเข้า = แถวออก + แถวที่อธิบายได้';
comment on column ops.reconciliation.level_code is 'ระดับ: sheet แผ่นงาน, stage ขั้นตอน';
comment on column ops.reconciliation.step_code is 'ขั้นตอน: read อ่านแผ่นงาน, extract, normalise, link, person, score, publish';
comment on column ops.reconciliation.agency is 'หน่วยงาน (เฉพาะระดับแผ่นงาน)';
comment on column ops.reconciliation.delivery_id is 'รหัสการส่งข้อมูล (เฉพาะระดับแผ่นงาน)';
comment on column ops.reconciliation.sheet is 'ชื่อแผ่นงาน (เฉพาะระดับแผ่นงาน)';
comment on column ops.reconciliation.rows_in is 'แถวเข้า';
comment on column ops.reconciliation.rows_out is 'แถวออก';
comment on column ops.reconciliation.rows_explained is 'แถวที่ไม่ออกและอธิบายได้';
comment on column ops.reconciliation.difference is 'ผลต่างที่อธิบายไม่ได้ ต้องเป็น 0';
comment on column ops.reconciliation.rejected is 'แถวที่ไม่รับ';
comment on column ops.reconciliation.blank is 'แถวว่าง';
comment on column ops.reconciliation.title is 'แถวชื่อเรื่องเหนือหัวตาราง';
comment on column ops.reconciliation.header is 'แถวหัวตาราง';
comment on column ops.reconciliation.group_label is 'แถวหัวกลุ่ม';
comment on column ops.reconciliation.total is 'แถวยอดรวม';
comment on column ops.reconciliation.legend is 'แถวหมายเหตุและลายเซ็น';
comment on column ops.reconciliation.excluded is 'แถวที่ยกเว้นตามกฎของสัญญาข้อมูล';

insert into ops.reconciliation
with sheets as (
    -- A row is one sheet: its physical rows by kind.
    select
        c.agency,
        c.delivery_id,
        coalesce(s.sheet_shown, '') as sheet,
        coalesce(c.physical_rows, 0) as rows_in,
        coalesce(c.accepted, 0) as rows_out,
        coalesce(c.rejected, 0) + coalesce(c.blank, 0) + coalesce(c.title, 0) + coalesce(c.header, 0) + coalesce(c.group_label, 0)
        + coalesce(c.total, 0) + coalesce(c.legend, 0) + coalesce(c.excluded, 0) as rows_explained,
        coalesce(c.rejected, 0) as rejected,
        coalesce(c.blank, 0) as blank,
        coalesce(c.title, 0) as title,
        coalesce(c.header, 0) as header,
        coalesce(c.group_label, 0) as group_label,
        coalesce(c.total, 0) as total,
        coalesce(c.legend, 0) as legend,
        coalesce(c.excluded, 0) as excluded
    from input.sheet_count as c
    left join input.sheet_label as s on s.agency = c.agency and s.delivery_id = c.delivery_id and s.sheet = coalesce(c.sheet, '')
),

accepted as (
    -- A row is one accepted physical row of a sheet in use.
    select distinct agency, delivery_id, coalesce(sheet, '') as sheet, row_number
    from input.delivered_row
    where row_kind = 'accepted'
),

recorded as (
    -- A row is one physical row that a record in use stands on.
    select distinct agency, delivery_id, coalesce(sheet, '') as sheet, row_number
    from input.record
),

unrecorded as (
    -- A row is one accepted row without a record in use.
    select a.agency, a.delivery_id, a.sheet, a.row_number
    from accepted as a
    anti join recorded as r on r.agency = a.agency and r.delivery_id = a.delivery_id and r.sheet = a.sheet and r.row_number = a.row_number
),

unrecorded_explained as (
    -- A row is one of these that a later delivery says anew.
    select u.*
    from unrecorded as u
    semi join input.issue as i
        on i.agency = u.agency and i.delivery_id = u.delivery_id and coalesce(i.sheet, '') = u.sheet and i.row_number = u.row_number
        and i.code = 'row_replaced'
),

stages as (
    -- A row is one stage: rows in, rows out, rows explained.
    select 1 as position, 'extract' as step_code, (select count(*) from accepted) as rows_in, (select count(*) from accepted as a semi join recorded as r on r.agency = a.agency and r.delivery_id = a.delivery_id and r.sheet = a.sheet and r.row_number = a.row_number) as rows_out, (select count(*) from unrecorded_explained) as rows_explained
    union all
    select 2, 'normalise', (select count(*) from input.record), (select count(*) from input.record as r semi join input.normal_record as n on n.record_id = r.record_id), 0
    union all
    select 3, 'link', (select count(*) from input.normal_record), (select count(*) from input.normal_record as n semi join input.linked as l on l.record_id = n.record_id), 0
    union all
    select 4, 'person', (select count(distinct person_id) from input.linked), (select count(*) from input.person), 0
    union all
    select
        5,
        'score',
        (select count(*) from input.household),
        (select count(distinct household_id) from input.household_poverty),
        -- Only ordinary households in which somebody lives today are measured.
        (select count(*) from input.household as h anti join input.household_poverty as p on p.household_id = h.household_id where coalesce(h.household_type_code, 'unknown') <> 'ordinary' or coalesce(h.member_count, 0) = 0)
    union all
    select 6, 'publish', (select count(*) from input.linked), (select count(*) from core.source_record), 0
)

select 'sheet', 'read', agency, delivery_id, sheet, rows_in, rows_out, rows_explained, rows_in - rows_out - rows_explained, rejected, blank, title, header, group_label, total, legend, excluded
from (select * from sheets order by agency, delivery_id, sheet)
union all
select 'stage', step_code, null, null, null, rows_in, rows_out, rows_explained, rows_in - rows_out - rows_explained, null, null, null, null, null, null, null, null
from (select * from stages order by position);
