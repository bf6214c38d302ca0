-- One row is one delivery in use with a list whose survey round has no indicator set, or that states survey results and
-- names no round.
with stated as (
    select distinct f.record_id
    from fact as f
    inner join result_attribute as w on w.attribute = f.attribute
)

select
    r.agency,
    r.delivery_id,
    min(r.file_name) as file_name
from record as r
left join stated as s on s.record_id = r.record_id
left join known_round as k on k.survey_round = r.survey_round
where
    k.survey_round is null
    and (coalesce(r.survey_round, '') <> '' or s.record_id is not null)
group by r.agency, r.delivery_id
