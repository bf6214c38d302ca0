-- One row is one rule's cost before its pairs are made: blocks, the largest, pairs, and blocks over the cap.
with block as (
    -- a row is a block of one side of the rule
    select side, key, count(*) as size
    from key_row
    group by side, key
)

select
    count(*) as blocks,
    coalesce(max(size), 0) as largest_block,
    coalesce(sum(case when size <= $cap then cast(size as bigint) * (size - 1) / 2 else 0 end), 0) as pairs_under_cap,
    coalesce(sum(case when size > $cap then 1 else 0 end), 0) as blocks_over_cap
from block
where side = 0
