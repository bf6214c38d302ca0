-- One row is one pair of different names that some pair of records puts side by side, in either order.
with side_by_side as (
    select l.given as x, r.given as y
    from pair as p
    inner join coded as l on p.a = l.node
    inner join coded as r on p.b = r.node
    union all
    select l.surname as x, r.surname as y
    from pair as p
    inner join coded as l on p.a = l.node
    inner join coded as r on p.b = r.node
    union all
    select l.village as x, r.village as y
    from pair as p
    inner join coded as l on p.a = l.node
    inner join coded as r on p.b = r.node
    union all
    -- first and last name exchanged: only pairs that the rules for it found, or whose names meet crosswise
    select l.given as x, r.surname as y
    from pair as p
    inner join coded as l on p.a = l.node
    inner join coded as r on p.b = r.node
    where (p.rules & $swap_rules) <> 0 or l.given_fold = r.surname_fold or l.surname_fold = r.given_fold
    union all
    select l.surname as x, r.given as y
    from pair as p
    inner join coded as l on p.a = l.node
    inner join coded as r on p.b = r.node
    where (p.rules & $swap_rules) <> 0 or l.given_fold = r.surname_fold or l.surname_fold = r.given_fold
)

select distinct
    case when x < y then x else y end as x,
    case when x < y then y else x end as y
from side_by_side
where x <> y
