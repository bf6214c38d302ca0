-- One row is one delivery and the survey round that its list names.
select
    delivery_id,
    max(survey_round) as survey_round
from delivery
group by delivery_id
