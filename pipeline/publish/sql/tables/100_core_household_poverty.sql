-- One row is one ordinary household under one method.
create table core.household_poverty (
    household_id varchar not null,
    method_code varchar not null,
    tambon_code varchar,
    amphoe_code varchar,
    province_code varchar,
    is_inside_area boolean,
    member_count integer,
    is_assessed boolean not null,
    indicators_known integer,
    deprivation_score double check (deprivation_score between -0.000000001 and 1.000000001),
    is_poor boolean,
    is_target_poor boolean,
    poor_dimensions varchar,
    is_vulnerable boolean,
    vulnerability_level integer check (vulnerability_level between 0 and 3),
    livelihood_index double,
    livelihood_level_code varchar,
    capitals_known integer,
    income_baht_per_year double,
    primary key (household_id, method_code)
);
comment on table core.household_poverty is 'ความยากจนรายครัวเรือน: หนึ่งแถวคือครัวเรือนทั่วไปหนึ่งครัวเรือนภายใต้วิธีวัดหนึ่งวิธี';
comment on column core.household_poverty.household_id is 'รหัสครัวเรือน';
comment on column core.household_poverty.method_code is 'วิธีวัดและรุ่น เช่น tpmap_2560 ตัวเลขต่างวิธีเทียบกันไม่ได้';
comment on column core.household_poverty.tambon_code is 'รหัสตำบล';
comment on column core.household_poverty.amphoe_code is 'รหัสอำเภอ';
comment on column core.household_poverty.province_code is 'รหัสจังหวัด';
comment on column core.household_poverty.is_inside_area is 'อยู่ในจังหวัดที่ดูแล';
comment on column core.household_poverty.member_count is 'จำนวนสมาชิกปัจจุบัน (คน)';
comment on column core.household_poverty.is_assessed is 'ประเมินแล้วหรือไม่ (false = ยังไม่ได้ประเมิน ไม่ใช่ไม่จน)';
comment on column core.household_poverty.indicators_known is 'จำนวนตัวชี้วัดที่ทราบผล';
comment on column core.household_poverty.deprivation_score is 'คะแนนความขัดสน c 0–1 (ว่าง = ยังไม่ได้ประเมิน)';
comment on column core.household_poverty.is_poor is 'ยากจนตามวิธีนี้ (ว่าง = ยังไม่ได้ประเมิน)';
comment on column core.household_poverty.is_target_poor is 'คนจนเป้าหมาย: ยากจนและมีบัตรสวัสดิการแห่งรัฐ (ว่าง = ไม่ทราบอย่างใดอย่างหนึ่ง)';
comment on column core.household_poverty.poor_dimensions is 'รหัสมิติที่ขัดสน คั่นด้วยช่องว่าง';
comment on column core.household_poverty.is_vulnerable is 'ครัวเรือนเปราะบาง: รายได้ไม่เกินเส้นที่กำหนด (ว่าง = ไม่ทราบรายได้)';
comment on column core.household_poverty.vulnerability_level is 'ระดับความเปราะบาง 0–3 ของครัวเรือนเปราะบาง (ว่าง = ไม่เปราะบาง หรือข้อมูลไม่พอจะบอกระดับ)';
comment on column core.household_poverty.livelihood_index is 'ดัชนีการดำรงชีพ X 1–4 (ว่าง = ไม่ทราบทุนใดเลย)';
comment on column core.household_poverty.livelihood_level_code is 'ระดับการดำรงชีพ: very_hard อยู่ลำบาก, hard อยู่ยาก, fair อยู่พอได้, good อยู่ดี';
comment on column core.household_poverty.capitals_known is 'จำนวนทุนที่ทราบ 0–5';
comment on column core.household_poverty.income_baht_per_year is 'รายได้ครัวเรือน บาทต่อปี (ว่าง = ไม่ทราบ)';

insert into core.household_poverty
select
    household_id,
    method_code,
    tambon_code,
    amphoe_code,
    province_code,
    is_inside_area,
    member_count,
    is_assessed,
    indicators_known,
    deprivation_score,
    is_poor,
    is_target_poor,
    poor_dimensions,
    is_vulnerable,
    vulnerability_level,
    livelihood_index,
    livelihood_level_code,
    capitals_known,
    income_baht_per_year
from input.household_poverty
order by household_id, method_code;
