-- One row is one compared pair whose pattern says something worth keeping, or on which a clerk has decided.
select
    g.a,
    g.b,
    g.pattern,
    v.weight,
    v.evidence,
    v.is_link,
    v.is_review,
    v.is_refused,
    d.decision
from graded as g
inner join verdict as v on g.pattern = v.pattern
left join decision as d on g.a = d.a and g.b = d.b
where v.evidence >= 0 or v.is_link or v.is_refused or d.decision is not null
