-- One row is one thing that happened to an identifier in this publication.
create table core.identity_event (
    run_id varchar not null,
    kind varchar not null check (kind in ('person', 'household')),
    event_code varchar not null,
    old_id varchar,
    new_id varchar
);
comment on table core.identity_event is 'เหตุการณ์ของรหัส: หนึ่งแถวคือการเกิด รวม แยก หรือเลิกใช้รหัสหนึ่งในฉบับเผยแพร่นี้';
comment on column core.identity_event.run_id is 'รหัสรอบการทำงาน';
comment on column core.identity_event.kind is 'ชนิดรหัส: person บุคคล, household ครัวเรือน';
comment on column core.identity_event.event_code is 'เหตุการณ์: created เกิดใหม่, merged รวม, split แยก, retired เลิกใช้';
comment on column core.identity_event.old_id is 'รหัสเดิม (ว่างเมื่อเกิดใหม่)';
comment on column core.identity_event.new_id is 'รหัสที่ใช้แทนในปัจจุบัน (ว่างเมื่อเลิกใช้)';

insert into core.identity_event
select r.run_id, e.kind, e.event_code, e.old_id, e.new_id
from input.identity_event as e
cross join input.run as r
order by e.kind, e.old_id nulls first, e.new_id nulls first, e.event_code;
