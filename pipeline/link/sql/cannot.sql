-- One row is one compared pair that speaks strongly against one person although links join the two through others.
select g.a, g.b
from graded as g
inner join verdict as v on g.pattern = v.pattern
inner join component as l on g.a = l.node
inner join component as r on g.b = r.node
where v.is_cannot and l.component = r.component
