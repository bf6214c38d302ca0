-- One row is one agency helping in one way, in one area.
create table mart.who_helps_whom (
    area_level varchar not null,
    area_code varchar not null,
    area_name_thai varchar,
    agency varchar not null,
    assistance_kind_code varchar not null,
    assistance_status_code varchar not null,
    assistance_count bigint not null,
    household_count bigint not null,
    person_count bigint not null,
    amount_baht double,
    is_small_count boolean not null,
    primary key (area_level, area_code, agency, assistance_kind_code, assistance_status_code)
);
comment on table mart.who_helps_whom is 'ใครช่วยใคร: หนึ่งแถวคือหน่วยงานหนึ่งช่วยด้วยความช่วยเหลือชนิดหนึ่งในพื้นที่หนึ่ง';
comment on column mart.who_helps_whom.area_level is 'ระดับพื้นที่: tambon ตำบล, amphoe อำเภอ, province จังหวัด';
comment on column mart.who_helps_whom.area_code is 'รหัสพื้นที่ของครัวเรือนที่ได้รับ (unknown = ไม่ทราบ)';
comment on column mart.who_helps_whom.area_name_thai is 'ชื่อพื้นที่';
comment on column mart.who_helps_whom.agency is 'หน่วยงานที่ช่วย';
comment on column mart.who_helps_whom.assistance_kind_code is 'ชนิดความช่วยเหลือ (ดู core.code_label)';
comment on column mart.who_helps_whom.assistance_status_code is 'สถานะ: given ให้แล้ว, lent ให้ยืม, planned อยู่ในแผน, requested ยื่นคำขอ, unknown ไม่ระบุ';
comment on column mart.who_helps_whom.assistance_count is 'จำนวนครั้ง';
comment on column mart.who_helps_whom.household_count is 'จำนวนครัวเรือนที่ได้รับ';
comment on column mart.who_helps_whom.person_count is 'จำนวนคนที่ได้รับโดยตรง';
comment on column mart.who_helps_whom.amount_baht is 'มูลค่ารวม (บาท) เฉพาะที่ระบุ';
comment on column mart.who_helps_whom.is_small_count is 'จำนวนครัวเรือนน้อยกว่าเกณฑ์ (ปกติ 10) ต้องปกปิดก่อนเผยแพร่สาธารณะ';

insert into mart.who_helps_whom
with helped as (
    -- A row is one help with the area of the household.
    select
        a.agency,
        coalesce(a.assistance_kind_code, 'unknown') as assistance_kind_code,
        coalesce(a.assistance_status_code, 'unknown') as assistance_status_code,
        a.household_id,
        a.person_id,
        a.amount_baht,
        h.tambon_code,
        h.amphoe_code,
        h.province_code
    from core.assistance as a
    left join core.household as h on h.household_id = a.household_id
),

by_level as (
    -- A row is one help at one level of area.
    select 'tambon' as area_level, coalesce(tambon_code, 'unknown') as area_code, * from helped
    union all
    select 'amphoe', coalesce(amphoe_code, 'unknown'), * from helped
    union all
    select 'province', coalesce(province_code, 'unknown'), * from helped
)

select
    b.area_level,
    b.area_code,
    any_value(n.name_thai),
    b.agency,
    b.assistance_kind_code,
    b.assistance_status_code,
    count(*),
    count(distinct b.household_id),
    count(distinct b.person_id),
    -- Satang as integers: a float summed in parallel is not reproducible.
    sum(cast(round(b.amount_baht * 100) as bigint)) / 100,
    count(distinct b.household_id) < any_value(r.small_count)
from by_level as b
left join core.area as n on n.area_code = b.area_code
cross join input.run as r
group by b.area_level, b.area_code, b.agency, b.assistance_kind_code, b.assistance_status_code
order by b.area_level, b.area_code, b.agency, b.assistance_kind_code, b.assistance_status_code;
