-- One row is one area of the province's hierarchy, or an area outside it that some household lives in.
create table core.area (
    area_code varchar primary key,
    area_level varchar not null check (area_level in ('tambon', 'amphoe', 'province')),
    name_thai varchar not null,
    name_english varchar,
    amphoe_code varchar,
    province_code varchar not null,
    is_inside_area boolean not null
);
comment on table core.area is 'พื้นที่: หนึ่งแถวคือจังหวัด อำเภอ หรือตำบลหนึ่งแห่ง ตามรหัสกรมการปกครอง';
comment on column core.area.area_code is 'รหัสพื้นที่ตามกรมการปกครอง: จังหวัด 2 หลัก อำเภอ 4 หลัก ตำบล 6 หลัก';
comment on column core.area.area_level is 'ระดับพื้นที่: tambon ตำบล, amphoe อำเภอ, province จังหวัด';
comment on column core.area.name_thai is 'ชื่อพื้นที่ภาษาไทย';
comment on column core.area.name_english is 'ชื่อพื้นที่ภาษาอังกฤษ';
comment on column core.area.amphoe_code is 'รหัสอำเภอที่พื้นที่นี้สังกัด (ว่างสำหรับจังหวัด)';
comment on column core.area.province_code is 'รหัสจังหวัดที่พื้นที่นี้สังกัด';
comment on column core.area.is_inside_area is 'อยู่ในจังหวัดที่ระบบนี้ดูแลหรือไม่';

insert into core.area
select area_code, area_level, name_thai, name_english, amphoe_code, province_code, is_inside_area
from input.area
order by area_code;
