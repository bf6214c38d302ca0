-- One row is one kind of fault found tonight.
select
    i.code,
    any_value(c.name_thai) as name_thai,
    any_value(c.way_out_thai) as way_out_thai,
    any_value(c.name_english) as name_english,
    i.severity,
    count(*) as issue_count,
    count(distinct i.agency) as agency_count
from ops.issue as i
left join ops.issue_code as c using (code)
group by i.code, i.severity
order by case i.severity when 'stop' then 1 when 'reject' then 2 when 'warn' then 3 else 4 end, issue_count desc, i.code
