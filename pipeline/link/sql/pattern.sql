-- One row is one comparison pattern.
select pattern, count(*) as pairs
from graded
group by pattern
