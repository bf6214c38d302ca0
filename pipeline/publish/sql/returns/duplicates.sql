-- One row is one row of a sheet whose person stands in another row of the same list too, as the one the row is about:
-- a mother beside each of her two children is no duplicate.
with mine as (
    -- A row is one person on one row of the agency's lists.
    select distinct delivery_id, sheet, row_number, list_code, person_id
    from input.returned_record
    where agency = $agency and person_id is not null and is_main
)

select distinct a.row_number, b.delivery_id = a.delivery_id and b.sheet = a.sheet as is_same_sheet, b.sheet as other_sheet, b.row_number as other_row
from mine as a
inner join mine as b on b.person_id = a.person_id and b.list_code = a.list_code
where
    a.delivery_id = $delivery_id
    and a.sheet = $sheet
    and (b.delivery_id, b.sheet, b.row_number) <> (a.delivery_id, a.sheet, a.row_number)
order by a.row_number, is_same_sheet desc, other_sheet, other_row
