-- One row is one level of area whose count of help differs from the help itself.
select l.area_level, coalesce(sum(w.assistance_count), 0) as counted, (select count(*) from core.assistance) as helped
from (values ('tambon'), ('amphoe'), ('province')) as l (area_level)
left join mart.who_helps_whom as w on w.area_level = l.area_level
group by l.area_level
having coalesce(sum(w.assistance_count), 0) <> (select count(*) from core.assistance)
order by all
