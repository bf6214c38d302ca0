-- One row is one step of the ladder of evidence: how many records hold by it.
create table ops.evidence_count (
    evidence_code varchar primary key,
    record_count bigint not null
);
comment on table ops.evidence_count is 'ชั้นหลักฐาน: หนึ่งแถวคือชั้นหนึ่ง และจำนวนระเบียนที่เชื่อมด้วยชั้นนั้น';
comment on column ops.evidence_count.evidence_code is 'ชั้นหลักฐาน: A1 A2 B C D X S';
comment on column ops.evidence_count.record_count is 'จำนวนระเบียน';

insert into ops.evidence_count
select evidence_code, count(*)
from core.source_record
group by evidence_code
order by evidence_code;
