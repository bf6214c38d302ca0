-- One row is one indicator of the province: who fails it.
select h.indicator_set, h.indicator_code, i.name_thai, count(*) filter (where h.state_code = 'fail') as failing, count(*) filter (where h.state_code in ('pass', 'fail')) as known
from core.household_indicator as h
inner join core.indicator as i using (indicator_set, indicator_code)
group by h.indicator_set, h.indicator_code, i.name_thai
having count(*) filter (where h.state_code = 'fail') > 0
order by failing desc, h.indicator_set, h.indicator_code
limit 12
