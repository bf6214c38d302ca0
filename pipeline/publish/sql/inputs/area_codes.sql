-- One row is one area that a household lives in or a figure speaks of.
select tambon_code as area_code from input.household where tambon_code is not null
union
select amphoe_code from input.household where amphoe_code is not null
union
select province_code from input.household where province_code is not null
union
select area_code from input.area_poverty where area_code is not null
