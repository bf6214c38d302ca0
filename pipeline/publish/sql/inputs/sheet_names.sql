-- One row is one sheet of one file, and whether anything of it was read: only then are the people in it known.
with named as (
    select agency, delivery_id, coalesce(sheet, '') as sheet, true as is_read from input.sheet_count
    union all
    select agency, delivery_id, coalesce(sheet, ''), true from input.record
    union all
    select agency, delivery_id, sheet, false from input.issue where sheet <> '' and delivery_id is not null
)

select agency, delivery_id, sheet, bool_or(is_read) as is_read
from named
group by agency, delivery_id, sheet
order by agency, delivery_id, sheet
