-- One row is one indicator: how many households fail it, among those of whom it is known and whom it concerns.
select
    h.indicator_set,
    h.indicator_code,
    i.name_thai,
    count(*) filter (where h.state_code = 'fail') as failing,
    count(*) filter (where h.state_code in ('pass', 'fail')) as known
from core.household_indicator as h
inner join core.indicator as i using (indicator_set, indicator_code)
group by h.indicator_set, h.indicator_code, i.name_thai
having count(*) filter (where h.state_code = 'fail') > 0
order by failing desc, h.indicator_set, h.indicator_code
limit 10
