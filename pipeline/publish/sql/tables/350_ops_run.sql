-- One row is the run that made this publication.
create table ops.run (
    run_id varchar primary key,
    run_date date not null,
    province_code varchar not null,
    previous_run_id varchar,
    is_change_accepted boolean not null,
    input_fingerprint varchar,
    deliveries bigint not null,
    rows_delivered bigint not null,
    rows_accepted bigint not null,
    rows_rejected bigint not null,
    records bigint not null,
    persons bigint not null,
    households bigint not null,
    households_assessed bigint not null,
    households_poor bigint not null,
    issues bigint not null,
    pairs_for_review bigint not null,
    merges_refused bigint not null
);
comment on table ops.run is 'รอบการทำงาน: แถวเดียว คือรอบที่ทำฉบับเผยแพร่นี้';
comment on column ops.run.run_id is 'รหัสรอบ ปปปปดดวว-ลำดับ';
comment on column ops.run.run_date is 'วันที่ของรอบ (ค.ศ.)';
comment on column ops.run.province_code is 'รหัสจังหวัดที่ดูแล';
comment on column ops.run.previous_run_id is 'รหัสรอบของฉบับเผยแพร่ก่อนหน้า';
comment on column ops.run.is_change_accepted is 'เจ้าหน้าที่ยอมรับการเปลี่ยนแปลงเกินเกณฑ์ (--accept-change) เหตุผลอยู่ในบันทึกการตรวจสอบ';
comment on column ops.run.input_fingerprint is 'ลายนิ้วมือของข้อมูลเข้าทั้งหมด';
comment on column ops.run.deliveries is 'จำนวนการส่งข้อมูล';
comment on column ops.run.rows_delivered is 'จำนวนแถวที่ส่ง ในไฟล์ที่ใช้';
comment on column ops.run.rows_accepted is 'จำนวนแถวที่รับ';
comment on column ops.run.rows_rejected is 'จำนวนแถวที่ไม่รับ';
comment on column ops.run.records is 'จำนวนระเบียน';
comment on column ops.run.persons is 'จำนวนบุคคล';
comment on column ops.run.households is 'จำนวนครัวเรือน';
comment on column ops.run.households_assessed is 'จำนวนครัวเรือนที่ประเมินแล้วอย่างน้อยหนึ่งวิธี';
comment on column ops.run.households_poor is 'จำนวนครัวเรือนที่ยากจนอย่างน้อยหนึ่งวิธี';
comment on column ops.run.issues is 'จำนวนข้อบกพร่อง';
comment on column ops.run.pairs_for_review is 'จำนวนคู่ที่รอเจ้าหน้าที่ตรวจ';
comment on column ops.run.merges_refused is 'จำนวนการรวมที่ระบบไม่ยอมรับ';

insert into ops.run
select
    r.run_id,
    r.run_date,
    r.province_code,
    r.previous_run_id,
    r.is_change_accepted,
    r.input_fingerprint,
    (select count(*) from ops.delivery),
    (select coalesce(sum(rows_delivered), 0) from ops.delivery where status_code in ('accepted', 'in_use', 'stand_in')),
    (select coalesce(sum(rows_accepted), 0) from ops.delivery where status_code in ('accepted', 'in_use', 'stand_in')),
    (select coalesce(sum(rows_rejected), 0) from ops.delivery where status_code in ('accepted', 'in_use', 'stand_in')),
    (select count(*) from core.source_record),
    (select count(*) from core.person),
    (select count(*) from core.household),
    (select count(distinct household_id) from core.household_poverty where is_assessed),
    (select count(distinct household_id) from core.household_poverty where is_poor),
    (select count(*) from ops.issue),
    (select count(*) from input.pair where is_review),
    (select count(*) from input.refused)
from input.run as r;
