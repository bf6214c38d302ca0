-- One row is one step of the ladder of evidence.
select evidence_code, record_count
from ops.evidence_count
order by array_position(['A1', 'A2', 'B', 'C', 'D', 'X', 'S'], evidence_code)
