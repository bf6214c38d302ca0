-- One row is one delivery in use whose survey round has no indicator set, or that states survey results and names no round.
with used as (
    select
        r.delivery_id,
        min(r.agency) as agency,
        min(r.file_name) as file_name,
        max(case when a.attribute is not null then 1 else 0 end) as states_results
    from record as r
    left join (
        select distinct f.record_id, f.attribute
        from fact as f
        inner join result_attribute as w on w.attribute = f.attribute
    ) as a on a.record_id = r.record_id
    group by r.delivery_id
)

select
    u.agency,
    u.delivery_id,
    u.file_name
from used as u
left join delivery_round as d on d.delivery_id = u.delivery_id
left join known_round as k on k.survey_round = d.survey_round
where
    k.survey_round is null
    and (coalesce(d.survey_round, '') <> '' or u.states_results = 1)
