-- One row is one set of rules and the labelled matches (one valid ID on both sides) that exactly these rules found.
select rules, count(*) as pairs
from graded
where pattern % 16 = 6
group by rules
