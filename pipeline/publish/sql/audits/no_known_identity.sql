-- One row is one text that holds the national ID or the house code of somebody in the private tables.
with runs as (
    -- A row is one run of eleven digits or more inside a text.
    select distinct schema_name, table_name, column_name, unnest(regexp_extract_all(regexp_replace(text_value, '[ .-]', '', 'g'), '[0-9]{11,}')) as digits
    from suspect_text
),

pieces as (
    -- A row is one stretch of the length of an ID or a house code.
    select distinct schema_name, table_name, column_name, substr(digits, start_at, size) as piece
    from runs
    cross join (values (11), (13)) as sizes (size)
    cross join range(1, 55) as starts (start_at)
    where start_at + size - 1 <= length(digits)
),

known as (
    select distinct national_id as number from input.normal_record where length(national_id) = 13
    union
    select distinct house_code from input.normal_record where length(house_code) = 11
)

select distinct p.schema_name, p.table_name, p.column_name
from pieces as p
semi join known as k on k.number = p.piece
order by all
