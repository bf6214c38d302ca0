-- One row is one comparison pattern among labelled pairs: both carry a valid, trusted ID, and a rule that does not look
-- at the ID put them together. id_level 6 is one ID (a match), 1 two clearly different ones (a non-match).
-- Both records belong to one split, which is a split of persons.
select
    g.pattern - g.pattern % 16 as pattern,
    g.pattern % 16 = 6 as is_match,
    l.split as split,
    count(*) as pairs
from graded as g
inner join label as l on g.a = l.node
inner join label as r on g.b = r.node
where (g.rules & $rules_without_id) <> 0
    and g.pattern % 16 in (1, 6)
    and l.split = r.split
group by g.pattern - g.pattern % 16, g.pattern % 16 = 6, l.split
