-- One row is one area under one method, counted by household or by person: the headline figures side by side.
create table mart.poverty_by_area (
    area_level varchar not null,
    area_code varchar not null,
    area_name_thai varchar,
    method_code varchar not null,
    unit_code varchar not null,
    assessed_count bigint not null,
    not_assessed_count bigint not null,
    poor_count bigint not null,
    headcount_ratio double,
    intensity double,
    adjusted_headcount_ratio double,
    target_poor_count bigint,
    target_poor_share double,
    is_small_count boolean not null,
    primary key (area_level, area_code, method_code, unit_code)
);
comment on table mart.poverty_by_area is 'ความยากจนรายพื้นที่: หนึ่งแถวคือพื้นที่หนึ่งภายใต้วิธีวัดหนึ่ง นับเป็นครัวเรือนหรือเป็นคน';
comment on column mart.poverty_by_area.area_level is 'ระดับพื้นที่: tambon ตำบล, amphoe อำเภอ, province จังหวัด';
comment on column mart.poverty_by_area.area_code is 'รหัสพื้นที่ (unknown = ไม่ทราบ)';
comment on column mart.poverty_by_area.area_name_thai is 'ชื่อพื้นที่';
comment on column mart.poverty_by_area.method_code is 'วิธีวัดและรุ่น ตัวเลขต่างวิธีเทียบกันไม่ได้';
comment on column mart.poverty_by_area.unit_code is 'หน่วยนับ: household ครัวเรือน, person คน';
comment on column mart.poverty_by_area.assessed_count is 'จำนวนที่ประเมินแล้ว';
comment on column mart.poverty_by_area.not_assessed_count is 'จำนวนที่ยังไม่ได้ประเมิน (ไม่นับว่าไม่จน)';
comment on column mart.poverty_by_area.poor_count is 'จำนวนที่ยากจน';
comment on column mart.poverty_by_area.headcount_ratio is 'สัดส่วนคนจน H = ยากจน / ประเมินแล้ว';
comment on column mart.poverty_by_area.intensity is 'ความรุนแรง A = คะแนนความขัดสนเฉลี่ยของผู้ยากจน (ว่าง = ไม่มีผู้ยากจน)';
comment on column mart.poverty_by_area.adjusted_headcount_ratio is 'ดัชนีความยากจนหลายมิติ M0 = H × A';
comment on column mart.poverty_by_area.target_poor_count is 'จำนวนที่รู้แน่ว่าเป็นคนจนเป้าหมาย: ยากจนและมีบัตรสวัสดิการแห่งรัฐ (ว่าง = ไม่ทราบเลย ไม่ใช่ศูนย์)';
comment on column mart.poverty_by_area.target_poor_share is 'สัดส่วนคนจนเป้าหมายของที่ประเมินแล้ว (ว่าง = ยังไม่ทราบเรื่องบัตรของผู้ยากจนครบทุกราย)';
comment on column mart.poverty_by_area.is_small_count is 'จำนวนที่ประเมิน คนจน หรือคนจนเป้าหมาย น้อยกว่าเกณฑ์ (ปกติ 10) ต้องปกปิดก่อนเผยแพร่สาธารณะ';

insert into mart.poverty_by_area
select
    m.area_level,
    m.area_code,
    any_value(n.name_thai),
    m.method_code,
    m.unit_code,
    coalesce(max(m.assessed_count), 0),
    coalesce(max(m.not_assessed_count), 0),
    coalesce(max(m.poor_count), 0),
    max(m.value) filter (where m.measure_code = 'H'),
    max(m.value) filter (where m.measure_code = 'A'),
    max(m.value) filter (where m.measure_code = 'M0'),
    cast(round(max(m.value) filter (where m.measure_code = 'target_poor')) as bigint),
    max(m.value) filter (where m.measure_code = 'target_poor_share'),
    -- Small in households is small in persons too: the shares of both are nearly the same.
    bool_or(
        coalesce(max(m.assessed_count), 0) < any_value(r.small_count)
        or coalesce(max(m.poor_count), 0) between 1 and any_value(r.small_count) - 1
        or coalesce(round(max(m.value) filter (where m.measure_code = 'target_poor')), 0) between 1 and any_value(r.small_count) - 1
    ) over (partition by m.area_level, m.area_code, m.method_code)
from mart.area_measure as m
left join core.area as n on n.area_code = m.area_code
cross join input.run as r
where m.indicator_code = ''
group by m.area_level, m.area_code, m.method_code, m.unit_code
order by m.area_level, m.area_code, m.method_code, m.unit_code;
