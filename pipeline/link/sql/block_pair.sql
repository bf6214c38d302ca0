-- One row is one pair of records that share a block of one rule; side 1 stands where the rule reads the other columns.
with sized as (
    -- a row is a record in its block
    select node, side, key, finer_key, count(*) over (partition by side, key) as size
    from key_row
),

refined as (
    -- a row is a record; blocks over the cap are cut by the finer key
    select node, side, case when size <= $cap then key else finer_key end as key
    from sized
),

kept as (
    -- a row is a record whose block is now within the cap
    select node, side, key
    from (
        select node, side, key, count(*) over (partition by side, key) as size
        from refined
        where key is not null
    ) as resized
    where size <= $cap
)

select distinct
    case when l.node < r.node then l.node else r.node end as a,
    case when l.node < r.node then r.node else l.node end as b
from kept as l
inner join kept as r on l.key = r.key
where l.side = 0
    and r.side = $right_side
    and (l.node < r.node or ($right_side = 1 and l.node > r.node))
