-- One row is one file that was set aside, and why.
select a.name_thai as agency_name, d.file_name, d.status_code, d.issue_code as code, c.name_thai as reason, c.way_out_thai as way_out
from ops.delivery as d
inner join core.agency as a using (agency)
left join ops.issue_code as c on c.code = d.issue_code
where d.status_code in ('quarantined', 'held', 'not_read', 'stand_in')
order by d.agency, d.file_name nulls first, d.delivery_id
