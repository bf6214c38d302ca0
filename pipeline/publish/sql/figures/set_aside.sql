-- One row is one file that was set aside, why, and the file that stands in for it; or a file that stands in for itself,
-- as it was read before its contract or agreement ended.
with stopped as (
    select delivery_id, agency, file_name, status_code, issue_code
    from ops.delivery
    where status_code in ('quarantined', 'held', 'not_read')
),

-- A row is one file of an earlier delivery in use because of a fault.
standing as (
    select delivery_id, agency, file_name, status_code, issue_code
    from ops.delivery
    where status_code = 'stand_in'
),

shown as (
    select s.*, string_agg(distinct t.file_name, ', ' order by t.file_name) as stand_in
    from stopped as s
    left join standing as t on t.agency = s.agency and t.issue_code = s.issue_code
    group by all
    union all
    select t.*, null
    from standing as t
    anti join stopped as s on s.agency = t.agency and s.issue_code = t.issue_code
)

select
    d.agency,
    a.name_thai as agency_name,
    d.delivery_id,
    d.file_name,
    d.status_code,
    d.stand_in,
    d.issue_code as code,
    c.name_thai as reason,
    c.way_out_thai as way_out,
    c.name_english as english
from shown as d
inner join core.agency as a using (agency)
left join ops.issue_code as c on c.code = d.issue_code
order by d.agency, d.file_name nulls first, d.delivery_id
