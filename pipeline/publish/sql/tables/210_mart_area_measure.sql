-- One row is one measure of one area, as the score stage computed it.
create table mart.area_measure (
    area_level varchar not null,
    area_code varchar not null,
    method_code varchar not null,
    unit_code varchar not null check (unit_code in ('household', 'person')),
    measure_code varchar not null,
    indicator_code varchar not null,
    value double,
    assessed_count bigint,
    not_assessed_count bigint,
    poor_count bigint,
    eligible_count bigint,
    failing_count bigint,
    poor_failing_count bigint,
    is_small_count boolean not null,
    primary key (area_level, area_code, method_code, unit_code, measure_code, indicator_code)
);
comment on table mart.area_measure is 'ค่าวัดรายพื้นที่แบบแถวยาว: หนึ่งแถวคือค่าวัดหนึ่งค่าของพื้นที่หนึ่ง รายครัวเรือนหรือรายคน';
comment on column mart.area_measure.area_level is 'ระดับพื้นที่: tambon ตำบล, amphoe อำเภอ, province จังหวัด';
comment on column mart.area_measure.area_code is 'รหัสพื้นที่ (unknown = ไม่ทราบ)';
comment on column mart.area_measure.method_code is 'วิธีวัดและรุ่น';
comment on column mart.area_measure.unit_code is 'หน่วยนับ: household ครัวเรือน, person คน';
comment on column mart.area_measure.measure_code is 'ค่าวัด เช่น H, A, M0, uncensored, censored, contribution';
comment on column mart.area_measure.indicator_code is 'ตัวชี้วัดหรือมิติ (ข้อความว่าง = ค่าของพื้นที่ทั้งพื้นที่)';
comment on column mart.area_measure.value is 'ค่า (ว่าง = คำนวณไม่ได้ ไม่ใช่ศูนย์)';
comment on column mart.area_measure.assessed_count is 'จำนวนที่ประเมินแล้ว ใช้เป็นตัวหาร';
comment on column mart.area_measure.not_assessed_count is 'จำนวนที่ยังไม่ได้ประเมิน';
comment on column mart.area_measure.poor_count is 'จำนวนที่ยากจนในกลุ่มที่ประเมินแล้ว';
comment on column mart.area_measure.eligible_count is 'จำนวนที่เข้าข่ายตัวชี้วัด';
comment on column mart.area_measure.failing_count is 'จำนวนที่ตกเกณฑ์ตัวชี้วัด';
comment on column mart.area_measure.poor_failing_count is 'จำนวนที่ยากจนและตกเกณฑ์';
comment on column mart.area_measure.is_small_count is 'จำนวนน้อยกว่าเกณฑ์ (ปกติ 10) ต้องปกปิดก่อนเผยแพร่สาธารณะ';

insert into mart.area_measure
select
    a.area_level,
    a.area_code,
    a.method_code,
    a.unit_code,
    a.measure_code,
    coalesce(a.indicator_code, ''),
    a.value,
    a.assessed_count,
    a.not_assessed_count,
    a.poor_count,
    a.eligible_count,
    a.failing_count,
    a.poor_failing_count,
    -- A cell is small when its denominator is, or when a count inside it is and could be told from the share.
    coalesce(a.assessed_count, 0) < r.small_count
    or coalesce(a.poor_count between 1 and r.small_count - 1, false)
    or coalesce(a.failing_count between 1 and r.small_count - 1, false)
    or coalesce(a.poor_failing_count between 1 and r.small_count - 1, false)
from input.area_poverty as a
cross join input.run as r
order by a.area_level, a.area_code, a.method_code, a.unit_code, a.measure_code, coalesce(a.indicator_code, '');
