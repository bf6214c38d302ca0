-- One row is one delivery in use whose accepted or rejected rows differ from those of its sheets.
-- Rows that a later delivery says anew were accepted when the file was read and are excluded tonight.
with replaced as (
    -- A row is one delivery with rows that are replaced.
    select agency, delivery_id, count(distinct (coalesce(sheet, ''), row_number)) as replaced
    from input.issue
    where code = 'row_replaced'
    group by agency, delivery_id
),

counted as (
    -- A row is one delivery, its sheets added up.
    select agency, delivery_id, sum(coalesce(accepted, 0)) as accepted, sum(coalesce(rejected, 0)) as rejected
    from input.sheet_count
    group by agency, delivery_id
)

select d.agency, d.delivery_id, d.rows_accepted, c.accepted, r.replaced, d.rows_rejected, c.rejected
from input.delivery as d
left join counted as c using (agency, delivery_id)
left join replaced as r using (agency, delivery_id)
where
    d.status_code in ('accepted', 'in_use', 'stand_in')
    and (
        coalesce(d.rows_accepted, 0) <> coalesce(c.accepted, 0) + coalesce(r.replaced, 0)
        or coalesce(d.rows_rejected, 0) <> coalesce(c.rejected, 0)
    )
order by all
