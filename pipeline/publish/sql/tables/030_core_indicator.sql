-- One row is one indicator of one indicator set.
create table core.indicator (
    indicator_set varchar not null,
    indicator_code varchar not null,
    name_thai varchar not null,
    dimension_code varchar,
    dimension_thai varchar,
    primary key (indicator_set, indicator_code)
);
comment on table core.indicator is 'ตัวชี้วัด: หนึ่งแถวคือตัวชี้วัดหนึ่งข้อในชุดตัวชี้วัดหนึ่งชุด';
comment on column core.indicator.indicator_set is 'ชุดตัวชี้วัดและรุ่น เช่น bmn_2560';
comment on column core.indicator.indicator_code is 'รหัสตัวชี้วัด เช่น bmn_08';
comment on column core.indicator.name_thai is 'ข้อความของตัวชี้วัด';
comment on column core.indicator.dimension_code is 'รหัสหมวดหรือมิติในชุดนั้น';
comment on column core.indicator.dimension_thai is 'ชื่อหมวดหรือมิติ';

insert into core.indicator
select indicator_set, indicator_code, name_thai, dimension_code, dimension_thai
from input.indicator
order by indicator_set, indicator_code;
